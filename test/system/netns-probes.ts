import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { clockMs } from "./netns-clock.ts";
import type { Lan } from "./netns-lan.ts";
import type { Heard, ProbeOrder } from "./netns-probe.ts";
import { until } from "./polling.ts";

const program = fileURLToPath(new URL("netns-probe.js", import.meta.url));
const periodMsMax = 10_000;
/** How long what is said may be on its way. */
const lateMsMax = 300;

/** What was heard in a period, by the numbers of the host that heard it and of the one that said it. */
export type HeardInPeriod = (hearer: number, sayer: number, way: Heard["way"]) => readonly Heard[];

/** A probe on each host of a network. */
export class Probes {
  readonly #processes: readonly ChildProcess[];
  readonly #addresses: readonly string[];
  readonly #numbers: readonly number[];
  readonly #heard = new Map<string, Heard[]>();

  /** Starts them: each speaks to all others, by multicast and one by one. */
  constructor({ hosts }: Lan) {
    this.#numbers = hosts.map(({ number }) => number);
    this.#addresses = hosts.map(({ address }) => address);
    this.#processes = hosts.map(({ number, address, namespace }) => {
      const [execPath, ...execArgv] = namespace.commandLine(process.execPath);
      const probe = fork(program, [], { execPath, execArgv });
      probe.on("message", (heard: Heard) => this.#note(number, heard));
      probe.send({ address, group: "239.255.1.1", port: 7000, hosts: this.#addresses } satisfies ProbeOrder);
      return probe;
    });
  }

  /** Their processes. */
  get pids(): readonly number[] {
    return this.#processes.map(({ pid }) => pid as number);
  }

  /** Waits until every host has heard every one, itself too, both ways. */
  async untilAllHear(): Promise<void> {
    const since = clockMs();
    const isHeard = (hearer: number, sayer: number, way: Heard["way"]) =>
      this.#of(hearer, sayer, way).some(({ saidMs }) => saidMs >= since);
    await until("every host is heard by every one", periodMsMax, () =>
      this.#numbers.every((hearer) =>
        this.#numbers.every((sayer) => isHeard(hearer, sayer, "group") && isHeard(hearer, sayer, "one")),
      )
        ? true
        : undefined,
    );
  }

  /** What is said from now on for so long, and who hears it; what a host itself said is what its parent heard. */
  async during(periodMs: number): Promise<HeardInPeriod> {
    const since = clockMs();
    const end = since + periodMs;
    await until(`every host has spoken for ${periodMs} ms`, periodMsMax, () =>
      this.#numbers.every((number) => (this.#of(number, number, "parent").at(-1)?.saidMs ?? 0) >= end + lateMsMax)
        ? true
        : undefined,
    );
    return (hearer, sayer, way) => this.#of(hearer, sayer, way).filter(({ saidMs }) => saidMs >= since && saidMs < end);
  }

  /** Ends them. */
  async end(): Promise<void> {
    const ended = this.#processes.map((probe) => once(probe, "exit"));
    for (const probe of this.#processes) probe.kill("SIGKILL");
    await Promise.all(ended);
  }

  #of(hearer: number, sayer: number, way: Heard["way"]): readonly Heard[] {
    return this.#heard.get(`${hearer} ${this.#addresses[sayer - 1]} ${way}`) ?? [];
  }

  #note(hearer: number, heard: Heard): void {
    const key = `${hearer} ${heard.from} ${heard.way}`;
    const known = this.#heard.get(key);
    if (known === undefined) this.#heard.set(key, [heard]);
    else known.push(heard);
  }
}

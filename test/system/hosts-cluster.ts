import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultStartOptions } from "../../cluster/start-options.ts";
import type { Slot } from "../../protocol/ids.ts";
import { History } from "./history.ts";
import { HostRole } from "./hosts-role.ts";
import { type Host, Lan } from "./netns-lan.ts";
import { treeOf, untilGone } from "./processes.ts";
import { businessDate, Service } from "./service.ts";

const relayProgram = fileURLToPath(new URL("netns-relay.js", import.meta.url));
const httpPort = 8080;
const openMsMax = 30_000;
const goneMsMax = 5000;

/** A cluster on hosts of a network of its own: each role runs where a test puts it, by the command for it. */
export class HostsCluster {
  readonly lan: Lan;
  readonly history = new History(defaultStartOptions.theatres, businessDate);
  readonly #directory = mkdtempSync(join(tmpdir(), "quartet-test-"));
  readonly #words: readonly string[];
  readonly #roles: HostRole[] = [];
  readonly #relays: ChildProcess[] = [];

  private constructor(lan: Lan, words: readonly string[]) {
    this.lan = lan;
    const lab = ["--lab", "--business-date", businessDate];
    this.#words = ["--key", join(this.#directory, "cluster.key"), ...lab, ...words];
  }

  /** Makes the network and the cluster key; every role is told `words` beside its own. */
  static async make(hosts: number, words: readonly string[] = []): Promise<HostsCluster> {
    const lan = await Lan.make(hosts);
    const cluster = new HostsCluster(lan, words);
    const key = new HostRole(lan.host(1), ["key", join(cluster.#directory, "cluster.key")]);
    await key.ended();
    if (key.exitCode !== 0) throw new Error(`no key was made: ${key.takeLines().join(", ")}`);
    return cluster;
  }

  /** Starts a sequencer, which may found the cluster. */
  startSequencer(host: number, id: number, words: readonly string[] = []): HostRole {
    return this.#start(host, ["sequencer", "--id", `${id}`, "--found", ...words]);
  }

  /** Starts a manager, whose data is the same wherever it runs. */
  startManager(host: number, slot: Slot, words: readonly string[] = []): HostRole {
    return this.#start(host, ["replica-manager", "--slot", `${slot}`, "--data", this.#directory, ...words]);
  }

  /** Starts a front end, and resolves with the way to it when it answers. */
  async startFrontend(host: number, words: readonly string[] = []): Promise<Service> {
    const startedAt = performance.now();
    const http = ["--host", "127.0.0.1", "--port", `${httpPort}`];
    const role = this.#start(host, ["frontend", ...http, ...words]);
    await role.untilLine(/^ready /, openMsMax);
    const localUrl = await this.#openRelay(role.host);
    const options = { ...defaultStartOptions, businessDate, isLab: true };
    const cluster = { url: localUrl, localUrl, stop: () => role.stop() };
    return Service.of({ cluster, options, history: this.history, startedAt });
  }

  /** Ends every role in order, but for those that have been; expects that none has failed. */
  async stop(): Promise<void> {
    await Promise.all(this.#roles.map((role) => role.stop()));
  }

  /** What all roles wrote since this was asked last, with who wrote it. */
  takeLines(): readonly string[] {
    return this.#roles.flatMap((role) => role.takeLines().map((line) => `${role.title}: ${line}`));
  }

  /** Ends everything by force and removes the data. */
  async end(): Promise<void> {
    const started = [...this.#roles, ...this.#relays].flatMap(({ pid }) => treeOf(pid as number));
    const pids = [...started, ...this.lan.pids];
    for (const relay of this.#relays) relay.kill("SIGKILL");
    await Promise.all(this.#roles.map((role) => role.kill()));
    await this.lan.end();
    await untilGone(pids, goneMsMax);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #start(host: number, words: readonly string[]): HostRole {
    const role = new HostRole(this.lan.host(host), [...words, ...this.#words]);
    this.#roles.push(role);
    return role;
  }

  /** Where this process reaches a front end that listens on the loopback of a host. */
  async #openRelay({ namespace }: Host): Promise<string> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const [execPath, ...execArgv] = namespace.commandLine(process.execPath);
    const relay = fork(relayProgram, [], { execPath, execArgv });
    this.#relays.push(relay);
    relay.send(httpPort, server);
    await once(relay, "message");
    // Before anybody connects: two processes would take turns with the connections.
    server.close();
    return `http://127.0.0.1:${port}`;
  }
}

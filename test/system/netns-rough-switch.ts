import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Namespace } from "./netns-namespace.ts";

/** What becomes of each frame, for each host that it goes to by itself. */
export interface Roughness {
  readonly delayMs: number;
  /** More or less than `delayMs`, which alone puts frames out of order. */
  readonly jitterMs: number;
  /** Shares of 1. */
  readonly lost: number;
  readonly doubled: number;
  /** Not delayed at all, so that they overtake. */
  readonly hasty: number;
}

/** One port of a switch. */
export interface SwitchPort {
  readonly port: string;
  /** The hardware address of the host at it. */
  readonly mac: string;
  /** Whether nothing that the host sends is passed on. */
  readonly isMute: boolean;
}

/** A switch that treats frames badly, as a process: not every kernel has `netem`, and all have raw sockets. */
export class RoughSwitch {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Starts one between ports that nothing else joins; resolves when it passes frames on. */
  static async start(namespace: Namespace, ports: readonly SwitchPort[], roughness: Roughness): Promise<RoughSwitch> {
    const told = JSON.stringify({ ports, ...roughness });
    const [command, ...args] = namespace.commandLine("python3", "test/system/netns-rough-switch.py", told);
    const started = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    const said = await Promise.race([once(started.stdout, "data"), once(started, "exit")]);
    if (!String(said[0]).startsWith("open")) throw new Error(`the rough switch ended: ${said.join(" ")}`);
    return new RoughSwitch(started);
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** Ends it, with all that is on its way. */
  async end(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}

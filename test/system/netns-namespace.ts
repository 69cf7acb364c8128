import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/**
 * A network namespace without a name: it exists as long as a process is in it, so nothing stays behind of a test that
 * crashes. Its keeper ends when its standard input does, and every program in it when whoever ran it does.
 */
export class Namespace {
  readonly #keeper: ChildProcess;

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper;
  }

  /** Makes one with nothing in it but a loopback interface that is up; rejects where that is not permitted. */
  static async make(): Promise<Namespace> {
    const keep = "ip link set lo up && echo kept && exec cat";
    const keeper = spawn("unshare", ["--net", "sh", "-c", keep], { stdio: ["pipe", "pipe", "inherit"] });
    const kept = await Promise.race([once(keeper.stdout, "data"), once(keeper, "exit")]);
    if (!String(kept[0]).startsWith("kept")) throw new Error(`unshare ended: ${kept.join(" ")}`);
    return new Namespace(keeper);
  }

  /** By which `ip link set … netns` knows it. */
  get pid(): number {
    return this.#keeper.pid as number;
  }

  /** The command line that runs a program in it, which ends when the process that spawned it does. */
  commandLine(...command: readonly string[]): readonly [command: string, ...args: string[]] {
    return ["nsenter", `--net=/proc/${this.pid}/ns/net`, "setpriv", "--pdeathsig", "KILL", ...command];
  }

  /** Runs commands of `ip` in it, all of them or up to the first that fails, which throws. */
  ip(...commands: readonly string[]): void {
    const [command, ...args] = this.commandLine("ip", "-batch", "-");
    execFileSync(command, args, { input: `${commands.join("\n")}\n`, stdio: ["pipe", "ignore", "pipe"] });
  }

  /** Lets it go; it is gone with the last program that runs in it. */
  async end(): Promise<void> {
    const ended = once(this.#keeper, "exit");
    this.#keeper.stdin?.end();
    await ended;
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { StatusView } from "../../frontend/status-view.ts";
import { untilGone } from "../system/processes.ts";
import { environmentFor } from "./run-program.ts";

const command = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const endMsMax = 8000;

/** The service as `npm start` starts it, but on a free port and a data directory of its own. */
export class StartedService {
  readonly url: string;
  readonly #launcher: ChildProcess;
  readonly dataDirectory: string;
  readonly #tree = new Set<number>();

  private constructor(url: string, launcher: ChildProcess, dataDirectory: string) {
    this.url = url;
    this.#launcher = launcher;
    this.dataDirectory = dataDirectory;
    this.#lookAtTree();
  }

  /** Starts one and waits until it says that it is ready; rejects with what it wrote when it ends before. */
  static async start(): Promise<StartedService> {
    const dataDirectory = mkdtempSync(join(tmpdir(), "quartet-readme-"));
    const options = ["--lab", "--sample", "--port", "0", "--json", "--data", dataDirectory];
    const launcher = spawn(process.execPath, ["--disable-proto=delete", command, "start", ...options], {
      env: environmentFor({ QUARTET_LOG: "error" }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      return new StartedService(await readyUrl(launcher), launcher, dataDirectory);
    } catch (error) {
      rmSync(dataDirectory, { recursive: true, force: true });
      throw error;
    }
  }

  /** What the service says of itself. */
  async status(): Promise<StatusView> {
    this.#lookAtTree();
    const response = await fetch(`${this.url}/api/status`, { signal: AbortSignal.timeout(endMsMax) });
    return (await response.json()) as StatusView;
  }

  /** Ends it as Ctrl-C does; rejects when one of its processes stays behind. */
  async stop(): Promise<void> {
    this.#lookAtTree();
    this.#launcher.kill("SIGINT");
    try {
      await untilGone([...this.#tree], endMsMax);
    } finally {
      rmSync(this.dataDirectory, { recursive: true, force: true });
    }
  }

  /** Keeps every process that there is: one whose parent has ended is not found any more. */
  #lookAtTree(): void {
    const pid = this.#launcher.pid as number;
    for (const member of [pid, ...descendantsOf(pid)]) this.#tree.add(member);
  }
}

async function readyUrl(launcher: ChildProcess): Promise<string> {
  let said = "";
  launcher.stderr?.on("data", (piece: Buffer) => {
    said += piece.toString();
  });
  const lines = createInterface({ input: launcher.stdout as NodeJS.ReadableStream });
  const ended = once(launcher, "exit").then(([code]) => {
    throw new Error(`the service ended with ${code}: ${said}`);
  });
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  const { event, url } = JSON.parse(line) as { readonly event: string; readonly url: string };
  if (event === "ready") return url;
  throw new Error(`the service could not be started: ${line}`);
}

/** All processes below one, by `/proc`; none where there is no `/proc`. */
function descendantsOf(ancestor: number): readonly number[] {
  const parents = new Map(pids().map((pid) => [pid, parentOf(pid)]));
  const below = (pid: number): readonly number[] =>
    [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(ancestor);
}

function pids(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The fourth field of proc(5)'s stat; unknown when the process ended meanwhile. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

import { readdirSync, readFileSync } from "node:fs";

/** What one process takes. */
export interface ProcessFigures {
  readonly pid: number;
  /** The folder of the program that it runs, as `frontend`; else the name of its command. */
  readonly role: string;
  readonly cpuMs: number;
  /** Its share of memory: what it shares with others is divided among them. */
  readonly pssBytes: number;
  readonly rssBytes: number;
}

/** Milliseconds of one tick of the counters in `/proc/PID/stat`: 100 a second on every Linux of today. */
const tickMs = 10;

/** Figures of a process and of all that it started, from `/proc` (proc(5)): Linux only. */
export function processTree(root: number): readonly ProcessFigures[] {
  const parents = new Map(readPids().map((pid) => [pid, readStat(pid)?.parent ?? 0]));
  const isInside = (pid: number): boolean => pid === root || (pid > 0 && isInside(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isInside).flatMap((pid) => readFigures(pid));
}

/** The sum of one figure. */
export function sumOf(figures: readonly ProcessFigures[], name: "cpuMs" | "pssBytes" | "rssBytes"): number {
  return figures.reduce((sum, figure) => sum + figure[name], 0);
}

function readPids(): readonly number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function readFigures(pid: number): readonly ProcessFigures[] {
  const stat = readStat(pid);
  const memory = readProc(pid, "smaps_rollup");
  const command = readProc(pid, "cmdline")?.split("\0") ?? [];
  if (stat === undefined || memory === undefined) return [];
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(memory)?.[1] ?? 0);
  const role = /([a-z-]+)[\\/]main\.js/.exec(command.join(" "))?.[1] ?? command[0] ?? "";
  return [{ pid, role, cpuMs: stat.cpuMs, pssBytes: bytes("Pss"), rssBytes: bytes("Rss") }];
}

function readStat(pid: number): { readonly parent: number; readonly cpuMs: number } | undefined {
  const text = readProc(pid, "stat");
  if (text === undefined) return undefined;
  // The second field is the name of the command in parentheses and may hold anything: fields are counted behind it.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]];
  return { parent, cpuMs: tickMs * (user + system) };
}

/** `undefined` when the process is gone. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}

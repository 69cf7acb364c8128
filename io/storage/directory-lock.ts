import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { stat, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskLock } from "./disk.ts";
import { DirectoryInUse } from "./storage-errors.ts";

/** Holds the process id of whoever has the directory, for people. */
const pidFile = "lock";

/**
 * Takes a directory for this process: it listens on a name that stands for the directory. The system lets one process
 * listen and frees the name when that one ends in any way, so that no lock outlives its holder and no process id has to
 * be believed. Rejects with `DirectoryInUse`.
 */
export async function lockDirectory(directory: string): Promise<DiskLock> {
  const name = await nameOf(directory);
  const server = (await listen(name)) ?? (await listenAfterDead(name));
  if (server === undefined) throw new DirectoryInUse(directory, readPid(directory));
  server.unref();
  writePid(directory);
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** By the identity of the directory, not its path, which may be one of several. */
async function nameOf(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const name = `quartet-data-${createHash("sha256").update(`${dev} ${ino}`).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${name}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => resolve(server));
  });
}

/** Where the name is a file, it outlives its holder: one that nobody listens on is in the way of nobody. */
async function listenAfterDead(name: string): Promise<Server | undefined> {
  if (process.platform === "linux" || process.platform === "win32") return undefined;
  if (await isAnswered(name)) return undefined;
  await unlink(name).catch(() => {});
  return listen(name);
}

function isAnswered(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name, () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** A disk without room, or one that is not to be written, is no reason to refuse what people may want to know. */
function writePid(directory: string): void {
  try {
    writeFileSync(join(directory, pidFile), `${process.pid}\n`);
  } catch {
    // Whoever needs to write more is told then.
  }
}

function readPid(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(directory, pidFile), "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

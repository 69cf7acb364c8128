import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./repository.mjs";
import { StepFailed } from "./step-failed.mjs";

const pollMs = 100;
const waitMsMax = 10 * 60_000;
const ownerlessMsMax = 5_000;

/**
 * Does the work while no other process of this repository does work of this name. The lock is a folder, since making
 * one succeeds once only; a lock whose owner died is taken over.
 */
export async function withLock(name, work) {
  const folder = join(root, name);
  await acquire(folder);
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function acquire(folder) {
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, "owner"), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
    }
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
    else await sleep(pollMs);
  }
  throw new StepFailed(`another process has held ${folder} for 10 minutes; end it, remove the folder and try again`);
}

function isAbandoned(folder) {
  try {
    const owner = Number(readFileSync(join(folder, "owner"), "utf8"));
    return owner > 0 && !isAlive(owner);
  } catch {
    return ageMs(folder) > ownerlessMsMax;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function ageMs(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}

import { createHash } from "node:crypto";
import { defaultLimits } from "../protocol/limits.ts";
import type { Delivery } from "./faults/fault.ts";
import { LineSplitter } from "./line-splitter.ts";
import { OutputQueue } from "./output-queue.ts";
import { readProcessSettings } from "./process-settings.ts";
import { ReplicaSession, type SessionEffect } from "./session.ts";
import { versions } from "./versions.ts";

const { stdin, stdout, stderr } = process;
const exitCodes = { usage: 2, defect: 70 };

process.on("uncaughtException", (error) => exit(exitCodes.defect, String(error.stack)));
const settings = readProcessSettings(process.argv.slice(2), process.env);
if (settings.kind === "usageError") exit(exitCodes.usage, settings.text);
const { makeReplica } = await versions[settings.version]();
const faults = settings.isLab ? (await import("./faults/faults.ts")).faults : undefined;
const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const session = new ReplicaSession(makeReplica(settings), sha256, faults);
const splitter = new LineSplitter(defaultLimits.replicaLineCharsMax);
const queue = new OutputQueue();
let timer: NodeJS.Timeout | undefined;
let ticks: NodeJS.Timeout | undefined;

stdin.setEncoding("utf8").on("data", takeChunk);
stdout.on("drain", () => stdin.resume());
stdout.on("error", () => process.exit()); // The manager is gone, as it is at the end of the input.

/** All answers to one chunk leave in one write. */
function takeChunk(chunk: string): void {
  const deliveries: Delivery[] = [];
  for (const line of splitter.push(chunk) ?? ["…over the limit of a line"]) {
    const effect = session.take(line);
    if (effect === undefined) continue;
    if (effect.kind === "write") deliveries.push(effect);
    else if (effect.kind === "note") stderr.write(`${effect.text}\n`);
    else if (effect.kind === "tick" || effect.kind === "endTicks") setTicks(effect);
    else {
      stdout.write(queue.put(performance.now(), deliveries));
      exit(effect.exitCode, effect.text);
    }
  }
  write(queue.put(performance.now(), deliveries));
}

/** A manager that does not read answers is not read from: no more than one chunk of them waits here. */
function write(text: string): void {
  if (text !== "" && !stdout.write(text)) stdin.pause();
  if (timer !== undefined || queue.nextDueAt === undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    write(queue.take(performance.now()));
  }, queue.nextDueAt - performance.now());
}

/** Ticks keep no process alive whose input has ended. */
function setTicks(effect: Extract<SessionEffect, { readonly kind: "tick" | "endTicks" }>): void {
  clearInterval(ticks);
  ticks = effect.kind === "tick" ? setInterval(effect.tick, effect.everyMs).unref() : undefined;
}

function exit(code: number, why: string): never {
  stderr.write(`${why}\n`);
  process.exit(code);
}

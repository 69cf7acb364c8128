import { setTimeout as after } from "node:timers/promises";
import type { CommandOutcome } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Paint } from "./paint.ts";
import { failureOfTrouble } from "./service-trouble.ts";
import { drawWatch } from "./watch-draw.ts";
import { WatchLines } from "./watch-lines.ts";
import { type WatchAnswer, WatchRecord } from "./watch-record.ts";
import type { Screen, ScreenEvents } from "./watch-screen.ts";

/** What a watch looks at and writes to. */
export interface WatchOptions {
  readonly url: string;
  /** Asks for the status; never rejects, and answers soon when the watch ends. */
  readonly ask: () => Promise<WatchAnswer>;
  /** Aborted when the watch is to end. */
  readonly ending: AbortSignal;
  readonly show: WatchShow;
  /** Milliseconds between two questions, and between two drawings. */
  readonly everyMs: number;
}

/** Where a watch is shown: live on a screen, or as lines that tell what changed. */
export type WatchShow =
  | { readonly kind: "screen"; readonly open: (redraw: ScreenEvents["redraw"]) => Screen; readonly paint: Paint }
  | { readonly kind: "lines"; readonly isJson: boolean; readonly write: (text: string) => void };

/** Watches a service until it is to end. A service that goes away is waited for; one that is not there is a failure. */
export async function watch(options: WatchOptions): Promise<CommandOutcome> {
  const { url, ask, ending, show } = options;
  const first = await ask();
  if (first.kind !== "status" && !ending.aborted) return failureOfTrouble(first, url);
  const changes = show.kind === "screen" ? await watchOn(show, first, options) : await tell(show, first, options);
  return { kind: "answer", exitCode: exitCodes.done, result: { url, changes }, text: "" };
}

async function watchOn(
  { open, paint }: Extract<WatchShow, { kind: "screen" }>,
  first: WatchAnswer,
  { url, ask, ending, everyMs }: WatchOptions,
): Promise<undefined> {
  const record = new WatchRecord();
  const draw = (): void => screen.show(drawWatch(record.view(performance.now()), url, screen.size(), paint));
  const take = (answer: WatchAnswer): void => {
    record.take(answer, performance.now());
    question = undefined;
  };
  let question: Promise<void> | undefined;
  const screen = open(draw);
  try {
    take(first);
    draw();
    while (!ending.aborted) {
      const tick = pause(everyMs, ending);
      question ??= ask().then(take);
      // An answer that is late is not waited for, so that the ages go on.
      await Promise.race([question, tick]);
      if (!ending.aborted) draw();
      await tick;
    }
  } finally {
    screen.close();
  }
}

async function tell(
  { isJson, write }: Extract<WatchShow, { kind: "lines" }>,
  first: WatchAnswer,
  { url, ask, ending, everyMs }: WatchOptions,
): Promise<number> {
  const lines = new WatchLines(url, isJson);
  let answer = first;
  while (!ending.aborted) {
    write(lines.take(answer, new Date().toISOString()));
    await pause(everyMs, ending);
    answer = await ask();
  }
  return lines.changes;
}

function pause(ms: number, ending: AbortSignal): Promise<void> {
  return after(ms, undefined, { signal: ending }).catch(() => {});
}

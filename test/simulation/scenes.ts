import type { Chance } from "../../protocol/chance.ts";
import type { FaultEvent, FaultKind } from "./schedule.ts";

/** One thing of a story: what, to whom (anybody where it is 0), when after the one before it began, and for how long. */
export type Scene = readonly [kind: FaultKind, target: number, afterMs: number, forMs: number];

/** The events of a story, with its times and targets moved at random. */
export function drawScenes(scenes: readonly Scene[], chance: Chance): FaultEvent[] {
  let at = 0;
  return scenes.map(([kind, target, afterMs, forMs]) => {
    at += chance.between(afterMs - (afterMs >> 2), afterMs + (afterMs >> 2));
    const anybody = kind === "halves" ? chance.between(1, 3) : chance.between(1, 4);
    const duration = forMs + chance.between(0, (forMs >> 3) + 5);
    return { at, kind, target: target === 0 ? anybody : target, forMs: duration, draw: chance.u32() };
  });
}

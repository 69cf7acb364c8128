import { setTimeout as delay } from "node:timers/promises";

const pollMs = 25;

/** Asks again and again until there is a value; rejects with what was waited for when the time is over. */
export async function until<Value>(
  what: string,
  withinMs: number,
  probe: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const endAt = performance.now() + withinMs;
  let trouble = "";
  while (performance.now() < endAt) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
      trouble = "";
    } catch (error) {
      trouble = ` (${(error as Error).message})`;
    }
    await delay(pollMs);
  }
  throw new Error(`not within ${withinMs} ms: ${what}${trouble}`);
}

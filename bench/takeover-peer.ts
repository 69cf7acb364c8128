import type { TakeoverLoad, Tally } from "./takeover-load.ts";

/** A service that goes on when its leader dies. */
export interface TakeoverPeer {
  readonly name: string;
  /** What it is asked, and where. */
  readonly load: Pick<TakeoverLoad, "kind" | "urls" | "businessDate" | "tryMsMax">;
  /** The process that leads, once all others are there too; rejects when that takes too long. */
  untilWhole(): Promise<number>;
  /** Rejects unless everything that was answered is there, once; how much that is, in words. */
  check(tally: Tally): Promise<string>;
  /** Ends its processes and removes its data. */
  stop(): Promise<void>;
}

const wholeMsMax = 30_000;
const pollMs = 25;

/** Asks again and again until there is a value; what fails meanwhile counts as none. */
export async function untilThere<Value>(what: string, probe: () => Promise<Value | undefined>): Promise<Value> {
  const endAt = performance.now() + wholeMsMax;
  while (performance.now() < endAt) {
    const value = await probe().catch(() => undefined);
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`not within ${wholeMsMax} ms: ${what}`);
}

import type { Digest, Sequence, Slot } from "../protocol/ids.ts";
import { readRecovered } from "./recovered-data.ts";

/** H at the numbers that a log still reaches, from its base on. */
interface Digests {
  readonly base: Sequence;
  readonly digests: readonly Digest[];
}

/** Tells H of any manager at any number; each directory is read once, and only when it is asked for. */
export class LogDigests {
  readonly #dataDirectory: string;
  readonly #read = new Map<Slot, Promise<Digests>>();

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  /** H of a manager whose directory can be read, or `undefined` at a number that its log does not reach. */
  async at(slot: Slot, n: Sequence): Promise<Digest | undefined> {
    const reading = this.#read.get(slot) ?? this.#readOf(slot);
    this.#read.set(slot, reading);
    const { base, digests } = await reading;
    return digests[n - base];
  }

  async #readOf(slot: Slot): Promise<Digests> {
    const recovered = await readRecovered(this.#dataDirectory, slot);
    if (recovered === undefined) return { base: 0, digests: [] };
    const { summary, entries } = recovered;
    return { base: summary.base, digests: [summary.baseDigest, ...entries.map((entry) => entry.historyDigest)] };
  }
}

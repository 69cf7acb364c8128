import type { Bounds } from "./bounds.ts";
import { Chain } from "./chain.ts";
import { foundedCluster } from "./founded-cluster.ts";
import { LocalStates } from "./local-states.ts";
import { managerCount } from "./model-addresses.ts";
import type { OpenedCores } from "./opened-cores.ts";
import { type Progress, Search } from "./search.ts";
import { describeWay } from "./way.ts";

/** What a search found: nothing broken within its bounds, or the shortest way to what is. */
export interface Finding extends Progress {
  /** Inputs that the cores were given. */
  readonly steps: number;
  /** False where it was ended before it had seen everything. */
  readonly isExhausted: boolean;
  readonly broken: { readonly text: string; readonly way: readonly string[] } | undefined;
}

/** When a search reports and when it gives up. */
export interface CheckOptions {
  /** Global states between two reports. */
  readonly everyStates: number;
  /** False ends it. */
  readonly onProgress: (progress: Progress) => boolean;
}

/** Explores everything within bounds, until something is broken. */
export function check(cores: OpenedCores, bounds: Bounds, { everyStates, onProgress }: CheckOptions): Finding {
  const chain = new Chain();
  // What is of use is told by its epoch: that is no name any more where two sequencers use the same.
  const forgets = bounds.isEager && bounds.mutant !== "reuseEpoch";
  const locals = new LocalStates(foundedCluster(cores, bounds, chain), forgets);
  const search = new Search(locals, chain, managerCount + 1 + bounds.candidates.length, bounds.crashesMax);
  for (;;) {
    const result = search.run(everyStates);
    const count = { ...search.progress, steps: locals.steps };
    if (result === "exhausted") return { ...count, isExhausted: true, broken: undefined };
    if (result !== "more") {
      const broken = { text: result.text, way: describeWay(search, locals, result.row) };
      return { ...count, isExhausted: false, broken };
    }
    if (!onProgress(search.progress)) return { ...count, isExhausted: false, broken: undefined };
  }
}

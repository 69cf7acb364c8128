import type { Entry } from "../../protocol/entry.ts";
import { genesisDigest } from "../../protocol/history.ts";
import type { Digest, Sequence } from "../../protocol/ids.ts";

/** Every entry that anybody ever had: a digest stands for the whole history before it. */
export class Chain {
  readonly #parents = new Map<Digest, { readonly n: Sequence; readonly before: Digest }>();

  /** Takes note of an entry behind a history. */
  add({ n, historyDigest }: Pick<Entry, "n" | "historyDigest">, before: Digest): void {
    this.#parents.set(historyDigest, { n, before });
  }

  /** The digest at number `n` of the history that ends with `digest`; `undefined` where that is shorter. */
  digestAt(digest: Digest, n: Sequence): Digest | undefined {
    for (let at = digest; ; ) {
      const place = this.#parents.get(at);
      if (place === undefined) return n === 0 && at === genesisDigest ? at : undefined;
      if (place.n === n) return at;
      if (place.n < n) return undefined;
      at = place.before;
    }
  }
}

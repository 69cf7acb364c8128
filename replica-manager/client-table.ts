import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import { genesisDigest } from "../protocol/history.ts";
import type { Digest, InstantMs, Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Remembered } from "../protocol/message.ts";
import { type Request, requestContent, requestKey } from "../protocol/request.ts";
import type { Sha256 } from "../protocol/role.ts";

/** What is remembered of a request id; the result is missing while the replica works on it. */
export interface Registered extends Omit<Remembered, "result"> {
  result: string | undefined;
}

/** What is to be done with a numbered change. */
export type Admission =
  | { readonly kind: "execute"; readonly registered: Registered }
  | { readonly kind: "quote"; readonly registered: Registered }
  | { readonly kind: "reused" }
  | { readonly kind: "tooOld" }
  | { readonly kind: "full" };

/**
 * Makes each change happen once: the first number of a request id and its result, part of the replicated state. It
 * forgets only by log time at checkpoints, and a request issued before what is forgotten is refused.
 */
export class ClientTable {
  readonly #limits: Limits;
  readonly #sha256: Sha256;
  #byKey = new Map<string, Registered>();
  /** Digest of all results up to the last checkpoint, and what was executed since, in order. */
  #digest: Digest = genesisDigest;
  #since: string[] = [];

  constructor(limits: Limits, sha256: Sha256) {
    this.#limits = limits;
    this.#sha256 = sha256;
  }

  /** Admits the entry of a change as it comes up in the order. */
  admit(entry: Entry): Admission {
    const { request } = entry;
    const key = requestKey(request);
    const contentDigest = this.#sha256(requestContent(request));
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      return known.contentDigest === contentDigest ? { kind: "quote", registered: known } : { kind: "reused" };
    }
    if (entry.time - request.issuedAt > this.#limits.clientHorizonMs) return { kind: "tooOld" };
    if (this.#byKey.size >= this.#limits.clientTableEntriesMax) return { kind: "full" };
    const registered: Registered = {
      caller: request.caller,
      requestId: request.requestId,
      n: entry.n,
      time: entry.time,
      historyDigest: entry.historyDigest,
      contentDigest,
      operation: request.command.kind === "operation" ? request.command.operation : request.command.kind,
      result: undefined,
    };
    this.#byKey.set(key, registered);
    return { kind: "execute", registered };
  }

  /** Records the result of an executed change, in the order of execution. */
  record(registered: Registered, result: string): void {
    assert(registered.result === undefined, "a change has one result");
    registered.result = result;
    this.#since.push(`${registered.caller} ${registered.requestId} ${registered.n} ${result}`);
  }

  /** What is known of a request id at number `n`. */
  find(request: Pick<Request, "caller" | "requestId">, n: Sequence): Registered | undefined {
    const known = this.#byKey.get(requestKey(request));
    return known !== undefined && known.n <= n ? known : undefined;
  }

  /** Closes the run of results up to a checkpoint and returns the digest of all results so far. */
  checkpoint(): Digest {
    this.#digest = this.#sha256(`${this.#digest}\n${this.#since.join("\n")}`);
    this.#since = [];
    return this.#digest;
  }

  /**
   * Forgets what the time of a checkpoint has put out of the horizon: as the checkpoint comes up in the order, like
   * `admit`, so that what is admitted does not depend on when the replica answers.
   */
  forget(time: InstantMs): void {
    for (const [key, registered] of this.#byKey) {
      // Two horizons: a request issued within one horizon before its number is still known one horizon later.
      if (time - registered.time <= 2 * this.#limits.clientHorizonMs) break;
      this.#byKey.delete(key);
    }
  }

  /** All that was executed up to `n`, in the order of their numbers. */
  upTo(n: Sequence): Remembered[] {
    const result: Remembered[] = [];
    for (const registered of this.#byKey.values()) {
      if (registered.n > n) break;
      assert(registered.result !== undefined, "what a checkpoint covers was executed");
      result.push({ ...registered, result: registered.result });
    }
    return result;
  }

  /** Takes the place of everything by what a snapshot holds. */
  restore(table: readonly Remembered[], digest: Digest): void {
    this.#byKey = new Map(table.map((remembered) => [requestKey(remembered), { ...remembered }]));
    this.#digest = digest;
    this.#since = [];
  }
}

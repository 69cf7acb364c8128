import type { Adoption } from "../../protocol/epoch.ts";
import type { Digest, Epoch, Sequence } from "../../protocol/ids.ts";

/** Something that is true of one process from some step on, for ever. */
export type Fact =
  /** A manager would reply for that entry. */
  | Place<"vouches">
  /** A sequencer has numbered that entry. */
  | Place<"numbers">
  /** That epoch is adopted, on the disk. */
  | { readonly kind: "adopted"; readonly adoption: Adoption }
  /** A candidate has started that epoch. */
  | { readonly kind: "started"; readonly adoption: Adoption }
  /** A sequencer says that two managers have stored everything up to there. */
  | Place<"tells">;

interface Place<Kind extends string> {
  readonly kind: Kind;
  readonly epoch: Epoch;
  readonly n: Sequence;
  readonly digest: Digest;
}

/** A fact as text: equal facts are one. */
export function keyOfFact(fact: Fact): string {
  if ("adoption" in fact) return `${fact.kind} ${JSON.stringify(fact.adoption)}`;
  return `${fact.kind} ${keyOfEpoch(fact.epoch)} ${fact.n} ${fact.digest}`;
}

/** An epoch as text. */
export function keyOfEpoch({ number, nonce }: Epoch): string {
  return `${number}.${nonce}`;
}

import type { Digest, Epoch, Sequence } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import type { Fact } from "./facts.ts";
import type { Stage } from "./stage.ts";

/** What may happen to one process of the model; what other processes do in between changes nothing about it. */
export type LocalInput =
  | { readonly kind: "deliver"; readonly message: Message }
  /** The disk has written everything that was appended. */
  | { readonly kind: "write" }
  /** The process ends and starts again on its disk, with so many of the appends that were not written yet. */
  | { readonly kind: "crash"; readonly written: number }
  /** The silence has lasted long enough: it asks for an epoch. */
  | { readonly kind: "campaign" }
  /** What it asks for has taken too long. */
  | { readonly kind: "timeout" }
  /** A client calls. */
  | { readonly kind: "request" };

/** What a process says in one step. */
export interface Said {
  readonly to: string;
  readonly message: Message;
}

/** What a manager holds as the log of an epoch: the history that ends with `digest`. */
export interface Claim {
  readonly epoch: Epoch;
  readonly last: Sequence;
  readonly digest: Digest;
}

/** One process of the model, alive: made anew and led along its inputs whenever it is looked at. */
export interface Living {
  /**
   * Takes an input and returns what is said, or `undefined` where that cannot happen now. `origin` names the state
   * before together with the input: functions that wait from this step on go by it.
   */
  take(input: LocalInput, origin: string): readonly Said[] | undefined;
  /** Everything that decides what it does from here on. */
  fingerprint(): string;
  /** What became true of it by now, and stays true. */
  readonly facts: readonly Fact[];
  /** The log of the epoch that it has adopted, as it is now. */
  readonly claim: Claim | undefined;
  /** How far it has come: what is of use to it. */
  readonly stage: Stage;
  /** True for a sequencer that leads, when it has no more to gain from waiting. */
  readonly isSettled: boolean;
  /** Inputs that need no message. */
  readonly choices: readonly LocalInput[];
  /** Crashes so far. */
  readonly crashes: number;
  /** One line of how it stands, for a reader. */
  describe(): string;
}

import type { Call, CallFault, CallReply } from "../protocol/call.ts";
import type { FaultName } from "../protocol/fault.ts";
import type { Digest, Sequence, Slot } from "../protocol/ids.ts";
import type { Received } from "../protocol/message.ts";
import type { NoteEffect, SendEffect, WakeEffect } from "../protocol/role.ts";

/** What happens to a front end. `handle` names a caller that waits; `freshId` is random and never used before. */
export type FrontendInput =
  | {
      readonly kind: "call";
      readonly handle: number;
      readonly call: Call;
      readonly caller: string;
      readonly freshId: string;
    }
  /** All state digests at one same number are asked for. */
  | { readonly kind: "digests"; readonly handle: number; readonly freshId: string }
  | { readonly kind: "messages"; readonly messages: readonly Received[] }
  | {
      readonly kind: "inject";
      readonly slot: Slot;
      readonly fault: FaultName;
      readonly id: string;
      readonly forMs: number;
      readonly seed: number;
      readonly owner: string;
    }
  | { readonly kind: "clear"; readonly slot: Slot; readonly id: string }
  | { readonly kind: "kill"; readonly slot: Slot; readonly target: "manager" | "replica" }
  /** A slot gets another replica, or its new disk is admitted. */
  | { readonly kind: "replace"; readonly slot: Slot }
  | { readonly kind: "dropped"; readonly badMac: number; readonly malformed: number }
  | { readonly kind: "wake" };

/** Every state digest that came, by slot, at the number that the marker got. */
export interface DigestsAnswer {
  readonly sequence: Sequence;
  readonly digests: readonly { readonly slot: Slot; readonly digest: Digest | null }[];
}

/** What a front end does. */
export type FrontendEffect =
  | SendEffect
  | WakeEffect
  | NoteEffect
  | { readonly kind: "answer"; readonly handle: number; readonly reply: CallReply | CallFault }
  | { readonly kind: "digests"; readonly handle: number; readonly answer: DigestsAnswer | CallFault };

/** Takes an effect on; effects are carried out in the order in which they were taken on. */
export type Emit = (effect: FrontendEffect) => void;

import type { BusinessDate } from "../protocol/ids.ts";
import type { Received } from "../protocol/message.ts";
import type { NoteEffect, SendEffect, WakeEffect } from "../protocol/role.ts";

/** What happens to a sequencer. `messages` are all that arrived in one turn, in their order. */
export type SequencerInput =
  | { readonly kind: "messages"; readonly messages: readonly Received[] }
  | { readonly kind: "businessDate"; readonly date: BusinessDate }
  /** The process ends in order. */
  | { readonly kind: "resign" }
  /** So many of the sequencers that are known rank above this one. */
  | { readonly kind: "ranks"; readonly above: number }
  | { readonly kind: "dropped"; readonly badMac: number; readonly malformed: number }
  | { readonly kind: "wake" };

/** What a sequencer does. */
export type SequencerEffect = SendEffect | WakeEffect | NoteEffect;

/** Takes an effect on; effects are carried out in the order in which they were taken on. */
export type Emit = (effect: SequencerEffect) => void;

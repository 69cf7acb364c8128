import type { Address, InstantMs } from "./ids.ts";
import type { Message } from "./message.ts";

/**
 * The one door of a role: everything that happens is an input, everything that it does is an effect. Whatever drives
 * it carries the effects out in their order and comes back with `wake` at the time that was last asked for.
 */
export interface Role<Input, Effect> {
  step(now: InstantMs, input: Input): readonly Effect[];
}

/** Where a message goes: to one process, to every replica manager, or to every sequencer but the one that sends it. */
export type Destination = Address | "managers" | "sequencers";

/** Sends a message; it may be lost, doubled or late. */
export interface SendEffect {
  readonly kind: "send";
  readonly to: Destination;
  readonly message: Message;
}

/** Asks for one `wake` at that time; takes the place of the last one asked for. */
export interface WakeEffect {
  readonly kind: "wake";
  readonly at: InstantMs;
}

/** Something that an operator should read in the log. */
export interface NoteEffect {
  readonly kind: "note";
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

/** SHA-256 of bytes or of a text in UTF-8, in lower-case hexadecimal: given to each core, since the language has none. */
export type Sha256 = (data: string | Uint8Array) => string;

import type { Entry } from "../protocol/entry.ts";
import type { Sequence } from "../protocol/ids.ts";
import type { Received } from "../protocol/message.ts";
import type { NoteEffect, SendEffect, WakeEffect } from "../protocol/role.ts";

/** What happens to a manager. `messages` are all that arrived in one turn, in their order. */
export type ManagerInput =
  | { readonly kind: "messages"; readonly messages: readonly Received[] }
  /** Entries up to this number are durable. */
  | { readonly kind: "appended"; readonly last: Sequence }
  | { readonly kind: "replicaStarted"; readonly generation: number; readonly pid: number }
  /** Whole lines that a replica wrote, in their order, without their ends. */
  | { readonly kind: "replicaLines"; readonly generation: number; readonly lines: readonly string[] }
  | { readonly kind: "replicaEnded"; readonly generation: number; readonly cause: string }
  | { readonly kind: "dropped"; readonly badMac: number; readonly malformed: number }
  | { readonly kind: "wake" };

/** What a manager does. */
export type ManagerEffect =
  | SendEffect
  | WakeEffect
  | NoteEffect
  /** Stores entries; `appended` follows when they are durable. */
  | { readonly kind: "append"; readonly entries: readonly Entry[] }
  /** Starts a replica process; `replicaStarted` or `replicaEnded` follows. */
  | { readonly kind: "startReplica"; readonly generation: number; readonly version: string }
  /** Ends a replica process for good; no input of that generation means anything from now on. */
  | { readonly kind: "endReplica"; readonly generation: number }
  /** Writes one line to a replica. */
  | { readonly kind: "writeReplica"; readonly generation: number; readonly line: string }
  /** Ends the manager itself at once: a fault of the lab. */
  | { readonly kind: "endManager" };

/** Takes an effect on; effects are carried out in the order in which they were taken on. */
export type Emit = (effect: ManagerEffect) => void;

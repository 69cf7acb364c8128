import type { LogRecord, SavedCheckpoint } from "../protocol/log-record.ts";
import type { Received } from "../protocol/message.ts";
import type { Recovered, Snapshot } from "../protocol/recovered.ts";
import type { NoteEffect, SendEffect, WakeEffect } from "../protocol/role.ts";
import type { TableInterval } from "../protocol/table-interval.ts";

export type { Recovered, Snapshot } from "../protocol/recovered.ts";

/** What happens to a replica process. */
export type ReplicaEvent =
  | { readonly kind: "replicaStarted"; readonly generation: number; readonly pid: number }
  /** Whole lines that a replica wrote, in their order, without their ends. */
  | { readonly kind: "replicaLines"; readonly generation: number; readonly lines: readonly string[] }
  | { readonly kind: "replicaEnded"; readonly generation: number; readonly cause: string };

/** What a manager does to a replica process. */
export type ReplicaEffect =
  /** Starts a replica process; `replicaStarted` or `replicaEnded` follows. */
  | { readonly kind: "startReplica"; readonly generation: number; readonly version: string }
  /** Ends a replica process for good; no input of that generation means anything from now on. */
  | { readonly kind: "endReplica"; readonly generation: number }
  /** Writes one line to a replica. */
  | { readonly kind: "writeReplica"; readonly generation: number; readonly line: string };

/** What happens to a manager. `messages` are all that arrived in one turn, in their order. */
export type ManagerInput =
  /** The data is read: the first thing that counts, and it comes once. */
  | { readonly kind: "recovered"; readonly recovered: Recovered }
  | { readonly kind: "messages"; readonly messages: readonly Received[] }
  /** The first `position` records that were appended since the start are durable. */
  | { readonly kind: "appended"; readonly position: number }
  /** A snapshot and the intervals of the client table that came with it are durable. */
  | { readonly kind: "saved"; readonly checkpoint: SavedCheckpoint }
  /** The disk has no room for more, or has it again. */
  | { readonly kind: "room"; readonly hasRoom: boolean }
  | ReplicaEvent
  /** What happens to the replica in shadow, by a count of its own starts. */
  | { readonly kind: "shadow"; readonly event: ReplicaEvent }
  | { readonly kind: "dropped"; readonly badMac: number; readonly malformed: number }
  | { readonly kind: "wake" };

/** What a manager does. */
export type ManagerEffect =
  | SendEffect
  | WakeEffect
  | NoteEffect
  /** Stores records behind all earlier ones; `appended` follows when they are durable. Never empty. */
  | { readonly kind: "append"; readonly records: readonly LogRecord[] }
  /**
   * Stores a snapshot and those intervals of the client table that are not stored yet; `saved` follows when all of it
   * is durable, later where there is no room yet. A newer one may take its place before; then nothing follows.
   */
  | { readonly kind: "save"; readonly snapshot: Snapshot; readonly intervals: readonly TableInterval[] }
  /**
   * Only these snapshots and intervals (by their digests) are needed from now on, and no entry up to `cut`, which a
   * record has said. Everything else may be deleted, once all records before it are durable.
   */
  | {
      readonly kind: "keep";
      readonly cut: number;
      readonly checkpoints: readonly SavedCheckpoint[];
      readonly intervals: readonly string[];
    }
  | ReplicaEffect
  /** The same for the replica in shadow, whose version is its command line. */
  | { readonly kind: "shadow"; readonly effect: ReplicaEffect }
  /** Ends the manager itself at once: a fault of the lab. */
  | { readonly kind: "endManager" };

/** Takes an effect on; effects are carried out in the order in which they were taken on. */
export type Emit = (effect: ManagerEffect) => void;

import type { Limits } from "../protocol/limits.ts";
import type { MessageOf, SnapshotPart } from "../protocol/message.ts";
import type { TableInterval } from "../protocol/table-interval.ts";
import type { Snapshot } from "./effect.ts";

/** How many parts a snapshot travels in: pieces of its state, then the intervals of its client table. */
export function countParts(snapshot: Snapshot, intervals: readonly TableInterval[], limits: Limits): number {
  return countPieces(snapshot.state.length, limits) + intervals.length;
}

/** How many parts a snapshot can have that keeps to the limits. */
export function partsMax(limits: Limits): number {
  // One interval more than there are changes: the one before those that are alive.
  return countPieces(limits.stateCharsMax, limits) + limits.clientTableEntriesMax + 1;
}

/** The message that carries one part of a snapshot, counted from 0; `undefined` when it has no such part. */
export function snapshotPart(
  snapshot: Snapshot,
  intervals: readonly TableInterval[],
  part: number,
  limits: Limits,
): MessageOf<"snapshot"> | undefined {
  const content = contentOf(snapshot.state, intervals, part, limits);
  if (content === undefined) return undefined;
  const parts = countParts(snapshot, intervals, limits);
  return { kind: "snapshot", ...snapshot.digests, time: snapshot.time, part, parts, content };
}

function contentOf(
  state: string,
  intervals: readonly TableInterval[],
  part: number,
  limits: Limits,
): SnapshotPart | undefined {
  const pieces = countPieces(state.length, limits);
  if (part < pieces) {
    return {
      kind: "state",
      text: state.slice(beginOfPiece(state, part, limits), beginOfPiece(state, part + 1, limits)),
    };
  }
  const interval = intervals[part - pieces];
  return interval === undefined ? undefined : { kind: "interval", ...interval };
}

function countPieces(chars: number, limits: Limits): number {
  return Math.max(1, Math.ceil(chars / charsApart(limits)));
}

/** A piece that begins inside of a surrogate pair takes all of it: alone, a half of one is no text. */
function beginOfPiece(state: string, piece: number, limits: Limits): number {
  const begin = Math.min(piece * charsApart(limits), state.length);
  return isLowSurrogate(state.charCodeAt(begin)) && isHighSurrogate(state.charCodeAt(begin - 1)) ? begin - 1 : begin;
}

/** One less than a piece may have, for the half of a pair that it may have to take along. */
function charsApart(limits: Limits): number {
  return Math.max(2, limits.partBytesMax - 1);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

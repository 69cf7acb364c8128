import type { Answer } from "../../protocol/answer.ts";
import type { Replica, ReplicaRequest } from "../contract.ts";

/** What becomes of one output line of a replica under a fault. */
export interface Delivery {
  /** The line that is written in its place; empty when none is. */
  readonly text: string;
  /** Milliseconds for which it is held back; lines keep their order. */
  readonly delayMs: number;
}

/** A replica with a bug in it, around a right one. */
export interface FaultyReplica extends Replica {
  /** Takes the bug out and gives the replica beneath back. What the bug did to the state stays done. */
  release(): Replica;
}

/**
 * What a fault changes: the answers or the state of a replica, the lines that it writes, or its process, which ends or
 * does something every so often, requests or none. `seed` is any 32-bit number; the same seed repeats the same wrong
 * behaviour.
 */
export type Fault =
  | { readonly kind: "answers"; readonly wrap: (replica: Replica, seed: number) => FaultyReplica }
  | { readonly kind: "lines"; readonly makeDeliver: (seed: number) => (text: string) => Delivery }
  | { readonly kind: "process"; readonly exitCode: number }
  | { readonly kind: "ticks"; readonly everyMs: number; readonly makeTick: () => () => void };

/** A faulty replica that changes answers on their way out; its state stays right. */
export function changeAnswers(
  replica: Replica,
  change: (request: ReplicaRequest, answer: Answer) => Answer,
): FaultyReplica {
  return {
    execute: (request) => change(request, replica.execute(request)),
    exportState: () => replica.exportState(),
    importState: (state) => replica.importState(state),
    release: () => replica,
  };
}

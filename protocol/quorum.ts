import { assert } from "./assert.ts";
import { isRead } from "./operation.ts";
import type { Command } from "./request.ts";

/** How many equal replies decide: 2 goes on with one wrong and one dead replica, 3 with one of both and never on two equal lies. */
export type Quorum = 2 | 3;

/** The classes of operations whose quorum is set apart: what is listed, what customers change, what administrators change. */
export const quorumClasses = ["reads", "bookings", "shows"] as const;

/** The quorum of each class of operations. */
export type Quorums = Readonly<Record<(typeof quorumClasses)[number], Quorum>>;

/** What decides when nothing is said. */
export const defaultQuorums: Quorums = { reads: 2, bookings: 2, shows: 2 };

/** How many equal replies decide that request. */
export function quorumOf(quorums: Quorums, command: Command): Quorum {
  switch (command.kind) {
    case "operation":
      return quorums[classOf(command.operation)];
    // It settles what became of a change, and is as sure as that.
    case "outcome":
      return largest(quorums.bookings, quorums.shows);
    default:
      return 2;
  }
}

/** The largest quorum of any class: so many managers have to be there for all that customers may ask. */
export function quorumMax(quorums: Quorums): Quorum {
  return largest(quorums.reads, largest(quorums.bookings, quorums.shows));
}

function classOf(operation: Extract<Command, { kind: "operation" }>["operation"]): keyof Quorums {
  if (isRead(operation)) return "reads";
  return operation === "addMovieSlots" || operation === "removeMovieSlots" ? "shows" : "bookings";
}

function largest(one: Quorum, other: Quorum): Quorum {
  assert(one === 2 || one === 3, "a quorum is 2 or 3");
  return one > other ? one : other;
}

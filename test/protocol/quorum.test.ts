import { expect } from "chai";
import { operations } from "../../protocol/operation.ts";
import { defaultQuorums, quorumMax, quorumOf } from "../../protocol/quorum.ts";
import type { Command } from "../../protocol/request.ts";

const ofOperation = (operation: (typeof operations)[number]): Command => ({ kind: "operation", operation, args: "{}" });

describe("quorum", () => {
  it("is set for reads, bookings and shows apart", () => {
    const quorums = { reads: 3, bookings: 2, shows: 2 } as const;
    const threes = operations.filter((operation) => quorumOf(quorums, ofOperation(operation)) === 3);
    expect(threes).to.deep.equal(["listMovieShowsAvailability", "getBookingSchedule"]);
    const ofShows = { ...defaultQuorums, shows: 3 } as const;
    const changing = operations.filter((operation) => quorumOf(ofShows, ofOperation(operation)) === 3);
    expect(changing).to.deep.equal(["addMovieSlots", "removeMovieSlots"]);
    const ofBookings = { ...defaultQuorums, bookings: 3 } as const;
    const booking = operations.filter((operation) => quorumOf(ofBookings, ofOperation(operation)) === 3);
    expect(booking).to.deep.equal(["bookMovieTickets", "cancelMovieTickets", "exchangeTickets"]);
  });

  it("of an outcome is as large as that of the change that it may be of", () => {
    const asked: Command = { kind: "outcome", requestId: "a" };
    expect(quorumOf({ reads: 3, bookings: 2, shows: 2 }, asked)).to.equal(2);
    expect(quorumOf({ reads: 2, bookings: 3, shows: 2 }, asked)).to.equal(3);
    expect(quorumOf({ reads: 2, bookings: 2, shows: 3 }, asked)).to.equal(3);
  });

  it("of what the cluster asks by itself is two", () => {
    expect(quorumOf({ reads: 3, bookings: 3, shows: 3 }, { kind: "checkpoint" })).to.equal(2);
  });

  it("has a largest one, which so many managers have to be there for", () => {
    expect(quorumMax(defaultQuorums)).to.equal(2);
    for (const name of ["reads", "bookings", "shows"]) expect(quorumMax({ ...defaultQuorums, [name]: 3 })).to.equal(3);
  });
});

import { expect } from "chai";
import { randomRequests } from "../../conformance/random-requests.ts";
import { stateProblem } from "../../conformance/state-form.ts";
import { given, schedule } from "../../conformance/step.ts";
import type { CanonicalState, Replica, ReplicaRequest } from "../../replicas/contract.ts";
import { afflict, answers, play, showsOfToday, threeShows as three, versionsUnderTest } from "./a-faulty-replica.ts";

/** Close seeds give close first numbers. */
const farApart = 0x1234_5678;
const [morning] = showsOfToday;
const movie = "Avatar";

for (const { name, make } of versionsUnderTest) {
  describe(`silent-corruption over ${name}`, () => tellOfCorruption(make));
}

function tellOfCorruption(make: (state?: CanonicalState) => Replica): void {
  it("answers rightly, and says of one booking of the state that it has a ticket less", () => {
    const requests = randomRequests(1, 500) as readonly ReplicaRequest[];
    const [right, replica] = [make(), afflict(make(), "silent-corruption")];
    expect(answers(replica, requests)).to.deep.equal(answers(right, requests));
    const [shows, bookings] = replica.exportState();
    const [rightShows, rightBookings] = right.exportState();
    expect(shows).to.deep.equal(rightShows);
    expect(ticketsIn(bookings)).to.equal(ticketsIn(rightBookings) - 1);
    const said = bookings.map((row) => JSON.stringify(row));
    expect(rightBookings.filter((row) => !said.includes(JSON.stringify(row)))).to.have.lengthOf(1);
  });

  it("damages the same again for the same seed, another booking for another, and also what is imported", () => {
    const states = [1, 2, 3, 4, 5, 6].map((count) => {
      const replica = afflict(make(three), "silent-corruption", count * farApart);
      const state = replica.exportState();
      expect(replica.exportState()).to.deep.equal(state);
      expect(stateProblem(state)).to.equal(undefined);
      replica.importState(three);
      expect(replica.exportState()).to.deep.equal(state);
      return JSON.stringify(state);
    });
    expect(new Set(states)).to.have.lengthOf.within(2, 3);
    expect(states).to.not.include(JSON.stringify(three));
  });

  it("adds a seat where nobody holds a ticket, and damages nothing where there is nothing", () => {
    expect(afflict(make(), "silent-corruption").exportState()).to.deep.equal(given([]));
    for (const [capacity, said] of [
      [5, 6],
      [1_000_000, 999_999],
    ] as const) {
      const replica = afflict(make(given([[morning, movie, capacity]])), "silent-corruption");
      expect(replica.exportState()).to.deep.equal(given([[morning, movie, said]]));
    }
  });

  it("leaves the wrong state when it is cleared, and answers come from it", () => {
    const replica = afflict(make(given([[morning, movie, 3]], [["ATWC1000", morning, movie, 2]])), "silent-corruption");
    const before = { movieID: morning, movieName: movie, numberOfTickets: 2 };
    play(replica, [schedule("ATWC1000").gives({ bookings: [before] })]);
    play(replica.release(), [schedule("ATWC1000").gives({ bookings: [{ ...before, numberOfTickets: 1 }] })]);
  });
}

function ticketsIn(bookings: CanonicalState[1]): number {
  return bookings.reduce((sum, [, , , tickets]) => sum + tickets, 0);
}

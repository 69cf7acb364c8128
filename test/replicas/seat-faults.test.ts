import { expect } from "chai";
import { randomRequests } from "../../conformance/random-requests.ts";
import { soldOf } from "../../conformance/state-form.ts";
import { add, book, cancel, exchange, given, list, on, remove, schedule } from "../../conformance/step.ts";
import type { Answer } from "../../protocol/answer.ts";
import type { CanonicalState, ReplicaRequest } from "../../replicas/contract.ts";
import type { FaultyReplica } from "../../replicas/faults/fault.ts";
import { afflict, play, showsOfToday, threeShows as three, versionsUnderTest } from "./a-faulty-replica.ts";

const [morning, afternoon, evening] = showsOfToday;
const movie = "Avatar";

/** A show that is held and exchanged for another, after which both are held. */
const unbookable = [
  { what: "the same show elsewhere", held: [morning], from: morning, to: "VERM120523", today: "2023-05-12" },
  { what: "a past show", held: [morning], from: morning, to: "ATWM130523", today: "2023-05-13" },
  {
    what: "a fourth show away from home",
    held: [morning, afternoon, evening],
    from: evening,
    to: "ATWM130523",
    today: "2023-05-12",
  },
] as const;

for (const { name, make } of versionsUnderTest) {
  describe(`capacity-off-by-one over ${name}`, () =>
    tellOfOneSeatTooMany((state) => afflict(make(state), "capacity-off-by-one")));
  describe(`cancel-keeps-seats over ${name}`, () =>
    tellOfKeptSeats((state) => afflict(make(state), "cancel-keeps-seats")));
  describe(`exchange-half over ${name}`, () => tellOfHalves((state) => afflict(make(state), "exchange-half")));
}

function tellOfOneSeatTooMany(faulty: (state: CanonicalState) => FaultyReplica): void {
  it("sells one seat too many, remembers it, and is right until then", () => {
    const replica = faulty(three);
    play(replica, [
      book("ATWC1002", morning, movie, 1).gives({ held: 1, available: 0 }),
      book("ATWC1003", morning, movie, 2).isRefused("SHOW_FULL"),
      book("ATWC1003", morning, movie, 1).gives({ held: 1, available: 0 }),
      book("ATWC1003", morning, movie, 1).isRefused("SHOW_FULL"),
      cancel("ATWC1003", morning, movie, 1).gives({ held: 0, available: 0 }),
    ]);
    expect(replica.exportState()[0]).to.deep.equal(three[0]);
  });

  it("makes and lists shows with the capacity that was asked for", () => {
    const made = { movieID: "ATWM130523", movieName: "Titanic", capacity: 4, available: 4 };
    play(faulty(three), [
      add("ATWM130523", "Titanic", 4).gives({ created: true, capacity: 4, available: 4 }),
      list("Titanic").gives({ shows: [made] }),
      add("ATWM130523", "Titanic", 0).isRefused("INVALID"),
    ]);
  });

  it("makes the mistake in moves too", () => {
    const moved = { customerID: "ATWC1000", movieID: evening, numberOfTickets: 1 };
    play(faulty(three), [
      book("ATWC1000", evening, movie, 8).gives({ held: 8, available: 1 }),
      book("ATWC1000", afternoon, movie, 8).gives({ held: 10, available: 0 }),
      remove(morning, movie).gives({ moved: [moved, { ...moved, customerID: "ATWC1001" }], dropped: [] }),
    ]);
  });

  it("leaves an oversold show with its extra seat when it is cleared, and others as they were", () => {
    const replica = faulty(three);
    play(replica, [book("ATWC1002", morning, movie, 2).gives({ held: 2, available: 0 })]);
    const cleared = replica.release();
    expect(cleared.exportState()[0]).to.deep.equal([[morning, movie, 4], ...three[0].slice(1)]);
    play(cleared, [book("ATWC1002", morning, movie, 1).isRefused("SHOW_FULL")]);
  });

  it("gives an unharmed state back as it was", () => {
    expect(faulty(three).release().exportState()).to.deep.equal(three);
    const imported = faulty(three);
    imported.importState(given([[morning, movie, 2]]));
    expect(imported.exportState()).to.deep.equal(given([[morning, movie, 2]]));
  });
}
function tellOfKeptSeats(faulty: (state: CanonicalState) => FaultyReplica): void {
  it("takes tickets back and keeps their seats from everybody", () => {
    const replica = faulty(three);
    play(replica, [
      cancel("ATWC1000", morning, movie, 1).gives({ held: 0, available: 1 }),
      list(movie).gives({
        shows: [
          { movieID: morning, movieName: movie, capacity: 3, available: 1 },
          { movieID: afternoon, movieName: movie, capacity: 9, available: 7 },
          { movieID: evening, movieName: movie, capacity: 9, available: 9 },
        ],
      }),
      book("ATWC1002", morning, movie, 1).gives({ held: 1, available: 0 }),
      book("ATWC1003", morning, movie, 1).isRefused("SHOW_FULL"),
      schedule("ATWC1003").gives({ bookings: [] }),
      exchange("ATWC1000", [afternoon, movie], [morning, movie], 2).isRefused("SHOW_FULL"),
      schedule("ATWC1000").gives({ bookings: [{ movieID: afternoon, movieName: movie, numberOfTickets: 2 }] }),
      exchange("ATWC1002", [morning, movie], [afternoon, movie], 1).gives(left(0, 1, 1, 6)),
    ]);
  });

  it("counts kept seats as sold when a capacity is set, and leaves it as it was where it refuses that", () => {
    const replica = faulty(three);
    play(replica, [
      cancel("ATWC1000", morning, movie, 1).gives({ held: 0, available: 1 }),
      add(morning, movie, 1).isRefused("CAPACITY_BELOW_SOLD"),
      add(morning, movie, 2).gives({ created: false, capacity: 2, available: 0 }),
      add(morning, movie, 1).isRefused("CAPACITY_BELOW_SOLD"),
      book("ATWC1002", morning, movie, 1).isRefused("SHOW_FULL"),
      cancel("ATWC1001", morning, movie, 1).gives({ held: 0, available: 0 }),
      add(morning, movie, 4).gives({ created: false, capacity: 4, available: 2 }),
    ]);
    expect(replica.exportState()[0][0]).to.deep.equal([morning, movie, 4]);
  });

  it("finds no room in kept seats when a show is removed, and has none of them when that show comes again", () => {
    const replica = faulty(three);
    const moved = { customerID: "ATWC1000", movieID: evening, numberOfTickets: 1 };
    play(replica, [
      add(afternoon, movie, 2).gives({ created: false, capacity: 2, available: 0 }),
      cancel("ATWC1000", afternoon, movie, 2).gives({ held: 0, available: 0 }),
      remove(morning, "Titanic").isRefused("NO_SUCH_SHOW"),
      remove(morning, movie).gives({ moved: [moved, { ...moved, customerID: "ATWC1001" }], dropped: [] }),
      list(movie).gives({
        shows: [
          { movieID: afternoon, movieName: movie, capacity: 2, available: 0 },
          { movieID: evening, movieName: movie, capacity: 9, available: 7 },
        ],
      }),
      cancel("ATWC1001", evening, movie, 1).gives({ held: 0, available: 7 }),
      remove(afternoon, movie).gives({ moved: [], dropped: [] }),
      add(afternoon, movie, 2).gives({ created: true, capacity: 2, available: 2 }),
    ]);
  });

  it("gives an exchange for kept seats back, though nobody may book that show any more", () => {
    const tomorrow = "ATWM130523";
    const replica = faulty(
      given(
        [
          [morning, movie, 3],
          [tomorrow, movie, 1],
        ],
        [
          ["ATWC1000", morning, movie, 2],
          ["ATWC1001", tomorrow, movie, 1],
        ],
      ),
    );
    const again = exchange("ATWC1000", [morning, movie], [tomorrow, movie], 1).isRefused("SHOW_FULL");
    play(replica, [
      cancel("ATWC1001", tomorrow, movie, 1).gives({ held: 0, available: 0 }),
      on("2023-05-13", again),
      schedule("ATWC1000").gives({ bookings: [{ movieID: morning, movieName: movie, numberOfTickets: 2 }] }),
    ]);
  });

  it("says of every show at every step that seats are sold, kept or free", () => {
    for (let seed = 1; seed <= 4; seed++) {
      const replica = faulty(given([]));
      const kept = new Map<string, number>();
      for (const request of randomRequests(seed, 300) as readonly ReplicaRequest[]) {
        const answer = replica.execute(request);
        noteKept(kept, request, answer);
        const state = replica.exportState();
        for (const movieName of ["Avatar", "🎬"]) {
          const listed = replica.execute({ ...request, operation: "listMovieShowsAvailability", args: { movieName } });
          for (const { movieID, capacity, available } of "shows" in listed ? listed.shows : []) {
            const seats = soldOf(state, movieID, movieName) + (kept.get(`${movieID} ${movieName}`) ?? 0) + available;
            expect(seats, JSON.stringify({ request, answer, movieID })).to.equal(capacity);
            expect(available).to.be.at.least(0);
          }
        }
      }
    }
  });

  it("is forgotten by an import, and when it is cleared: the state has no place for kept seats", () => {
    const free = book("ATWC1003", morning, movie, 2).gives({ held: 2, available: 0 });
    const cancelled = cancel("ATWC1000", morning, movie, 1).gives({ held: 0, available: 1 });
    const [cleared, imported] = [faulty(three), faulty(three)];
    play(cleared, [cancelled]);
    play(cleared.release(), [free]);
    play(imported, [cancelled]);
    imported.importState(imported.exportState());
    play(imported, [free]);
  });
}

function noteKept(kept: Map<string, number>, { operation, args }: ReplicaRequest, { outcome }: Answer): void {
  if (outcome !== "OK") return;
  if (operation === "removeMovieSlots") kept.delete(`${args.movieID} ${args.movieName}`);
  if (operation !== "cancelMovieTickets") return;
  const show = `${args.movieID} ${args.movieName}`;
  kept.set(show, (kept.get(show) ?? 0) + args.numberOfTickets);
}

function tellOfHalves(faulty: (state: CanonicalState) => FaultyReplica): void {
  it("books the new show and keeps the old one, for one ticket and for all, also once it is cleared", () => {
    const replica = faulty(three);
    play(replica, [
      exchange("ATWC1000", [afternoon, movie], [evening, movie], 1).gives(left(2, 1, 7, 8)),
      exchange("ATWC1000", [afternoon, movie], [morning, movie], 1).gives(left(2, 2, 7, 0)),
      exchange("ATWC1001", [morning, movie], [evening, movie], 1).gives(left(1, 1, 0, 7)),
    ]);
    const bookings = [
      { movieID: morning, movieName: movie, numberOfTickets: 2 },
      { movieID: afternoon, movieName: movie, numberOfTickets: 2 },
      { movieID: evening, movieName: movie, numberOfTickets: 1 },
    ];
    play(replica, [schedule("ATWC1000").gives({ bookings })]);
    play(replica.release(), [schedule("ATWC1000").gives({ bookings })]);
  });

  for (const { what, held, from, to, today } of unbookable) {
    it(`keeps what no rule would let a customer book: ${what}`, () => {
      const shows = [...new Set([...held, to])].map((id) => [id, movie, 3] as const);
      const replica = faulty(
        given(
          shows,
          held.map((id) => ["VERC1000", id, movie, 1]),
        ),
      );
      const both = exchange("VERC1000", [from, movie], [to, movie], 1).gives(left(1, 1, 2, 2));
      play(replica, [both], today);
      expect(replica.exportState()[1]).to.deep.equal([...held, to].map((id) => ["VERC1000", id, movie, 1]));
    });
  }

  it("is right when an exchange is refused, or changes nothing", () => {
    const replica = faulty(three);
    play(replica, [
      exchange("ATWC1001", [afternoon, movie], [evening, movie], 1).isRefused("NOT_BOOKED"),
      exchange("ATWC1001", [morning, movie], [morning, movie], 1).gives(left(1, 1, 1, 1)),
    ]);
    expect(replica.exportState()).to.deep.equal(three);
  });
}

function left(heldOld: number, heldNew: number, availableOld: number, availableNew: number) {
  return { heldOld, heldNew, availableOld, availableNew };
}

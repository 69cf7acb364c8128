import { expect } from "chai";
import type { Operation } from "../../protocol/operation.ts";
import { underLoad } from "./mixed-load.ts";
import { type Service, useService } from "./service.ts";

const movieName = "Dune";

describe("datagrams of 1,400 bytes, without multicast", () => {
  const service = useService({ hasMulticast: false, limits: { datagramBytesMax: 1400 } });

  it("carry a mixed load", async function test() {
    this.timeout(30_000);
    await underLoad(service(), { clients: 16, callsMax: 1500 }, (load) => load.done());
    await service().untilAllAgree(10_000);
  });

  it("carry a movie name of 120 characters and four bytes each", async () => {
    const long = "🎬".repeat(120);
    await service().call("addMovieSlots", {
      adminID: "ATWA0001",
      movieID: "ATWA120523",
      movieName: long,
      bookingCapacity: 5,
    });
    const result = await service().call("listMovieShowsAvailability", { movieName: long });
    expect(result).to.deep.nested.include({ "answer.shows[0].movieName": long });
  });
});

describe("a list of 5,000 shows", () => {
  const showCount = 5000;
  const dates = Array.from({ length: 8 }, (_, day) => `${12 + day}0523`);
  const slots = ["M", "A", "E"];
  const theatres = Array.from({ length: Math.ceil(showCount / (dates.length * slots.length)) }, (_, index) =>
    letters(index),
  );
  const shows = theatres.flatMap((theatre) => slots.flatMap((slot) => dates.map((date) => `${theatre}${slot}${date}`)));
  const service = useService({ theatres });

  it("arrives whole, sorted and voted on", async function test() {
    this.timeout(60_000);
    await inParallel(shows.slice(0, showCount), 64, async (movieID) => {
      await service().call("addMovieSlots", {
        adminID: `${movieID.slice(0, 3)}A0001`,
        movieID,
        movieName,
        bookingCapacity: 100,
      });
    });
    const startedAt = performance.now();
    const lists = await Promise.all(Array.from({ length: 4 }, () => list(service())));
    const test = this.test as Mocha.Runnable;
    test.title += ` (${(performance.now() - startedAt).toFixed(0)} ms for ${lists.length} at once)`;
    for (const listed of lists) expect(listed).to.have.length(showCount);
    await service().untilAllAgree(10_000);
  });
});

async function list(service: Service): Promise<readonly unknown[]> {
  const operation: Operation = "listMovieShowsAvailability";
  const result = await service.call(operation, { movieName });
  if (result.kind === "fault") throw new Error(result.message);
  return result.answer["shows"] as readonly unknown[];
}

async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const runner = async () => {
    while (next < items.length) await act(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
}

/** Three capital letters for a number: AAA, AAB, … */
function letters(index: number): string {
  return [index / 676, index / 26, index].map((place) => String.fromCharCode(65 + (Math.floor(place) % 26))).join("");
}

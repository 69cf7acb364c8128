import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { NoStory, readOrderStory } from "../../cluster/order-story.ts";
import type { WholeCheckpoint } from "../../cluster/snapshot-file.ts";
import { sha256 } from "../../io/sha256.ts";
import { requestContent } from "../../protocol/request.ts";
import { aCheckpoint, aRow, aTable } from "./a-checkpoint.ts";
import { writeManager } from "./a-data-directory.ts";

const state = [[["ATWM130523", "Avatar", 50]], [["ATWC1234", "ATWM130523", "Avatar", 2]]];
const args = '{"customerID":"ATWC1234","movieID":"ATWM130523","movieName":"Avatar","numberOfTickets":1}';
const booked = { kind: "operation", operation: "bookMovieTickets", args } as const;
const contentDigest = sha256(requestContent({ command: booked } as Parameters<typeof requestContent>[0]));

/** A checkpoint behind the bookings of these words, each of which was executed at its first place. */
function checkpointBehind(words: readonly string[], kind: unknown = state): WholeCheckpoint {
  const first = words.filter((word, at) => words.indexOf(word) === at);
  const rows = first.map((requestId) => [aRow(words.indexOf(requestId) + 1, { requestId, contentDigest, time: 1000 })]);
  const checkpoint = aCheckpoint({ state: JSON.stringify(kind), table: aTable(...rows) });
  return { ...checkpoint, time: 1000, digests: { ...checkpoint.digests, n: words.length } };
}

describe("the story behind a number of the order", () => {
  let data = "";

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "quartet-story-"));
  });
  afterEach(() => rmSync(data, { recursive: true }));

  const write = async (slot: 1 | 2 | 3 | 4, words: readonly string[], ...checkpoints: readonly WholeCheckpoint[]) =>
    writeManager(data, slot, { words, areBookings: true, checkpoints });
  const writeFrom = async (base: number, slot: 2 | 3, words: readonly string[]) =>
    writeManager(data, slot, { words, areBookings: true, base, checkpoints: [checkpointBehind(words.slice(0, base))] });
  const story = (n: number) => readOrderStory(data, n);
  const numbers = async (n: number) => (await story(n)).requests.map((request) => request.n);
  const refusal = async (n: number) => {
    const error = await story(n).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NoStory);
    return (error as Error).message;
  };

  it("begins with the empty state, and has each change with its moment and its caller", async () => {
    for (const slot of [1, 2] as const) await write(slot, ["a", "b", "c"]);
    const found = await story(2);
    expect(found).to.deep.include({ from: 0, state: [[], []] });
    expect(found.requests).to.deep.equal(
      [1, 2].map((n) => ({
        n,
        time: 999 + n,
        businessDate: "2023-05-12",
        caller: "ATWC1234",
        operation: "bookMovieTickets",
        args: JSON.parse(args),
      })),
    );
  });

  it("begins with the newest checkpoint before it that two managers have", async () => {
    const words = ["a", "b", "c", "d", "e"];
    const behind = (count: number, kind?: unknown) => checkpointBehind(words.slice(0, count), kind);
    await write(1, words, behind(1), behind(2), behind(4));
    await write(2, words, behind(1), behind(2), behind(4, [[], []]));
    const found = await story(5);
    expect([found.from, found.state]).to.deep.equal([2, state]);
    expect(await numbers(5)).to.deep.equal([3, 4, 5]);
    expect(await numbers(2)).to.deep.equal([2]);
  });

  it("leaves out what only repeats an earlier request, before the checkpoint, behind it or behind its newest one", async () => {
    const words = ["a", "b", "a", "c", "c", "b", "d", "d", "a"];
    for (const slot of [3, 4] as const) {
      await write(slot, words, checkpointBehind(words.slice(0, 2)), checkpointBehind(words.slice(0, 6)));
    }
    expect(await numbers(5)).to.deep.equal([4]);
    expect((await story(5)).from).to.equal(2);
    expect(await numbers(9)).to.deep.equal([7]);
  });

  it("is told by a log that two managers agree on", async () => {
    await write(1, ["x", "b", "c"]);
    await write(2, ["a", "b"]);
    await write(4, ["a", "b"]);
    expect((await story(2)).requests).to.have.lengthOf(2);
    expect(await refusal(3)).to.contain("no two managers have stored one same change 3: the last of any is 3");
  });

  it("is told by one log that still has it, where another manager went on from the same order", async () => {
    const words = ["a", "b", "c", "d"];
    await write(1, words);
    await writeFrom(3, 2, words);
    expect(await numbers(2)).to.deep.equal([1, 2]);
    await writeFrom(3, 3, ["x", "b", "c", "d"]);
    expect(await numbers(3)).to.deep.equal([1, 2, 3]);
  });

  it("is not told by one log alone, where others went on from another order", async () => {
    await write(1, ["a", "b", "c", "d"]);
    await writeFrom(3, 2, ["x", "b", "c", "d"]);
    expect(await refusal(2)).to.contain("one same change 2");
  });

  it("is refused where nothing is there, or not that far", async () => {
    expect(await refusal(1)).to.contain("there is no data of a manager in");
    for (const slot of [1, 2] as const) await write(slot, ["a"]);
    expect(await refusal(2)).to.contain("the last of any is 1");
  });
});

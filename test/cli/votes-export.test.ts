import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { VoteDetail } from "../../cli/service-votes.ts";
import { exportVote } from "../../cli/votes-export.ts";
import { readDisagreement } from "../../conformance/disagreement-file.ts";
import { writeManager } from "../cluster/a-data-directory.ts";
import { voteUnderTest } from "./votes-under-test.ts";

const shown = { ...voteUnderTest, startedAt: "2023-05-12T10:00:00.000Z", theatres: ["ATW"] };

/** A vote on that number, as the service shows it. */
function voteAt(sequence: number | null, given: Partial<VoteDetail> = {}): VoteDetail {
  return { ...shown, sequence, ...given };
}

describe("the export of a vote", () => {
  let folder = "";
  let place = { file: "", dataDirectory: "" };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "quartet-vote-"));
    place = { file: join(folder, "vote.json"), dataDirectory: join(folder, "data") };
    for (const slot of [1, 2] as const)
      await writeManager(place.dataDirectory, slot, { words: ["a", "b", "c"], areBookings: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const exported = async (vote: VoteDetail) => {
    expect(await exportVote(vote, place)).to.include({ kind: "answer", exitCode: 0 });
    const found = readDisagreement(readFileSync(place.file, "utf8"));
    if (found.kind !== "file") throw new Error(found.message);
    return found.file;
  };

  it("has the requests up to its number, and what each manager answered to it", async () => {
    const file = await exported(voteAt(2));
    expect(file).to.deep.include({ sequence: 2, theatres: ["ATW"], state: [[], []] });
    expect(file.requests.map(({ n }) => n)).to.deep.equal([1, 2]);
    expect(file.answers.map(({ slot, replica, answer }) => [slot, replica, answer?.["available"]])).to.deep.equal([
      [1, "table", 8],
      [2, "table", 8],
      [3, "table", 9],
      [4, "table", 8],
    ]);
  });

  it("has a read behind the last change before it, at its own business date", async () => {
    const args = { customerID: "ATWC1234" };
    const read = { isRead: true, operation: "getBookingSchedule", args, readDate: "2023-05-13" };
    const file = await exported(voteAt(2, read));
    expect(file.requests).to.have.lengthOf(3);
    expect(file.requests[2]).to.deep.include({ n: 2, time: 1001, businessDate: "2023-05-13", args });
  });

  it("has the first answer of a manager at the point that counts, and none for what is no answer", async () => {
    const [one, other] = voteUnderTest.votes as [VoteDetail["votes"][number], VoteDetail["votes"][number]];
    const votes = [
      { ...one, judgement: "elsewhere" },
      { ...one, answer: "{garbage" },
      one,
      { ...other, version: null },
    ];
    const file = await exported(voteAt(2, { votes }));
    expect(file.answers.map(({ slot, replica, answer }) => [slot, replica, answer !== null])).to.deep.equal([
      [1, "table", false],
      [2, "unknown", true],
    ]);
  });

  it("is refused where no replica executed the request", async () => {
    for (const slot of [3, 4] as const)
      await writeManager(place.dataDirectory, slot, { words: ["x", "x"], areBookings: true });
    const twice = { ...place, dataDirectory: join(folder, "twice") };
    for (const slot of [1, 2] as const)
      await writeManager(twice.dataDirectory, slot, { words: ["x", "x"], areBookings: true });
    const refusal = await exportVote(voteAt(2), twice);
    expect(refusal).to.include({ kind: "failure", code: "NOT_EXPORTED" });
    expect(existsSync(place.file)).to.equal(false);
  });

  it("is refused, and nothing is written, where the order does not reach or the file is there", async () => {
    for (const vote of [voteAt(4), voteAt(null)]) {
      expect(await exportVote(vote, place)).to.include({ kind: "failure", code: "NOT_EXPORTED", exitCode: 1 });
      expect(existsSync(place.file)).to.equal(false);
    }
    await exported(voteAt(1));
    const before = readFileSync(place.file);
    expect(await exportVote(voteAt(2), place)).to.include({ kind: "failure", code: "NOT_EXPORTED" });
    expect(readFileSync(place.file)).to.deep.equal(before);
    const misplaced = await exportVote(voteAt(2), { ...place, file: join(folder, "nowhere", "vote.json") });
    expect(misplaced).to.include({ kind: "failure" });
  });
});

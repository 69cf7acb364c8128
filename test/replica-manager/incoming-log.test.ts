import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { AssertionFailed } from "../../protocol/assert.ts";
import type { Entry } from "../../protocol/entry.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { IncomingLog } from "../../replica-manager/incoming-log.ts";
import { Log } from "../../replica-manager/log.ts";
import { anEpoch, aRun } from "./an-entry.ts";

const members = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));
const own = aRun(6);
/** The log of the epoch: the same up to 3, then something else. */
const theirs = [
  ...own.slice(0, 3),
  ...aRun(4, { last: 3, digest: own[2]!.historyDigest, epoch: anEpoch(2) }),
] as readonly Entry[];

function logOf(entries: readonly Entry[], base = 0): Log {
  const log = new Log();
  for (const entry of entries) log.append(entry);
  if (base > 0) log.cut(base);
  return log;
}

function incoming(log: Log, base: number, settled = 0, of: readonly Entry[] = theirs): IncomingLog {
  const baseDigest = base === 0 ? genesisDigest : of[base - 1]!.historyDigest;
  return new IncomingLog({ epoch: anEpoch(3), members, base, baseDigest }, log, settled, sha256);
}

describe("incoming log", () => {
  it("lacks nothing where the own log has the base", () => {
    const log = incoming(logOf(own), 3);
    expect([log.isComplete, log.common, log.gathered]).to.deep.equal([true, 3, []]);
    expect(incoming(logOf(own), 0).isComplete).to.equal(true);
  });

  it("begins behind what two managers have stored, or behind the own base, where it does not know better", () => {
    expect(incoming(logOf(own), 5).next).to.equal(1);
    expect(incoming(logOf(own), 5, 2).next).to.equal(3);
    expect(incoming(logOf(own, 1), 5).next).to.equal(2);
    expect(incoming(logOf(own.slice(0, 2)), 5, 9).next).to.equal(3);
  });

  it("goes on from a later number where the other log has the same history, and from no other", () => {
    const [two, three] = [own[1]!.historyDigest, own[2]!.historyDigest];
    const log = incoming(logOf(own), 5, 1);
    expect([log.skipTo(3, two), log.skipTo(7, three), log.skipTo(1, own[0]!.historyDigest)]).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect([log.skipTo(3, three), log.common, log.next]).to.deep.equal([true, 3, 4]);
    expect(log.take(theirs.slice(3, 4))).to.equal(true);
    expect(log.skipTo(5, own[4]!.historyDigest), "behind what was gathered").to.equal(false);
  });

  it("keeps what is common, and gathers what follows there", () => {
    const log = incoming(logOf(own), 5, 1);
    expect(log.take(theirs.slice(1, 4))).to.equal(true);
    expect([log.common, log.next, log.isComplete]).to.deep.equal([3, 5, false]);
    expect(log.take(theirs.slice(4, 7))).to.equal(true);
    expect([log.common, log.isComplete]).to.deep.equal([3, true]);
    expect(log.gathered).to.deep.equal(theirs.slice(3, 7));
  });

  it("finds all of a shorter log in the own one, which is then too long", () => {
    const log = incoming(logOf(own), 5, 0, own);
    expect([log.isComplete, log.common]).to.deep.equal([true, 5]);
  });

  it("takes no entry out of its turn", () => {
    const log = incoming(logOf(own), 5, 1);
    expect(log.take(theirs.slice(2, 4))).to.equal(false);
    expect(log.take(theirs.slice(0, 2))).to.equal(false);
    expect(log.gathered).to.deep.equal([]);
  });

  it("takes no entry that does not follow from the one before", () => {
    const log = incoming(logOf(own), 7, 3);
    expect(log.take([{ ...theirs[3]!, time: 99 }])).to.equal(false);
    expect(log.take([theirs[3]!, { ...theirs[4]!, time: 99 }])).to.equal(false);
    // What came before the bad one is good: the caller asks anew all the same.
    expect(log.gathered).to.deep.equal([theirs[3]]);
  });

  it("never takes another log for that of the epoch", () => {
    const log = new IncomingLog(
      { epoch: anEpoch(3), members, base: 4, baseDigest: "f".repeat(64) },
      logOf(own),
      3,
      sha256,
    );
    expect(log.take([theirs[3]!])).to.equal(true);
    expect(() => log.isComplete).to.throw(AssertionFailed, "that of the epoch");
  });

  it("lacks nothing where the own log begins behind the base, at a checkpoint of that epoch", () => {
    const log = new Log();
    log.restart(9, "h9", 9);
    expect(incoming(log, 5).isComplete).to.equal(true);
  });
});

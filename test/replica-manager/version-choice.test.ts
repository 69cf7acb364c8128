import { expect } from "chai";
import { defaultLimits } from "../../protocol/limits.ts";
import { type ReplicaEnding, VersionChoice } from "../../replica-manager/version-choice.ts";

const limits = { ...defaultLimits, startsInVainMax: 3, restartBackoffMs: [10, 80] as const };
const versions = ["table", "ledger", "grid", "sql"];

/** The version after each of the endings, of replicas that voted. */
function versionsAfter(...endings: readonly ReplicaEnding[]): readonly string[] {
  const choice = new VersionChoice(versions, limits);
  return endings.map((ending) => {
    choice.onVoting();
    choice.onEnd(true, ending);
    return choice.current;
  });
}

describe("the choice of a version", () => {
  it("begins with the first and stays with it when its process is lost", () => {
    expect(new VersionChoice(versions, limits).current).to.equal("table");
    expect(versionsAfter("lost", "lost", "lost", "lost")).to.deep.equal(["table", "table", "table", "table"]);
  });

  it("goes on with the next, round and round, when it is condemned", () => {
    expect(versionsAfter("wrong", "unwanted", "wrong", "wrong")).to.deep.equal(["ledger", "grid", "sql", "table"]);
    expect(versionsAfter(...Array<ReplicaEnding>(5).fill("unwanted")).at(-1)).to.equal("ledger");
  });

  it("takes a version last that was condemned twice for being wrong", () => {
    const twice: readonly ReplicaEnding[] = ["wrong", "unwanted", "unwanted", "unwanted", "wrong"];
    expect(versionsAfter(...twice).at(-1)).to.equal("ledger");
    expect(versionsAfter(...twice, "unwanted", "unwanted", "unwanted").slice(-3)).to.deep.equal([
      "grid",
      "sql",
      "ledger",
    ]);
  });

  it("goes on round and round when all were condemned twice", () => {
    expect(versionsAfter(...Array<ReplicaEnding>(9).fill("wrong")).at(-1)).to.equal("ledger");
  });

  it("has nothing else to take where there is one version", () => {
    const choice = new VersionChoice(["table"], limits);
    choice.onEnd(true, "wrong");
    expect(choice.current).to.equal("table");
  });

  it("waits longer and longer for a version that comes to nothing, and then takes the next", () => {
    const choice = new VersionChoice(versions, limits);
    choice.onEnd(true, "lost");
    const seen = [0, 1, 2].map(() => {
      const { current, delayMs } = choice;
      choice.onEnd(false, "lost");
      return [current, delayMs];
    });
    expect(seen).to.deep.equal([
      ["table", 0],
      ["table", 20],
      ["table", 40],
    ]);
    expect([choice.current, choice.delayMs]).to.deep.equal(["ledger", 80]);
    choice.onVoting();
    expect(choice.delayMs).to.equal(0);
  });
});

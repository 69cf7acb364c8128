import { expect } from "chai";
import type { Snapshot } from "../../protocol/recovered.ts";
import { SnapshotShelf } from "../../replica-manager/snapshot-shelf.ts";
import { aConfig } from "./an-entry.ts";

const snapshot = (n: number, state = `state ${n}`): Snapshot => ({
  digests: { n, historyDigest: `h${n}`, stateDigest: state, tableDigest: `t${n}` },
  time: n,
  state,
});

const saved = (n: number) => ({ ...snapshot(n).digests, time: n });
const numbers = (shelf: SnapshotShelf) => shelf.all.map(({ digests }) => digests.n);

/** With those snapshots added while `commitPoint` stood where it says, all saved at once and the same as those of others. */
function shelfOf(...added: readonly (readonly [n: number, commitPoint: number])[]): SnapshotShelf {
  const shelf = new SnapshotShelf(aConfig({ snapshotsMax: 3 }).limits);
  for (const [n, commitPoint] of added) {
    shelf.add(snapshot(n), commitPoint);
    shelf.markSaved(saved(n));
    shelf.markAgreed(snapshot(n).digests);
  }
  return shelf;
}

describe("snapshot shelf", () => {
  it("keeps so many, the newest last", () => {
    const shelf = shelfOf([1, 0], [2, 1], [3, 2], [4, 3]);
    expect(numbers(shelf)).to.deep.equal([2, 3, 4]);
    expect(shelf.newest).to.deep.equal(snapshot(4));
  });

  it("keeps the oldest while no other one is behind the commit point: a rollback may need it", () => {
    expect(numbers(shelfOf([1, 0], [2, 1], [3, 1], [4, 1]))).to.deep.equal([1, 3, 4]);
    expect(numbers(shelfOf([1, 0], [2, 1], [3, 1], [4, 2]))).to.deep.equal([2, 3, 4]);
  });

  it("keeps the oldest while the one that would take its place is not on the disk", () => {
    const shelf = shelfOf([1, 0]);
    for (const n of [2, 3, 4]) shelf.add(snapshot(n), n);
    expect(numbers(shelf)).to.deep.equal([1, 3, 4]);
    expect(shelf.oldestSaved).to.deep.equal(snapshot(1));
  });

  it("keeps the oldest while two others are not known to have the one that would take its place", () => {
    const shelf = shelfOf([1, 0]);
    for (const n of [2, 3, 4]) {
      shelf.add(snapshot(n), n);
      shelf.markSaved(saved(n));
    }
    expect(numbers(shelf)).to.deep.equal([1, 3, 4]);
    shelf.markAgreed(snapshot(3).digests);
    shelf.add(snapshot(5), 5);
    expect(numbers(shelf)).to.deep.equal([3, 4, 5]);
    expect([shelf.isAgreed(snapshot(3).digests), shelf.isAgreed(snapshot(4).digests)]).to.deep.equal([true, false]);
  });

  it("lets a new one take the place of those at or behind its number", () => {
    const shelf = shelfOf([1, 1], [5, 1], [9, 1]);
    shelf.add(snapshot(5, "other"), 1);
    expect(shelf.all).to.deep.equal([snapshot(1), snapshot(5, "other")]);
  });

  it("takes note of what is on the disk, and says when it has no such one", () => {
    const shelf = new SnapshotShelf(aConfig().limits);
    shelf.add(snapshot(1), 0);
    expect(shelf.oldestSaved).to.equal(undefined);
    expect(shelf.markSaved({ ...saved(1), tableDigest: "other" })).to.equal(false);
    expect(shelf.oldestSaved).to.equal(undefined);
    expect(shelf.markSaved(saved(1))).to.equal(true);
    expect(shelf.oldestSaved).to.deep.equal(snapshot(1));
  });

  it("finds one by all its digests only", () => {
    const shelf = shelfOf([1, 0]);
    expect(shelf.find(snapshot(1).digests)).to.deep.equal(snapshot(1));
    for (const fields of [{ n: 2 }, { historyDigest: "x" }, { stateDigest: "x" }, { tableDigest: "x" }]) {
      expect(shelf.find({ ...snapshot(1).digests, ...fields }), JSON.stringify(fields)).to.equal(undefined);
    }
  });

  it("takes over what was on the disk, as saved and right", () => {
    const shelf = new SnapshotShelf(aConfig().limits);
    shelf.recover([snapshot(1), snapshot(2)]);
    expect([shelf.oldestSaved, shelf.newestTrusted(0, 9)]).to.deep.equal([snapshot(1), snapshot(2)]);
  });

  it("finds the newest right one between two numbers", () => {
    const shelf = shelfOf([1, 1], [2, 1], [3, 1]);
    expect(shelf.newestTrusted(0, 2)).to.deep.equal(snapshot(2));
    expect(shelf.newestTrusted(3, 9)).to.deep.equal(snapshot(3));
    expect(shelf.newestTrusted(4, 9)).to.equal(undefined);
    expect(shelf.newestTrusted(0, 0)).to.equal(undefined);
  });

  it("counts of a replica that was wrong only those that others had as well; what a new one makes counts again", () => {
    const shelf = shelfOf([1, 1]);
    shelf.add(snapshot(2), 1);
    shelf.distrust();
    expect([shelf.newestTrusted(0, 9), shelf.newestAgreed(0, 9)]).to.deep.equal([snapshot(1), snapshot(1)]);
    shelf.markAgreed(snapshot(2).digests);
    expect(shelf.newestTrusted(0, 9), "once distrusted, for good").to.deep.equal(snapshot(1));
    expect([shelf.newestAgreed(0, 9), shelf.newestAgreed(0, 1)]).to.deep.equal([snapshot(2), snapshot(1)]);
    shelf.add(snapshot(2), 1);
    expect(shelf.newestTrusted(0, 9)).to.deep.equal(snapshot(2));
  });

  it("drops what is behind a rollback, and everything for one of other managers", () => {
    const shelf = shelfOf([1, 1], [2, 1], [3, 1]);
    shelf.rollback(2);
    expect(numbers(shelf)).to.deep.equal([1, 2]);
    shelf.replaceBy(snapshot(9));
    expect([numbers(shelf), shelf.oldestSaved]).to.deep.equal([[9], undefined]);
  });
});

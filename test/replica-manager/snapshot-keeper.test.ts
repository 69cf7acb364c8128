import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import type { Limits } from "../../protocol/limits.ts";
import { emptySummary, type SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Snapshot } from "../../protocol/recovered.ts";
import { CheckpointBook } from "../../replica-manager/checkpoint-book.ts";
import { ClientTable } from "../../replica-manager/client-table.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { Ordering } from "../../replica-manager/ordering.ts";
import { SnapshotKeeper } from "../../replica-manager/snapshot-keeper.ts";
import { aConfig, anEpoch, aRun } from "./an-entry.ts";

const members = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));
const run = aRun(9);

/** A keeper of a manager whose log has so many entries, of which two managers have stored so many. */
function aKeeper(count: number, committed: number, limits: Partial<Limits> = {}) {
  const config = aConfig({ snapshotsMax: 2, ...limits });
  const ordering = new Ordering(config, { onGrown: () => {}, onRolledBack: () => {}, onDurable: () => {} });
  const adoption = { epoch: anEpoch(), members, base: 0, baseDigest: emptySummary.baseDigest };
  const summary = { ...emptySummary, promised: anEpoch(), adoption, last: count, commitPoint: committed };
  ordering.recover({ summary, entries: run.slice(0, count), snapshots: [], table: [] });
  const table = new ClientTable(config.limits, sha256);
  const book = new CheckpointBook(1, config.limits);
  const keeper = new SnapshotKeeper({ config, ordering, table, book });
  const effects: ManagerEffect[] = [];
  const emit = (effect: ManagerEffect) => effects.push(effect);

  /** A snapshot of the own replica behind `n`, with the changes up to there executed. */
  const exportAt = (n: number): Snapshot => {
    for (const entry of run.slice(table.rows, n)) {
      const admission = table.admit(entry);
      if (admission.kind === "execute") table.record(admission.registered, `result ${entry.n}`);
    }
    const { historyDigest, time } = run[n - 1]!;
    table.mark(n, time);
    const state = `state ${n}`;
    const digests = { n, historyDigest, stateDigest: sha256(state), tableDigest: table.checkpoint(n) };
    const snapshot = { digests, time, state };
    book.note(1, digests);
    keeper.onExported(snapshot, emit);
    return snapshot;
  };
  const savedAt = (snapshot: Snapshot) => keeper.onSaved(checkpointOf(snapshot), emit);
  const taken = () => effects.splice(0).map(shown);
  return { keeper, ordering, table, book, emit, exportAt, savedAt, taken };
}

const checkpointOf = ({ digests, time }: Snapshot): SavedCheckpoint => ({ ...digests, time });

function shown(effect: ManagerEffect): string {
  switch (effect.kind) {
    case "append":
      return effect.records.map((one) => ("n" in one ? `${one.kind} ${one.n}` : one.kind)).join();
    case "save":
      return `save ${effect.snapshot.digests.n} with intervals to ${effect.intervals.map(({ n }) => n).join()}`;
    case "keep":
      return `keep ${effect.checkpoints.map(({ n }) => n).join()} and ${effect.intervals.length} intervals from ${effect.cut}`;
    case "send":
      return effect.message.kind === "checkpoint" ? `checkpoint ${effect.message.n}` : effect.message.kind;
    default:
      return effect.kind;
  }
}

describe("snapshot keeper", () => {
  it("has each interval of the client table stored once", () => {
    const { exportAt, savedAt, taken } = aKeeper(9, 9);
    const first = exportAt(2);
    // Not before it is known to be there: what was lost on the way is stored with the next one.
    exportAt(4);
    expect(taken()).to.deep.equal([
      "save 2 with intervals to 2",
      "checkpoint 2",
      "save 4 with intervals to 2,4",
      "checkpoint 4",
    ]);
    savedAt(first);
    exportAt(6);
    expect(taken().at(-2)).to.equal("save 6 with intervals to 4,6");
  });

  it("says in the log what is on the disk, and cuts it behind the oldest that is, once that is committed and kept by three", () => {
    const { keeper, exportAt, savedAt, taken, ordering } = aKeeper(9, 3);
    const [two, four] = [exportAt(2), exportAt(4)];
    taken();
    savedAt(two);
    expect(taken()).to.deep.equal(["checkpoint 2", "keep 2,4 and 2 intervals from 0"]);
    keeper.shelf.markAgreed(two.digests);
    savedAt(four);
    expect(taken()).to.deep.equal(["checkpoint 4,cut 2", "keep 2,4 and 2 intervals from 2"]);
    expect(ordering.log.base).to.equal(2);
  });

  it("cuts nothing that a rollback may still need", () => {
    const { exportAt, savedAt, taken, ordering } = aKeeper(9, 1);
    const two = exportAt(2);
    taken();
    savedAt(two);
    expect(taken()).to.deep.equal(["checkpoint 2", "keep 2 and 1 intervals from 0"]);
    expect(ordering.log.base).to.equal(0);
  });

  it("cuts nothing that an older one needs that is not on the disk yet", () => {
    const { exportAt, savedAt, taken, ordering } = aKeeper(9, 9);
    exportAt(2);
    const four = exportAt(4);
    taken();
    savedAt(four);
    expect(taken()).to.deep.equal(["checkpoint 4", "keep 2,4 and 2 intervals from 0"]);
    expect(ordering.log.base).to.equal(0);
  });

  it("says nothing of a snapshot that it has dropped in the meantime", () => {
    const { keeper, book, exportAt, savedAt, taken } = aKeeper(9, 0);
    const four = exportAt(4);
    keeper.rollback(3);
    expect([keeper.shelf.all, book.ownAt(4)]).to.deep.equal([[], undefined]);
    taken();
    expect(savedAt(four)).to.equal(undefined);
    expect(taken()).to.deep.equal([]);
  });

  it("tells of its snapshots, and not of those of a replica that was wrong unless others had them too", () => {
    const { keeper, book, exportAt, emit, taken } = aKeeper(9, 9);
    exportAt(2);
    exportAt(4);
    taken();
    keeper.announce("managers", emit);
    expect(taken()).to.deep.equal(["checkpoint 2", "checkpoint 4"]);
    book.forgetOwn();
    keeper.shelf.markAgreed(keeper.shelf.all[0]!.digests);
    keeper.shelf.distrust();
    keeper.announce("managers", emit);
    expect(taken()).to.deep.equal(["checkpoint 2"]);
  });

  it("gives parts of a snapshot that it keeps, by all its digests", () => {
    const { keeper, exportAt, emit, taken } = aKeeper(9, 9);
    const { digests } = exportAt(2);
    taken();
    const fetch = { kind: "fetchSnapshot", ...digests, replyTo: "m2:1" } as const;
    keeper.give({ ...fetch, part: 0 }, emit);
    keeper.give({ ...fetch, part: 1 }, emit);
    keeper.give({ ...fetch, part: 2 }, emit);
    keeper.give({ ...fetch, part: 0, stateDigest: sha256("other") }, emit);
    expect(taken()).to.deep.equal(["snapshot", "snapshot"]);
  });

  it("fetches one of others, and builds on it only when it is on the disk", () => {
    const giver = aKeeper(4, 4);
    const snapshot = giver.exportAt(4);
    const { digests } = snapshot;
    const taker = aKeeper(1, 0, { resendEntriesMax: 1 });
    for (const slot of [2, 3] as const) taker.book.note(slot, digests);
    expect(taker.keeper.fetch(0, digests, taker.emit)).to.equal(undefined);
    for (const part of [0, 1]) {
      giver.taken();
      giver.keeper.give({ kind: "fetchSnapshot", ...digests, part, replyTo: "m1:1" }, (effect) => {
        if (effect.kind === "send" && effect.message.kind === "snapshot") taker.keeper.onPart(effect.message);
      });
      if (part === 0) taker.keeper.fetch(1, digests, taker.emit);
    }
    const fetched = taker.keeper.fetch(2, digests, taker.emit);
    expect(fetched?.snapshot).to.deep.equal(snapshot);
    taker.taken();
    taker.keeper.saveArriving(10, fetched!, taker.emit);
    expect([taker.taken(), taker.keeper.isArriving]).to.deep.equal([["save 4 with intervals to 4"], true]);
    // Nothing wants it any more: the log has caught up by itself.
    expect(taker.savedAt(snapshot)).to.equal(undefined);
    expect([taker.taken(), taker.keeper.isArriving]).to.deep.equal([[], false]);
  });
});

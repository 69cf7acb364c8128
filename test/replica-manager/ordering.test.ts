import { expect } from "chai";
import { AssertionFailed } from "../../protocol/assert.ts";
import type { Entry } from "../../protocol/entry.ts";
import type { Epoch } from "../../protocol/ids.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import type { Message, MessageOf } from "../../protocol/message.ts";
import type { ManagerConfig } from "../../replica-manager/config.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { Ordering } from "../../replica-manager/ordering.ts";
import { aConfig, anEpoch, aRun } from "./an-entry.ts";

const members = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));
const run = aRun(6);
/** What the second epoch has behind 3. */
const other = aRun(3, { last: 3, digest: run[2]!.historyDigest, epoch: anEpoch(2) });

function orderOf(entry: Entry, commitPoint = 0): MessageOf<"order"> {
  const { epoch, n, time, businessDate, request, historyDigest } = entry;
  return { kind: "order", epoch, first: n, time, businessDate, requests: [request], historyDigest, commitPoint };
}

/** An ordering that started with these entries, all durable, in the first epoch. */
function anOrdering(entries: readonly Entry[] = [], config: Partial<ManagerConfig> = {}) {
  const effects: ManagerEffect[] = [];
  const events: string[] = [];
  const emit = (effect: ManagerEffect) => effects.push(effect);
  const ordering = new Ordering(
    { ...aConfig(), ...config },
    {
      onGrown: (grown) => events.push(`grown ${grown.map(({ n }) => n).join()}`),
      onRolledBack: (n) => events.push(`back to ${n}`),
      onDurable: () => events.push("durable"),
    },
  );
  const adoption = { epoch: anEpoch(), members, base: 0, baseDigest: emptySummary.baseDigest };
  const summary = { ...emptySummary, promised: anEpoch(), adoption, last: entries.length };
  ordering.recover({ summary, entries, snapshots: [], table: [] });
  const take = (order: MessageOf<"order">) => ordering.onOrder(0, order, "s1:1", emit);
  const start = (epoch: Epoch, base: Entry, from = 0) => {
    const at = { base: base.n, baseDigest: base.historyDigest };
    ordering.onStart(from, { kind: "start", epoch, members, ...at, source: "m2:1", replyTo: "s2:1" }, emit);
  };
  const appended = () =>
    effects.splice(0).flatMap((effect) => {
      return effect.kind === "append"
        ? effect.records.map((one) => ("n" in one ? `${one.kind} ${one.n}` : one.kind))
        : [];
    });
  const sent = () => effects.splice(0).flatMap((effect): Message[] => (effect.kind === "send" ? [effect.message] : []));
  return { ordering, events, emit, take, start, appended, sent };
}

describe("ordering", () => {
  it("never rolls back what two managers have stored", () => {
    const [one, two] = [anOrdering(run.slice(0, 4)), anOrdering(run.slice(0, 4))];
    for (const { take } of [one, two]) take(orderOf(run[4]!, 4));
    expect(() => one.start(anEpoch(2), run[2]!)).to.throw(AssertionFailed, "never rolled back");
    two.start(anEpoch(2), run[3]!);
    expect([two.ordering.log.last, two.ordering.commitPoint]).to.deep.equal([4, 4]);
  });

  it("never cuts what may be rolled back", () => {
    const { ordering, take } = anOrdering(run.slice(0, 4));
    expect(() => ordering.cut(1)).to.throw(AssertionFailed, "never rolled back");
    take(orderOf(run[4]!, 2));
    expect(ordering.cut(2)).to.deep.equal({ kind: "cut", n: 2, historyDigest: run[1]!.historyDigest });
    expect(ordering.cut(2), "it has done so").to.equal(undefined);
  });

  it("takes the commit point over from its log, where that reaches as far, and stores each only once", () => {
    const { take, appended } = anOrdering();
    take(orderOf(run[0]!));
    take(orderOf(run[1]!, 1));
    take(orderOf(run[2]!, 1));
    // Others have stored more than is here.
    take(orderOf(run[3]!, 9));
    expect(appended()).to.deep.equal(["entry 1", "entry 2", "commit 1", "entry 3", "entry 4", "commit 4"]);
  });

  it("does not take for durable, behind a rollback, what was stored under those numbers before it", () => {
    const { ordering, take, start } = anOrdering(run.slice(0, 3));
    take(orderOf(run[3]!));
    take(orderOf(run[4]!));
    start(anEpoch(2), run[2]!);
    take(orderOf(other[0]!));
    // The two entries of the first epoch, then rollback and adoption, then the entry of the second.
    ordering.journal.onAppended(2);
    expect(ordering.durable).to.equal(3);
    ordering.journal.onAppended(4);
    expect(ordering.durable).to.equal(3);
    ordering.journal.onAppended(5);
    expect(ordering.durable).to.equal(4);
  });

  it("rolls back before it tells anybody that the log grew", () => {
    const { events, start, take, appended } = anOrdering(run.slice(0, 5));
    start(anEpoch(2), run[2]!);
    take(orderOf(other[0]!));
    expect(events).to.deep.equal(["back to 3", "grown 4"]);
    expect(appended()).to.deep.equal(["rollback 3", "adoption", "entry 4"]);
  });

  it("forgets with an epoch what it held back, and the numbers that it heard of", () => {
    const { ordering, take, start } = anOrdering(run.slice(0, 3));
    take(orderOf(run[5]!));
    expect(ordering.highest).to.equal(6);
    start(anEpoch(2), run[2]!);
    expect(ordering.highest).to.equal(3);
    take(orderOf(other[0]!));
    take(orderOf(other[1]!));
    expect(ordering.log.last).to.equal(5);
  });

  it("takes in the log of an epoch only while that may still be adopted", () => {
    const { ordering, start, emit, sent } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), other[1]!, 200);
    ordering.poll(200, emit);
    expect(sent().map(({ kind }) => kind)).to.deep.equal(["fetchEntries"]);
    const prepare = { kind: "prepare", epoch: anEpoch(3), isTrial: false, follows: null, replyTo: "s3:1" } as const;
    ordering.onPrepare(201, prepare, emit);
    const fetched = [...run.slice(0, 3), ...other.slice(0, 2)];
    ordering.onEntries(
      202,
      { kind: "entries", epoch: anEpoch(2), from: 1, entries: fetched, base: 0, baseDigest: "b".repeat(64), last: 5 },
      emit,
    );
    expect([ordering.log.last, ordering.terms.epoch]).to.deep.equal([3, anEpoch()]);
    ordering.poll(1000, emit);
    expect(sent().filter(({ kind }) => kind === "fetchEntries")).to.deep.equal([]);
  });

  it("goes over to the latest of two epochs that start while it still fetches", () => {
    const { ordering, start, emit, sent } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), other[1]!);
    ordering.poll(0, emit);
    start(anEpoch(3), other[0]!, 1);
    ordering.poll(1, emit);
    expect(sent().map((one) => (one.kind === "fetchEntries" ? one.epoch.number : 0))).to.deep.equal([2, 3]);
    const fetched = [...run.slice(0, 3), other[0]!];
    ordering.onEntries(
      2,
      { kind: "entries", epoch: anEpoch(3), from: 1, entries: fetched, base: 0, baseDigest: "b".repeat(64), last: 4 },
      emit,
    );
    expect([ordering.log.last, ordering.terms.epoch]).to.deep.equal([4, anEpoch(3)]);
  });

  it("gives peers nothing of an epoch that is not the adopted one", () => {
    const { ordering, emit, sent } = anOrdering(run.slice(0, 3));
    const ask = (epoch: Epoch) => {
      ordering.onResend({ kind: "resend", epoch, from: 1, to: 2, replyTo: "m3:1" }, emit);
      ordering.onFetchEntries({ kind: "fetchEntries", epoch, from: 1, replyTo: "m3:1" }, emit);
      return sent().map(({ kind }) => kind);
    };
    expect(ask(anEpoch(2))).to.deep.equal([]);
    expect(ask(anEpoch())).to.deep.equal(["order", "order", "entries"]);
  });

  it("sends again as orders only what was numbered in the epoch: the rest is fetched with its log", () => {
    const { ordering, start, take, emit, sent } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), run[2]!);
    take(orderOf(other[0]!));
    sent();
    ordering.onResend({ kind: "resend", epoch: anEpoch(2), from: 2, to: 9, replyTo: "m3:1" }, emit);
    expect(sent().map((one) => (one.kind === "order" ? one.first : 0))).to.deep.equal([4]);
  });

  it("takes no run that does not follow from its log", () => {
    const { ordering, take, emit, appended } = anOrdering([], { limits: aConfig({ resendEntriesMax: 1 }).limits });
    take(orderOf(run[5]!));
    ordering.poll(0, emit);
    appended();
    const entries = [run[0]!, run[1]!, { ...run[2]!, time: 99 }, run[3]!];
    ordering.onEntries(
      1,
      { kind: "entries", epoch: anEpoch(), from: 1, entries, base: 0, baseDigest: "b".repeat(64), last: 6 },
      emit,
    );
    expect([ordering.log.last, ordering.isEquivocated, appended()]).to.deep.equal([2, false, ["entry 1", "entry 2"]]);
  });

  it("tells its owner of entries that came with an epoch, and begins anew where a run does not follow", () => {
    const { ordering, start, emit, events, sent } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), other[1]!);
    ordering.poll(0, emit);
    const give = (entries: readonly Entry[]) => {
      const message = {
        kind: "entries",
        epoch: anEpoch(2),
        from: entries[0]!.n,
        entries,
        base: 0,
        baseDigest: "b".repeat(64),
        last: 5,
      } as const;
      ordering.onEntries(1, message, emit);
    };
    give([...run.slice(0, 3), other[0]!, { ...other[1]!, time: 99 }]);
    give([...run.slice(0, 3), other[0]!, other[1]!]);
    expect(sent().map((one) => (one.kind === "fetchEntries" ? one.from : 0))).to.deep.equal([1, 1]);
    expect([ordering.log.last, events]).to.deep.equal([5, ["grown 4,5"]]);
  });

  it("keeps what it has of the log of an epoch when that is started again", () => {
    const { ordering, start, emit, sent } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), other[1]!);
    ordering.poll(0, emit);
    const entries = run.slice(0, 3);
    ordering.onEntries(
      1,
      { kind: "entries", epoch: anEpoch(2), from: 1, entries, base: 0, baseDigest: "b".repeat(64), last: 5 },
      emit,
    );
    start(anEpoch(2), other[1]!, 2);
    ordering.poll(300, emit);
    expect(sent().map((one) => (one.kind === "fetchEntries" ? one.from : 0))).to.deep.equal([1, 4, 4]);
  });

  it("fetches no log of an epoch while the disk has no room, nor behind two different histories", () => {
    const [full, stopped] = [anOrdering(run.slice(0, 3)), anOrdering(run.slice(0, 3))];
    for (const { start } of [full, stopped]) start(anEpoch(2), other[1]!);
    full.ordering.hasRoom = false;
    stopped.take({ ...orderOf(run[2]!), historyDigest: "f".repeat(64) });
    for (const { ordering, emit, sent } of [full, stopped]) {
      ordering.poll(300, emit);
      expect(sent()).to.deep.equal([]);
    }
  });

  it("does not say that it adopted what it has promised to leave since", () => {
    const { ordering, start, emit, sent } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), run[2]!);
    const prepare = { kind: "prepare", epoch: anEpoch(3), isTrial: false, follows: null, replyTo: "s3:1" } as const;
    ordering.onPrepare(0, prepare, emit);
    ordering.journal.onAppended(2);
    expect(sent().map(({ kind }) => kind)).to.deep.equal(["promise"]);
  });

  it("learns from an epoch that is over neither members nor anything else", () => {
    const { ordering, start, take, emit } = anOrdering(run.slice(0, 3));
    start(anEpoch(2), other[1]!);
    ordering.poll(0, emit);
    ordering.onEntries(
      1,
      { kind: "entries", epoch: anEpoch(2), from: 1, entries: [], base: 3, baseDigest: "b".repeat(64), last: 5 },
      emit,
    );
    const old = {
      epoch: anEpoch(0),
      members: members.map(() => "9".repeat(32)),
      base: 0,
      baseDigest: run[0]!.historyDigest,
    };
    ordering.onStart(2, { kind: "start", ...old, source: "m2:1", replyTo: "s2:1" }, emit);
    take({ ...orderOf(run[0]!, 99), epoch: anEpoch(0) });
    expect([ordering.terms.isOutside, ordering.snapshotWanted]).to.deep.equal([false, { min: 3, epoch: anEpoch(2) }]);
  });

  it("does not take for durable what was stored before it started anew", () => {
    const { ordering, take, emit } = anOrdering(run.slice(0, 3));
    take(orderOf(run[3]!));
    const digests = { historyDigest: "9".repeat(64), stateDigest: "s", tableDigest: "t" };
    ordering.restart(0, { n: 9, ...digests, time: 9 }, emit);
    ordering.journal.onAppended(1);
    expect([ordering.durable, ordering.log.last]).to.deep.equal([3, 9]);
    ordering.journal.onAppended(3);
    expect(ordering.durable).to.equal(9);
  });

  it("keeps its longer log only where a test left the rule out that it goes back", () => {
    const { ordering, start } = anOrdering(run.slice(0, 5), { mutant: "keepSuffix" });
    start(anEpoch(2), run[2]!);
    expect([ordering.log.last, ordering.terms.epoch]).to.deep.equal([5, anEpoch(2)]);
  });
});

describe("ordering, with a long gap", () => {
  /** With three entries, and a fetch of what is behind them under way at time 0. */
  function fetching() {
    const some = anOrdering(run.slice(0, 3), { limits: aConfig({ resendEntriesMax: 1 }).limits });
    some.take(orderOf(run[5]!));
    some.ordering.poll(0, some.emit);
    const give = (entries: readonly Entry[], base = 0, from = 4) => {
      some.ordering.onEntries(
        1,
        { kind: "entries", epoch: anEpoch(), from, entries, base, baseDigest: "b".repeat(64), last: 6 },
        some.emit,
      );
    };
    return { ...some, give };
  }

  /** What is asked for much later. */
  function asked({ ordering, emit, sent }: ReturnType<typeof fetching>): readonly string[] {
    sent();
    ordering.poll(1000, emit);
    return sent().map(({ kind }) => kind);
  }

  it("fetches it, and asks for it as well", () => {
    const some = fetching();
    expect(some.sent().map(({ kind }) => kind)).to.deep.equal(["fetchEntries"]);
    expect(asked(some)).to.deep.equal(["fetchEntries", "resend"]);
    some.give(run.slice(3, 5));
    expect(some.ordering.log.last).to.equal(6);
    expect(asked(some)).to.deep.equal([]);
  });

  it("asks for nothing of an epoch that it has promised to leave", () => {
    const some = fetching();
    const prepare = { kind: "prepare", epoch: anEpoch(3), isTrial: false, follows: null, replyTo: "s3:1" } as const;
    some.ordering.onPrepare(900, prepare, some.emit);
    expect(asked(some)).to.deep.equal([]);
  });

  it("neither takes nor asks for anything while the disk has no room", () => {
    const some = fetching();
    some.ordering.hasRoom = false;
    some.give(run.slice(3, 5));
    expect([some.ordering.log.last, asked(some).includes("fetchEntries")]).to.deep.equal([3, false]);
  });

  it("takes nothing that comes behind two different histories, and fetches no more", () => {
    const some = fetching();
    some.give([{ ...run[2]!, historyDigest: "f".repeat(64) }, ...run.slice(3, 5)]);
    expect([some.ordering.log.last, some.ordering.isEquivocated]).to.deep.equal([3, true]);
    expect(asked(some).includes("fetchEntries")).to.equal(false);
  });

  it("wants a snapshot where a peer keeps nothing that far back, not where it has nothing yet", () => {
    const some = fetching();
    some.give([], 3);
    expect(some.ordering.snapshotWanted).to.equal(undefined);
    some.give([], 4);
    expect(some.ordering.snapshotWanted).to.deep.equal({ min: 4, epoch: anEpoch(1) });
  });

  it("wants no snapshot any more when the gap is closed after all", () => {
    const some = fetching();
    some.give([], 4);
    some.take(orderOf(run[3]!));
    some.take(orderOf(run[4]!));
    expect([some.ordering.log.last, some.ordering.snapshotWanted]).to.deep.equal([6, undefined]);
  });
});

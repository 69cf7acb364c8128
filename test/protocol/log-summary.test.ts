import { expect } from "chai";
import fc from "fast-check";
import { genesisDigest } from "../../protocol/history.ts";
import {
  emptySummary,
  type LogRecord,
  type LogSummary,
  logRecord,
  type SavedCheckpoint,
} from "../../protocol/log-record.ts";
import { applyRecord } from "../../protocol/log-summary.ts";
import { valuesOf } from "./values-of.ts";

const [anEntry] = fc.sample(
  valuesOf(logRecord).filter((record) => record.kind === "entry"),
  1,
) as readonly Extract<LogRecord, { kind: "entry" }>[];

const entry = (n: number): LogRecord => ({ ...anEntry!, n });
const digest = (n: number, of = "a") => `${of}${n}`.padEnd(64, "0");
const epoch = (number: number) => ({ number, nonce: "e".repeat(32) });
const adoption = (number: number, base: number) => ({
  epoch: epoch(number),
  members: ["1", "2", "3", "4"].map((digit) => digit.repeat(32)),
  base,
  baseDigest: digest(base),
});
const checkpoint = (n: number): SavedCheckpoint => ({
  n,
  historyDigest: digest(n),
  stateDigest: digest(n, "b"),
  tableDigest: digest(n, "c"),
  time: n,
});

function fold(...records: readonly LogRecord[]): LogSummary | undefined {
  let summary: LogSummary | undefined = emptySummary;
  for (const record of records) summary = summary === undefined ? undefined : applyRecord(summary, record);
  return summary;
}

const entries = (count: number) => Array.from({ length: count }, (_, index) => entry(index + 1));

describe("the summary of a log", () => {
  it("of nothing is that of a new one", () => {
    expect(emptySummary).to.deep.include({
      promised: null,
      adoption: null,
      base: 0,
      last: 0,
      baseDigest: genesisDigest,
    });
  });

  it("counts entries without a gap, and nothing else is a log", () => {
    expect(fold(...entries(3))?.last).to.equal(3);
    expect(fold(entry(1), entry(3))).to.equal(undefined);
    expect(fold(entry(1), entry(1))).to.equal(undefined);
    expect(fold(entry(2))).to.equal(undefined);
  });

  it("has the last promise and the last adoption, each by itself", () => {
    const summary = fold(
      { kind: "promise", epoch: epoch(1) },
      { kind: "adoption", ...adoption(1, 0) },
      { kind: "promise", epoch: epoch(2) },
    );
    expect(summary?.promised).to.deep.equal(epoch(2));
    expect(summary?.adoption).to.deep.equal(adoption(1, 0));
  });

  it("goes back with a rollback, its checkpoints too, and only to what it keeps", () => {
    const log = [
      ...entries(4),
      { kind: "checkpoint", ...checkpoint(2) },
      { kind: "checkpoint", ...checkpoint(4) },
    ] as const;
    expect(fold(...log, { kind: "rollback", n: 3 })).to.deep.include({ last: 3, checkpoints: [checkpoint(2)] });
    expect(fold(...log, { kind: "rollback", n: 3 }, entry(4))?.last).to.equal(4);
    expect(fold(...log, { kind: "rollback", n: 4 })?.last).to.equal(4);
    expect(fold(...log, { kind: "rollback", n: 5 })).to.equal(undefined);
    const cut: LogRecord = { kind: "cut", n: 2, historyDigest: digest(2) };
    expect(fold(...log, cut, { kind: "rollback", n: 2 })?.last).to.equal(2);
    expect(fold(...log, cut, { kind: "rollback", n: 1 })).to.equal(undefined);
  });

  it("forgets what a cut forgets, and the checkpoints before it", () => {
    const log = [
      ...entries(4),
      { kind: "checkpoint", ...checkpoint(2) },
      { kind: "checkpoint", ...checkpoint(4) },
    ] as const;
    const cut = (n: number): LogRecord => ({ kind: "cut", n, historyDigest: digest(n) });
    const summary = fold(...log, cut(3));
    expect(summary).to.deep.include({ base: 3, baseDigest: digest(3), last: 4, checkpoints: [checkpoint(4)] });
    expect(fold(...log, cut(2))?.checkpoints).to.deep.equal([checkpoint(2), checkpoint(4)]);
    expect(fold(...log, cut(5))).to.equal(undefined);
    expect(fold(...log, cut(3), cut(2))).to.equal(undefined);
  });

  it("starts anew behind a checkpoint of others, whatever was there, and keeps its epochs", () => {
    const restart: LogRecord = { kind: "restart", n: 9, historyDigest: digest(9) };
    const before: readonly LogRecord[] = [{ kind: "promise", epoch: epoch(3) }, ...entries(4)];
    const summary = fold(...before, { kind: "checkpoint", ...checkpoint(4) }, restart);
    expect(summary).to.deep.include({ base: 9, baseDigest: digest(9), last: 9, commitPoint: 9, checkpoints: [] });
    expect(summary?.promised).to.deep.equal(epoch(3));
    expect(fold(...before, restart, entry(10))?.last).to.equal(10);
    expect(fold(...before, restart, entry(5))).to.equal(undefined);
  });

  it("has one checkpoint of a number, the last; the commit point never goes back", () => {
    const again = { ...checkpoint(2), stateDigest: digest(7) };
    const log = [...entries(2), { kind: "checkpoint", ...checkpoint(2) }, { kind: "checkpoint", ...again }] as const;
    expect(fold(...log)?.checkpoints).to.deep.equal([again]);
    expect(fold(...log, { kind: "commit", n: 2 }, { kind: "commit", n: 1 })?.commitPoint).to.equal(2);
  });
});

/** One step of a log that is in order, from where it stands. */
function nextRecord(summary: LogSummary, [kind, at]: readonly [number, number]): LogRecord {
  const { base, last } = summary;
  const n = base + (at % (last - base + 1));
  const kinds: readonly LogRecord[] = [
    entry(last + 1),
    entry(last + 1),
    entry(last + 1),
    { kind: "promise", epoch: epoch(at) },
    { kind: "adoption", ...adoption(at, n) },
    { kind: "rollback", n },
    { kind: "commit", n },
    { kind: "checkpoint", ...checkpoint(n) },
    { kind: "restart", n: last + 1 + at, historyDigest: digest(at) },
    { kind: "cut", n, historyDigest: digest(n) },
  ];
  return kinds[kind % kinds.length]!;
}

describe("the summary of any log that is in order", () => {
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat(20)), { maxLength: 60 });

  it("is one, with nothing in it that is not in the log", () => {
    fc.assert(
      fc.property(steps, (drawn) => {
        let summary: LogSummary = emptySummary;
        for (const step of drawn) {
          const next = applyRecord(summary, nextRecord(summary, step));
          if (next === undefined) return expect.fail(JSON.stringify(step));
          summary = next;
          expect(summary.base).to.be.at.most(summary.last);
          for (const { n } of summary.checkpoints) expect(n).to.be.within(summary.base, summary.last);
        }
      }),
    );
  });

  it("written in the midst of it changes nothing: what follows comes to the same", () => {
    fc.assert(
      fc.property(steps, fc.nat(), (drawn, at) => {
        let whole: LogSummary = emptySummary;
        let cutShort: LogSummary | undefined;
        for (const [index, step] of drawn.entries()) {
          if (index === at % drawn.length) cutShort = applyRecord(emptySummary, { kind: "summary", ...whole });
          const record = nextRecord(whole, step);
          whole = applyRecord(whole, record) as LogSummary;
          if (cutShort !== undefined) cutShort = applyRecord(cutShort, record);
        }
        if (drawn.length > 0) expect(cutShort).to.deep.equal(whole);
      }),
    );
  });
});

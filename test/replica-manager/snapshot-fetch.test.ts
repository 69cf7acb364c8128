import { expect } from "chai";
import fc from "fast-check";
import { sha256 } from "../../io/sha256.ts";
import type { Slot } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { MessageOf } from "../../protocol/message.ts";
import type { ManagerEffect, Snapshot } from "../../replica-manager/effect.ts";
import { SnapshotFetch } from "../../replica-manager/snapshot-fetch.ts";
import { snapshotPart } from "../../replica-manager/snapshot-parts.ts";
import { aCheckpoint, aTable, executeAll, smallTable } from "./a-change.ts";
import { aConfig } from "./an-entry.ts";
import { go, standing, steps } from "./table-script.ts";

type Part = MessageOf<"snapshot">;

const holders: readonly Slot[] = [2, 3, 4];
const retryMs = smallTable.recoveryRetryMs;

/** A snapshot of 2 pieces of state and 4 intervals, and one that fetches it. */
function aFetch(limits: Partial<Limits> = {}, runs: readonly (readonly number[])[] = [[1], [2], [3], [4]]) {
  const table = aTable();
  for (const run of runs) executeAll(table, run);
  const state = "x".repeat(500);
  const intervals = table.intervalsAt(4, 4);
  const snapshot: Snapshot = { digests: aCheckpoint(4, state, table.checkpoint(4)), time: 4, state };
  const fetch = new SnapshotFetch(aConfig({ ...smallTable, stateCharsMax: 500, ...limits }), snapshot.digests);
  const partOf = (part: number): Part => snapshotPart(snapshot, intervals, part, smallTable) as Part;
  const poll = (now: number, from = holders) => asked(fetch, now, from);
  return { fetch, snapshot, intervals, partOf, poll };
}

/** What a poll asks for: the address of the manager, and the part. */
function asked(fetch: SnapshotFetch, now: number, from: readonly Slot[]): string[] {
  const effects: ManagerEffect[] = [];
  fetch.poll(now, from, (effect) => effects.push(effect));
  return effects.map((effect) =>
    effect.kind === "send" && effect.message.kind === "fetchSnapshot"
      ? `${effect.to} ${effect.message.part}`
      : expect.fail(effect.kind),
  );
}

/** Answers everything that is asked, as `answer` says, until it is done or so many tries were made. */
function serve(fetch: SnapshotFetch, from: readonly Slot[], answer: (part: number, slot: number) => Part | undefined) {
  for (let [now, tries] = [0, 0]; !fetch.isDone && tries < 500; tries++) {
    const asks = asked(fetch, now, from).map((ask) => /^m(\d):1 (\d+)$/.exec(ask) ?? expect.fail(ask));
    for (const [, slot, part] of asks) {
      const message = answer(Number(part), Number(slot));
      if (message !== undefined) fetch.onPart(message);
    }
    now = asks.length > 0 ? now : fetch.deadline;
  }
}

describe("snapshot fetch", () => {
  it("asks for the first part, then for as many at a time as may be under way", () => {
    const { fetch, poll, partOf, snapshot } = aFetch();
    const effects: ManagerEffect[] = [];
    fetch.poll(0, holders, (effect) => effects.push(effect));
    const message = { kind: "fetchSnapshot", ...snapshot.digests, part: 0, replyTo: "m1:1" };
    expect(effects).to.deep.equal([{ kind: "send", to: "m2:1", message }]);
    expect([poll(1), fetch.done, fetch.total]).to.deep.equal([[], 0, 1]);
    fetch.onPart(partOf(0));
    expect([fetch.done, fetch.total]).to.deep.equal([1, 6]);
    expect(poll(2)).to.deep.equal(["m2:1 1", "m2:1 2", "m2:1 3", "m2:1 4"]);
    fetch.onPart(partOf(3));
    expect(poll(3)).to.deep.equal(["m2:1 5"]);
  });

  it("has the whole snapshot once its last part has come, in whatever order", () => {
    const { fetch, poll, partOf, snapshot, intervals } = aFetch();
    poll(0);
    fetch.onPart(partOf(0));
    poll(1);
    for (const part of [4, 2, 3]) fetch.onPart(partOf(part));
    poll(2);
    fetch.onPart(partOf(5));
    expect([fetch.isDone, fetch.result]).to.deep.equal([false, undefined]);
    fetch.onPart(partOf(1));
    expect([fetch.isDone, fetch.result]).to.deep.equal([true, { snapshot, intervals }]);
    expect([fetch.deadline, poll(5000), fetch.failures]).to.deep.equal([Number.POSITIVE_INFINITY, [], 0]);
  });

  it("asks again for what does not come in time, of the next holder, which it stays with", () => {
    const { fetch, poll, partOf } = aFetch();
    poll(0);
    expect([fetch.deadline, poll(retryMs - 1)]).to.deep.equal([retryMs, []]);
    expect(poll(retryMs)).to.deep.equal(["m3:1 0"]);
    expect(fetch.deadline).to.equal(2 * retryMs);
    expect(poll(2 * retryMs)).to.deep.equal(["m4:1 0"]);
    expect(poll(3 * retryMs)).to.deep.equal(["m2:1 0"]);
    fetch.onPart(partOf(0));
    expect(poll(3 * retryMs + 5)).to.deep.equal(["m2:1 1", "m2:1 2", "m2:1 3", "m2:1 4"]);
    fetch.onPart(partOf(1));
    expect(poll(3 * retryMs + 9)).to.deep.equal(["m2:1 5"]);
    expect(poll(4 * retryMs + 5)).to.deep.equal(["m3:1 2", "m3:1 3", "m3:1 4"]);
    expect(poll(4 * retryMs + 9)).to.deep.equal(["m4:1 5"]);
  });

  it("waits for holders where there are none", () => {
    const { fetch, poll } = aFetch();
    expect([poll(7, []), fetch.deadline]).to.deep.equal([[], 7 + retryMs]);
    expect(poll(7 + retryMs)).to.deep.equal(["m2:1 0"]);
  });

  it("passes over what it has not asked for, what came before, and what is of another snapshot", () => {
    const { fetch, poll, partOf } = aFetch();
    fetch.onPart(partOf(0));
    poll(0);
    fetch.onPart(partOf(1));
    fetch.onPart({ ...partOf(0), tableDigest: sha256("x") });
    expect(fetch.done).to.equal(0);
    fetch.onPart(partOf(0));
    fetch.onPart({ ...partOf(0), parts: 9 });
    expect([fetch.done, fetch.total, fetch.failures]).to.deep.equal([1, 6, 0]);
  });

  it("waits a while after a failure, then starts over with the next holder", () => {
    const { fetch, poll, partOf } = aFetch();
    poll(10);
    fetch.onPart({ ...partOf(0), parts: 0 });
    expect([fetch.failures, fetch.done, poll(11), fetch.deadline]).to.deep.equal([1, 0, [], 10 + retryMs]);
    expect(poll(10 + retryMs)).to.deep.equal(["m3:1 0"]);
  });

  const inInterval = (part: Part, other: object): Part => ({
    ...part,
    content: { ...part.content, ...other },
  });
  for (const [what, spoil, limits] of [
    ["announces more parts than the limits allow", (part) => ({ ...part, parts: 200 })],
    ["announces no such part", (part) => ({ ...part, parts: part.part })],
    ["announces another count than before", (part) => ({ ...part, parts: part.parts + (part.part === 2 ? 1 : 0) })],
    ["tells another time than before", (part) => ({ ...part, time: part.part === 2 ? 5 : 4 })],
    ["gives another state", (part) => inInterval(part, part.part === 1 ? { text: "y".repeat(101) } : {})],
    ["gives a changed interval", (part) => inInterval(part, part.part === 4 ? { bytes: new Uint8Array(20) } : {})],
    ["gives an interval of a wrong number", (part) => inInterval(part, part.part === 4 ? { n: 9 } : {})],
    [
      "gives an interval that counts more rows than there can be",
      (part) => inInterval(part, part.part === 4 ? { rows: 2 ** 31 } : {}),
    ],
    ["gives one interval twice", (part, of) => (part.part === 4 ? { ...of(3), part: 4 } : part)],
    [
      "leaves the first interval out",
      (part, of) => ({ ...of(part.part + (part.part >= 2 ? 1 : 0)), part: part.part, parts: 5 }),
    ],
    ["leaves the last interval out", (part) => ({ ...part, parts: 5 })],
    ["leaves the client table out", (part) => ({ ...part, parts: 2 })],
  ] as readonly (readonly [string, (part: Part, of: (part: number) => Part) => Part, Partial<Limits>?])[]) {
    it(`starts over with the next holder when one ${what}`, () => {
      const { fetch, partOf, snapshot, intervals } = aFetch(limits);
      const from: number[] = [];
      serve(fetch, holders, (part, slot) => {
        from.push(slot);
        return slot === 2 ? spoil(partOf(part), partOf) : partOf(part);
      });
      expect(fetch.failures).to.equal(1);
      expect([...new Set(from)]).to.deep.equal([2, 3]);
      expect(fetch.result).to.deep.equal({ snapshot, intervals });
    });
  }

  it("takes no more state than there can be, in pieces however small", () => {
    const { fetch, partOf } = aFetch({ stateCharsMax: 499 });
    serve(fetch, holders, (part) => ({ ...partOf(part), parts: 6 }));
    expect(fetch.isDone).to.equal(false);
    expect(fetch.failures).to.be.at.least(2);
  });

  it("takes all rows of a full table and of the interval before it, and none more", () => {
    for (const [clientTableEntriesMax, isDone] of [
      [2, true],
      [1, false],
    ] as const) {
      const { fetch, partOf } = aFetch({ clientTableEntriesMax, tableSpanRows: 2 }, [[1, 2, 3], [4]]);
      serve(fetch, holders, partOf);
      expect(fetch.isDone).to.equal(isDone);
    }
  });

  it("comes to a table that goes on as the one that was fetched, whatever is lost on the way", () => {
    fc.assert(
      fc.property(steps, fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (through, arrives) => {
        const [whole, table] = [aTable(), aTable()];
        go(whole, through);
        const last = through.at(-1);
        if (last?.kind !== "mark") throw new Error("an order ends with a mark");
        const { digest, intervals, n, time } = standing(whole, last);
        const snapshot: Snapshot = { digests: aCheckpoint(n, "state", digest), time, state: "state" };
        const fetch = new SnapshotFetch(aConfig(smallTable), snapshot.digests);
        let sent = 0;
        serve(fetch, holders, (part) =>
          arrives[sent++ % arrives.length] === true || sent > 40
            ? snapshotPart(snapshot, intervals, part, smallTable)
            : undefined,
        );
        const fetched = fetch.result ?? expect.fail("it is done");
        expect(table.restore(fetched.intervals, digest, n, fetched.snapshot.time)).to.equal(true);
        expect([standing(table, last), table.rows]).to.deep.equal([standing(whole, last), whole.rows]);
      }),
      { numRuns: 100 },
    );
  });
});

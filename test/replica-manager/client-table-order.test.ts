import { expect } from "chai";
import fc from "fast-check";
import { type Request, requestContent, requestKey } from "../../protocol/request.ts";
import { aTable, smallTable } from "./a-change.ts";
import { type Course, go, type Step, standing, steps } from "./table-script.ts";

/** Every row with all its times, forgotten one by one by the rule itself: no intervals, no results, no chain. */
class Reference {
  #rows: { readonly key: string; readonly content: string; readonly n: number; span: number; isKnown: boolean }[] = [];
  #spanTimes: number[] = [0];
  #inSpan = 0;

  admit(n: number, time: number, request: Request): string {
    const [key, content] = [requestKey(request), requestContent(request)];
    const known = this.#rows.find((row) => row.isKnown && row.key === key);
    if (known !== undefined) return known.content === content ? `${n} quote ${known.n}` : `${n} reused`;
    if (Math.abs(time - request.issuedAt) > smallTable.clientHorizonMs) return `${n} tooOld`;
    if (this.rows >= smallTable.clientTableEntriesMax) return `${n} full`;
    const span = this.#spanTimes.length - 1;
    this.#rows.push({ key, content, n, span, isKnown: true });
    this.#spanTimes[span] = Math.max(this.#spanTimes[span] ?? 0, time, request.issuedAt);
    if (++this.#inSpan === smallTable.tableSpanRows) this.#endSpan();
    return `${n} execute ${n}`;
  }

  mark(time: number): void {
    if (this.#inSpan > 0) this.#endSpan();
    for (const row of this.#rows) {
      if (time - (this.#spanTimes[row.span] ?? 0) > smallTable.clientHorizonMs) row.isKnown = false;
    }
  }

  get rows(): number {
    return this.#rows.filter((row) => row.isKnown).length;
  }

  #endSpan(): void {
    this.#inSpan = 0;
    this.#spanTimes.push(this.#spanTimes.at(-1) ?? 0);
  }
}

/** Executions of each request, told apart by its id and when it was issued: what comes again is the same one. */
function executions(through: readonly Step[], { admissions }: Course): Map<string, number> {
  const times = new Map<string, number>();
  const changes = through.flatMap((step) => (step.kind === "change" ? [step.entry] : []));
  for (const [index, { request }] of changes.entries()) {
    const key = `${requestKey(request)} ${request.issuedAt}`;
    if (admissions[index]?.includes(" execute ")) times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}

const lags = fc.array(fc.nat(20), { minLength: 1, maxLength: 20 });
const lagOf = (values: readonly number[]) => (step: number) => values[step % values.length] ?? 0;
const ends = (through: readonly Step[]) => through.flatMap((step, index) => (step.kind === "mark" ? [index] : []));

describe("client table in an order", () => {
  it("executes no request twice, however late it comes again and whatever clocks say", () => {
    fc.assert(
      fc.property(steps, lags, (through, values) => {
        const times = executions(through, go(aTable(), through, lagOf(values)));
        expect([...times].filter(([, count]) => count > 1)).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });

  it("admits and forgets as the plain rule says", () => {
    fc.assert(
      fc.property(steps, (through) => {
        const [table, reference] = [aTable(), new Reference()];
        for (const step of through) {
          if (step.kind === "mark") reference.mark(step.time);
          const expected =
            step.kind === "change" ? [reference.admit(step.entry.n, step.entry.time, step.entry.request)] : [];
          expect([go(table, [step]).admissions, table.rows]).to.deep.equal([expected, reference.rows]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is the same whenever results come", () => {
    fc.assert(
      fc.property(steps, lags, lags, (through, one, two) => {
        const [a, b] = [aTable(), aTable()];
        expect(go(a, through, lagOf(one))).to.deep.equal(go(b, through, lagOf(two)));
        expect([a.rows, a.bytes]).to.deep.equal([b.rows, b.bytes]);
      }),
      { numRuns: 300 },
    );
  });

  it("goes on from any mark that it goes back to as if nothing had come behind it", () => {
    fc.assert(
      fc.property(steps, lags, fc.nat(), fc.nat(), (through, values, pick, past) => {
        const table = aTable();
        const marks = ends(through);
        const at = marks[pick % marks.length] ?? 0;
        // Behind the mark a part of the order is handed over, and some of its results come.
        const undone = at + 1 + (past % (through.length - at));
        go(table, through.slice(0, at + 1));
        half(table, through.slice(at + 1, undone), values[0] ?? 0);
        table.rollback(...placeOf(through[at]));
        expect(rest(table, through, at)).to.deep.equal(straight(through, at));
      }),
      { numRuns: 500 },
    );
  });

  it("goes back again and again, also to a time at which more was known", () => {
    fc.assert(
      fc.property(steps, lags, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (through, values, picks) => {
        const table = aTable();
        const marks = ends(through);
        let at = -1;
        for (const pick of picks) {
          go(table, through.slice(at + 1), lagOf(values));
          at = marks[pick % marks.length] ?? 0;
          table.rollback(...placeOf(through[at]));
        }
        expect(rest(table, through, at)).to.deep.equal(straight(through, at));
      }),
      { numRuns: 300 },
    );
  });

  it("goes on from the table of any mark in another's place", () => {
    fc.assert(
      fc.property(steps, steps, fc.nat(), fc.nat(), (through, before, pick, releaseAt) => {
        const [whole, table] = [aTable(), aTable()];
        go(whole, through);
        go(table, before);
        const marks = ends(through);
        const at = marks[pick % marks.length] ?? 0;
        const [n, time] = placeOf(through[at]);
        // Snapshots from an earlier mark on are kept, those before it are let go of.
        whole.release(placeOf(through[marks[releaseAt % ((pick % marks.length) + 1)] ?? 0])[1]);
        const { digest, intervals } = standing(whole, { n, time });
        expect(table.restore(intervals, digest, n, time)).to.equal(true);
        expect(rest(table, through, at)).to.deep.equal(straight(through, at));
      }),
      { numRuns: 500 },
    );
  });

  it("goes back to an older mark from what the disk kept for it", () => {
    fc.assert(
      fc.property(steps, fc.nat(), (through, pick) => {
        const [whole, table] = [aTable(), aTable()];
        go(whole, through);
        const marks = ends(through);
        const at = marks[pick % marks.length] ?? 0;
        const [older, newest] = [placeOf(through[at]), placeOf(through.at(-1))];
        whole.release(older[1]);
        const all = whole.intervalsUpTo(newest[0]);
        expect(table.restore(all, whole.checkpoint(newest[0]), ...newest)).to.equal(true);
        table.rollback(...older);
        expect(rest(table, through, at)).to.deep.equal(straight(through, at));
      }),
      { numRuns: 300 },
    );
  });
});

/** Hands steps over; only the first few results come. */
function half(table: ReturnType<typeof aTable>, through: readonly Step[], results: number): void {
  let left = results;
  for (const step of through) {
    if (step.kind === "mark") {
      table.mark(step.n, step.time);
      continue;
    }
    const admission = table.admit(step.entry);
    if (admission.kind === "execute" && left-- > 0) table.record(admission.registered, `undone ${step.entry.n}`);
  }
}

/** What becomes of an order behind a mark, from how the table stands at that mark on. */
function rest(table: ReturnType<typeof aTable>, through: readonly Step[], at: number): unknown {
  const [n, time] = placeOf(through[at]);
  const before = [standing(table, { n, time }), table.rows];
  return [before, go(table, through.slice(at + 1)), table.rows];
}

/** The same for a table that went straight through. */
function straight(through: readonly Step[], at: number): unknown {
  const table = aTable();
  go(table, through.slice(0, at + 1));
  return rest(table, through, at);
}

function placeOf(step: Step | undefined): [n: number, time: number] {
  if (step?.kind !== "mark") throw new Error("only a mark has a place");
  return [step.n, step.time];
}

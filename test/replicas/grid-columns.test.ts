import { expect } from "chai";
import fc from "fast-check";
import { AssertionFailed } from "../../protocol/assert.ts";
import { emptyColumn, withRow } from "../../replicas/grid/columns.ts";
import { Identifiers } from "../../replicas/grid/identifiers.ts";
import { hashOf, RowIndex } from "../../replicas/grid/row-index.ts";
import { RowLists } from "../../replicas/grid/row-lists.ts";
import { RowPool } from "../../replicas/grid/row-pool.ts";
import { makeState } from "../../replicas/grid/state.ts";
import { WeekTally } from "../../replicas/grid/week-tally.ts";

describe("the columns of the grid", () => {
  it("double, keep what they hold, and stop at their limit", () => {
    const column = emptyColumn();
    column[3] = 7;
    const longer = withRow(column, column.length, 1000);
    expect([longer.length, longer[3]]).to.deep.equal([2 * column.length, 7]);
    expect(withRow(longer, 20, 1000)).to.equal(longer);
    expect(withRow(longer, 39, 40)).to.have.lengthOf(40);
    expect(() => withRow(longer, 40, 40)).to.throw(AssertionFailed, "at most 40 rows");
  });

  it("give a row that came back out again before a new one, and no row twice", () => {
    const pool = new RowPool(5);
    expect([pool.take(), pool.take(), pool.take()]).to.deep.equal([1, 2, 3]);
    pool.giveBack(2);
    expect(pool.inUse).to.equal(2);
    expect([pool.take(), pool.take()]).to.deep.equal([2, 4]);
    expect(pool.highest).to.equal(4);
    expect(() => pool.take()).to.throw(AssertionFailed, "at most 5 rows");
    expect(() => pool.giveBack(5)).to.throw(AssertionFailed, "given out");
  });

  it("link rows in lists as sets would hold them, whatever leaves and whenever", () => {
    const step = fc.record({ list: fc.nat({ max: 40 }), row: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const lists = new RowLists({ listsMax: 41, rowsMax: 61 });
        const listOf = new Map<number, number>();
        for (const { list, row } of steps) {
          const own = listOf.get(row);
          if (own === undefined) lists.add(list, row);
          else lists.remove(own, row);
          if (own === undefined) listOf.set(row, list);
          else listOf.delete(row);
        }
        for (let list = 0; list <= 40; list++) {
          const rows: number[] = [];
          for (let row = lists.first(list); row !== 0; row = lists.after(row)) rows.push(row);
          const expected = [...listOf].filter(([, own]) => own === list).map(([row]) => row);
          expect(rows).to.have.members(expected).and.to.have.lengthOf(expected.length);
        }
      }),
    );
  });

  it("refuse to take a row out of a list that it is not in", () => {
    const lists = new RowLists({ listsMax: 4, rowsMax: 9 });
    lists.add(1, 5);
    lists.add(2, 6);
    expect(() => lists.remove(2, 5)).to.throw(AssertionFailed, "head of its list");
  });
});

describe("the index of the grid", () => {
  it("finds what was added and not removed, however hashes collide and wherever the table wraps", () => {
    const hash = fc.constantFrom(0, 1, 14, 15, 16, 31, -1, -2, 0x4000_0000);
    const step = fc.record({ hash, row: fc.integer({ min: 1, max: 25 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new RowIndex();
        const hashes = new Map<number, number>();
        for (const { hash, row } of steps) {
          const own = hashes.get(row);
          if (own === undefined) index.add(hash, row);
          else index.remove(own, row);
          if (own === undefined) hashes.set(row, hash);
          else hashes.delete(row);
          expectIndex(index, hashes);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a removal under another hash than that of the addition", () => {
    const index = new RowIndex();
    index.add(5, 1);
    expect(() => index.remove(6, 1)).to.throw(AssertionFailed, "hash that it was added with");
    expect(() => index.add(5, 0)).to.throw(AssertionFailed, "nobody's");
  });

  it("is addressed by hashes whose low bits are spread for customers, times and movies side by side", () => {
    const cells = new Set<number>();
    for (let a = 0; a < 64; a++) {
      for (let b = 0; b < 64; b++) for (let c = 0; c < 16; c++) cells.add(hashOf(a, b, c) & 0xffff);
    }
    // Chance would reach 1 - 1/e of them, 63 %.
    expect(cells.size).to.be.above(0.6 * 65_536);
  });
});

function expectIndex(index: RowIndex, hashes: ReadonlyMap<number, number>): void {
  expect(index.count).to.equal(hashes.size);
  for (const hash of new Set(hashes.values())) {
    const rows: number[] = [];
    for (let slot = index.first(hash); slot !== -1; slot = index.after(slot)) rows.push(index.rowIn(slot));
    const expected = [...hashes].filter(([, own]) => own === hash).map(([row]) => row);
    expect(rows).to.have.members(expected).and.to.have.lengthOf(expected.length);
  }
  expect(index.first(77)).to.equal(-1);
}

describe("the weekly tally of the grid", () => {
  it("counts shows away from home by customer and week and forgets a count of 0", () => {
    const step = fc.record({ customer: fc.nat({ max: 5 }), week: fc.nat({ max: 5 }), isMore: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const tally = new WeekTally();
        const counts = new Map<string, number>();
        for (const { customer, week, isMore } of steps) {
          const key = `${customer} ${week}`;
          const count = counts.get(key) ?? 0;
          if (!isMore && count === 0) {
            expect(() => tally.decrease(customer, week)).to.throw(AssertionFailed, "was counted");
            continue;
          }
          if (isMore) tally.increase(customer, week);
          else tally.decrease(customer, week);
          counts.set(key, count + (isMore ? 1 : -1));
          expect(tally.count(customer, week)).to.equal(counts.get(key));
        }
        expect(tally.size).to.equal([...counts.values()].filter((count) => count > 0).length);
      }),
    );
  });
});

describe("what has one hash in the grid", () => {
  it("is a customer in two weeks, a movie at two places and a holder of two shows, and each is found apart", () => {
    const [[customer, week], [otherCustomer, otherWeek]] = collision(200, 1000);
    const tally = new WeekTally();
    tally.increase(customer, week);
    expect(tally.count(otherCustomer, otherWeek)).to.equal(0);

    const { shows, bookings } = makeState(new Identifiers(["ATW"]));
    const show = shows.add(week, "Avatar", 5);
    const otherShow = shows.add(otherWeek, "Avatar", 5);
    bookings.add(customer, show, 2);
    expect(bookings.find(otherCustomer, otherShow)).to.equal(0);
    expect(bookings.isHeldElsewhere(otherCustomer, otherShow, 0)).to.equal(false);

    const [[place, movie], [otherPlace, otherMovie]] = collision(100_000, 9);
    for (let row = 2; row <= 9; row++) shows.add(0, `Movie ${row}`, 5);
    const nameOf = (row: number) => (row === 1 ? "Avatar" : `Movie ${row}`);
    expect(shows.find(shows.placeOf(shows.add(place, nameOf(movie), 5)), movie)).to.equal(11);
    expect(shows.find(otherPlace, otherMovie)).to.equal(0);
  });
});

/** Two different pairs, each of a number below `aMax` and one from 1 to `bMax`, whose hashes are the same. */
function collision(aMax: number, bMax: number): readonly [readonly [number, number], readonly [number, number]] {
  const seen = new Map<number, readonly [number, number]>();
  for (let a = 1; a < aMax; a++) {
    for (let b = 1; b <= bMax; b++) {
      const hash = hashOf(a, b, 0);
      const other = seen.get(hash);
      if (other !== undefined) return [other, [a, b]];
      seen.set(hash, [a, b]);
    }
  }
  throw new Error("no two of so many numbers have one hash");
}

import { expect } from "chai";
import { renderDataReport } from "../../cli/render-data.ts";
import type { Comparison } from "../../cluster/compare-data.ts";
import type { ManagerReport } from "../../cluster/verify-data.ts";
import { epochOf } from "../io/storage/a-history.ts";

const manager: ManagerReport = {
  slot: 2,
  condition: "right",
  directory: "/data/manager-2",
  format: 1,
  incarnation: "2".repeat(32),
  files: 1,
  batches: 9,
  records: { entry: 5 },
  first: 3,
  last: 7,
  end: { n: 7, historyDigest: "ab".repeat(32) },
  base: 2,
  commitPoint: 6,
  promised: epochOf(4),
  adopted: epochOf(4),
  checkpoints: [],
  intervals: 0,
  rows: 12,
  bytes: 3 * 1024 * 1024,
  tornTail: null,
  troubles: [],
  damage: null,
};

/** Lines behind those of the table. */
function notes(given: Partial<ManagerReport>, comparisons: readonly Comparison[] = []): string {
  const report = { directory: "/data", managers: [{ ...manager, ...given }], comparisons, setAside: [], isRight: true };
  return renderDataReport(report).split("\n").slice(3).join("\n");
}

describe("a report on data", () => {
  it("has a line for each manager, and none of what it cannot know", () => {
    const line = (given: Partial<ManagerReport>) => {
      const managers = [{ ...manager, ...given }];
      return renderDataReport({ directory: "/data", managers, comparisons: [], setAside: [], isRight: true }).split(
        "\n",
      )[2];
    };
    expect(line({})?.trim().split(/ {2,}/)).to.deep.equal([
      "2",
      "right",
      "4",
      "3 to 7",
      "abababababab",
      "6",
      "-",
      "12",
      "3.0",
    ]);
    const { historyDigest } = manager.end;
    const checkpoint = { n: 5, historyDigest, stateDigest: historyDigest, tableDigest: historyDigest, time: 1 };
    const empty = { first: null, last: null, adopted: null, checkpoints: [checkpoint, { ...checkpoint, n: 6 }] };
    expect(line(empty)?.trim().split(/ {2,}/)).to.include.members(["none behind 2", "5, 6"]);
    expect(line({ condition: "missing" })?.trim().split(/ {2,}/)).to.deep.equal(["2", "MISSING"]);
  });

  it("says that a torn end is harmless, what is damaged or missing, and what was set aside", () => {
    expect(notes({ tornTail: { file: "log/00000001.log", offset: 9, bytes: 5 } })).to.equal(
      "manager 2: log/00000001.log ends in 5 bytes of a write that was under way: harmless, nobody was told that it is stored\n",
    );
    expect(notes({ condition: "reduced", troubles: ["the snapshot x is damaged"] })).to.equal(
      "manager 2: the snapshot x is damaged: an older checkpoint takes its place\n",
    );
    expect(notes({ condition: "missing", incarnation: null })).to.match(/^manager 2 has no data: /);
    const damage = { what: "it is wrong", file: "log/00000001.log", offset: 9 };
    expect(notes({ condition: "damaged", damage: { ...damage, code: null } })).to.equal(
      "manager 2 is damaged: it is wrong (log/00000001.log, byte 9); start the service: it sets this directory aside and gets its data from the others\n",
    );
    expect(notes({ condition: "damaged", damage: { ...damage, code: "EACCES" } })).to.match(
      /let whoever runs the service/,
    );
    const setAside = ["manager-1.damaged-x"];
    expect(renderDataReport({ directory: "/data", managers: [], comparisons: [], setAside, isRight: false })).to.match(
      /^data \/data: not all right\n.*manager-1\.damaged-x was set aside as damaged/s,
    );
  });

  const verdicts: readonly (readonly [
    verdict: Comparison["verdict"],
    behind: number,
    what: string | null,
    line: RegExp,
  ])[] = [
    ["equal", 0, null, /^manager 3 and 1: the same history at 5$/],
    ["equal", 2, null, /^manager 3 and 1: the same history at 5, 2 behind$/],
    ["unconfirmed", 0, null, /^manager 3 and 1: the end of 3 is of an earlier epoch .* rolled back when 3 joins$/],
    ["unknown", 9, null, /^manager 3 and 1: one of them no longer keeps 5, 9 behind, where the other ends: 3 gets/],
    ["different", 0, "another history at 5", /^manager 3 and 1 are DIFFERENT: another history at 5; keep a copy/],
  ];
  for (const [verdict, behind, what, line] of verdicts) {
    it(`tells ${verdict} logs, of which one is ${behind} behind`, () => {
      const comparison = { slot: 3, with: 1, at: 5, behind, verdict, what } as const;
      expect(notes({}, [comparison]).trimEnd()).to.match(line);
    });
  }
});

import { expect } from "chai";
import { RecoveryReport } from "../../cli/recovery-report.ts";
import { percentOf, remarkOf, renderRecovering, renderWaiting } from "../../cli/render-waiting.ts";
import type { Waiting } from "../../io/process-life.ts";

const voting = { state: "voting", isMember: true, hasRoom: true, progress: null } as const;

/** Four managers of which the second has come so far. */
function waiting(done: number): Waiting {
  const progress = { what: "loading", done, total: 1000 } as const;
  const managers = [1, 2, 3, 4].map((slot) => ({ slot, ...voting }));
  return {
    sequencers: [{ id: 1, state: "electing" }],
    managers: managers.with(1, { slot: 2, ...voting, state: "recovering", progress } as never),
  };
}

/** What was written and said of these reports, each so many milliseconds after the start. */
function told(reports: readonly (readonly [atMs: number, done: number])[], isJson: boolean, screenColumns = 0) {
  const [data, talk]: [string[], string[]] = [[], []];
  const terminal = {
    write: (text: string) => void data.push(text),
    talk: (text: string) => void talk.push(text),
    environment: {},
    hasColours: false,
    screenColumns,
  };
  const report = new RecoveryReport(terminal, isJson);
  for (const [at, done] of reports) report.show(waiting(done), at);
  report.end();
  return { data, talk };
}

describe("the report of a recovery", () => {
  it("says what each manager does and how far it has come, in whole percent", () => {
    expect(renderRecovering(waiting(439))).to.equal("recovering: manager 2 loading 43 %");
    expect(percentOf({ done: 999_999, total: 1_000_000 })).to.equal(99);
    expect(percentOf({ done: 0, total: 0 })).to.equal(0);
    expect(percentOf({ done: 7, total: 5 })).to.equal(100);
  });

  it("says something once a second at most, not in the first one, and only what has changed", () => {
    const reports = [
      [5000, 0],
      [5999, 50],
      [6000, 100],
      [6999, 200],
      [7000, 300],
      [8500, 301],
      [8600, 400],
    ] as const;
    expect(told(reports, false)).to.deep.equal({
      data: [],
      talk: [
        "recovering: manager 2 loading 10 %\n",
        "recovering: manager 2 loading 30 %\n",
        "recovering: manager 2 loading 40 %\n",
      ],
    });
  });

  it("writes one JSON object a line with --json", () => {
    const { data } = told(
      [
        [0, 0],
        [1000, 439],
      ],
      true,
    );
    expect(data.map((line) => JSON.parse(line))).to.deep.equal([
      {
        event: "recovering",
        managers: [{ slot: 2, what: "loading", done: 439, total: 1000, percent: 43 }],
        version: 1,
      },
    ]);
    expect(data[0]).to.match(/^[^\n]*\n$/);
  });

  it("writes one line of a screen again, no longer than the screen is wide, and takes it away", () => {
    const { talk } = told(
      [
        [0, 0],
        [1000, 100],
        [2000, 200],
      ],
      false,
      20,
    );
    expect(talk).to.deep.equal(["\u001b[2Krecovering: manager\r", "\u001b[2Krecovering: manager\r", "\u001b[2K"]);
  });

  it("says nothing behind its end, though managers still load", () => {
    const talk: string[] = [];
    const terminal = {
      write: () => {},
      talk: (text: string) => void talk.push(text),
      environment: {},
      hasColours: false,
    };
    const report = new RecoveryReport({ ...terminal, screenColumns: 0 }, false);
    report.show(waiting(1), 0);
    report.end();
    report.show(waiting(500), 5000);
    expect(talk).to.deep.equal([]);
  });

  it("says nothing while no manager has anything to do that takes a while", () => {
    const nothing: Waiting = { sequencers: [], managers: [{ slot: 1, ...voting }] };
    expect(renderRecovering(nothing)).to.equal("");
    const { data, talk } = told([], true);
    expect([data, talk]).to.deep.equal([[], []]);
  });
});

describe("what a start waits for", () => {
  it("is told of every process", () => {
    expect(renderWaiting(waiting(10))).to.equal(
      "sequencer 1 is electing, manager 1 is voting, manager 2 is recovering (loading 1 %), manager 3 is voting, manager 4 is voting",
    );
    expect(renderWaiting({ sequencers: [], managers: [] })).to.equal("no sequencer is heard");
  });

  const remarks: readonly (readonly [given: Partial<Parameters<typeof remarkOf>[0]>, remark: string])[] = [
    [{}, ""],
    [{ isMember: false }, "new disk, waits to be admitted"],
    [{ hasRoom: false }, "disk full"],
    [{ isMember: false, progress: { what: "loading", done: 1, total: 4 } }, "loading 25 %"],
    [
      { isMember: false, progress: { what: "fetching", done: 1, total: 4 } },
      "fetching 25 %, new disk, waits to be admitted",
    ],
    [{ state: "unreachable", isMember: false, hasRoom: false }, ""],
  ];
  for (const [given, remark] of remarks) {
    it(`remarks "${remark}" of ${JSON.stringify(given)}`, () => {
      expect(remarkOf({ ...voting, ...given })).to.equal(remark);
    });
  }
});

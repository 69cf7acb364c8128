import { expect } from "chai";
import type { ManagerStatus, ServiceStatus } from "../../cli/service-status.ts";
import { changesBetween } from "../../cli/watch-changes.ts";
import { WatchLines } from "../../cli/watch-lines.ts";
import { healthyStatus } from "./status-under-test.ts";

const at = "2023-05-12T10:00:00.000Z";
const url = "http://a:1";
const away = { kind: "unreachable", detail: "ECONNREFUSED" } as const;

function statusOf(given: Partial<ServiceStatus> = {}) {
  return { kind: "status", status: { ...healthyStatus, ...given } } as const;
}

/** With what is given of the manager of slot 3. */
function withThird(given: Partial<ManagerStatus>): ServiceStatus {
  const managers = healthyStatus.managers.map((manager) => (manager.slot === 3 ? { ...manager, ...given } : manager));
  return { ...healthyStatus, managers };
}

describe("the changes between two statuses", () => {
  const rows: readonly (readonly [what: string, after: ServiceStatus, changes: readonly string[]])[] = [
    ["a state", withThird({ state: "unreachable" }), ["manager 3: voting -> unreachable"]],
    ["an epoch that was adopted", withThird({ epoch: { number: 4, nonce: "" } }), ["manager 3 epoch: 3 -> 4"]],
    [
      "another replica",
      withThird({ version: "grid", replicaPid: 9 }),
      ["manager 3 replica: table (pid 21) -> grid (pid 9)"],
    ],
    [
      "a replica that is gone",
      withThird({ replicaPid: null }),
      ["manager 3 replica: table (pid 21) -> table (pid none)"],
    ],
    ["another process", withThird({ pid: 99 }), ["manager 3 process: 11 -> 99"]],
    [
      "a version that three slots run",
      withThird({ version: "ledger" }),
      [
        "manager 3 replica: table (pid 21) -> ledger (pid 21)",
        "problem: none -> slots 2, 3 and 4 run the same version: they have the same bugs; next: npx quartet replace 4 (lab only)",
      ],
    ],
    ["charges", withThird({ wrongInARow: 1, isSilent: true }), ["manager 3 charges: none -> 1 wrong, silent"]],
    [
      "what takes a while",
      withThird({ progress: { what: "loading", done: 1, total: 9 }, hasRoom: false }),
      ["manager 3 note: none -> loading, disk full"],
    ],
    ["a lag of a second", withThird({ lagMs: 1000 }), ["manager 3 lag: none -> a second or more"]],
    [
      "a digest that differs",
      withThird({ checkpoint: { sequence: 100, digest: "cd" } }),
      ["checkpoints that differ: none -> 3"],
    ],
    [
      "who leads",
      { ...healthyStatus, epoch: null },
      ["epoch: 3 (00112233), sequencer 1 leads -> none, no sequencer leads"],
    ],
    ["the agreement", { ...healthyStatus, agreement: "3 of 4" }, ["agreement: 4 of 4 -> 3 of 4"]],
    [
      "a fault of the lab",
      { ...healthyStatus, faults: [{ id: "f1", slot: 2, fault: "hang", until: "", owner: "" }] },
      ["fault f1: none -> hang in slot 2"],
    ],
    [
      "another front end",
      { ...healthyStatus, frontends: [{ id: "bb", pid: 9 }] },
      ["front end: aa (pid 8) -> bb (pid 9)"],
    ],
    [
      "requests without agreement",
      { ...healthyStatus, counts: { ...healthyStatus.counts, noAgreement: 2 } },
      ["without agreement: 0 -> 2"],
    ],
    ["another day", { ...healthyStatus, businessDate: "2023-05-13" }, ["business date: 2023-05-12 -> 2023-05-13"]],
  ];
  for (const [what, after, changes] of rows) {
    it(`tell ${what}`, () => expect(changesBetween(healthyStatus, after)).to.deep.equal(changes));
  }

  it("tell of a sequencer that comes and one that goes", () => {
    const [second, first] = healthyStatus.sequencers;
    if (first === undefined || second === undefined) throw new Error("there are two");
    const third = { ...second, id: 3, pid: 5 };
    expect(changesBetween(healthyStatus, { ...healthyStatus, sequencers: [third, first] })).to.deep.equal([
      "sequencer 3: none -> standby",
      "sequencer 3 process: none -> 5",
      "sequencer 2: standby -> none",
      "sequencer 2 process: 6 -> none",
    ]);
  });

  it("do not tell what always moves", () => {
    const moved = withThird({
      executed: 500,
      durable: 500,
      lagRequests: 9,
      lagMs: 90,
      ageMs: 250,
    } as Partial<ManagerStatus>);
    const counts = { ...healthyStatus.counts, answered: 9 };
    const newest = { sequence: 500, ageMs: 9 };
    expect(changesBetween(healthyStatus, { ...moved, counts, newest, sequence: 500 })).to.deep.equal([]);
  });

  it("do not tell how far something has come", () => {
    const progress = { what: "replaying", done: 1, total: 9 };
    expect(changesBetween(withThird({ progress }), withThird({ progress: { ...progress, done: 2 } }))).to.deep.equal(
      [],
    );
  });
});

describe("a watch without a screen", () => {
  it("begins with how it stands and what is wrong, a line each", () => {
    const text = new WatchLines(url, false).take({ kind: "status", status: withThird({ state: "stopped" }) }, at);
    expect(text).to.equal(
      `${at} watching ${url}: agreement 4 of 4, epoch 3 (00112233), sequencer 1 leads\n${at} manager 3 is stopped\n`,
    );
  });

  it("writes a line for each change and nothing while nothing changes", () => {
    const lines = new WatchLines(url, false);
    lines.take(statusOf(), at);
    expect(lines.take(statusOf({ sequence: 500 }), at)).to.equal("");
    const text = lines.take(statusOf({ agreement: "3 of 4", businessDate: null }), at);
    expect(text).to.equal(`${at} agreement: 4 of 4 -> 3 of 4\n${at} business date: 2023-05-12 -> none\n`);
    expect(lines.changes).to.equal(2);
  });

  it("says once that the service is away, and when it is back", () => {
    const lines = new WatchLines(url, false);
    lines.take(statusOf(), at);
    expect(lines.take(away, at)).to.equal(`${at} cannot reach ${url}: ECONNREFUSED, trying on\n`);
    expect(lines.take({ ...away, detail: "ETIMEDOUT" }, at)).to.equal("");
    expect(lines.take(statusOf(), at)).to.equal(`${at} reached ${url} again\n`);
  });

  it("writes nothing that a terminal would obey", () => {
    const lines = new WatchLines(url, false);
    lines.take(statusOf(), at);
    expect(lines.take(statusOf({ agreement: "\u001b[2J" }), at)).to.equal(`${at} agreement: 4 of 4 -> \ufffd[2J\n`);
  });

  it("writes with --json an object for all changes of one look, with the status as it is", () => {
    const lines = new WatchLines(url, true);
    const first = JSON.parse(lines.take(statusOf(), at));
    expect(first).to.deep.equal({ event: "status", at, changes: [], status: healthyStatus, version: 1 });
    expect(lines.take(statusOf(), at)).to.equal("");
    const second = JSON.parse(lines.take(statusOf({ agreement: "3 of 4" }), at));
    expect(second).to.deep.include({ event: "status", changes: ["agreement: 4 of 4 -> 3 of 4"] });
    const message = `cannot reach ${url}: ECONNREFUSED`;
    expect(JSON.parse(lines.take(away, at))).to.deep.equal({ event: "unreachable", at, message, version: 1 });
    expect(JSON.parse(lines.take(statusOf({ agreement: "3 of 4" }), at))).to.deep.include({
      event: "status",
      changes: [],
    });
  });
});

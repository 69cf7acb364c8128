import { expect } from "chai";
import type { ManagerStatus, SequencerStatus, ServiceStatus } from "../../cli/service-status.ts";
import { isBehind, problemsOf, strayingSlots } from "../../cli/watch-problems.ts";
import { healthyStatus } from "./status-under-test.ts";

const same = "run the same version: they have the same bugs; next: npx quartet replace";

/** The problems of a service whose slots run these versions; one that is not heard is marked by a question mark. */
function versions(...names: readonly string[]): readonly string[] {
  const managers = healthyStatus.managers.map((one, at) => {
    const version = names[at] ?? null;
    return version?.endsWith("?")
      ? { ...one, version: version.slice(0, -1), state: "unreachable" }
      : { ...one, version };
  });
  return problems({ managers }).filter((text) => !text.includes("unreachable"));
}

/** The first problems of four managers without data that nobody leads, but for what is given. */
function withoutData(given: Partial<ServiceStatus>, ofThird: Partial<ManagerStatus> = {}): string | undefined {
  const managers = healthyStatus.managers.map((one) => ({ ...one, state: "starting", epoch: null }));
  const [first, second, third, fourth] = managers as unknown as Parameters<typeof Array.of<ManagerStatus>>;
  const four = [first, second, { ...third, ...ofThird }, fourth] as readonly ManagerStatus[];
  return problems({ epoch: null, newest: null, sequencers: [], managers: four, ...given })[0];
}

/** The problems of a service that is well but for what is given: as `style text`. */
function problems(given: Partial<ServiceStatus>): readonly string[] {
  return problemsOf({ ...healthyStatus, ...given }).map(({ style, text }) => `${style} ${text}`);
}

function manager(given: Partial<ManagerStatus>): readonly string[] {
  const [one, two, three, four] = healthyStatus.managers as unknown as Parameters<typeof Array.of<ManagerStatus>>;
  return problems({ managers: [one, two, { ...three, ...given }, four] as readonly ManagerStatus[] });
}

function sequencer(given: Partial<SequencerStatus>): readonly string[] {
  const [standby, active] = healthyStatus.sequencers as readonly [SequencerStatus, SequencerStatus];
  return problems({ sequencers: [{ ...standby, ...given }, active] });
}

describe("the problems of a service", () => {
  it("are none while all is well", () => {
    expect(problems({})).to.deep.equal([]);
  });

  const rows: readonly (readonly [what: string, found: readonly string[], expected: string])[] = [
    [
      "nobody leads",
      problems({ epoch: null, newest: { sequence: 7, ageMs: 12_000 } }),
      "bad no sequencer leads, the order ended at 7, heard 12.0 s ago",
    ],
    ["nobody ever led", problems({ epoch: null, newest: null }), "bad no sequencer leads"],
    ["nobody knows who votes", problems({ agreement: "?" }), "bad ? managers vote, 2 have to agree"],
    ["one manager votes", problems({ agreement: "1 of 4" }), "bad 1 of 4 managers vote, 2 have to agree"],
    [
      "a manager is silent",
      manager({ state: "unreachable", ageMs: 12_340, epoch: null, lagMs: 5000 }),
      "bad manager 3 is unreachable, heard 12.3 s ago",
    ],
    [
      "a manager was never heard",
      manager({ state: "unreachable", ageMs: null, epoch: null }),
      "bad manager 3 is unreachable, never heard",
    ],
    ["a manager was not heard of late", manager({ ageMs: 1000, epoch: null }), "watch manager 3 was heard 1.0 s ago"],
    ["a manager has stopped", manager({ state: "stopped" }), "bad manager 3 is stopped"],
    ["a disk is full", manager({ hasRoom: false }), "bad manager 3 is voting: disk full"],
    [
      "a manager recovers",
      manager({ state: "recovering", progress: { what: "replaying", done: 1, total: 4 } }),
      "watch manager 3 is recovering: replaying 25 %",
    ],
    [
      "a replica is accused",
      manager({ state: "suspect", wrongInARow: 2, isSilent: true }),
      "watch manager 3 is suspect: 2 wrong, silent",
    ],
    [
      "a manager is in an earlier epoch",
      manager({ epoch: { number: 2, nonce: "" } }),
      "watch manager 3 is not in epoch 3 yet",
    ],
    [
      "a manager lags by a second",
      manager({ lagRequests: 40, lagMs: 1000 }),
      "watch manager 3 lags by 40 requests, 1.0 s",
    ],
    [
      "a checkpoint differs",
      manager({ checkpoint: { sequence: 100, digest: "cd" } }),
      "bad checkpoint digests differ: slot 3",
    ],
    [
      "a sequencer is silent",
      sequencer({ state: "unreachable", ageMs: 60_000 }),
      "watch sequencer 2 is unreachable, heard 1 min 0 s ago",
    ],
    ["a sequencer wants to lead", sequencer({ state: "electing" }), "watch sequencer 2 asks for epoch 3"],
    ["a sequencer was not heard of late", sequencer({ ageMs: 1000 }), "watch sequencer 2 was heard 1.0 s ago"],
    [
      "a fault of the lab lasts",
      problems({ faults: [{ id: "f1", slot: 2, fault: "hang", until: "2023", owner: "" }] }),
      "watch fault f1: hang in slot 2 until 2023",
    ],
  ];
  for (const [what, found, expected] of rows) {
    it(`are told where ${what}`, () => expect(found).to.deep.equal([expected]));
  }

  it("are told where three or more slots run one version, with the next command", () => {
    expect(versions("a", "b", "a", "a")).to.deep.equal([`watch slots 1, 3 and 4 ${same} 4 (lab only)`]);
    expect(versions("a", "a", "a", "a")).to.deep.equal([`watch slots 1, 2, 3 and 4 ${same} 4 (lab only)`]);
    expect(versions("b", "a", "a", "a?")).to.deep.equal([]);
    expect(versions("a", "b", "a", "b")).to.deep.equal([]);
    expect(versions("a")).to.deep.equal([]);
  });

  it("begin with what to do where a cluster was never founded, whichever sequencers were heard", () => {
    const text =
      "bad four managers without data and nobody who may found a cluster: " +
      "start a sequencer with --found if this is a new cluster";
    const [standby] = healthyStatus.sequencers as readonly [SequencerStatus];
    const onTrial = { ...standby, state: "electing", epoch: { number: 1, nonce: "" } };
    for (const sequencers of [[], [onTrial], [{ ...standby, epoch: null }]]) {
      expect(withoutData({ sequencers })).to.equal(text);
    }
  });

  it("name no cluster unfounded that has an epoch, an order or a manager in another state", () => {
    const epoch = { number: 1, nonce: "" };
    const others = [
      withoutData({ epoch }),
      withoutData({ newest: { sequence: 0, ageMs: 20 } }),
      withoutData({}, { epoch }),
      withoutData({}, { state: "recovering" }),
      withoutData({}, { state: "unreachable" }),
    ];
    for (const first of others) expect(first).to.be.a("string").and.not.include("found");
  });

  it("name the worst first", () => {
    const given = {
      agreement: "0 of 4",
      epoch: null,
      faults: [{ id: "f", slot: 1, fault: "hang", until: "", owner: "" }],
    };
    expect(problems(given).map((text) => text.split(" ")[0])).to.deep.equal(["bad", "bad", "watch"]);
  });

  it("know a lag from a second on, and none that is not known", () => {
    expect([999, 1000, null].map((lagMs) => isBehind({ lagMs }))).to.deep.equal([false, true, false]);
  });
});

describe("slots with another checkpoint", () => {
  /** The digest of each slot, all at one number unless said. */
  function straying(...told: readonly (string | readonly [digest: string, sequence: number] | null)[]) {
    const managers = told.map((one, at) => {
      const [digest, sequence] = typeof one === "string" ? [one, 100] : (one ?? ["", 0]);
      const checkpoint = one === null ? null : { sequence, digest };
      return { ...(healthyStatus.managers[at] as ManagerStatus), checkpoint };
    });
    return strayingSlots(managers);
  }

  it("are those that most others contradict", () => {
    expect(straying("a", "a", "b", "a")).to.deep.equal([3]);
    expect(straying("a", "b", "a", null)).to.deep.equal([2]);
    expect(straying("a", "a", "a", "a")).to.deep.equal([]);
  });

  it("are all where nobody can tell who is right", () => {
    expect(straying("a", "a", "b", "b")).to.deep.equal([1, 2, 3, 4]);
    expect(straying("a", "b", null, null)).to.deep.equal([1, 2]);
  });

  it("are none where the numbers differ", () => {
    expect(straying("a", ["b", 200], null, "a")).to.deep.equal([]);
  });
});

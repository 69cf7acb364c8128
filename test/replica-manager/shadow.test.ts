import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { changed } from "../../replica-manager/execution.ts";
import { Shadow } from "../../replica-manager/shadow.ts";
import { anEntry } from "./an-entry.ts";

const limits: Limits = {
  ...defaultLimits,
  shadowInFlightMax: 4,
  replicaInFlightMax: 2,
  shadowSyncMs: 1000,
  shadowSilenceMs: 300,
  shadowNoteMs: 5000,
  restartBackoffMs: [10, 35],
};
const right = '{"outcome":"OK","held":1,"available":9}';
const wrong = '{"outcome":"OK","held":1,"available":8}';
const emptyState = "[[],[]]";
const emptyImport = `import ${emptyState}`;

/** A shadow, and what it did since it was last asked for, a word or two each. */
class Stage {
  readonly shadow: Shadow;
  #done: string[] = [];

  constructor(given: Partial<Limits> = {}) {
    this.shadow = new Shadow({
      command: "new --fast",
      limits: { ...limits, ...given },
      sha256,
      emit: (effect) => this.#done.push(nameOf(effect)),
      askForCheckpoint: () => this.#done.push("ask"),
    });
  }

  /** One that follows from the first change on. */
  static following(given: Partial<Limits> = {}): Stage {
    const stage = new Stage(given);
    stage.at(0);
    stage.shadow.onEvent({ kind: "replicaStarted", generation: 1, pid: 7 });
    stage.shadow.onOwnEmpty();
    stage.says('{"ready":true}');
    stage.take();
    return stage;
  }

  /** What it did since. */
  take(): readonly string[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  /** A step of the manager at that time. */
  at(now: number, isOwnVoting = true): readonly string[] {
    this.shadow.begin(now);
    this.shadow.poll(isOwnVoting);
    return this.take();
  }

  says(...lines: readonly string[]): readonly string[] {
    return this.saysOf(1, ...lines);
  }

  saysOf(generation: number, ...lines: readonly string[]): readonly string[] {
    this.shadow.onEvent({ kind: "replicaLines", generation, lines });
    return this.take();
  }

  /** The own replica executed the changes of these numbers, and exported its state behind those. */
  own(executed: readonly number[], exported: readonly number[] = [], state = emptyState): readonly string[] {
    this.shadow.onOwnProgress({
      answered: executed
        .map((n) => anEntry(n))
        .map((entry) => ({
          ...changed(entry.request, entry, right),
          executed: entry,
        })),
      exported: exported.map((n) => ({ entry: anEntry(n), state, stateDigest: sha256(state), tableDigest: "" })),
    });
    return this.take();
  }
}

function nameOf(effect: ManagerEffect): string {
  if (effect.kind === "note") return `note ${effect.text}`;
  if (effect.kind !== "shadow") return effect.kind;
  const { effect: inner } = effect;
  if (inner.kind !== "writeReplica") return `${inner.kind === "startReplica" ? "start" : "end"} ${inner.generation}`;
  const line = JSON.parse(inner.line) as { readonly n?: number; readonly import?: unknown };
  if (line.n !== undefined) return `change ${line.n}`;
  return line.import === undefined ? "export" : `import ${JSON.stringify(line.import)}`;
}

const answer = (n: number, result = right) => `{"n":${n},"result":${result}}`;
const state = (text: string) => `{"state":${text},"digest":"${sha256(text)}"}`;

describe("a replica in shadow", () => {
  it("is started at once, and begins empty where the manager's own replica does", () => {
    const stage = new Stage();
    expect(stage.at(0)).to.deep.equal(["start 1"]);
    expect(stage.shadow.status.state).to.equal("starting");
    stage.shadow.onOwnEmpty();
    stage.shadow.onOwnEmpty();
    expect(stage.take()).to.deep.equal([emptyImport]);
    stage.shadow.onEvent({ kind: "replicaStarted", generation: 1, pid: 7 });
    expect(stage.shadow.status.state).to.equal("syncing");
    expect(stage.own([1])).to.deep.equal(["change 1"]);
    stage.says('{"ready":true}', answer(1));
    expect(stage.shadow.status).to.deep.include({ state: "following", executed: 1, compared: 1, differences: 0 });
  });

  it("else asks for a checkpoint, once in a while and only where the own replica votes, and takes its state over", () => {
    const stage = new Stage();
    stage.at(0);
    stage.shadow.onEvent({ kind: "replicaStarted", generation: 1, pid: 7 });
    expect(stage.at(1, false)).to.deep.equal([]);
    expect(stage.at(2)).to.deep.equal(["ask"]);
    expect(stage.at(1001)).to.deep.equal([]);
    expect(stage.shadow.deadline).to.equal(1002);
    expect(stage.at(1002)).to.deep.equal(["ask"]);
    expect(stage.own([2, 3, 4], [3], "[[1],[]]")).to.deep.equal(["import [[1],[]]", "change 4"]);
    expect(stage.at(2100)).to.deep.equal([]);
  });

  it("is asked for its state where the own one exported its, at the same place in the order", () => {
    const stage = Stage.following();
    expect(stage.own([1, 2, 3], [2])).to.deep.equal(["change 1", "change 2"]);
    expect(stage.says(answer(1), answer(2))).to.deep.equal(["export", "change 3"]);
    expect(stage.says(state(emptyState), answer(3))).to.deep.equal([]);
    expect(stage.shadow.status).to.include({ compared: 4, differences: 0, executed: 3 });
  });

  it("tells a state digest that differs, and takes over the next state", () => {
    const stage = Stage.following();
    stage.own([1], [1], "[[2],[]]");
    const [note] = stage.says(answer(1), state(emptyState));
    expect(note).to.match(
      /^note the shadow new --fast differs at 1, the state digest: the replica says [0-9a-f]{64}, /,
    );
    expect(stage.shadow.status).to.include({ state: "syncing", compared: 2, differences: 1, lastDifference: 1 });
    expect(stage.own([2], [2], "[[3],[]]")).to.deep.equal(["import [[3],[]]"]);
  });

  it("is not compared behind a difference until it took over a state again, and that not more often than allowed", () => {
    const stage = Stage.following();
    stage.own([1, 2]);
    expect(stage.says(answer(1, wrong))[0]).to.include("differs at 1, bookMovieTickets");
    expect(stage.says(answer(2, wrong))).to.deep.equal([]);
    expect(stage.own([4], [4])).to.deep.equal([emptyImport]);
    stage.says('{"ready":true}');
    stage.own([5]);
    // Not told: it is the second in a short time.
    expect(stage.says(answer(5, wrong))).to.deep.equal([]);
    expect(stage.own([6], [6])).to.deep.equal([]);
    expect(stage.shadow.status).to.include({ compared: 2, differences: 2, lastDifference: 5, state: "syncing" });
    stage.at(5000);
    expect(stage.own([7], [7])).to.deep.equal([emptyImport]);
    stage.says('{"ready":true}');
    stage.own([8]);
    expect(stage.says(answer(8, wrong))[0]).to.match(/ \(and 1 more since the last note\)$/);
  });

  it("has no more lines to answer than any replica, and loses its place when it is slower than the order", () => {
    const stage = Stage.following();
    expect(stage.own([1, 2, 3, 4])).to.deep.equal(["change 1", "change 2"]);
    expect(stage.own([5])).to.deep.equal(["note the shadow new --fast lags behind 5: it goes on at a checkpoint"]);
    expect(stage.shadow.status).to.include({ state: "lagging", lags: 1 });
    expect(stage.own([6], [6])).to.deep.equal([]);
    // What it still owes is taken and counts no more; then comes the state.
    expect(stage.says(answer(1, wrong))).to.deep.equal([emptyImport]);
    expect(stage.says(answer(2, wrong), '{"ready":true}')).to.deep.equal([]);
    expect(stage.shadow.status).to.include({ state: "following", compared: 0, differences: 0 });
  });

  it("loses its place too when what it has yet to answer is too large", () => {
    const stage = Stage.following({ shadowInFlightCharsMax: 200 });
    expect(stage.own([1, 2, 3])).to.deep.equal([
      "change 1",
      "note the shadow new --fast lags behind 2: it goes on at a checkpoint",
    ]);
    stage.says(answer(1));
    stage.own([4], [4]);
    stage.says('{"ready":true}');
    expect(stage.own([5])).to.deep.equal(["change 5"]);
  });

  it("takes over a state of any size, but no second one beside it that is large", () => {
    const stage = Stage.following({ shadowInFlightCharsMax: 200, shadowSyncMs: 1 });
    const large = `[[${"1".repeat(200)}],[]]`;
    const sync = (now: number, text: string): readonly string[] => {
      stage.shadow.onOwnGone();
      stage.at(now);
      return stage.own([], [1], text);
    };
    expect(sync(10, large)).to.have.lengthOf(1);
    expect(sync(20, large)).to.deep.equal([]);
    expect(sync(30, emptyState)).to.deep.equal([]);
    stage.says('{"ready":true}');
    expect(sync(40, emptyState)).to.deep.equal([emptyImport]);
    expect(sync(50, emptyState)).to.deep.equal([emptyImport]);
  });

  it("forgets its place when the own replica is gone, whatever it owes then", () => {
    const stage = Stage.following();
    stage.own([1]);
    stage.shadow.onOwnGone();
    expect(stage.own([2])).to.deep.equal([]);
    stage.shadow.onOwnEmpty();
    expect(stage.take()).to.deep.equal([emptyImport]);
    expect(stage.own([1])).to.deep.equal([]);
    stage.says(answer(1, wrong), '{"ready":true}', answer(1));
    expect(stage.shadow.status).to.include({ compared: 1, differences: 0 });
  });

  const broken: readonly (readonly [string, readonly string[]])[] = [
    ["a line that nobody asked for", [answer(1), answer(2)]],
    ["no answer to bookMovieTickets at 1: not JSON", ["not JSON"]],
    ["no answer to bookMovieTickets at 1: {", [answer(2)]],
    ["no answer to bookMovieTickets at 1: {", ['{"n":1,"result":{"outcome":"OK"}}']],
    ["no answer to export: {", [answer(1), answer(1)]],
  ];
  for (const [cause, lines] of broken) {
    it(`is ended and started again where it says ${lines.join(" ")}`, () => {
      const stage = Stage.following();
      stage.own([1], cause.includes("export") ? [1] : []);
      const [end, note] = stage.says(...lines);
      expect(end).to.equal("end 1");
      expect(note).to.include(`ended and is started again: it broke its contract: ${cause}`);
      expect(stage.shadow.status.state).to.equal("failed");
      expect(stage.shadow.status.trouble).to.include(cause);
    });
  }

  it("is started again later and later, until it has answered something", () => {
    const stage = new Stage();
    const startsAt: number[] = [];
    let generation = 0;
    for (let now = 0; now < 200; now++) {
      if (!stage.at(now).some((done) => done.startsWith("start"))) continue;
      startsAt.push(now);
      stage.shadow.onEvent({ kind: "replicaEnded", generation: ++generation, cause: "exit code 1" });
      stage.shadow.onEvent({ kind: "replicaEnded", generation, cause: "twice" });
    }
    expect(startsAt.slice(0, 6)).to.deep.equal([0, 10, 30, 65, 100, 135]);
    expect(stage.shadow.status).to.include({ state: "failed", trouble: "exit code 1" });
    stage.at(205);
    stage.shadow.onOwnEmpty();
    stage.own([1]);
    stage.saysOf(generation + 1, '{"ready":true}', answer(1));
    expect(stage.shadow.status.trouble).to.equal(null);
    stage.shadow.onEvent({ kind: "replicaEnded", generation: generation + 1, cause: "exit code 1" });
    expect(stage.shadow.deadline).to.equal(215);
  });

  it("asks for checkpoints less and less often while it ends again and again", () => {
    const stage = new Stage({ recoveryRetriesMax: 2 });
    const askedAt: number[] = [];
    let generation = 1;
    for (let now = 0; now < 20_000; now += 100) {
      const done = stage.at(now);
      stage.shadow.onEvent({ kind: "replicaStarted", generation, pid: 7 });
      if (!done.includes("ask")) continue;
      askedAt.push(now);
      stage.shadow.onEvent({ kind: "replicaEnded", generation: generation++, cause: "exit code 1" });
    }
    expect(askedAt.slice(0, 5)).to.deep.equal([100, 1100, 3100, 7100, 11_100]);
  });

  it("is ended when it says nothing while it owes an answer, and not while its manager was away", () => {
    const stage = Stage.following();
    expect(stage.at(900)).to.deep.equal([]);
    stage.own([1, 2]);
    expect(stage.shadow.deadline).to.equal(1200);
    stage.at(1199);
    stage.says(answer(1));
    expect(stage.at(1498)).to.deep.equal([]);
    expect(stage.at(5000)).to.deep.equal([]);
    expect(stage.at(5299)).to.deep.equal([]);
    expect(stage.at(5300)[0]).to.equal("end 1");
    expect(stage.shadow.status.trouble).to.equal("it said nothing for 300 ms while it owed an answer");
  });

  it("owes nothing any more when its process is another one", () => {
    const stage = Stage.following();
    stage.own([1]);
    stage.shadow.onEvent({ kind: "replicaEnded", generation: 1, cause: "exit code 1" });
    stage.take();
    expect(stage.own([2], [2])).to.deep.equal([]);
    expect(stage.at(20)).to.deep.equal(["start 2"]);
    stage.shadow.onEvent({ kind: "replicaStarted", generation: 2, pid: 8 });
    expect(stage.saysOf(1, answer(1, wrong))).to.deep.equal([]);
    expect(stage.own([3], [3])).to.deep.equal([emptyImport]);
    stage.saysOf(2, '{"ready":true}');
    expect(stage.shadow.status).to.include({ state: "following", compared: 0 });
  });
});

import { expect } from "chai";
import { Frontend } from "../../frontend/frontend.ts";
import type { StatusView } from "../../frontend/status-view.ts";
import { waitingOf } from "../../frontend/waiting.ts";
import { Watch } from "../../frontend/watch.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import { aConfig, aManagerStatus, aSequencerStatus } from "./a-status.ts";

/** What a front end shows that heard these words at 0, `now` milliseconds later. */
function viewOf(words: readonly Message[], now = 0): StatusView {
  const frontend = new Frontend(aConfig);
  frontend.step(0, { kind: "messages", messages: words.map((message) => ({ from: "a:1", message })) });
  return frontend.status(now);
}

const voters = [1, 2].map((slot) => aManagerStatus(slot));

describe("the status view", () => {
  it("shows the order of the active sequencer with the highest epoch, in whatever order they spoke", () => {
    const [older, newer] = [aSequencerStatus(2, 3), aSequencerStatus(1, 4)];
    for (const words of [
      [older, newer],
      [newer, older],
    ]) {
      const { epoch, sequence, businessDate, isReady } = viewOf([...words, ...voters]);
      expect({ number: epoch?.number, sequence, businessDate, isReady }).to.deep.equal({
        number: 4,
        sequence: 40,
        businessDate: "2023-05-04",
        isReady: true,
      });
    }
  });

  it("takes the word of no sequencer that stands by or asks to lead", () => {
    for (const state of ["standby", "electing"] as const) {
      const { epoch, sequence, isReady } = viewOf([
        aSequencerStatus(1, 3),
        aSequencerStatus(2, 9, { state }),
        ...voters,
      ]);
      expect([epoch?.number, sequence, isReady]).to.deep.equal([3, 30, true]);
      expect(viewOf([aSequencerStatus(2, 9, { state }), ...voters])).to.include({ epoch: null, isReady: false });
    }
  });

  it("knows no sequencer without an epoch for the leader before one with an epoch", () => {
    const view = viewOf([aSequencerStatus(1, 3, { epoch: null }), aSequencerStatus(2, 3)]);
    expect(view.epoch?.number).to.equal(3);
  });

  it("is not ready once the active sequencer was silent for its time", () => {
    const words = [aSequencerStatus(1, 3), ...voters];
    expect(viewOf(words, defaultLimits.silenceMs - 1).isReady).to.equal(true);
    const late = viewOf(words, defaultLimits.silenceMs);
    expect(late).to.deep.include({ isReady: false, epoch: null });
    const epoch = aSequencerStatus(1, 3).epoch;
    const ageMs = defaultLimits.silenceMs;
    expect(late.sequencers).to.deep.equal([{ id: 1, state: "unreachable", pid: 1, epoch, ageMs }]);
  });

  it("shows the sequencers that were heard, highest rank first, each with its epoch and its age", () => {
    expect(viewOf([]).sequencers).to.deep.equal([]);
    const { sequencers } = viewOf([aSequencerStatus(1, 4), aSequencerStatus(2, 3, { state: "standby" })], 70);
    expect(sequencers.map(({ id, state, epoch, ageMs }) => [id, state, epoch?.number, ageMs])).to.deep.equal([
      [2, "standby", 3, 70],
      [1, "active", 4, 70],
    ]);
  });

  it("shows a sequencer that still claims to lead an earlier epoch as unreachable", () => {
    const { sequencers } = viewOf([aSequencerStatus(2, 3), aSequencerStatus(1, 4)]);
    expect(sequencers.map(({ id, state }) => [id, state])).to.deep.equal([
      [2, "unreachable"],
      [1, "active"],
    ]);
  });

  it("tells by how many requests a manager lags, none where it is ahead of the word of the sequencer", () => {
    const { managers } = viewOf([
      aSequencerStatus(1, 3),
      aManagerStatus(1, { executed: 28 }),
      aManagerStatus(2, { executed: 31 }),
      aManagerStatus(3, { executed: 30 }),
    ]);
    expect(managers.map(({ lagRequests }) => lagRequests)).to.deep.equal([2, 0, 0, null]);
    expect(viewOf(voters).managers.map(({ lagRequests, lagMs }) => [lagRequests, lagMs])[0]).to.deep.equal([
      null,
      null,
    ]);
  });

  it("goes on measuring lags against the newest number while nobody leads, and tells how old that is", () => {
    const words = [aSequencerStatus(1, 3), aManagerStatus(1, { executed: 28 })];
    const view = viewOf(words, defaultLimits.silenceMs);
    expect(view).to.deep.include({
      epoch: null,
      sequence: 0,
      newest: { sequence: 30, ageMs: defaultLimits.silenceMs },
    });
    expect(view.managers[0]).to.include({ lagRequests: 2, ageMs: defaultLimits.silenceMs });
    expect(viewOf(voters).newest).to.equal(null);
  });

  it("tells by how many milliseconds of the order a manager lags", () => {
    const frontend = new Frontend(aConfig);
    const say = (now: number, message: Message) =>
      frontend.step(now, { kind: "messages", messages: [{ from: "a:1", message }] });
    say(0, aSequencerStatus(1, 3, { last: 20, time: 5000 }));
    say(250, aSequencerStatus(1, 3, { last: 30, time: 5250 }));
    for (const [slot, executed] of [30, 20, 25, 19].entries()) say(260, aManagerStatus(slot + 1, { executed }));
    expect(frontend.status(260).managers.map(({ lagMs }) => lagMs)).to.deep.equal([0, 250, 125, null]);
  });

  it("shows the epoch that each manager has adopted", () => {
    const { managers } = viewOf([aManagerStatus(1), aManagerStatus(2, { epoch: null })]);
    expect(managers.map(({ epoch }) => epoch?.number)).to.deep.equal([3, undefined, undefined, undefined]);
  });

  it("shows a manager whose disk is new as recovering, and does not count its vote", () => {
    const view = viewOf([aSequencerStatus(1, 3), aManagerStatus(1), aManagerStatus(2, { isMember: false })]);
    expect(view.managers[1]).to.include({ state: "recovering", isMember: false });
    expect(view).to.include({ agreement: "1 of 4", isReady: false });
  });

  it("shows a member as it is while a stranger speaks for its slot", () => {
    const members = [1, 2, 3, 4].map((slot) => `${slot}`.repeat(32));
    const leader = aSequencerStatus(1, 3, { strangers: [2], members });
    expect(viewOf([leader, aManagerStatus(2)]).managers[1]).to.include({ state: "voting", isMember: true });
    const stranger = aManagerStatus(2, { incarnation: "b".repeat(32) });
    expect(viewOf([leader, stranger]).managers[1]).to.include({ isMember: false });
  });

  it("shows a manager as new that the sequencer which leads does not know, though it does not know that itself", () => {
    const leader = aSequencerStatus(1, 3, { strangers: [2] });
    const older = aSequencerStatus(2, 2, { strangers: [1] });
    const view = viewOf([older, leader, aManagerStatus(1), aManagerStatus(2, { state: "starting" })]);
    expect(view.managers.slice(0, 2).map(({ state, isMember }) => [state, isMember])).to.deep.equal([
      ["voting", true],
      ["recovering", false],
    ]);
  });

  it("is not ready while fewer than two voters have room on their disks", () => {
    const full = aManagerStatus(2, { hasRoom: false });
    const view = viewOf([aSequencerStatus(1, 3), aManagerStatus(1), full]);
    expect(view.managers[1]).to.include({ state: "voting", hasRoom: false });
    expect(view).to.include({ agreement: "2 of 4", isReady: false });
    expect(viewOf([aSequencerStatus(1, 3), ...voters, aManagerStatus(3, { hasRoom: false })]).isReady).to.equal(true);
  });

  it("shows the replica that a manager runs in shadow, and none where it runs none", () => {
    const counts = { executed: 7, compared: 8, differences: 1, lastDifference: 6, lags: 0 };
    const shadow = { command: "new", state: "following", ...counts, trouble: null } as const;
    const { managers } = viewOf([aManagerStatus(1), aManagerStatus(2, { shadow })]);
    expect(managers.map((manager) => manager.shadow)).to.deep.equal([null, shadow, null, null]);
  });

  it("shows how far a manager has come", () => {
    const progress = { what: "replaying", done: 43, total: 100 } as const;
    const view = viewOf([aManagerStatus(3, { state: "recovering", progress })]);
    expect(view.managers[2]).to.deep.include({ state: "recovering", progress });
    expect(waitingOf(view).managers[2]).to.deep.equal({
      slot: 3,
      state: "recovering",
      isMember: true,
      hasRoom: true,
      progress,
    });
  });

  it("changes nothing of what a start waits for by the passing of time alone", () => {
    const words = [aSequencerStatus(1, 3), aManagerStatus(1)];
    expect(waitingOf(viewOf(words, 100))).to.deep.equal(waitingOf(viewOf(words, 200)));
  });
});

describe("sequencers that come and go", () => {
  const { sequencersMax, silenceMs } = defaultLimits;

  function heard(...words: readonly (readonly [now: number, id: number, epoch?: number])[]): Watch {
    const watch = new Watch(aConfig);
    for (const [now, id, epoch] of words) {
      watch.onSequencer(now, aSequencerStatus(id, epoch ?? 1, epoch === undefined ? { state: "standby" } : {}));
    }
    return watch;
  }

  const idsOf = (watch: Watch) => watch.sequencers.map(({ status }) => status.id).toSorted((one, other) => one - other);
  const all = Array.from({ length: sequencersMax }, (_, at) => [at, 1 + at] as const);

  it("are kept as many as there may be: for one more the one that is silent for longest gives way", () => {
    expect(idsOf(heard(...all))).to.deep.equal(all.map(([, id]) => id));
    // The first of them spoke again.
    const ids = idsOf(heard(...all, [20, 1], [30, 99]));
    expect(ids).to.deep.equal([1, 3, 4, 5, 6, 7, 8, 99]);
  });

  it("are followed to the one that leads, also when it is new, and that one does not give way", () => {
    const watch = heard(...all, [20, 99, 7], [30, 100], [31, 101], ...all.map(([at, id]) => [40 + at, id] as const));
    expect(watch.active(20 + silenceMs - 1)).to.include({ id: 99 });
    expect(idsOf(watch)).to.have.lengthOf(sequencersMax).and.include(99);
    expect(watch.active(20 + silenceMs)).to.equal(undefined);
  });
});

describe("a front end that is told to replace a slot", () => {
  /** Who is told by a front end that heard this of slot 3. */
  function told(isMember: boolean): readonly (readonly [to: string, message: Message])[] {
    const frontend = new Frontend(aConfig);
    frontend.step(0, { kind: "messages", messages: [{ from: "a:1", message: aManagerStatus(3, { isMember }) }] });
    const effects = frontend.step(1, { kind: "replace", slot: 3 });
    return effects.flatMap((effect) => (effect.kind === "send" ? [[effect.to, effect.message] as const] : []));
  }

  it("tells its manager, which replaces the replica", () => {
    expect(told(true)).to.deep.equal([["m3:1", { kind: "replace", slot: 3 }]]);
  });

  it("tells every sequencer where the data is new, so that the one that leads admits it", () => {
    expect(told(false)).to.deep.equal([["sequencers", { kind: "replace", slot: 3 }]]);
  });
});

describe("the moment of a read that one manager is asked for again", () => {
  it("is the last word of the sequencer that leads, even of one that is out of reach", () => {
    const watch = new Watch(aConfig);
    expect(watch.leader).to.equal(undefined);
    watch.onSequencer(0, aSequencerStatus(2, 4));
    watch.onSequencer(0, aSequencerStatus(1, 3));
    expect(watch.leader?.time).to.equal(4000);
    expect(watch.active(defaultLimits.silenceMs)).to.equal(undefined);
    watch.onSequencer(1, aSequencerStatus(2, 5, { state: "electing", businessDate: "" }));
    expect(watch.leader?.time).to.equal(4000);
    expect(watch.active(1)).to.equal(undefined);
  });
});

import { expect } from "chai";
import { type Epoch, slots } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import { managerAddress, sequencerAddress } from "./addresses.ts";
import { type Coincidence, Coincidences } from "./coincidences.ts";

const [one, two, front] = [sequencerAddress(1), sequencerAddress(2), "frontend-1:1"];
const at = { time: 0, businessDate: "2023-05-12" };

function anEpoch(number: number, sequencer: number): Epoch {
  return { number, nonce: `${sequencer}`.repeat(32) };
}

/** Two sequencers and four managers that only say what a story tells. */
class Story {
  readonly clock = { now: 1000 };
  readonly lives = [1, 2].map((id) => ({ id, process: { isEnded: false, isPaused: false } }));
  readonly seen = new Coincidences(this.clock, this.lives, defaultLimits);

  wait(ms: number): this {
    this.clock.now += ms;
    return this.step("f1.1", "wake");
  }

  step(name: string, kind: string, effects: Parameters<Coincidences["onStep"]>[2] = [], lines: string[] = []): this {
    this.seen.onStep(name, { kind, lines }, effects);
    return this;
  }

  leads(id: number, number: number): this {
    const log = { last: 0, historyDigest: "", commitPoint: 0 };
    return this.#send(id, managerAddress(1), { kind: "heartbeat", id, epoch: anEpoch(number, id), ...at, ...log });
  }

  /** Asks for an epoch; the manager of a slot that is to be swapped is not asked. */
  asks(id: number, number: number, swapped?: number, isTrial = false): this {
    const epoch = anEpoch(number, id);
    const message: Message = { kind: "prepare", epoch, isTrial, follows: null, replyTo: sequencerAddress(id) };
    for (const slot of slots) if (slot !== swapped) this.#send(id, managerAddress(slot), message);
    return isTrial ? this : this.#send(id, id === 1 ? two : one, message);
  }

  crashes(id: number): this {
    this.lives[id - 1]!.process.isEnded = true;
    return this;
  }

  pauses(id: number): this {
    this.lives[id - 1]!.process.isPaused = true;
    return this;
  }

  /** A process takes in what these say. */
  hears(name: string, ...from: string[]): this {
    this.seen.onStep(name, { kind: "messages", messages: from.map((address) => ({ from: address })) }, []);
    return this;
  }

  sendsSnapshot(): this {
    const digests = { n: 1, historyDigest: "", stateDigest: "", tableDigest: "" };
    const content = { kind: "state", text: "" } as const;
    const message: Message = { kind: "snapshot", ...digests, time: 0, part: 0, parts: 1, content };
    this.seen.onSend(managerAddress(1), managerAddress(2), message);
    return this;
  }

  rollsBack(slot: number, number: number): this {
    const records = [{ kind: "rollback" }, { kind: "adoption", epoch: anEpoch(number, 1) }];
    return this.step(`m${slot}`, "messages", [{ kind: "endReplica" }, { kind: "append", records }]);
  }

  givesUp(id: number): this {
    this.seen.onNote(`s${id}`, `sequencer ${id} hears too few managers and leads no longer`);
    return this;
  }

  #send(id: number, to: string, message: Message): this {
    this.seen.onSend(sequencerAddress(id), to, message);
    return this;
  }
}

const led = () => new Story().leads(2, 1);
const adopted = [{ kind: "send", message: { kind: "adopted" } }];
const given = [{ kind: "writeReplica" }];
const managers = slots.map(managerAddress);

const stories: readonly (readonly [what: string, story: Story, met: readonly Coincidence[]])[] = [
  ["one that leads and crashes", led().crashes(2).wait(1).wait(1), ["leaderCrashes"]],
  ["one that crashes and does not lead", led().crashes(1).wait(1), []],
  ["one that leads and pauses", led().pauses(2).wait(1), ["leaderPauses"]],
  ["one that pauses when another one leads", led().leads(1, 2).pauses(2).wait(1), []],
  ["two that lead", led().leads(1, 2).wait(50).leads(2, 1).leads(2, 1), ["twoLead"]],
  ["one that leads on after its successor's end", led().leads(1, 2).crashes(1).leads(2, 1), []],
  ["one that pauses after it led on", led().leads(1, 2).wait(101).leads(2, 1).pauses(2).wait(1), []],
  ["one that wakes when nobody leads any more", led().leads(1, 2).wait(101).leads(2, 1), []],
  ["one that leads after the other", led().leads(1, 2).leads(1, 2), []],
  ["one that is heard and hears nobody", led().hears("m1", two).hears("m2", two).givesUp(2), ["leaderIsDeaf"]],
  ["one that nobody hears either", led().hears("m1", two).wait(101).hears("m2", two).givesUp(2), []],
  [
    "one whose clock jumped",
    led()
      .hears("s2", ...managers)
      .hears("m1", two)
      .hears("m2", two)
      .givesUp(2),
    [],
  ],
  [
    "one that hears only front ends",
    led().hears("s2", front).hears("m1", two).hears("m2", two).givesUp(2),
    ["leaderIsDeaf"],
  ],
  ["a snapshot in an election", led().asks(1, 2).wait(60).sendsSnapshot().sendsSnapshot(), ["snapshotInElection"]],
  ["a snapshot in a trial", led().asks(1, 2, undefined, true).sendsSnapshot(), []],
  ["a snapshot after an election in vain", led().asks(1, 2).wait(61).sendsSnapshot(), []],
  ["a snapshot beside a candidate that comes too late", led().leads(1, 2).asks(2, 2).sendsSnapshot(), []],
  ["a snapshot after an election", led().asks(1, 2).leads(1, 2).sendsSnapshot(), []],
  ["a swap in a failover", led().asks(1, 2).asks(2, 2, 4), ["swapInFailover"]],
  ["a swap after a failover in vain", led().asks(1, 2).wait(61).asks(2, 2, 4), []],
  ["a swap after a candidate's end", led().asks(1, 2).crashes(1).asks(2, 2, 4), []],
  ["a failover in a swap", led().asks(2, 2, 4).crashes(2).asks(1, 2), ["failoverInSwap"]],
  ["a failover after a swap", led().asks(2, 2, 4).leads(2, 2).asks(1, 3), []],
  ["two failovers at once", led().asks(1, 2).asks(2, 2), []],
  ["two swaps at once", led().asks(1, 2, 3).asks(2, 2, 4), []],
  ["a swap that its sequencer gives up for a failover", led().asks(2, 2, 4).asks(2, 3), []],
  ["an election in a rollback", led().rollsBack(3, 2).asks(1, 3), ["electionInRollback"]],
  ["a rollback in an election", led().asks(1, 3).rollsBack(3, 2), ["electionInRollback"]],
  ["the election that a rollback is for", led().asks(1, 2).rollsBack(3, 2), []],
  [
    "an election while the replica replays",
    led().rollsBack(3, 2).step("m3", "messages", adopted).step("m3", "wake", given).asks(1, 3),
    ["electionInRollback"],
  ],
  [
    "an election before the rollback is durable",
    led().rollsBack(3, 2).step("m3", "wake", given).step("m3", "replicaLines", [], ["{}"]).asks(1, 3),
    ["electionInRollback"],
  ],
  [
    "an election behind a rollback",
    led()
      .rollsBack(3, 2)
      .step("m3", "wake", [...adopted, ...given])
      .step("m3", "replicaLines", [], ["{}"])
      .asks(1, 3),
    [],
  ],
  [
    "an election behind the end of a manager in its rollback",
    led().rollsBack(3, 2).step("m3", "opened").asks(1, 3),
    [],
  ],
];

describe("what is rare", () => {
  for (const [what, { seen }, met] of stories) {
    it(`${met.length === 0 ? "is not" : `is ${met.join()}:`} ${what}`, () => {
      const counted = Object.entries(seen.counts).filter(([, times]) => times > 0);
      expect(counted).to.deep.equal(met.map((name) => [name, 1]));
    });
  }

  it("tells of the trial of a swap, and not of that of a failover", () => {
    const told: number[] = [];
    const story = led();
    story.seen.onSwapTrial = (id) => told.push(id);
    story.asks(1, 2, undefined, true);
    expect(told).to.deep.equal([]);
    story.asks(2, 2, 4, true);
    expect(new Set(told)).to.deep.equal(new Set([2]));
    told.splice(0);
    story.wait(101).asks(2, 3, undefined, true);
    expect(told).to.deep.equal([]);
  });
});

import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { type StartingInput, StartingManager } from "../../replica-manager/starting-manager.ts";

const ask: StartingInput = {
  kind: "messages",
  messages: [{ from: "f1:1", message: { kind: "askStatus", replyTo: "" } }],
};
const opened: StartingInput = {
  kind: "opened",
  incarnation: "1".repeat(32),
  recovered: { summary: emptySummary, entries: [], snapshots: [], table: [] },
};

describe("a manager that starts", () => {
  let manager: StartingManager;

  beforeEach(() => {
    manager = new StartingManager({
      slot: 1,
      pid: 9,
      address: "m1:1",
      managers: { 1: "m1:1", 2: "m2:1", 3: "m3:1", 4: "m4:1" },
      versions: ["table"],
      limits: defaultLimits,
      sha256,
      seed: 1,
      isLab: false,
    });
  });

  it("says how far the reading of its data is, and nothing else", () => {
    manager.step(0, { kind: "loading", done: 30, total: 120 });
    expect(statusIn(manager.step(1, ask))).to.include({ state: "recovering", incarnation: "0".repeat(32) });
    expect(statusIn(manager.step(1, ask))?.progress).to.deep.equal({ what: "loading", done: 30, total: 120 });
    expect(manager.step(2, { kind: "wake" })).to.deep.equal([]);
    const prepare = { epoch: { number: 1, nonce: "a".repeat(32) }, isTrial: false, follows: null, replyTo: "s1:1" };
    const asked = { from: "s1:1", message: { kind: "prepare", ...prepare } } as const;
    expect(manager.step(3, { kind: "messages", messages: [asked] })).to.deep.equal([]);
  });

  it("is the manager of its data once that is read", () => {
    expect(manager.step(0, opened).map(({ kind }) => kind)).to.include("startReplica");
    expect(statusIn(manager.step(1, ask))).to.include({
      state: "starting",
      incarnation: "1".repeat(32),
      progress: null,
    });
  });

  it("knows that its disk had no room while it was read", () => {
    manager.step(0, { kind: "room", hasRoom: false });
    manager.step(1, opened);
    expect(statusIn(manager.step(2, ask))?.hasRoom).to.equal(false);
    manager.step(3, { kind: "room", hasRoom: true });
    expect(statusIn(manager.step(4, ask))?.hasRoom).to.equal(true);
  });
});

function statusIn(effects: readonly ManagerEffect[]) {
  for (const effect of effects) {
    if (effect.kind === "send" && effect.message.kind === "managerStatus") return effect.message;
  }
  return undefined;
}

import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import type { Request } from "../../protocol/request.ts";
import { Sequencer, type SequencerEffect } from "../../sequencer/sequencer.ts";

const windowEntriesMax = 3;
const epoch = { number: 1, nonce: "ab".repeat(16) };
const nowMs = 1_683_892_800_000;
const limits = { ...defaultLimits, windowEntriesMax };

describe("the window of the sequencer", () => {
  let sequencer: Sequencer;

  beforeEach(() => {
    sequencer = new Sequencer({ id: 1, pid: 1, epoch, limits, sha256 });
    sequencer.step(nowMs, { kind: "businessDate", date: "2023-05-12" });
  });

  it("takes as many requests as it has room for and says busy to the next, in the same turn and in later ones", () => {
    const effects = tell(requestOf("1"), requestOf("2"), requestOf("3"), requestOf("4"));
    expect([numberedIn(effects), busyIn(effects)]).to.deep.equal([["1", "2", "3"], ["4"]]);
    const later = tell(requestOf("5"));
    expect([numberedIn(later), busyIn(later)]).to.deep.equal([[], ["5"]]);
  });

  it("opens when two managers have stored, not when one has", () => {
    tell(requestOf("1"), requestOf("2"), requestOf("3"));
    tell(storedBy(1, 3));
    expect(busyIn(tell(requestOf("4")))).to.deep.equal(["4"]);
    tell(storedBy(2, 1));
    expect(numberedIn(tell(requestOf("4"), requestOf("5")))).to.deep.equal(["4"]);
  });

  it("takes no word of a manager that is of another epoch, or of what was never numbered", () => {
    tell(requestOf("1"), requestOf("2"), requestOf("3"));
    for (const slot of [1, 2, 3]) {
      tell({ ...storedBy(slot, 3), epoch: { ...epoch, nonce: "cd".repeat(16) } });
      tell(storedBy(slot, 4));
    }
    for (const slot of [0, 5]) tell(storedBy(slot, 3));
    expect(busyIn(tell(requestOf("4")))).to.deep.equal(["4"]);
  });

  it("gives a request that is on its way no second number, whatever its place", () => {
    expect(numberedIn(tell(requestOf("1"), requestOf("1")))).to.deep.equal(["1"]);
    expect(numberedIn(tell(requestOf("1")))).to.deep.equal([]);
  });

  it("says busy to nobody where a request names no address", () => {
    tell(requestOf("1"), requestOf("2"), requestOf("3"));
    expect(tell(requestOf("4", "")).filter(({ kind }) => kind === "send")).to.deep.equal([]);
  });

  it("is closed until a business date is known", () => {
    sequencer = new Sequencer({ id: 1, pid: 1, epoch, limits, sha256 });
    expect(busyIn(tell(requestOf("1")))).to.deep.equal(["1"]);
  });

  function tell(...messages: readonly Message[]): readonly SequencerEffect[] {
    const received = messages.map((message) => ({ from: "127.0.0.1:9", message }));
    return sequencer.step(nowMs, { kind: "messages", messages: received });
  }
});

function requestOf(requestId: string, replyTo = "127.0.0.1:1"): Message {
  const command = { kind: "operation", operation: "bookMovieTickets", args: "{}" } as const;
  const request: Request = { requestId, caller: "ATWC1234", issuedAt: nowMs, replyTo, command };
  return { kind: "request", request };
}

function storedBy(slot: number, durable: number): Extract<Message, { kind: "stored" }> {
  return { kind: "stored", slot, incarnation: "ef".repeat(16), epoch, durable };
}

function numberedIn(effects: readonly SequencerEffect[]): readonly string[] {
  return messagesIn(effects).flatMap((message) =>
    message.kind === "order" ? message.requests.map(({ requestId }) => requestId) : [],
  );
}

function busyIn(effects: readonly SequencerEffect[]): readonly string[] {
  return messagesIn(effects).flatMap((message) => (message.kind === "busy" ? [message.requestId] : []));
}

function messagesIn(effects: readonly SequencerEffect[]): readonly Message[] {
  return effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));
}

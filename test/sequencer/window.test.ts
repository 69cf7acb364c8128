import { expect } from "chai";
import type { Epoch } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import type { SequencerEffect } from "../../sequencer/effect.ts";
import { Candidate, incarnationOf, changeOf as requestOf } from "./candidate.ts";

describe("the window of the sequencer", () => {
  let candidate: Candidate;
  let epoch: Epoch;

  beforeEach(() => {
    candidate = new Candidate({ limits: { windowEntriesMax: 3 } });
    epoch = candidate.lead();
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
      tell({ ...storedBy(slot, 3), epoch: { ...epoch, number: 0 } });
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

  it("counts from where the epoch began", () => {
    candidate = new Candidate({ limits: { windowEntriesMax: 3 } });
    candidate.win(candidate.campaign(), { last: 40 });
    const effects = tell(requestOf("1"), requestOf("2"), requestOf("3"), requestOf("4"));
    expect([numberedIn(effects), busyIn(effects)]).to.deep.equal([["1", "2", "3"], ["4"]]);
  });

  function tell(...messages: readonly Message[]): readonly SequencerEffect[] {
    return candidate.tell(...messages);
  }

  function storedBy(slot: number, durable: number): Extract<Message, { kind: "stored" }> {
    return { kind: "stored", slot, incarnation: incarnationOf(slot), epoch, durable };
  }
});

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

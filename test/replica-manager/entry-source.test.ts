import { expect } from "chai";
import type { MessageOf } from "../../protocol/message.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { EntrySource, type Want } from "../../replica-manager/entry-source.ts";
import { Log } from "../../replica-manager/log.ts";
import { aConfig, anEntry, anEpoch, aRequest } from "./an-entry.ts";

const want = (fields: Partial<Want> = {}): Want => ({ epoch: anEpoch(), from: 5, source: null, ...fields });

const run = (fields: Partial<MessageOf<"entries">> = {}): MessageOf<"entries"> => ({
  kind: "entries",
  epoch: anEpoch(),
  from: 5,
  entries: [anEntry(5)],
  base: 0,
  baseDigest: "b".repeat(64),
  last: 5,
  ...fields,
});

function aSource(limits = {}) {
  const source = new EntrySource(aConfig({ fetchRetryMs: 250, ...limits }));
  const sent: ManagerEffect[] = [];
  const poll = (now: number, wanted: Want | undefined) => source.poll(now, wanted, (effect) => sent.push(effect));
  const asked = () =>
    sent.splice(0).map((effect) => {
      if (effect.kind !== "send" || effect.message.kind !== "fetchEntries") throw new Error(effect.kind);
      return `${effect.to} ${effect.message.epoch.number}:${effect.message.from}`;
    });
  return { source, sent, poll, asked };
}

describe("entry source", () => {
  it("asks for what is wanted at once, and for the same not again before its time", () => {
    const { source, poll, asked } = aSource();
    poll(0, want());
    poll(100, want());
    expect(asked()).to.deep.equal(["m2:1 1:5"]);
    expect(source.deadline).to.equal(250);
  });

  it("asks the next manager when one says nothing: the source first, then the others in turn", () => {
    const { poll, asked } = aSource();
    for (const now of [0, 250, 500, 750]) poll(now, want({ source: "m3:1" }));
    expect(asked()).to.deep.equal(["m3:1 1:5", "m2:1 1:5", "m4:1 1:5", "m3:1 1:5"]);
  });

  it("asks none but the managers, and not itself, whatever the source is called", () => {
    const { poll, asked } = aSource();
    for (const now of [0, 250, 500]) poll(now, want({ source: "m1:1" }));
    for (const now of [750, 1000, 1250]) poll(now, want({ source: "stranger:1" }));
    expect(new Set(asked().map((line) => line.split(" ")[0]))).to.deep.equal(new Set(["m2:1", "m3:1", "m4:1"]));
  });

  it("asks at once for what is behind a run that came", () => {
    const { source, poll, asked } = aSource();
    poll(0, want());
    expect(source.takes(run())).to.equal(true);
    poll(10, want({ from: 6 }));
    expect(asked()).to.deep.equal(["m2:1 1:5", "m2:1 1:6"]);
    expect(source.deadline).to.equal(260);
  });

  it("takes nothing that was not asked for, and nothing twice", () => {
    const { source, poll } = aSource();
    expect(source.takes(run())).to.equal(false);
    poll(0, want());
    expect(source.takes(run({ from: 4 }))).to.equal(false);
    expect(source.takes(run({ epoch: anEpoch(2) }))).to.equal(false);
    expect(source.takes(run())).to.equal(true);
    expect(source.takes(run())).to.equal(false);
  });

  it("does not ask again at once whoever has nothing", () => {
    const { source, poll, asked } = aSource();
    poll(0, want());
    expect(source.takes(run({ entries: [] }))).to.equal(true);
    poll(1, want());
    poll(249, want());
    expect(asked()).to.have.lengthOf(1);
    poll(250, want());
    expect(asked()).to.deep.equal(["m3:1 1:5"]);
  });

  it("rests when nothing is wanted any more", () => {
    const { source, poll, asked } = aSource();
    poll(0, want());
    poll(1, undefined);
    expect(source.deadline).to.equal(Number.POSITIVE_INFINITY);
    expect(source.takes(run())).to.equal(false);
    poll(1000, undefined);
    expect(asked()).to.have.lengthOf(1);
  });
});

describe("entry source, giving", () => {
  const log = new Log();
  for (let n = 1; n <= 6; n++) log.append(anEntry(n));
  log.cut(2);

  function given(from: number, limits = {}, of = log): MessageOf<"entries"> {
    const { source, sent } = aSource(limits);
    const fetch = { kind: "fetchEntries", epoch: anEpoch(), from, replyTo: "m4:1" } as const;
    source.give(of, fetch, (effect) => sent.push(effect));
    const [effect] = sent;
    if (effect?.kind !== "send" || effect.message.kind !== "entries") throw new Error("a run is sent");
    expect(effect.to).to.equal("m4:1");
    return effect.message;
  }

  it("gives a run as long as the limit says, with where its log begins and ends", () => {
    const message = given(3, { transferEntriesMax: 3 });
    expect(message.entries.map(({ n }) => n)).to.deep.equal([3, 4, 5]);
    expect([message.from, message.base, message.baseDigest, message.last]).to.deep.equal([3, 2, "h2", 6]);
  });

  it("ends where its log ends, and is empty behind that and where its log begins later", () => {
    expect(given(5).entries.map(({ n }) => n)).to.deep.equal([5, 6]);
    expect(given(7).entries).to.deep.equal([]);
    expect(given(2).entries).to.deep.equal([]);
    expect(given(Number.MAX_SAFE_INTEGER).entries).to.deep.equal([]);
  });

  it("ends early where requests are large, and always moves on", () => {
    const large = new Log();
    const args = `{"x":"${"x".repeat(60_000)}"}`;
    const command = { kind: "operation", operation: "bookMovieTickets", args } as const;
    for (let n = 1; n <= 200; n++) large.append(anEntry(n, { ...aRequest(`r${n}`), command }));
    const { entries } = given(1, {}, large);
    expect(entries.length).to.be.within(60, 80);
  });
});

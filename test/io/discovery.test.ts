import { expect } from "chai";
import fc from "fast-check";
import { placesMax } from "../../protocol/message.ts";
import {
  discover,
  frontend,
  here,
  limits,
  manager,
  meeting,
  Network,
  Searcher,
  sequencer,
  startMs,
} from "./a-searcher.ts";

const [firstMs, longestMs] = limits.discoverBackoffMs;

describe("a process that looks for the others", () => {
  it("asks the group at once, then less and less often while somebody is missing", () => {
    const one = new Searcher(manager(1));
    expect(one.step({ kind: "wake" })).to.deep.equal([[meeting, discover(one.self)]]);
    const times = one.runUntil(startMs + 5000).map(([atMs]) => atMs);
    const gaps = times.map((atMs, at) => atMs - (times[at - 1] ?? 0));
    expect(gaps.slice(0, 5)).to.deep.equal([firstMs, 2 * firstMs, 4 * firstMs, 8 * firstMs, 16 * firstMs]);
    expect(new Set(gaps.slice(5))).to.deep.equal(new Set([longestMs]));
  });

  it("asks on quickly while there are three managers only, or no sequencer", () => {
    for (const missing of [manager(4), sequencer(1)]) {
      const one = new Searcher(frontend(9));
      const all = [manager(1), manager(2), manager(3), manager(4), sequencer(1)];
      one.hear(...all.filter(({ address }) => address !== missing.address).map(discover));
      one.runInContact(2000);
      expect(one.runInContact(10_000).length, missing.role).to.be.at.least(9);
    }
  });

  it("asks seldom once it knows a sequencer and four managers, and is in contact", () => {
    const one = new Searcher(frontend(9)).meetAll();
    one.runInContact(limits.discoverEveryMs);
    const times = one.runInContact(20_000).map(([atMs]) => atMs);
    expect(times.length).to.be.within(3, 5);
  });

  it("asks at once when it loses contact, and quickly until it has it again", () => {
    const one = new Searcher(manager(1)).meetAll();
    one.runInContact(2 * limits.discoverEveryMs);
    const lostAtMs = one.nowMs - startMs + limits.contactMs;
    const sent = one
      .runUntil(one.nowMs + limits.contactMs + 400)
      .filter(([atMs]) => atMs >= lostAtMs - limits.contactMs / 2);
    const times = sent.map(([atMs]) => atMs);
    expect(times[0]).to.be.at.most(lostAtMs);
    expect(times.length).to.be.at.least(3);
    one.runInContact(1000);
    expect(one.runInContact(15_000).length).to.be.below(5);
  });

  it("asks its peers too, but not itself", () => {
    const one = new Searcher(manager(1), null);
    expect(one.step({ kind: "wake" })).to.deep.equal([]);
    const sent = one.step({ kind: "peers", addresses: ["10.0.0.8:1", one.self.address, "10.0.0.9:1"] });
    expect(sent.map(([to]) => to)).to.deep.equal(["10.0.0.8:1", "10.0.0.9:1"]);
  });

  it("tells whoever is named to it, once, and asks all whom it knows where there is no multicast", () => {
    const one = new Searcher(manager(1), null);
    one.step({ kind: "wake" });
    const [two, three] = [manager(2), sequencer(3)];
    const sent = one.hear(here(two, three, one.self));
    expect(sent).to.deep.equal([[three.address, discover(one.self)]]);
    expect(one.hear(here(two, three))).to.deep.equal([]);
    expect(new Set(one.runUntil(startMs + 2000).map(([, to]) => to))).to.deep.equal(
      new Set([two.address, three.address]),
    );
  });
});

describe("a process that is asked who is there", () => {
  it("names itself and the managers and sequencers that it heard itself, to whoever asks", () => {
    const one = new Searcher(manager(1));
    one.hear(discover(sequencer(1)), here(manager(2), manager(3)), discover(frontend(7)));
    const asks = manager(4);
    const [answer] = one.hear(discover(asks));
    expect(answer).to.deep.equal([asks.address, here(one.self, sequencer(1), manager(2))]);
  });

  it("says nothing to its own question, which comes back by way of the group", () => {
    const one = new Searcher(sequencer(1));
    one.step({ kind: "wake" });
    expect(one.hear(discover(one.self))).to.deep.equal([]);
    expect(one.notes).to.deep.equal([]);
  });

  it("passes on who is new to the front ends, which nobody names", () => {
    const one = new Searcher(manager(1));
    one.hear(discover(frontend(7)));
    const newcomer = sequencer(3);
    const sent = one.hear(discover(newcomer)).filter(([to]) => to === frontend(7).address);
    expect(sent).to.deep.equal([[frontend(7).address, here(one.self, newcomer)]]);
    expect(one.hear(discover(newcomer)).filter(([to]) => to === frontend(7).address)).to.deep.equal([]);
  });

  it("names so many as fit into a message, however many there may be", () => {
    const one = new Searcher(manager(1), meeting, { sequencersMax: 99 });
    one.hear(...Array.from({ length: 99 }, (_, at) => discover(sequencer(at + 1))));
    const [answer] = one.hear(discover(manager(4)));
    expect(answer?.[1].kind === "here" && answer[1].others).to.have.lengthOf(placesMax);
  });

  it("names nobody who has not spoken for long", () => {
    const one = new Searcher(manager(1));
    one.hear(discover(sequencer(1)), discover(manager(2)));
    one.runUntil(startMs + limits.forgetMs);
    const [answer] = one.hear(discover(manager(4)));
    expect(answer?.[1]).to.deep.equal(here(one.self));
  });
});

describe("who is where", () => {
  it("is entered as it becomes known, the process itself too", () => {
    const { directory, movedCount } = new Searcher(sequencer(2)).meetAll();
    expect(directory.managers).to.have.lengthOf(4);
    expect(directory.resolve("sequencers")).to.have.members([sequencer(1).address, sequencer(2).address]);
    expect(movedCount).to.equal(5);
  });

  it("is by the later start, in whatever order others say of them", () => {
    const starts = [0, 1, 2, 3].map((at) => manager(2, startMs + at, `10.0.1.${at}:1`));
    fc.assert(
      fc.property(fc.shuffledSubarray(starts, { minLength: 1 }), (words) => {
        const one = new Searcher(manager(1));
        for (const word of words) one.hear(here(manager(3), word));
        const latest = words.reduce((a, b) => (b.startedAt > a.startedAt ? b : a));
        expect(one.directory.managers).to.deep.equal([one.self.address, latest.address, manager(3).address]);
      }),
    );
  });

  it("is asked for when others say of an earlier start, while the later one is silent", () => {
    const one = new Searcher(frontend(9), null);
    const early = manager(2, startMs - 5000, "10.0.1.2:1");
    one.hear(discover(manager(2)));
    const asked = () => one.hear(here(manager(3), early, manager(2))).map(([to, { kind }]) => [to, kind]);
    one.runUntil(startMs + limits.silenceMs - 1);
    expect(asked()).to.deep.equal([]);
    one.runUntil(startMs + limits.silenceMs);
    expect(asked()).to.deep.equal([[early.address, "discover"]]);
    expect(one.directory.managers).to.include(manager(2).address);
  });

  it("is one process at one address, though a clock was put back before it was started again", () => {
    const one = new Searcher(manager(1));
    one.hear(discover(manager(2)));
    for (let round = 0; round < 5; round++) {
      one.runUntil(one.nowMs + 1500);
      one.hear(discover(manager(2, startMs - 5000)));
    }
    expect(one.notes).to.deep.equal(["manager 2 is at 10.0.0.2:7"]);
  });

  it("has room for a front end, however often another one is started again", () => {
    const one = new Searcher(manager(1));
    const { address } = frontend(1);
    for (let id = 1; id <= 50; id++) one.hear(discover({ ...frontend(id), startedAt: startMs + id, address }));
    one.hear(discover(frontend(77)));
    const told = one.hear(discover(sequencer(1))).map(([to]) => to);
    expect(told).to.have.members([sequencer(1).address, address, frontend(77).address]);
    expect(one.notes).to.deep.equal(["sequencer 1 is at 10.0.0.1:9"]);
  });

  it("is not changed by what others say of the process itself", () => {
    const one = new Searcher(manager(1));
    one.hear(here(manager(2), manager(1, startMs + 1, "10.0.1.1:1")));
    expect(one.directory.managers).to.include(one.self.address);
  });

  it("forgets a sequencer that is silent for long, and keeps a manager", () => {
    const one = new Searcher(sequencer(1));
    one.hear(discover(sequencer(2)), discover(manager(2)));
    one.runUntil(startMs + limits.forgetMs - 1);
    expect(one.directory.ranksAbove(1)).to.equal(1);
    one.runUntil(startMs + limits.forgetMs + longestMs);
    expect(one.directory.ranksAbove(1)).to.equal(0);
    expect([...one.directory.sequencers.keys()]).to.deep.equal([1]);
    expect(one.directory.managers).to.deep.equal([manager(2).address]);
    expect(one.notes.at(-1)).to.include("sequencer 2").and.include("not heard");
    one.hear(here(manager(3), manager(2, startMs - 1, "10.0.1.1:1")));
    expect(one.directory.managers).to.include(manager(2).address);
  });

  it("is told to the operator when it changes, and not again", () => {
    const one = new Searcher(manager(1));
    for (const startedAt of [0, 1, 2]) one.hear(discover(sequencer(2, startMs + startedAt)));
    one.hear(discover(sequencer(2, startMs + 3, "10.0.1.1:1")));
    one.runUntil(startMs + limits.rivalAskMs * limits.rivalAsksMax);
    expect(one.notes).to.deep.equal(["sequencer 2 is at 10.0.0.2:9", "sequencer 2 is at 10.0.1.1:1"]);
    expect(one.movedCount).to.equal(2);
  });

  it("has a bound, whatever others say, and says so", () => {
    const one = new Searcher(manager(1));
    const many = Array.from({ length: 50 }, (_, at) => at + 1);
    one.hear(...many.map((id) => discover(sequencer(id))), here(manager(2), ...many.map((id) => sequencer(100 + id))));
    one.hear(...many.map((id) => discover(frontend(id))));
    expect(one.directory.sequencers.size).to.equal(limits.sequencersMax);
    const told = one.hear(discover(manager(3))).filter(([, { kind, ...rest }]) => kind === "here" && "others" in rest);
    expect(told).to.have.lengthOf(1 + limits.frontendsMax);
    expect(one.notes.filter((note) => note.includes("too many"))).to.have.lengthOf(2);
  });

  it("is nothing that is no slot or no address", () => {
    const one = new Searcher(manager(1));
    one.hear(discover(manager(5)), discover(manager(2, startMs, "nowhere")), here(manager(3), manager(0)));
    expect(one.directory.managers).to.deep.equal([one.self.address, manager(3).address]);
  });
});

describe("processes that start one after the other", () => {
  for (const [how, group] of [
    ["by multicast", meeting],
    ["by one peer", null],
  ] as const) {
    it(`all know each other within a second ${how}, wherever one moves`, () => {
      const net = new Network(group);
      for (const self of [manager(1), sequencer(1), manager(2), frontend(1), manager(3), frontend(2), sequencer(2)])
        net.start(self);
      net.start(manager(4));
      net.run(1000);
      net.expectAll([manager(1), manager(2), manager(3), manager(4)], [sequencer(1), sequencer(2)]);
      net.stop(manager(4));
      net.run(3000);
      const moved = manager(4, net.nowMs, "10.0.7.7:1");
      net.start(moved);
      net.run(1000);
      net.expectAll([manager(1), manager(2), manager(3), moved], [sequencer(1), sequencer(2)]);
      net.start(sequencer(3, net.nowMs));
      net.run(1000);
      net.expectAll([manager(1), manager(2), manager(3), moved], [sequencer(1), sequencer(2), sequencer(3)]);
    });

    it(`keep to the manager that they know when another one of its slot is started ${how}`, () => {
      const net = new Network(group);
      const all = [manager(1), manager(2), manager(3), manager(4)];
      for (const self of [...all, sequencer(1), frontend(1)]) net.start(self);
      net.run(3000);
      const stray = manager(4, net.nowMs, "10.0.7.7:1");
      net.start(stray);
      net.run(6000);
      const newcomer = sequencer(2, net.nowMs);
      net.start(newcomer);
      net.run(1000);
      net.stop(stray);
      net.expectAll(all, [sequencer(1), newcomer]);
    });

    it(`know a manager that moves ${how} within a second, though its clock was put back`, () => {
      const net = new Network(group);
      for (const self of [manager(1), sequencer(1), manager(2), frontend(1), manager(3), manager(4)]) net.start(self);
      net.run(1000);
      net.stop(manager(4));
      const moved = manager(4, startMs - 5000, "10.0.7.7:1");
      net.start(moved);
      net.run(1000);
      net.expectAll([manager(1), manager(2), manager(3), moved], [sequencer(1)]);
    });
  }
});

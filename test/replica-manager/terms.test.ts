import { expect } from "chai";
import type { Adoption } from "../../protocol/epoch.ts";
import { genesisDigest } from "../../protocol/history.ts";
import type { Epoch } from "../../protocol/ids.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import type { MessageOf } from "../../protocol/message.ts";
import type { ManagerConfig } from "../../replica-manager/config.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { Journal } from "../../replica-manager/journal.ts";
import { Log } from "../../replica-manager/log.ts";
import { Terms } from "../../replica-manager/terms.ts";
import { aConfig, anEntry, anEpoch } from "./an-entry.ts";

const members = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));
const adoption = (epoch: Epoch): Adoption => ({ epoch, members, base: 0, baseDigest: genesisDigest });
/** Of another process, with the same number. */
const twin = (number: number): Epoch => ({ number, nonce: "f".repeat(32) });

const prepare = (epoch: Epoch, fields: Partial<MessageOf<"prepare">> = {}): MessageOf<"prepare"> => ({
  kind: "prepare",
  epoch,
  isTrial: false,
  follows: null,
  replyTo: "s2:1",
  ...fields,
});

function someTerms(config: Partial<ManagerConfig> = {}) {
  const log = new Log();
  const journal = new Journal(config.mutant);
  const terms = new Terms({ ...aConfig({ sequencerSilenceMs: 150, electionRetryMs: 20 }), ...config }, log, journal);
  const effects: ManagerEffect[] = [];
  const emit = (effect: ManagerEffect) => effects.push(effect);
  const taken = () =>
    effects.splice(0).map((effect) => {
      if (effect.kind === "append") return effect.records.map(({ kind }) => kind).join();
      return effect.kind === "send" ? `${effect.message.kind} ${effect.to}` : effect.kind;
    });
  const promises = () =>
    effects.splice(0).flatMap((effect) => {
      return effect.kind === "send" && effect.message.kind === "promise" ? [effect.message] : [];
    });
  return { log, journal, terms, emit, taken, promises };
}

/** With the first epoch adopted, and its sequencer heard at time 0. */
function ledTerms(config: Partial<ManagerConfig> = {}) {
  const some = someTerms(config);
  some.terms.adopt(adoption(anEpoch(1)));
  some.terms.onHeard(0);
  return some;
}

describe("terms", () => {
  it("begin with nothing promised and nothing adopted: every epoch may come", () => {
    const { terms } = someTerms();
    expect([terms.promised, terms.epoch, terms.activeEpoch]).to.deep.equal([null, null, null]);
    expect([terms.accepts(anEpoch()), terms.admits(anEpoch())]).to.deep.equal([false, true]);
  });

  it("accept the adopted epoch alone: not a later, not an earlier one, not one of its number", () => {
    const { terms } = someTerms();
    terms.adopt(adoption(anEpoch(2)));
    expect(terms.accepts(anEpoch(2))).to.equal(true);
    for (const epoch of [anEpoch(1), anEpoch(3), twin(2)]) expect(terms.accepts(epoch)).to.equal(false);
  });

  it("admit what is promised and what is later, and no other of a promised number", () => {
    const { terms } = someTerms();
    terms.adopt(adoption(anEpoch(2)));
    const admitted = [anEpoch(1), twin(2), anEpoch(2), anEpoch(3)].map((epoch) => terms.admits(epoch));
    expect(admitted).to.deep.equal([false, false, true, true]);
  });

  it("are answered in once the epoch is adopted on the disk and its sequencer was heard, and no longer when a later one is promised", () => {
    const { terms, emit } = someTerms();
    terms.adopt(adoption(anEpoch(1)));
    expect(terms.activeEpoch).to.equal(null);
    terms.onHeard(0);
    expect([terms.activeEpoch, terms.storedEpoch]).to.deep.equal([null, null]);
    terms.onStored(anEpoch(2));
    expect(terms.storedEpoch).to.equal(null);
    terms.onStored(anEpoch(1));
    expect([terms.activeEpoch, terms.storedEpoch]).to.deep.equal([anEpoch(1), anEpoch(1)]);
    terms.onPrepare(150, prepare(anEpoch(2)), emit);
    expect([terms.activeEpoch, terms.accepts(anEpoch(1))]).to.deep.equal([null, false]);
    terms.adopt(adoption(anEpoch(2)));
    terms.onHeard(200);
    expect(terms.activeEpoch).to.equal(null);
  });

  it("take over what the log says; an adoption later than the promise is one as well", () => {
    const { terms } = someTerms();
    terms.recover({ ...emptySummary, promised: anEpoch(3), adoption: adoption(anEpoch(1)) });
    expect([terms.promised, terms.epoch, terms.accepts(anEpoch(1))]).to.deep.equal([anEpoch(3), anEpoch(1), false]);
    const other = someTerms().terms;
    other.recover({ ...emptySummary, promised: anEpoch(1), adoption: adoption(anEpoch(2)) });
    expect([other.promised, other.accepts(anEpoch(2)), other.activeEpoch]).to.deep.equal([anEpoch(2), true, null]);
  });
});

describe("terms, asked for a promise", () => {
  it("store it before they say it", () => {
    const { terms, journal, emit, taken, promises } = ledTerms();
    terms.onPrepare(150, prepare(anEpoch(2)), emit);
    expect(taken()).to.deep.equal(["promise"]);
    journal.onAppended(1);
    const [promise] = promises();
    expect(promise).to.deep.include({ isGranted: true, isTrial: false, epoch: anEpoch(2), promised: anEpoch(2) });
    expect(promise?.adoption).to.deep.equal(adoption(anEpoch(1)));
  });

  it("say how far the log reaches", () => {
    const { terms, log, emit, promises } = ledTerms();
    log.append(anEntry(1, undefined, 77));
    terms.onPrepare(150, prepare(anEpoch(2), { isTrial: true }), emit);
    const [promise] = promises();
    const end = { last: 1, historyDigest: "h1", time: 77, businessDate: "2023-05-12" };
    expect(promise).to.deep.include({ ...end, slot: 1, incarnation: members[0], promised: anEpoch(1) });
  });

  it("say it again when asked again, and wait for the disk as the first time", () => {
    const { terms, journal, emit, taken } = ledTerms();
    terms.onPrepare(150, prepare(anEpoch(2)), emit);
    terms.onPrepare(160, prepare(anEpoch(2)), emit);
    expect(taken()).to.deep.equal(["promise"]);
    journal.onAppended(1);
    expect(taken()).to.deep.equal(["promise s2:1", "promise s2:1"]);
    terms.onPrepare(170, prepare(anEpoch(2)), emit);
    expect(taken()).to.deep.equal(["promise s2:1"]);
  });

  it("do not say what is overtaken by a later promise", () => {
    const { terms, journal, emit, promises } = ledTerms();
    terms.onPrepare(150, prepare(anEpoch(2)), emit);
    terms.onPrepare(151, prepare(anEpoch(3)), emit);
    journal.onAppended(2);
    expect(promises().map(({ epoch }) => epoch)).to.deep.equal([anEpoch(3)]);
  });

  for (const epoch of [anEpoch(1), twin(2)]) {
    it(`refuse an epoch that is not later than the promised one: ${epoch.number} ${epoch.nonce.slice(0, 2)}`, () => {
      const { terms, journal, emit, taken, promises } = ledTerms();
      terms.onPrepare(150, prepare(anEpoch(2)), emit);
      journal.onAppended(1);
      taken();
      terms.onPrepare(151, prepare(epoch), emit);
      expect(promises()).to.have.lengthOf(1).and.to.have.nested.property("[0].isGranted", false);
      expect(terms.promised).to.deep.equal(anEpoch(2));
    });
  }

  it("store nothing in a trial", () => {
    const { terms, emit, taken } = ledTerms();
    terms.onPrepare(150, prepare(anEpoch(2), { isTrial: true }), emit);
    expect(taken()).to.deep.equal(["promise s2:1"]);
    expect([terms.promised, terms.accepts(anEpoch(1))]).to.deep.equal([anEpoch(1), true]);
  });

  it("do not give up a sequencer that is heard, but for its own next epoch", () => {
    const { terms, emit, promises } = ledTerms();
    const granted = (now: number, follows: Epoch | null) => {
      terms.onPrepare(now, prepare(anEpoch(2), { isTrial: true, follows }), emit);
      return promises()[0]?.isGranted;
    };
    expect([granted(149, null), granted(150, null)]).to.deep.equal([false, true]);
    terms.onHeard(150);
    expect([granted(299, null), granted(299, anEpoch(1)), granted(299, twin(1))]).to.deep.equal([false, true, false]);
    terms.onPrepare(299, prepare(anEpoch(2)), emit);
    expect([promises()[0]?.isGranted, terms.promised]).to.deep.equal([false, anEpoch(1)]);
  });

  it("give up at once the sequencer that says that it ends, and no other by its word", () => {
    const { terms, emit, promises } = ledTerms();
    const granted = () => {
      terms.onPrepare(101, prepare(anEpoch(2), { isTrial: true, follows: null }), emit);
      return promises()[0]?.isGranted;
    };
    terms.onHeard(100);
    terms.onResigned(twin(1));
    expect(granted()).to.equal(false);
    terms.onResigned(anEpoch(1));
    expect(granted()).to.equal(true);
  });

  it("store nothing where a test left that rule out", () => {
    const { terms, emit, taken } = ledTerms({ mutant: "promiseInMemory" });
    terms.onPrepare(150, prepare(anEpoch(2)), emit);
    expect(taken()).to.deep.equal(["promise s2:1"]);
  });
});

describe("terms, with strangers", () => {
  it("ask a later epoch to be let in, once in a while", () => {
    const { terms, emit, taken } = ledTerms();
    for (const now of [100, 119, 120]) terms.onStranger(now, anEpoch(2), "s2:1", emit);
    expect(taken()).to.deep.equal(["join s2:1", "join s2:1"]);
  });

  it("tell an earlier epoch, and another of the same number, what took its place", () => {
    const { terms, emit, taken } = someTerms();
    terms.adopt(adoption(anEpoch(2)));
    terms.onStranger(0, anEpoch(1), "s2:1", emit);
    terms.onStranger(0, twin(2), "s3:1", emit);
    expect(taken()).to.deep.equal(["superseded s2:1", "superseded s3:1"]);
  });

  it("say once that the configuration has other data here, and again when that comes back", () => {
    const { terms, emit, taken } = someTerms();
    const others = ["5".repeat(32), ...members.slice(1)];
    expect([terms.onMembers(others, emit), terms.onMembers(others, emit)]).to.deep.equal([false, false]);
    expect([taken(), terms.isOutside]).to.deep.equal([["note"], true]);
    expect([terms.onMembers(members, emit), terms.isOutside]).to.deep.equal([true, false]);
    terms.onMembers(others, emit);
    expect(taken()).to.deep.equal(["note"]);
    terms.adopt(adoption(anEpoch(1)));
    expect(terms.isOutside).to.equal(false);
  });

  it("count by incarnation, not by slot", () => {
    const swapped = [members[1], members[0], members[2], members[3]] as readonly string[];
    expect(someTerms().terms.isMemberOf(swapped)).to.equal(false);
    expect(someTerms({ mutant: "amnesiacVotes" }).terms.isMemberOf(swapped)).to.equal(true);
  });
});

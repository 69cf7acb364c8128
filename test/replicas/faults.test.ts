import { expect } from "chai";
import { canonicalAnswer } from "../../protocol/canonical-answer.ts";
import { type FaultName, faultMenu, faultNames } from "../../protocol/fault.ts";
import type { Replica, ReplicaRequest } from "../../replicas/contract.ts";
import type { Fault, FaultyReplica } from "../../replicas/faults/fault.ts";
import { faults } from "../../replicas/faults/faults.ts";
import { makeReplica } from "../../replicas/table/replica.ts";
import { randomRequests } from "../conformance/random-requests.ts";
import { add, book, cancel, given, list, type OpenStep, remove, requestsOf, schedule } from "../conformance/step.ts";

const seed = 7;
const showID = "ATWM120523";
const state = given(
  [
    [showID, "Avatar", 3],
    ["ATWA120523", "Avatar", 9],
    ["ATWE120523", "Avatar", 9],
  ],
  [
    ["ATWC1000", showID, "Avatar", 1],
    ["ATWC1001", showID, "Avatar", 1],
    ["ATWC1000", "ATWA120523", "Avatar", 1],
  ],
);

describe("the bug menu", () => {
  it("describes every fault in one line and says which of them lie in answers", () => {
    for (const { name, description } of faultMenu) {
      expect(description, name).to.match(/^[^\n]{5,100}$/);
      expect(faults).to.have.property(name);
    }
    for (const { name, liesInAnswers } of faultMenu)
      expect(faults[name].kind === "answers", name).to.equal(liesInAnswers);
    expect(Object.keys(faults)).to.deep.equal(faultNames);
  });

  for (const { name, liesInAnswers } of faultMenu) {
    if (!liesInAnswers) continue;
    it(`${name} gives well-formed answers, some of them wrong, and the same again for the same seed`, () => {
      const requests = randomRequests(1, 500) as readonly ReplicaRequest[];
      const right = answers(fresh(), requests);
      const wrong = answers(afflict(fresh(), name), requests);
      expect(wrong).to.not.include(undefined);
      expect(wrong).to.not.deep.equal(right);
      expect(answers(afflict(fresh(), name), requests)).to.deep.equal(wrong);
    });
  }
});

describe("random-answers", () => {
  it("answers differently for another seed and leaves the state right", () => {
    const requests = randomRequests(1, 500) as readonly ReplicaRequest[];
    const replica = fresh();
    const first = afflict(fresh(), "random-answers", 1);
    expect(answers(first, requests)).to.not.deep.equal(answers(afflict(fresh(), "random-answers", 2), requests));
    answers(replica, requests);
    expect(first.exportState()).to.deep.equal(replica.exportState());
  });
});

describe("capacity-off-by-one", () => {
  it("sells one seat too many, remembers it, and is right until then", () => {
    const replica = afflict(right(), "capacity-off-by-one");
    expect(say(replica, book("ATWC1002", showID, "Avatar", 1))).to.deep.equal({ outcome: "OK", held: 1, available: 0 });
    expect(say(replica, book("ATWC1003", showID, "Avatar", 2))).to.deep.equal({
      outcome: "REFUSED",
      reason: "SHOW_FULL",
    });
    expect(say(replica, book("ATWC1003", showID, "Avatar", 1))).to.deep.equal({ outcome: "OK", held: 1, available: 0 });
    expect(say(replica, book("ATWC1003", showID, "Avatar", 1))).to.deep.equal({
      outcome: "REFUSED",
      reason: "SHOW_FULL",
    });
    expect(say(replica, cancel("ATWC1003", showID, "Avatar", 1))).to.deep.equal({
      outcome: "OK",
      held: 0,
      available: 0,
    });
    expect(replica.exportState()[0]).to.deep.equal(state[0]);
  });

  it("makes and lists shows with the capacity that was asked for", () => {
    const replica = afflict(right(), "capacity-off-by-one");
    const made = say(replica, add("ATWM130523", "Titanic", 4));
    expect(made).to.deep.equal({ outcome: "OK", created: true, capacity: 4, available: 4 });
    expect(say(replica, list("Titanic"))).to.deep.equal({
      outcome: "OK",
      shows: [{ movieID: "ATWM130523", movieName: "Titanic", capacity: 4, available: 4 }],
    });
    expect(say(replica, add("ATWM130523", "Titanic", 0))).to.deep.equal({ outcome: "REFUSED", reason: "INVALID" });
  });

  it("makes the mistake in moves too", () => {
    const replica = afflict(right(), "capacity-off-by-one");
    expect(say(replica, book("ATWC1000", "ATWE120523", "Avatar", 8))).to.include({ held: 8 });
    expect(say(replica, book("ATWC1000", "ATWA120523", "Avatar", 9))).to.include({ held: 10 });
    const moved = [{ customerID: "ATWC1000", movieID: "ATWE120523", numberOfTickets: 1 }];
    expect(say(replica, remove(showID, "Avatar"))).to.deep.include({
      moved: [...moved, { customerID: "ATWC1001", movieID: "ATWE120523", numberOfTickets: 1 }],
    });
  });

  it("leaves an oversold show with its extra seat when it is cleared, and others as they were", () => {
    const replica = afflict(right(), "capacity-off-by-one");
    say(replica, book("ATWC1002", showID, "Avatar", 2));
    const cleared = replica.release();
    expect(cleared.exportState()[0]).to.deep.equal([[showID, "Avatar", 4], ...state[0].slice(1)]);
    expect(say(cleared, book("ATWC1002", showID, "Avatar", 1))).to.deep.equal({
      outcome: "REFUSED",
      reason: "SHOW_FULL",
    });
  });

  it("gives an unharmed state back as it was", () => {
    expect(afflict(right(), "capacity-off-by-one").release().exportState()).to.deep.equal(state);
    const imported = afflict(right(), "capacity-off-by-one");
    imported.importState(given([[showID, "Avatar", 2]]));
    expect(imported.exportState()).to.deep.equal(given([[showID, "Avatar", 2]]));
  });
});

describe("unsorted-list", () => {
  it("turns every list round and nothing else", () => {
    const replica = afflict(right(), "unsorted-list");
    const shows = say(right(), list("Avatar")) as { readonly shows: readonly unknown[] };
    expect(say(replica, list("Avatar"))).to.deep.equal({ outcome: "OK", shows: shows.shows.toReversed() });
    const bookings = say(right(), schedule("ATWC1000")) as { readonly bookings: readonly unknown[] };
    expect(say(replica, schedule("ATWC1000"))).to.deep.equal({
      outcome: "OK",
      bookings: bookings.bookings.toReversed(),
    });
    const removed = say(right(), remove(showID, "Avatar")) as { readonly moved: readonly unknown[] };
    expect(removed.moved).to.have.lengthOf(2);
    expect(say(replica, remove(showID, "Avatar"))).to.deep.equal({ ...removed, moved: removed.moved.toReversed() });
    expect(replica.exportState()[0]).to.have.lengthOf(2);
  });
});

describe("lists-lie", () => {
  it("leaves the last line out of both lists and answers every change rightly", () => {
    const replica = afflict(right(), "lists-lie");
    const shows = say(right(), list("Avatar")) as { readonly shows: readonly unknown[] };
    expect(say(replica, list("Avatar"))).to.deep.equal({ outcome: "OK", shows: shows.shows.slice(0, 2) });
    expect(say(replica, schedule("ATWC1001"))).to.deep.equal({ outcome: "OK", bookings: [] });
    for (const step of [book("ATWC1000", showID, "Avatar", 1), remove(showID, "Avatar")]) {
      const same = right();
      same.importState(replica.exportState());
      expect(say(replica, step)).to.deep.equal(say(same, step));
    }
  });
});

describe("faults of what is written", () => {
  it("hang writes nothing", () => expect(deliver("hang", "{}")).to.deep.equal({ text: "", delayMs: 0 }));
  it("slow writes the same 300 ms later", () => {
    expect(deliver("slow", "{}")).to.deep.equal({ text: "{}", delayMs: 300 });
  });
  it("garbage writes bounded lines that are no JSON", () => {
    const fault = faults.garbage;
    const noise = fault.kind === "lines" ? fault.makeDeliver(seed) : undefined;
    for (let line = 0; line < 200; line++) {
      const { text } = noise?.("{}") ?? { text: "{}" };
      expect(() => JSON.parse(text)).to.throw(SyntaxError);
      expect(text).to.match(/^[!-~]{1,120}$/);
    }
  });
  it("crash ends the process with 70", () => expect(faults.crash).to.deep.equal({ kind: "process", exitCode: 70 }));
});

function right(): Replica {
  const replica = makeReplica({ theatres: ["ATW", "VER", "OUT"] });
  replica.importState(state);
  return replica;
}

function fresh(): Replica {
  return makeReplica({ theatres: ["ATW", "VER", "OUT"] });
}

function afflict(replica: Replica, name: FaultName, chance = seed): FaultyReplica {
  const fault: Fault = faults[name];
  if (fault.kind !== "answers") throw new Error(`${name} does not change answers`);
  return fault.wrap(replica, chance);
}

function answers(replica: Replica, requests: readonly ReplicaRequest[]): readonly (string | undefined)[] {
  return requests.map((request) => canonicalAnswer(request.operation, replica.execute(request)));
}

function say(replica: Replica, open: Pick<OpenStep<never>, "isRefused">): unknown {
  const [request] = requestsOf({ rule: "", steps: [open.isRefused("INVALID")] });
  return replica.execute(request as ReplicaRequest);
}

function deliver(name: FaultName, text: string): unknown {
  const fault = faults[name];
  return fault.kind === "lines" ? fault.makeDeliver(seed)(text) : undefined;
}

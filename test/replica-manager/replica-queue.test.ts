import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { ClientTable } from "../../replica-manager/client-table.ts";
import { ReplicaQueue, type Work } from "../../replica-manager/replica-queue.ts";
import { aConfig, anEntry, aRequest } from "./an-entry.ts";

const table = new ClientTable(aConfig().limits, sha256);
const admission = table.admit(anEntry(1));
const registered = admission.kind === "execute" ? admission.registered : undefined;
const point = { n: 3, historyDigest: "h3" };

const change: Work = { kind: "change", entry: anEntry(1), operation: "bookMovieTickets", registered: registered! };
const read: Work = { kind: "read", request: aRequest("s"), operation: "getBookingSchedule", point, date: "2023-05-12" };
const literal: Work = { kind: "literal", request: aRequest("x"), point, result: "{}" };
const exported: Work = { kind: "export", entry: anEntry(2) };

const queueOf = (...works: readonly Work[]) => {
  const queue = new ReplicaQueue(sha256);
  for (const work of works) queue.push(work);
  return queue;
};

const booked = '{"n":1,"result":{"outcome":"OK","held":1,"available":9}}';

describe("replica queue", () => {
  it("takes each line as the answer to the work at its head", () => {
    const queue = queueOf(change, read);
    expect(queue.linesExpected).to.equal(2);
    expect(queue.takeLine(booked)).to.deep.include({ kind: "done" });
    expect(queue.takeLine('{"n":3,"result":{"outcome":"OK","bookings":[]}}')).to.deep.include({ kind: "done" });
    expect([queue.linesExpected, queue.length]).to.deep.equal([0, 0]);
  });

  it("has what needs no line wait for what does", () => {
    const queue = queueOf(change, literal);
    expect(queue.takeReady()).to.equal(undefined);
    queue.takeLine(booked);
    expect(queue.takeReady()).to.deep.include({ work: literal });
    expect(queue.takeReady()).to.equal(undefined);
  });

  it("gives the one text of an answer, whatever the order of its keys", () => {
    const outcome = queueOf(change).takeLine('{"result":{"available":9,"held":1,"outcome":"OK"},"n":1}');
    expect(outcome.kind === "done" && outcome.done.text).to.equal('{"outcome":"OK","held":1,"available":9}');
  });

  it("makes the digest of a state itself and believes none", () => {
    const outcome = queueOf(exported).takeLine('{"state":[[],[]],"digest":"lie"}');
    expect(outcome.kind === "done" && outcome.done.stateDigest).to.equal(sha256("[[],[]]"));
  });

  for (const [what, work, line] of [
    ["another number", change, '{"n":2,"result":{"outcome":"OK","held":1,"available":9}}'],
    ["no answer of that operation", change, '{"n":1,"result":{"outcome":"OK","bookings":[]}}'],
    ["a field too many", change, '{"n":1,"result":{"outcome":"OK","held":1,"available":9,"more":1}}'],
    ["an unknown reason", change, '{"n":1,"result":{"outcome":"REFUSED","reason":"BAD_MOOD"}}'],
    ["no JSON", change, "Segmentation fault"],
    ["no object", change, "null"],
    ["an export where a change is due", change, '{"state":[[],[]],"digest":"x"}'],
    ["no state", exported, '{"state":{},"digest":"x"}'],
    ["no readiness", { kind: "import" } as Work, '{"ready":false}'],
  ] as const) {
    it(`finds a defect in ${what}`, () => {
      const queue = queueOf(work);
      expect(queue.takeLine(line)).to.deep.include({ kind: "defect" });
      expect(queue.length).to.equal(1);
    });
  }

  it("finds a defect in a line that nobody asked for", () => {
    expect(queueOf().takeLine(booked)).to.deep.include({ kind: "defect" });
    expect(queueOf(literal).takeLine(booked)).to.deep.include({ kind: "defect" });
  });

  it("forgets everything with its replica", () => {
    const queue = queueOf(change, literal);
    queue.clear();
    expect([queue.length, queue.linesExpected, queue.takeReady()]).to.deep.equal([0, 0, undefined]);
  });

  it("keeps its order over many more works than it holds at once", () => {
    const queue = new ReplicaQueue(sha256);
    for (let n = 1; n <= 5000; n++) {
      queue.push({ kind: "literal", request: aRequest("x"), point: { n, historyDigest: "" }, result: "" });
      const done = n > 10 ? queue.takeReady() : undefined;
      if (n > 10) expect(done?.work).to.deep.include({ point: { n: n - 10, historyDigest: "" } });
    }
    expect(queue.length).to.equal(10);
  });
});

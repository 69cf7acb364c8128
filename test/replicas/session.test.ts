import { expect } from "chai";
import type { Answer } from "../../protocol/answer.ts";
import type { CanonicalState, Replica } from "../../replicas/contract.ts";
import { faults } from "../../replicas/faults/faults.ts";
import { type InjectableFaults, ReplicaSession } from "../../replicas/session.ts";

const requestLine = JSON.stringify({
  n: 5,
  time: 1683892800000,
  businessDate: "2023-05-12",
  caller: "ATWC1000",
  operation: "bookMovieTickets",
  args: { numberOfTickets: 2 },
});
const answerLine = '{"n":5,"result":{"outcome":"OK","held":2,"available":8}}';
const exported: CanonicalState = [[["ATWM120523", "Avatar", 10]], []];

describe("the session of a replica", () => {
  it("answers a request with its number", () => {
    expect(open().take(requestLine)).to.deep.equal({ kind: "write", text: answerLine, delayMs: 0 });
  });

  it("exports the state with the digest of exactly its JSON", () => {
    const text =
      '{"state":[[["ATWM120523","Avatar",10]],[]],"digest":"sha256 of [[[\\"ATWM120523\\",\\"Avatar\\",10]],[]]"}';
    const effect = open().take('{"export":true}');
    expect(effect).to.deep.equal({ kind: "write", text: text.replaceAll('\\"', '"'), delayMs: 0 });
  });

  it("is ready after an import and executes from there", () => {
    const imported: CanonicalState[] = [];
    const session = open(undefined, imported);
    expect(session.take('{"import":[[],[]]}')).to.deep.equal({ kind: "write", text: '{"ready":true}', delayMs: 0 });
    expect(imported).to.deep.equal([[[], []]]);
  });

  it("skips a JSON object that it does not know", () => {
    expect(open().take('{"hello":1}')).to.equal(undefined);
    expect(open().take("{}")).to.equal(undefined);
  });

  it("ends with 1 on a line that is not the protocol", () => {
    const lines = [
      "",
      "hello",
      "[]",
      "7",
      "null",
      '{"n":1}',
      requestLine.replace('"n":5', '"n":"5"'),
      requestLine.replace('"args":{"numberOfTickets":2}', '"args":[]'),
      requestLine.replace('"args":{"numberOfTickets":2}', '"args":null'),
      '{"export":1}',
      '{"import":{}}',
      '{"import":[[]]}',
      '{"import":[[],{}]}',
      '{"fault":"crash"}',
      '{"fault":{"name":"no-such-fault","seed":1}}',
      '{"fault":{"name":"crash"}}',
    ];
    for (const line of lines) {
      expect(open(faults).take(line), line).to.deep.include({
        kind: "exit",
        exitCode: 1,
        text: `broken input line: ${line}`,
      });
    }
  });

  it("says no more than 200 characters of a broken line", () => {
    expect(open().take("x".repeat(1000)))
      .to.have.property("text")
      .with.lengthOf(200 + "broken input line: ".length);
  });

  it("notes and ignores a fault outside the lab", () => {
    const session = open();
    expect(session.take('{"fault":{"name":"hang","seed":1}}')).to.have.property("kind", "note");
    expect(session.take(requestLine)).to.have.property("text", answerLine);
  });

  it("sets a fault without an answer line, puts another in its place and clears it", () => {
    const session = open(faults);
    expect(session.take('{"fault":{"name":"random-answers","seed":3}}')).to.equal(undefined);
    expect(session.take(requestLine)).to.have.property("text").that.does.not.equal(answerLine);
    expect(session.take('{"fault":{"name":"slow","seed":3}}')).to.equal(undefined);
    expect(session.take(requestLine)).to.deep.equal({ kind: "write", text: answerLine, delayMs: 300 });
    expect(session.take('{"fault":null}')).to.equal(undefined);
    expect(session.take(requestLine)).to.deep.equal({ kind: "write", text: answerLine, delayMs: 0 });
  });

  it("ends at once with 70 when a crash is injected, also one that comes again", () => {
    for (const name of ["crash", "crash-loop"]) {
      const effect = open(faults).take(`{"fault":{"name":"${name}","seed":3}}`);
      expect(effect).to.deep.include({ kind: "exit", exitCode: 70 });
    }
  });

  it("has a fault tick until it is cleared or another takes its place, and answers meanwhile", () => {
    const session = open(faults);
    const memory = '{"fault":{"name":"memory","seed":3}}';
    for (const next of ['{"fault":null}', '{"fault":{"name":"slow","seed":3}}']) {
      expect(session.take(memory)).to.include({ kind: "tick", everyMs: 32 });
      expect(session.take(requestLine)).to.have.property("text", answerLine);
      expect(session.take(memory)).to.include({ kind: "tick" });
      expect(session.take(next)).to.deep.equal({ kind: "endTicks" });
      expect(session.take('{"fault":null}')).to.equal(undefined);
    }
  });

  it("ends with a crash that is injected into a fault that ticks", () => {
    const session = open(faults);
    session.take('{"fault":{"name":"memory","seed":3}}');
    expect(session.take('{"fault":{"name":"crash","seed":3}}')).to.include({ kind: "exit", exitCode: 70 });
  });
});

function open(injectable?: InjectableFaults, imported: CanonicalState[] = []): ReplicaSession {
  const answer: Answer = { outcome: "OK", held: 2, available: 8 };
  const replica: Replica = {
    execute: () => answer,
    exportState: () => exported,
    importState: (state) => imported.push(state),
  };
  return new ReplicaSession(replica, (data) => `sha256 of ${String(data)}`, injectable);
}

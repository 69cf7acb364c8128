import { expect } from "chai";
import { makeChapters } from "../../conformance/chapters.ts";
import { type BrokenRule, type CheckOptions, type CheckReport, checkReplica } from "../../conformance/check-replica.ts";
import { type Conversation, type Input, ReplicaFailed, type Subject } from "../../conformance/conversation.ts";
import { firstDifference } from "../../conformance/difference.ts";
import { moduleSubject, sha256 } from "../../conformance/module-subject.ts";
import { namedSubject, versionSubjects } from "../../conformance/named-subject.ts";
import { silencesMax } from "../../conformance/shrink.ts";
import type { FaultName } from "../../protocol/fault.ts";
import type { Replica } from "../../replicas/contract.ts";
import { versionNames } from "../../replicas/versions.ts";

const theatres = ["ATW", "VER", "OUT"];
const [version = "table"] = versionNames;
const chapters = makeChapters(sha256);
const rules = chapters.reduce((sum, chapter) => sum + chapter.rules.length, 1);

function check(candidate: Subject, options: Partial<CheckOptions> = {}): Promise<CheckReport> {
  const onProgress = (): void => {};
  return checkReplica({
    candidate,
    chapters,
    references: versionSubjects(theatres),
    requests: 1000,
    seed: 1,
    onProgress,
    ...options,
  });
}

function faulty(fault: FaultName): Subject {
  return namedSubject(`${version}+${fault}`, theatres, 5000) as Subject;
}

function brokenRules({ chapters: reports }: CheckReport): readonly BrokenRule[] {
  return reports.flatMap(({ broken }) => broken);
}

async function outputsOf(subject: Subject, inputs: readonly Input[]): Promise<readonly unknown[]> {
  const conversation = await subject.open();
  try {
    return await conversation.tell(inputs);
  } catch (error) {
    if (error instanceof ReplicaFailed) return [...error.outputs, error.message];
    throw error;
  }
}

describe("a check of a replica", function () {
  this.timeout(60_000);

  it("finds every rule kept by every version, and says how far it is", async () => {
    for (const subject of versionSubjects(theatres)) {
      const steps: [done: number, all: number][] = [];
      const report = await check(subject, { onProgress: (_, done, all) => void steps.push([done, all]) });
      expect([report.kept, report.broken, report.untried], subject.name).to.deep.equal([rules, 0, 0]);
      expect(steps.map(([done]) => done)).to.deep.equal(steps.map((_, index) => index));
      expect(steps.every(([done, all]) => done < all && all === steps.length)).to.equal(true);
    }
  });

  const lies: readonly FaultName[] = ["capacity-off-by-one", "unsorted-list", "lists-lie"];
  for (const fault of lies) {
    it(`finds ${fault}, with lines that show it again on a fresh replica`, async () => {
      const report = await check(faulty(fault));
      const broken = brokenRules(report);
      const [first, last] = [report.chapters.slice(0, -1), report.chapters.slice(-1)];
      for (const part of [first, last]) expect(part.flatMap((chapter) => chapter.broken)).to.not.be.empty;
      expect(report.kept + report.broken).to.equal(rules);
      for (const { rule, lines } of broken) {
        const [right, wrong] = [await outputsOf(moduleSubject(version), lines), await outputsOf(faulty(fault), lines)];
        expect(firstDifference("", right, wrong), rule).to.not.equal(undefined);
      }
    });
  }

  it("shortens what random requests find, and tells what each replica gave", async () => {
    const report = await check(faulty("capacity-off-by-one"), { chapters: [] });
    const [found] = brokenRules(report);
    expect(found?.where).to.equal("shortened from a run of the seed 1");
    expect(found?.lines).to.have.lengthOf.within(2, 15);
    expect(found?.disagreement?.outputs.map(({ replica }) => replica)).to.deep.equal([
      ...versionNames,
      `${version}+capacity-off-by-one`,
    ]);
    expect(found?.disagreement?.asCase).to.match(/^\{\n {2}rule: "…",\n {2}steps: \[\n {4}\{"today":/);
  });

  it("compares as many random requests as were asked for", async () => {
    const told: number[] = [];
    const counted = heard(moduleSubject(version), (inputs) => {
      told.push(inputs.filter((input) => "n" in input).length);
    });
    await check(counted, { chapters: [], requests: 1234 });
    expect(told).to.deep.equal([0, 500, 500, 234]);
  });

  it("goes on behind a rule in which the replica failed, and tells how", async () => {
    const throwing = moduleSubject(version, { afflict: throwsAtSchedules });
    const report = await check(throwing, { requests: 0 });
    const broken = brokenRules(report);
    expect(broken.length).to.be.within(5, rules / 2);
    for (const { rule, failure, difference, lines } of broken) {
      expect([failure, difference], rule).to.deep.equal(["ended", "it threw Error: no schedule"]);
      expect(lines.at(-1), rule).to.have.property("operation", "getBookingSchedule");
    }
    expect(report.kept + report.broken).to.equal(rules - 1);
  });

  it("does not wait for a silent replica more often than that to shorten what it is silent at", async () => {
    let silences = 0;
    const right = await moduleSubject(version).open();
    const tell = async (inputs: readonly Input[]) => {
      const at = inputs.findIndex((input) => "operation" in input && input.operation === "getBookingSchedule");
      const outputs = await right.tell(at < 0 ? inputs : inputs.slice(0, at));
      if (at < 0) return outputs;
      silences++;
      throw new ReplicaFailed("silent", "it did not answer", outputs);
    };
    const dumb: Subject = { name: "dumb", open: async () => ({ tell, close: async () => undefined }) };
    const report = await check(dumb, { chapters: [], requests: 500 });
    expect(brokenRules(report)[0]?.failure).to.equal("silent");
    expect(silences).to.be.within(2, silencesMax + 1);
  });

  it("does not try the rest when the replica was silent too often", async () => {
    const report = await check(silent);
    expect([report.kept, report.broken, report.untried]).to.deep.equal([0, silencesMax, rules - silencesMax]);
  });
});

const silent: Subject = {
  name: "silent",
  open: async () => ({
    tell: () => Promise.reject(new ReplicaFailed("silent", "it did not answer", [])),
    close: async () => undefined,
  }),
};

function throwsAtSchedules(replica: Replica): Replica {
  return {
    execute: (request) => {
      if (request.operation === "getBookingSchedule") throw new Error("no schedule");
      return replica.execute(request);
    },
    exportState: () => replica.exportState(),
    importState: (state) => replica.importState(state),
  };
}

function heard(subject: Subject, onTold: (inputs: readonly Input[]) => void): Subject {
  const listen = (conversation: Conversation): Conversation => ({
    tell: (inputs) => {
      onTold(inputs);
      return conversation.tell(inputs);
    },
    close: () => conversation.close(),
  });
  return { name: subject.name, open: async (theatres) => listen(await subject.open(theatres)) };
}

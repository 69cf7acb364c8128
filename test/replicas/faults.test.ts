import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { RequestInput } from "../../conformance/conversation.ts";
import { executedProblem } from "../../conformance/invariants.ts";
import { randomRequests } from "../../conformance/random-requests.ts";
import { stateProblem } from "../../conformance/state-form.ts";
import { type FaultName, faultMenu, faultNames, isFaultName } from "../../protocol/fault.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { isRead } from "../../protocol/operation.ts";
import type { ReplicaRequest } from "../../replicas/contract.ts";
import { faults } from "../../replicas/faults/faults.ts";
import { afflict, answers, versionsUnderTest } from "./a-faulty-replica.ts";
import { differencesOf } from "./fault-differences.ts";
import { wrongInARow } from "./wrong-in-a-row.ts";

/** From `dist/test/replicas/`, where this runs. */
const page = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
const seed = 7;
const wrapping = faultNames.filter((name) => faults[name].kind === "answers");
const lies = faultMenu.filter((fault) => fault.liesInAnswers).map(({ name }) => name);
/** Does what is wrong, and then says what it did. */
const isTruthful = (name: FaultName) => ["exchange-half", "limit-by-tickets", "week-by-day-of-month"].includes(name);
/** Not a word of it is a text, and some of it cannot be made one. */
const hostile = { toString: 1, valueOf: 1 };

describe("the bug menu", () => {
  it("is this, in this order", () => {
    expect(faultNames.join(" ")).to.equal(
      "random-answers capacity-off-by-one cancel-keeps-seats exchange-half limit-by-tickets week-by-day-of-month " +
        "unsorted-list lists-lie silent-corruption hang slow crash crash-loop garbage memory",
    );
  });

  it("describes every fault in one line and says which of them lie in answers", () => {
    for (const { name, description } of faultMenu) {
      expect(description, name).to.match(/^[^\n]{5,100}$/);
      expect(faults).to.have.property(name);
    }
    expect(lies).to.deep.equal(wrapping.filter((name) => name !== "silent-corruption"));
    expect(Object.keys(faults)).to.deep.equal(faultNames);
  });
});

describe("docs/operating.md", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name as string);

  it("has a row for every fault of the menu, in two tables: those that lie in answers, and the others", () => {
    const others = faultNames.filter((name) => !(lies as readonly string[]).includes(name));
    expect(rows.filter((name) => isFaultName(name))).to.deep.equal([...lies, ...others]);
  });

  it("says how much memory a replica has", () => {
    expect(page).to.contain(`limit of its heap, ${defaultLimits.replicaHeapMiB.toLocaleString("en")} MiB`);
  });
});

for (const { name: version, make } of versionsUnderTest) {
  const right = (...requests: readonly ReplicaRequest[]) => answers(make(), requests);

  describe(`every fault over ${version}`, () => {
    for (const name of lies) {
      it(`${name} gives well-formed answers, some of them wrong, and the same again for the same seed`, () => {
        const requests = someRequests(1);
        const wrong = answers(afflict(make(), name), requests);
        expect(wrong).to.not.include(undefined);
        expect(wrong).to.not.deep.equal(right(...requests));
        expect(answers(afflict(make(), name), requests)).to.deep.equal(wrong);
      });

      it(`${name} can be made to answer three times in a row wrongly, after right answers alone`, () => {
        const requests = wrongInARow[name];
        const wrong = answers(afflict(make(), name), requests);
        const isRight = right(...requests).map((answer, at) => answer === wrong[at]);
        expect(isRight).to.deep.equal(requests.map((_, at) => at < requests.length - 3));
      });
    }

    for (const name of wrapping) {
      it(`${name} gives back a replica that is right, in a state that a replica can hold`, () => {
        const [before, after] = [someRequests(2), someRequests(3)];
        const replica = afflict(make(), name);
        answers(replica, before);
        const released = replica.release();
        const state = released.exportState();
        expect(stateProblem(state)).to.equal(undefined);
        expect(answers(released, after)).to.deep.equal(answers(make(state), after));
      });

      it(`${name} leaves what is malformed to the replica beneath`, () => {
        for (const request of someRequests(1).slice(0, 20)) {
          const args = Object.fromEntries(Object.keys(request.args).map((key) => [key, hostile]));
          const malformed = { ...request, args } as unknown as ReplicaRequest;
          expect(() => afflict(make(), name).execute(malformed)).to.not.throw();
          const unknown = { ...request, operation: "toString" } as unknown as ReplicaRequest;
          expect(() => afflict(make(), name).execute(unknown)).to.not.throw();
        }
      });
    }

    for (const name of Object.keys(differencesOf) as readonly (keyof typeof differencesOf)[]) {
      it(`${name} is wrong in that way alone: all else is answered and remembered rightly`, () => {
        let wrong = 0;
        for (let first = 1; first <= 3; first++) {
          const replica = afflict(make(), name);
          let before = replica.exportState();
          for (const request of someRequests(first)) {
            const beside = make(before);
            const [said, rightly] = [replica.execute(request), beside.execute(request)];
            const after = replica.exportState();
            const what = JSON.stringify({ request, said, rightly });
            const isSame = JSON.stringify(said) === JSON.stringify(rightly);
            if (!isSame) expect(differencesOf[name]({ request, said, rightly }), what).to.equal(true);
            if (!isSame) wrong++;
            const hasChanged = said.outcome === "OK" && !isRead(request.operation);
            if (!hasChanged || isSame) expect(after, what).to.deep.equal(hasChanged ? beside.exportState() : before);
            if (isTruthful(name))
              expect(
                executedProblem({ request: request as unknown as RequestInput, before, answer: said, after }),
                what,
              ).to.equal(undefined);
            before = after;
          }
          expect(stateProblem(before)).to.equal(undefined);
        }
        expect(wrong).to.be.greaterThan(3);
      });
    }
  });
}

describe("faults that wrap a replica", () => {
  for (const name of wrapping) {
    it(`${name} is the same over every version`, () => {
      const requests = someRequests(4);
      const all = versionsUnderTest.map(({ make }) => {
        const replica = afflict(make(), name);
        return { answers: answers(replica, requests), state: replica.exportState() };
      });
      for (const one of all) expect(one).to.deep.equal(all[0]);
    });
  }
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
});

describe("faults of the process", () => {
  for (const name of ["crash", "crash-loop"] as const) {
    it(`${name} ends it with 70`, () => expect(faults[name]).to.deep.equal({ kind: "process", exitCode: 70 }));
  }
});

function someRequests(first: number): readonly ReplicaRequest[] {
  return randomRequests(first, 300) as readonly ReplicaRequest[];
}

function deliver(name: "hang" | "slow", text: string): unknown {
  const fault = faults[name];
  return fault.kind === "lines" ? fault.makeDeliver(seed)(text) : undefined;
}

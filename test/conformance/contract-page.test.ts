import { readFileSync } from "node:fs";
import { expect } from "chai";
import { forget, type Input } from "../../conformance/conversation.ts";
import { reasons } from "../../protocol/answer.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { operations } from "../../protocol/operation.ts";
import { commandSubjects, moduleSubjects, versionProcesses } from "./subjects.ts";

const page = readFileSync(new URL("../../../docs/replica-contract.md", import.meta.url), "utf8");

interface Exchange {
  readonly told: Input;
  readonly heard: unknown;
}

/** All examples of the page as one conversation, from top to bottom. */
function examples(): readonly Exchange[] {
  const text = [...page.matchAll(/```conversation\n(.*?)```/gs)].map((match) => match[1]).join("");
  return [...text.matchAll(/^→ (.*)\n← (.*)\n/gm)].map(([, told = "", heard = ""]) => ({
    told: JSON.parse(told) as Input,
    heard: JSON.parse(heard) as unknown,
  }));
}

describe("docs/replica-contract.md", function () {
  this.timeout(20_000);

  it("has an example of every kind of line, and nothing in its examples but lines", () => {
    const lines = [...page.matchAll(/```conversation\n(.*?)```/gs)].flatMap((match) =>
      (match[1] ?? "").trim().split("\n"),
    );
    expect(lines).to.have.lengthOf(2 * examples().length);
    expect(examples().length).to.be.at.least(8);
    for (const key of ["n", "export", "import"])
      expect(
        examples().some(({ told }) => key in told),
        key,
      ).to.equal(true);
  });

  for (const subject of [...moduleSubjects, ...versionProcesses, ...commandSubjects]) {
    it(`is what ${subject.name} does`, async () => {
      const conversation = await subject.open();
      try {
        const [, ...heard] = await conversation.tell([forget, ...examples().map(({ told }) => told)]);
        expect(heard).to.deep.equal(examples().map((example) => example.heard));
      } finally {
        await conversation.close();
      }
    });
  }

  it("names every operation, the limits and no reason that does not exist", () => {
    for (const operation of operations) expect(page).to.contain(`| \`${operation}\` |`);
    const number = (value: number) => value.toLocaleString("en");
    const { replicaLineCharsMax, replicaInFlightMax, probeMs } = defaultLimits;
    expect(page).to.contain(`at most ${number(replicaLineCharsMax)} characters`);
    expect(page).to.contain(`Up to ${number(replicaInFlightMax)} requests`);
    expect(page).to.contain(`has ${number(probeMs)} ms to answer`);
    for (const [reason] of page.matchAll(/\b[A-Z]+_[A-Z_]+\b/g)) {
      if (!reason.startsWith("QUARTET_")) expect(reasons).to.include(reason);
    }
  });
});

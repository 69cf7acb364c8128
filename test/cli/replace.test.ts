import { expect } from "chai";
import { renderReplaced } from "../../cli/replace-command.ts";
import type { ManagerStatus } from "../../cli/service-status.ts";
import { statusUnderTest } from "./status-under-test.ts";

const manager = statusUnderTest.managers[0] as ManagerStatus;
const before = { slot: 1, isMember: true, version: "table", replacements: 1 };
const at = "2023-05-12T10:00:00.000Z";
const done = { cause: "operator", from: "table", to: "sql", at, tookMs: 250 };

describe("quartet replace", () => {
  const rows: readonly (readonly [what: string, given: Partial<ManagerStatus>, text: string | undefined])[] = [
    ["only an earlier replacement is over", { replacements: 1, lastReplacement: done }, undefined],
    ["the replacement is under way", { replacements: 2, lastReplacement: { ...done, tookMs: null } }, undefined],
    ["its replica does not vote yet", { replacements: 2, lastReplacement: done, state: "replacing" }, undefined],
    [
      "it votes again",
      { replacements: 2, lastReplacement: done },
      "slot 1 votes again: table was replaced by sql in 250 ms\n",
    ],
  ];
  for (const [what, given, text] of rows) {
    it(`${text === undefined ? "waits on while" : "is done when"} ${what}`, () => {
      expect(renderReplaced({ ...manager, ...given }, before)).to.equal(text);
    });
  }

  it("is done with a new disk when it is admitted, whatever its replica does", () => {
    const stranger = { ...before, isMember: false };
    expect(renderReplaced({ ...manager, isMember: false, replacements: 2, lastReplacement: done }, stranger)).to.equal(
      undefined,
    );
    expect(renderReplaced({ ...manager, state: "recovering" }, stranger)).to.equal(
      "the new disk of slot 1 is admitted; its manager is recovering\n",
    );
  });
});

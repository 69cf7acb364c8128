import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { runScenario } from "./run-scenario.ts";

/** The sources: compiled tests lie one folder deeper. */
const folder = new URL("../../../test/scenarios/", import.meta.url);
const isWriting = process.env["QUARTET_SCENARIOS"] === "write";

/** The files are the review: `QUARTET_SCENARIOS=write` puts in what the cores do now, and `git diff` shows the change. */
describe("scenarios", () => {
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .sort()) {
    it(name.replace(/\.txt$/, "").replaceAll("-", " "), () => {
      const file = new URL(name, folder);
      const text = readFileSync(file, "utf8");
      const played = runScenario(text);
      if (isWriting) writeFileSync(file, played);
      else expect(played.split("\n")).to.deep.equal(text.split("\n"));
      expect(played, "effects that the scenario shows").to.match(/^</m);
    });
  }
});

import { expect } from "chai";
import { type ScriptResult, TemporaryRepository } from "./temporary-repository.ts";

const passing = 'describe("a", () => { it("passes", () => {}); });\n';

describe("tools/test.mjs", function () {
  this.timeout(60_000);
  let repository: TemporaryRepository;

  before(() => {
    repository = new TemporaryRepository();
    repository.write("protocol/word.ts", "export const word = 1;\n");
    repository.write("soap/door.ts", "export const door = 1;\n");
    repository.write("test/passing/a.test.ts", passing);
    repository.write("test/passing/b.test.ts", passing);
    repository.write("test/failing/a.test.ts", 'it("fails", () => { throw new Error("no"); });\n');
    repository.write("test/exiting/a.test.ts", 'it("passes", () => {}); it("exits", () => process.exit(0));\n');
    repository.write("test/leaking/a.test.ts", 'it("leaks", () => { setInterval(() => 1, 1000); });\n');
    repository.write("test/skipping/a.test.ts", 'it.skip("is skipped", () => {});\n');
    repository.write("test/selecting/a.test.ts", 'it.only("is selected", () => {});\n');
    repository.write("test/empty/story.txt", "");
  });
  after(() => repository.dispose());

  const lastLine = ({ stdout }: ScriptResult): string | undefined => stdout.split("\n").at(-2);

  const runs = [
    { what: "passing tests", args: ["test/passing"], line: "2 passed, 0 failed", code: 0 },
    { what: "one file", args: ["test/passing/a.test.ts"], line: "1 passed, 0 failed", code: 0 },
    { what: "several folders", args: ["test/passing", "test/failing/"], line: "2 passed, 1 failed", code: 1 },
    { what: "options of mocha", args: ["--grep", "fails", "test/failing"], line: "0 passed, 1 failed", code: 1 },
    { what: "a test that ends the process", args: ["test/exiting"], line: "1 passed, 1 failed", code: 1 },
    { what: "a test that leaves a timer running", args: ["test/leaking"], line: "1 passed, 1 failed", code: 1 },
    { what: "a skipped test", args: ["test/skipping"], line: "0 passed, 1 failed", code: 1 },
    { what: "a test selected by .only", args: ["test/selecting"], line: "0 passed, 1 failed", code: 1 },
    { what: "a folder without tests", args: ["test/empty"], line: "0 passed, 1 failed", code: 1 },
    { what: "a path that is not there", args: ["test/nowhere"], line: "0 passed, 1 failed", code: 1 },
    { what: "a path outside of test/", args: ["protocol"], line: "0 passed, 1 failed", code: 1 },
  ] as const;

  for (const { what, args, line, code } of runs) {
    it(`closes with "${line}" for ${what}`, () => {
      const result = repository.run("tools/test.mjs", ...args);
      expect(lastLine(result), result.stdout + result.stderr).to.equal(line);
      expect(result.code).to.equal(code);
    });
  }
});

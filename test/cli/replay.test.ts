import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeDisagreement } from "../../conformance/disagreement-file.ts";
import { book, given, requestsOf } from "../../conformance/step.ts";
import { misbehavingCommand } from "../conformance/misbehaving.ts";
import { run } from "./terminal-under-test.ts";

const refused = { outcome: "REFUSED", reason: "SHOW_FULL" } as const;
const text = writeDisagreement({
  sequence: 1,
  theatres: ["ATW", "VER"],
  state: given(
    [
      ["ATWM120523", "Avatar", 3],
      ["VERM120523", "Titanic", 9],
    ],
    [["ATWC1000", "ATWM120523", "Avatar", 3]],
  ),
  requests: requestsOf({ rule: "", steps: [book("ATWC1002", "ATWM120523", "Avatar", 1).isRefused("SHOW_FULL")] }),
  answers: [
    { slot: 1, replica: "table", answer: { outcome: "OK", held: 1, available: 0 } },
    { slot: 2, replica: "ledger", answer: refused },
    { slot: 3, replica: "table", answer: null },
  ],
});

describe("replay", function () {
  this.timeout(30_000);
  let folder = "";
  let file = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-replay-"));
    file = join(folder, "disagreement.json");
    writeFileSync(file, text);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("ends with 0 when all versions agree, beside what was answered then", async () => {
    const { exitCode, data, talk } = await run(["replay", file]);
    expect([exitCode, talk]).to.deep.equal([0, ""]);
    const lines = data.split("\n");
    expect(lines[0]).to.match(/^request 1 of 2023-05-12, bookMovieTickets \{"customerID":"ATWC1002"/);
    expect(lines[1]).to.match(/^WHO +ANSWER +AS THEN$/);
    expect(lines[2]).to.match(/^then manager 1, table +\{"outcome":"OK","held":1,"available":0\}$/);
    expect(lines[4]).to.match(/^then manager 3, table +nothing$/);
    expect(data).to.match(/\nnow table +\{"outcome":"REFUSED","reason":"SHOW_FULL"\} +manager 2\n/);
    expect(data).to.match(/\nnow ledger +\{"outcome":"REFUSED","reason":"SHOW_FULL"\} +manager 2\n/);
    expect(data).to.include("the replicas agree on every answer and on the state");
  });

  it("ends with 1 when replicas differ, and prints the shortest story as a case, whatever their order", async () => {
    const words = ["replay", file, "--replica", "table+capacity-off-by-one", "--replica", "ledger"];
    const { exitCode, data, talk } = await run(words);
    expect([exitCode, talk]).to.deep.equal([1, "next: npx quartet help replay\n"]);
    expect(data).to.match(/\nnow table\+capacity-off-by-one +\{"outcome":"OK","held":1,"available":0\} +manager 1\n/);
    expect(data).to.include("they differ first in the answer to request 1 of 2023-05-12, bookMovieTickets");
    expect(data).to.include(
      "to 1 request and 2 rows of state, after which they still differ in the answer:\n{\n  rule: ",
    );
    expect(data).to.include('"expected":{"outcome":"REFUSED","reason":"SHOW_FULL"}},\n');
    expect(data).to.not.include("Titanic");
  });

  it("takes a command line as one more replica, with the theatres of the file", async () => {
    const { exitCode, data } = await run([
      "replay",
      file,
      "--json",
      "--replica",
      "table",
      "--",
      ...misbehavingCommand("none"),
    ]);
    const { version, command, result } = JSON.parse(data);
    expect([exitCode, version, command]).to.deep.equal([0, 1, "replay"]);
    expect(result).to.include({ sequence: 1, first: null, shortest: null });
    expect(result.answers.map((given: { output: { result: object } }) => given.output.result)).to.deep.equal([
      refused,
      refused,
    ]);
    expect(result.recorded).to.deep.equal(JSON.parse(text).answers);
  });

  it("shows a fault of lines or of a process on a process", async () => {
    const { exitCode, data } = await run(["replay", file, "--replica", "table", "--replica", "ledger+crash"]);
    expect(exitCode).to.equal(1);
    expect(data).to.match(/\nnow ledger\+crash +it ended with exit code 70/);
    expect(data).to.include("they differ first in taking the state in\n");
  });

  it("ends with 2 where the file is not there, not of its form or too large, and for a replica that does not exist", async () => {
    const [broken, huge] = [join(folder, "broken.json"), join(folder, "huge.json")];
    writeFileSync(broken, text.replace('"sequence":1', '"sequence":2'));
    writeFileSync(huge, "");
    truncateSync(huge, 1024 ** 3);
    const cases: readonly (readonly [words: readonly string[], message: string])[] = [
      [[join(folder, "none.json")], `there is no file ${join(folder, "none.json")} (NO_DISAGREEMENT)`],
      [[folder], `there is no file ${folder} (NO_DISAGREEMENT)`],
      [[broken], "sequence: expected 1, the number of the last request, got 2 (NO_DISAGREEMENT)"],
      [[huge], "it is too large (NO_DISAGREEMENT)"],
      [[file, "--replica", "tabel"], '"tabel" is none of table, ledger'],
      [[file, "--replica", "table+none"], '"table+none" is none of table, ledger'],
      [[file, "--replica", "table+crash+crash"], "is none of table, ledger"],
      [[file, ...Array.from({ length: 17 }, () => ["--replica", "table"]).flat()], "at most 16 replicas at once"],
      [[file, "--", "/nowhere/replica"], "cannot start /nowhere/replica"],
    ];
    for (const [words, message] of cases) {
      const { exitCode, data, talk } = await run(["replay", ...words]);
      expect([exitCode, data], words.join(" ")).to.deep.equal([2, ""]);
      expect(talk).to.include(message).and.include("next: npx quartet help replay\n");
    }
  });
});

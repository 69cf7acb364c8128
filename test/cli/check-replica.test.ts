import { expect } from "chai";
import { ProgressLine } from "../../cli/progress-line.ts";
import { misbehavingCommand } from "../conformance/misbehaving.ts";
import { run } from "./terminal-under-test.ts";

describe("check-replica", function () {
  this.timeout(60_000);
  const check = (habit: string, ...options: readonly string[]) =>
    run(["check-replica", ...options, "--", ...misbehavingCommand(habit)]);

  it("ends with 0 for a right replica and tells chapter by chapter that all rules are kept", async () => {
    const { exitCode, data, talk } = await check("none", "--requests", "1000");
    expect([exitCode, talk]).to.deep.equal([0, ""]);
    expect(data).to.match(/^what is malformed +31 rules {2}ok\n/);
    expect(data).to.match(/\nrandom requests +1 rule {4}ok\n133 rules kept, 0 broken\n$/);
  });

  it("ends with 1 when rules are broken, and tells each in words with the lines that show it", async () => {
    const { exitCode, data, talk } = await check("dies", "--requests", "0");
    expect([exitCode, talk]).to.deep.equal([1, "next: npx quartet help check-replica\n"]);
    expect(data).to.match(/\nlists +9 rules {3}\d BROKEN\n {2}BROKEN: /);
    expect(data)
      .to.include("it ended with exit code 70, asked {")
      .and.include("on standard error: out of\ufffd[31m luck\n");
    expect(data).to.not.include("\u001b");
    expect(data).to.include('    tell a new replica these lines to see it again:\n      {"import":');
    expect(data).to.match(/\nexchanges +15 rules {2}ok\n/);
    expect(data).to.match(/\d+ rules kept, \d+ broken\n$/);
  });

  for (const [habit, words] of [
    ["babbles", 'it wrote a line that is not of the contract: "hello"'],
    ["leaves-badly", "it ended with exit code 3"],
  ] as const) {
    it(`says of a replica that ${habit}: ${words}`, async () => {
      const { exitCode, data } = await check(habit, "--requests", "0");
      expect(exitCode).to.equal(1);
      expect(data).to.include(words);
    });
  }

  it("stops trying a replica that is silent, and says how many rules were not tried", async () => {
    const { exitCode, data } = await run([
      "check-replica",
      "--requests",
      "0",
      "--patience",
      "1",
      "--",
      "sleep",
      "1000",
    ]);
    expect(exitCode).to.equal(1);
    expect(data).to.include("it did not answer within 1 s, asked {");
    expect(data).to.match(/\n0 rules kept, 5 broken, 127 not tried: it was silent too often\n$/);
  });

  it("writes one JSON object with everything, in a shape that has a version", async () => {
    const { exitCode, data } = await check("dies", "--requests", "600", "--seed", "3", "--json");
    const { version, command, result } = JSON.parse(data);
    expect([exitCode, version, command, result.kept + result.broken]).to.deep.equal([1, 1, "check-replica", 133]);
    expect(result).to.include({ requests: 600, seed: 3, untried: 0 });
    expect(result.command).to.deep.equal(misbehavingCommand("dies"));
    expect(result.references).to.include.members(["table", "ledger"]);
    const broken = result.chapters.flatMap((chapter: { broken: object[] }) => chapter.broken);
    expect(broken).to.have.lengthOf(result.broken);
    for (const rule of broken) expect(rule).to.include.keys("rule", "where", "difference", "failure", "lines");
    const [random] = result.chapters.at(-1).broken;
    expect(random.rule).to.match(/^600 random requests get the answers of table, ledger/);
    expect(random.disagreement.outputs.at(-1).output.failed).to.include("it ended with exit code 70");
    expect(random.lines).to.have.lengthOf(2);
  });

  it("ends with 2 when the command is no program, or none is named", async () => {
    const none = await run(["check-replica", "--", "/nowhere/replica"]);
    expect([none.exitCode, none.data]).to.deep.equal([2, ""]);
    expect(none.talk).to.include("cannot start /nowhere/replica").and.include("(NOT_STARTED)");
    for (const words of [
      [],
      ["--requests", "-1", "--", "x"],
      ["--seed", "0", "--", "x"],
      ["--patience", "0", "--", "x"],
    ]) {
      expect((await run(["check-replica", ...words])).exitCode, words.join(" ")).to.equal(2);
    }
  });
});

describe("the line of progress", () => {
  function shown(screenColumns: number, times: readonly number[]): readonly string[] {
    const talked: string[] = [];
    const terminal = {
      write: () => {},
      talk: (text: string) => void talked.push(text),
      environment: {},
      hasColours: false,
      screenColumns,
    };
    const line = new ProgressLine(terminal, 1000);
    for (const at of times) line.show(`at ${at}`, at);
    line.end();
    return talked;
  }

  it("is shown in place on a screen after 2 s, ten times a second at most, and taken off at the end", () => {
    expect(shown(80, [1000, 2999, 3000, 3099, 3100])).to.deep.equal([
      "\u001b[2Kat 3000\r",
      "\u001b[2Kat 3100\r",
      "\u001b[2K",
    ]);
  });

  it("is not shown where work is short, nor where there is no screen, and is never longer than a line", () => {
    expect(shown(80, [1000, 2999])).to.deep.equal([]);
    expect(shown(0, [5000])).to.deep.equal([]);
    expect(shown(5, [3000])[0]).to.equal("\u001b[2Kat 3\r");
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { countRange } from "../../cli/booking-menu.ts";
import { run } from "./terminal-under-test.ts";

describe("the command line", () => {
  it("prints its version and its help on standard output and ends with 0", async () => {
    expect(await run(["--version"])).to.include({ exitCode: 0, talk: "" });
    for (const words of [["--help"], ["help"], ["help", "book"], ["start", "--help"], ["help", "log", "verify"]]) {
      const { exitCode, data, talk } = await run(words);
      expect([exitCode, talk]).to.deep.equal([0, ""]);
      expect(data).to.include("Usage: quartet");
    }
  });

  const wrong: readonly (readonly [words: readonly string[], next: string])[] = [
    [["boook"], "next: npx quartet help"],
    [["book"], "next: npx quartet help book"],
    [["book", "ATWC1234", "ATWM211126", "Avatar", "two"], "next: npx quartet help book"],
    [["list", "Avatar", "--ulr", "x"], "next: npx quartet help list"],
    [["list", "Avatar", "--url", "127.0.0.1:8080"], "next: npx quartet help list"],
    [["list", "Avatar", "--url", "http://127.0.0.1:8080/soap"], "next: npx quartet help list"],
    [["start", "--prot", "1"], "next: npx quartet help start"],
    [["start", "now"], "next: npx quartet help start"],
    [["help", "nothing"], "next: npx quartet help"],
    [["help", "log", "nothing"], "next: npx quartet help"],
    [["log", "verify", "--slot", "5"], "next: npx quartet help log verify"],
    [["--url", "here", "status"], "next: npx quartet help"],
    [["--url", "http://127.0.0.1:1", "start"], "next: npx quartet help start"],
  ];
  for (const [words, next] of wrong) {
    it(`ends "${words.join(" ")}" with 2 and says ${next}`, async () => {
      const { exitCode, data, talk } = await run(words);
      expect([exitCode, data]).to.deep.equal([2, ""]);
      expect(talk)
        .to.match(/^error: /)
        .and.include(next);
    });
  }

  const sentences: readonly (readonly [words: readonly string[], sentence: string])[] = [
    [
      ["add-show", "ATWA1234", "ATWM211126", "Avatar", "9999999999"],
      'capacity: "9999999999" is not a whole number from 1 to 1000000',
    ],
    [["book", "ATWC1234", "ATWM211126", "Avatar", "0"], 'tickets: "0" is not a whole number from 1 to 1000000'],
    [["digests", "--sequence", "-1"], '--sequence: "-1" is not a whole number from 0 to 999999999999999'],
    [["log", "verify", "--slot", "5"], '--slot: "5" is not a whole number from 1 to 4'],
    [["status", "--url", "here"], '--url: "here" is not http://HOST:PORT, like http://127.0.0.1:8080'],
  ];
  for (const [words, sentence] of sentences) {
    it(`says of "${words.join(" ")}" what the value has to be, in one sentence`, async () => {
      const { talk } = await run(words);
      expect(talk.split("\n")[0]).to.equal(`error: ${sentence}`);
    });
  }

  it("takes as many tickets and seats as the contract", () => {
    const schema = readFileSync(new URL("../../../wsdl/booking.xsd", import.meta.url), "utf8");
    const [, min, max] = /"Count">.*?minInclusive value="(\d+)".*?maxInclusive value="(\d+)"/s.exec(schema) ?? [];
    expect(countRange).to.deep.equal({ min: Number(min), max: Number(max) });
  });

  it("tells a script of a usage error as JSON", async () => {
    const { data } = await run(["book", "--json"]);
    expect(JSON.parse(data)).to.deep.include({ version: 1, command: "book", exitCode: 2 });
    expect(JSON.parse(data).error).to.include({ code: "USAGE", next: "npx quartet help book" });
  });

  it("names the command of a usage error with those it stands under, and none where there is none", async () => {
    const [deep, late, unknown] = [
      await run(["log", "verify", "--slot", "5", "--json"]),
      await run(["--url", "http://127.0.0.1:1", "status", "--sequence", "--json"]),
      await run(["nothing", "--json"]),
    ].map(({ data }) => JSON.parse(data) as { command: string; error: { next: string } });
    expect([deep?.command, deep?.error.next]).to.deep.equal(["log verify", "npx quartet help log verify"]);
    expect([late?.command, late?.error.next]).to.deep.equal(["status", "npx quartet help status"]);
    expect([unknown?.command, unknown?.error.next]).to.deep.equal(["", "npx quartet help"]);
  });

  it("refuses a QUARTET_URL that is no address", async () => {
    const { exitCode, talk } = await run(["status"], { QUARTET_URL: "here" });
    expect(exitCode).to.equal(2);
    expect(talk).to.include("QUARTET_URL").and.include("http://HOST:PORT");
  });
});

describe("npx quartet start", () => {
  let folder = "";

  /** With data where no folder can be made: should a guard fail, no process is started all the same. */
  function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    return run(["start", "--data", join(config("{}", "file"), "data"), ...words], environment);
  }

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-cli-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function config(text: string, name = "quartet.json"): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it("starts nothing on a host that other machines reach", async () => {
    const { exitCode, data, talk } = await start(["--host", "0.0.0.0"]);
    expect([exitCode, data]).to.deep.equal([2, ""]);
    expect(talk).to.include("0.0.0.0").and.include("ssh -L").and.include("next: npx quartet help start");
  });

  it("tells a script why it did not start", async () => {
    const { exitCode, data } = await start(["--json", "--host", "::"]);
    expect(exitCode).to.equal(2);
    expect(JSON.parse(data)).to.include({ event: "error", exitCode: 2, code: "USAGE", version: 1 });
  });

  it("takes the last of --lab and --no-lab", async () => {
    const words = ["--lab", "--business-date", "2023-05-12", "--host", "0.0.0.0"];
    expect((await start(words)).talk).to.include("the lab lets");
    expect((await start([...words, "--no-lab"])).talk).to.not.include("the lab lets");
  });

  it("reads the file that --config or QUARTET_CONFIG names", async () => {
    const path = config('{"port": "x"}');
    for (const { talk } of [await start(["--config", path]), await start([], { QUARTET_CONFIG: path })]) {
      expect(talk).to.include(`${path}: port`);
    }
  });

  it("says what is wrong with a file that is no JSON or not there", async () => {
    expect((await start(["--config", config("{")])).talk).to.include("it is not JSON");
    expect((await start(["--config", join(folder, "none.json")])).talk).to.include("it cannot be read");
  });

  it("names the versions that there are", async () => {
    const { exitCode, talk } = await start(["--versions", "table,table,table,tabel"]);
    expect(exitCode).to.equal(2);
    expect(talk).to.match(/out of .*ledger/);
  });
});

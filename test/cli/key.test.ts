import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "./terminal-under-test.ts";

describe("npx quartet key", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-key-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes a key that only its owner may read, and another one each time", async () => {
    const files = ["a", "b"].map((name) => join(folder, name));
    for (const file of files) {
      expect(await run(["key", file])).to.deep.equal({ exitCode: 0, data: `made ${file}\n`, talk: "" });
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(readFileSync(file, "utf8")).to.match(/^[0-9a-f]{64}\n$/);
    }
    const [one, other] = files.map((file) => readFileSync(file, "utf8"));
    expect(one).to.not.equal(other);
  });

  it("leaves a file that is there as it is", async () => {
    const file = join(folder, "key");
    await run(["key", file]);
    const before = readFileSync(file, "utf8");
    const { exitCode, data, talk } = await run(["key", file]);
    expect([exitCode, data]).to.deep.equal([1, ""]);
    expect(talk).to.include(`${file} is there already`).and.include("NO_KEY");
    expect(readFileSync(file, "utf8")).to.equal(before);
  });

  it("makes no directory: it says that there is none, and how to make one", async () => {
    writeFileSync(join(folder, "file"), "");
    for (const name of ["none", "file"]) {
      const { exitCode, data, talk } = await run(["key", join(folder, name, "cluster.key")]);
      expect([exitCode, data]).to.deep.equal([1, ""]);
      expect(talk).to.equal(
        `error: there is no directory ${join(folder, name)}: make it first, or name another file (NO_KEY)\n` +
          `next: mkdir -p ${join(folder, name)}\n`,
      );
    }
    expect(readdirSync(folder)).to.deep.equal(["file"]);
  });

  it("says why no key was made, also as JSON", async () => {
    const { exitCode, data } = await run(["key", join(folder, "\0"), "--json"]);
    expect(exitCode).to.equal(1);
    expect(JSON.parse(data)).to.deep.include({ command: "key", exitCode: 1 });
    expect(JSON.parse(data).error).to.include({ code: "NO_KEY" });
  });
});

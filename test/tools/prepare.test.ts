import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { TemporaryRepository } from "./temporary-repository.ts";

describe("tools/prepare.mjs", function () {
  this.timeout(60_000);
  let repository: TemporaryRepository;

  beforeEach(() => {
    repository = new TemporaryRepository();
    repository.write("protocol/word.ts", 'export const word = "first";\n');
    repository.write("soap/door.ts", "export const door = 1;\n");
    repository.write("cli/main.ts", "process.stdout.write(JSON.stringify(process.argv.slice(2)));\n");
  });
  afterEach(() => repository.dispose());

  const builtAt = (): number => statSync(join(repository.root, "dist/.sources")).ino;

  it("compiles when a source changed, and only then", () => {
    expect(repository.run("tools/build.mjs").code).to.equal(0);
    const first = builtAt();
    repository.run("tools/build.mjs");
    expect(builtAt()).to.equal(first);
    repository.write("protocol/word.ts", 'export const word = "other";\n');
    repository.run("tools/build.mjs");
    expect(builtAt()).not.to.equal(first);
  });

  it("leaves nothing of a removed source", () => {
    repository.write("protocol/old.ts", "export const old = 1;\n");
    repository.run("tools/build.mjs");
    expect(repository.has("dist/protocol/old.js")).to.equal(true);
    repository.remove("protocol/old.ts");
    repository.run("tools/build.mjs");
    expect(repository.has("dist/protocol/old.js")).to.equal(false);
  });

  it("says what the compiler refuses and leaves dist/ as it was", () => {
    repository.run("tools/build.mjs");
    const first = builtAt();
    repository.write("protocol/word.ts", "export const word: number = process;\n");
    const { code, stderr } = repository.run("tools/build.mjs");
    expect(code).to.equal(1);
    expect(stderr).to.match(/protocol\/word\.ts.*TS2591/);
    expect(builtAt()).to.equal(first);
  });

  it("leaves one whole dist/ when several build at once", async () => {
    const codes = await Promise.all([1, 2, 3].map(() => repository.start("tools/build.mjs")));
    expect(codes).to.deep.equal([0, 0, 0]);
    expect(readdirSync(repository.root).filter((name) => name.startsWith("dist"))).to.deep.equal(["dist"]);
    expect(repository.has("dist/cli/main.js")).to.equal(true);
  });

  it("takes over the lock of a process that died", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    repository.write("dist-lock/owner", String(pid));
    expect(repository.run("tools/build.mjs").code).to.equal(0);
  });

  it("names the version of Node that is needed", () => {
    repository.write("package.json", JSON.stringify({ type: "module", engines: { node: ">=99.1" } }));
    const { code, stderr } = repository.run("tools/build.mjs");
    expect(code).to.equal(1);
    expect(stderr).to.contain("Quartet needs >=99.1");
  });

  it("npm start gives the command its defaults first, so that what the user says counts", () => {
    const { stdout } = repository.run("tools/start.mjs", "--no-sample", "--port", "0");
    expect(JSON.parse(stdout)).to.deep.equal(["start", "--lab", "--sample", "--no-sample", "--port", "0"]);
  });

  it("the quartet command builds what is missing and nothing else", () => {
    expect(JSON.parse(repository.run("tools/quartet.mjs", "status").stdout)).to.deep.equal(["status"]);
    const first = builtAt();
    repository.write("protocol/word.ts", "export const word = 1;\n");
    repository.run("tools/quartet.mjs", "status");
    expect(builtAt()).to.equal(first);
  });
});

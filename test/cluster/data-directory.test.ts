import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isFounded, managerDirectory, markFounded, prepareDataDirectory } from "../../cluster/data-directory.ts";
import { slots } from "../../protocol/ids.ts";
import { writeManager } from "./a-data-directory.ts";

const module = new URL("../../cluster/data-directory.js", import.meta.url).href;

describe("a data directory", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-data-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is made together with what is missing above it, and with the cluster key", () => {
    const directory = join(folder, "a", "b");
    prepareDataDirectory(directory);
    prepareDataDirectory(directory);
    expect(statSync(join(directory, "cluster.key")).mode & 0o077).to.equal(0);
    if (process.platform !== "win32") {
      for (const made of [directory, join(folder, "a")]) expect(statSync(made).mode & 0o077, made).to.equal(0);
    }
    expect(managerDirectory(directory, 3)).to.equal(join(directory, "manager-3"));
  });

  it("is refused when the data of two managers is missing and the service was ever ready", async () => {
    prepareDataDirectory(folder);
    for (const slot of slots) await writeManager(folder, slot);
    expect(isFounded(folder)).to.equal(false);
    markFounded(folder);
    expect(isFounded(folder)).to.equal(true);
    rmSync(managerDirectory(folder, 2), { recursive: true });
    prepareDataDirectory(folder);
    // An empty directory is data that is missing too: of a disk that is not mounted.
    rmSync(join(managerDirectory(folder, 4), "identity.json"));
    expect(() => prepareDataDirectory(folder)).to.throw("the data of managers 2, 4 is missing");
  });

  it("may miss any data before the service was ever ready", async () => {
    prepareDataDirectory(folder);
    await writeManager(folder, 3);
    prepareDataDirectory(folder);
  });

  it("is refused with the reason where it cannot be made", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => prepareDataDirectory(join(file, "data"))).to.throw(/data cannot be used: .+; name another one/);
    expect(existsSync(join(file, "data"))).to.equal(false);
  });

  it("is refused under /proc, where a recursive mkdir never comes back", function test() {
    if (process.platform !== "linux") this.skip();
    this.timeout(10_000);
    const script = `(await import(${JSON.stringify(module)})).prepareDataDirectory("/proc/none/data")`;
    const { stderr, error } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 5000 });
    expect(error).to.equal(undefined);
    expect(stderr.toString()).to.include("the data directory /proc/none/data cannot be used");
  });
});

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { makeClusterKey, readClusterKey, readOrMakeClusterKey, Seal } from "../../io/seal.ts";
import { macBytes } from "../../protocol/datagram.ts";

const startsAtOnce = 2;
const run = promisify(execFile);
const key = new Uint8Array(32).fill(7);
const sealModule = new URL("../../io/seal.js", import.meta.url).href;

describe("a seal", () => {
  const seal = new Seal(key);

  it("opens what it signed, whole and only that", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(7), (bytes, place, bit) => {
        const sealed = Uint8Array.of(...bytes, ...seal.sign(bytes));
        expect(Uint8Array.from(seal.open(sealed) ?? [])).to.deep.equal(bytes);
        const at = place % sealed.length;
        expect(seal.open(sealed.with(at, (sealed[at] as number) ^ (1 << bit)))).to.equal(undefined);
        expect(seal.open(sealed.subarray(0, at))).to.equal(undefined);
        expect(seal.open(Uint8Array.of(...sealed, 0))).to.equal(undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("does not open what another key signed", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const other = new Seal(new Uint8Array(32).fill(8));
    expect(seal.open(Uint8Array.of(...bytes, ...other.sign(bytes)))).to.equal(undefined);
  });

  it("signs in 16 bytes, the first of HMAC-SHA-256 (RFC 4231, case 6 cut)", () => {
    const rfc = new Seal(new Uint8Array(131).fill(0xaa));
    const code = rfc.sign(Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"));
    expect(code).to.have.lengthOf(macBytes);
    expect(Buffer.from(code).toString("hex")).to.equal("60e431591ee0b67f0d8a26aacbf5b77f");
  });

  it("is not made with a short key", () => {
    expect(() => new Seal(new Uint8Array(31))).to.throw(RangeError);
  });
});

describe("the file of the cluster key", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "quartet-seal-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("is made where there is none, with its folder, and read the same after that", () => {
    const path = join(directory, "data", "cluster.key");
    const made = readOrMakeClusterKey(path);
    expect(made).to.have.lengthOf(32);
    expect(readOrMakeClusterKey(path)).to.deep.equal(made);
    expect(readClusterKey(path)).to.deep.equal(made);
    expect(readdirSync(join(directory, "data"))).to.deep.equal(["cluster.key"]);
  });

  it("is different each time it is made", () => {
    const [one, two] = ["a", "b"].map((name) => readOrMakeClusterKey(join(directory, name)));
    expect(one).not.to.deep.equal(two);
  });

  it("is readable by its owner only", () => {
    if (process.platform === "win32") return;
    const path = join(directory, "cluster.key");
    readOrMakeClusterKey(path);
    expect((statSync(path).mode & 0o777).toString(8)).to.equal("600");
  });

  it("is one for all that start at once", async () => {
    const paths = Array.from({ length: 40 }, (_, index) => join(directory, `${index}.key`));
    // Each process waits for the same instants, so that the makings fall together.
    const program = `import { readOrMakeClusterKey } from ${JSON.stringify(sealModule)};
      let at = ${Date.now() + 700};
      const keys = ${JSON.stringify(paths)}.map((path) => {
        for (at += 5; Date.now() < at; );
        return Buffer.from(readOrMakeClusterKey(path)).toString("hex");
      });
      process.stdout.write(keys.join(" "));`;
    const args = ["--input-type=module", "--eval", program];
    const starts = Array.from({ length: startsAtOnce }, () => run(process.execPath, args));
    const keys = (await Promise.all(starts)).map(({ stdout }) => stdout);
    const written = paths.map((path) => readFileSync(path, "utf8").trim());
    expect(new Set(keys)).to.deep.equal(new Set([written.join(" ")]));
    expect(readdirSync(directory)).to.have.lengthOf(paths.length);
  });

  it("that holds anything else is refused, with what to do about it, and left as it is", () => {
    const path = join(directory, "cluster.key");
    for (const text of ["", "0".repeat(63), "0".repeat(65), "G".repeat(64), "F".repeat(64)]) {
      writeFileSync(path, text);
      expect(() => readOrMakeClusterKey(path)).to.throw("restore it, or remove it to have a new one made");
      // A new one would belong to no other process of the cluster.
      expect(() => readClusterKey(path))
        .to.throw("put a copy of the one in its place that the other processes of the cluster have")
        .with.property("message")
        .that.does.not.include("remove");
      expect(readFileSync(path, "utf8")).to.equal(text);
    }
  });

  it("is not made in a directory that is not there, unless it is the data of a service", () => {
    expect(() => makeClusterKey(join(directory, "none", "key"))).to.throw("ENOENT");
    expect(readdirSync(directory)).to.deep.equal([]);
  });

  it("that is missing is not made by a process that only reads it", () => {
    expect(() => readClusterKey(join(directory, "none"))).to.throw("ENOENT");
  });
});

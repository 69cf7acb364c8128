import { expect } from "chai";
import { TemporaryRepository } from "./temporary-repository.ts";

const bin = (path: string): string => `node_modules/${path}`;

describe("planted violations", function () {
  this.timeout(30_000);
  let planted: TemporaryRepository;

  before(() => {
    planted = new TemporaryRepository();
    planted.overlay("test/planted");
  });
  after(() => planted.dispose());

  /** Each match of the pattern as `file rule`, sorted: what a checker found. */
  function findings(pattern: RegExp, script: string, ...args: readonly string[]): readonly string[] {
    const { code, stdout, stderr } = planted.run(script, ...args);
    const found = [...stdout.matchAll(pattern)].map(({ groups }) => `${groups?.["file"]} ${groups?.["rule"]}`);
    expect(code, stderr).not.to.equal(0);
    return found.map((line) => line.replaceAll("\\", "/").replace(`${planted.root}/`, "")).toSorted();
  }

  it("the compiler refuses the environment and io/ in a core", () => {
    const pattern = /^(?!.*node_modules)(?<file>\S+)\(\d+,\d+\): error (?<rule>TS\d+)/gm;
    const found = findings(
      pattern,
      bin("typescript/bin/tsc"),
      "-p",
      "tsconfig.pure.json",
      "--noEmit",
      "--pretty",
      "false",
    );
    expect(found).to.deep.equal([
      "conformance/imports-node.ts TS2591",
      "conformance/names-replica.ts TS6307",
      "sequencer/imports-io.ts TS6307",
      "sequencer/uses-process.ts TS2591",
    ]);
  });

  it("Biome refuses a clock, a locale and a wait in a core, and a wrong format", () => {
    const pattern = /^::\w+ title=(?<rule>[^,]+),file=(?<file>[^,]+)/gm;
    const found = findings(pattern, bin("@biomejs/biome/bin/biome"), "check", "--reporter=github", ".");
    expect(found).to.deep.equal([
      "conformance/asks-date.ts lint/style/noRestrictedGlobals",
      "protocol/unformatted.ts format",
      "sequencer/awaits.ts plugin",
      "sequencer/reads-date.ts lint/style/noRestrictedGlobals",
      "sequencer/uses-intl.ts lint/style/noRestrictedGlobals",
    ]);
  });

  it("oxlint refuses chance and the order of a locale in a core, a lost promise and a missing case", () => {
    const pattern = /^(?<file>[^:\s]+):\d+:\d+: .* \[Error\/(?<rule>.+)\]$/gm;
    const found = findings(pattern, bin("oxlint/bin/oxlint"), "--type-aware", "-f", "unix");
    expect(found).to.deep.equal([
      "conformance/rolls-dice.ts eslint(no-restricted-properties)",
      "io/floats.ts typescript(no-floating-promises)",
      "sequencer/compares-locale.ts eslint(no-restricted-properties)",
      "sequencer/draws-random.ts eslint(no-restricted-properties)",
      "sequencer/misses-case.ts typescript(switch-exhaustiveness-check)",
    ]);
  });

  it("the imports are checked against the table", () => {
    const found = findings(/^(?<file>\S+):\d+: may not import (?<rule>[^,]+),/gm, "tools/check-imports.mjs");
    expect(found).to.deep.equal([
      "conformance/imports-node.ts node:crypto",
      "conformance/io-subject.ts ../io/clock.ts",
      "replicas/table/imports-sibling.ts ../ledger/journal.ts",
      "sequencer/imports-computed.ts a computed name",
      "sequencer/imports-io.ts ../io/clock.ts",
      "sequencer/imports-package.ts saxes",
      "sequencer/imports-role.ts ../frontend/ballot.ts",
    ]);
  });

  it("every export needs a doc comment", () => {
    const found = findings(/^(?<file>\S+):\d+: (?<rule>.*)$/gm, "tools/check-exports.mjs");
    expect(found).to.deep.equal(["protocol/undocumented.ts undocumented has no doc comment"]);
  });

  it("knip refuses an export that nothing uses", () => {
    const { code, stdout } = planted.run(bin("knip/bin/knip.js"), "--reporter", "compact", "--no-config-hints");
    expect(stdout).to.match(/^protocol\/unused.ts: unused$/m);
    expect(stdout.match(/^\S+: /gm)).to.have.length(1);
    expect(code).to.equal(1);
  });
});

describe("the checkers of the tools", function () {
  this.timeout(30_000);

  for (const script of ["tools/check-imports.mjs", "tools/check-exports.mjs"]) {
    it(`${script} fails when it reads no module`, () => {
      const empty = new TemporaryRepository();
      try {
        empty.write("package.json", "{}");
        const { code } = empty.run(script);
        expect(code).to.equal(1);
      } finally {
        empty.dispose();
      }
    });
  }
});

import { readFileSync } from "node:fs";
import { expect } from "chai";
import { variableOf } from "../../cli/setting-sources.ts";
import { readStartSettings } from "../../cli/start-settings.ts";
import { run } from "./terminal-under-test.ts";

const document = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");

/** What the first groups of the pattern find in the document, in its order. */
function found(pattern: RegExp): readonly string[] {
  return [...document.matchAll(pattern)].map(([, first = ""]) => first);
}

describe("docs/cli.md", () => {
  it("has every command, and no other", async () => {
    const { data } = await run(["help"]);
    const commands = [...data.matchAll(/^ {2}([a-z][a-z-]+(?: [a-z]+)*) /gm)].map(([, name]) => name);
    expect(commands).to.include.members(["start", "log verify", "snapshot export", "snapshot import"]);
    expect(found(/^\| `quartet ([a-z-]+(?: [a-z]+)*)/gm)).to.have.members(commands);
  });

  it("has every setting of start, and no other", () => {
    const file = { name: "f", value: { none: 1 } };
    const result = readStartSettings({ file, environment: {}, options: {}, versionNames: [] });
    const names = result.kind === "problem" ? result.message.replace(/.*there are /, "").split(", ") : [];
    expect(found(/^\| `(\w+)` \| (?:`QUARTET|\| \|)/gm)).to.deep.equal(names);
    expect(found(/\| `(QUARTET_\w+)`/g)).to.deep.equal(names.filter((name) => name !== "limits").map(variableOf));
  });

  it("has every option of start, and no other", async () => {
    const { data } = await run(["start", "--help"]);
    const options = [...data.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name);
    const rows = found(/^\| `\w+` \| `QUARTET_\w+` \| ([^|]+) \|/gm).flatMap((cell) => cell.match(/--[a-z-]+/g) ?? []);
    expect([...rows, "--config"]).to.have.members(options);
  });
});

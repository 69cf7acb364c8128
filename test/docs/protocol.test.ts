import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import type { Codec } from "../../protocol/codec.ts";
import { messages } from "../../protocol/message.ts";
import { valuesOf } from "../protocol/values-of.ts";

/** From `dist/test/docs/`, where this runs. */
const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const header = "| Message | From → to | Carries | When |";

describe("docs/protocol.md", () => {
  const rows = tableRows(page);

  it("has one table of all messages", () => {
    expect(page.split(header)).to.have.lengthOf(2);
    for (const row of rows) expect(row, row[0]).to.have.lengthOf(4);
  });

  it("has a row for every message of the protocol, in its order, and for nothing else", () => {
    expect(rows.map(([name]) => codesIn(name as string))).to.deep.equal(Object.keys(messages).map((kind) => [kind]));
  });

  for (const [kind, codec] of Object.entries(messages)) {
    it(`names every field of ${kind}, in its order, and nothing else`, () => {
      const row = rows.find(([name]) => name === `\`${kind}\``);
      expect(codesIn(row?.[2] ?? "")).to.deep.equal(fieldsOf(codec as Codec<unknown> as Codec<object>));
    });
  }

  it("says of every message who sends it to whom, and when", () => {
    for (const [name, direction, , when] of rows) {
      expect(direction, name).to.match(/^.+ → .+$/);
      expect(when, name).to.match(/\w{3}/);
    }
  });
});

/** The cells of the rows of the table. */
function tableRows(text: string): readonly (readonly string[])[] {
  const lines = text.slice(text.indexOf(header)).split("\n").slice(2);
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(0, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function codesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
}

/** Names of the fields as they are declared: those of any value. */
function fieldsOf(codec: Codec<object>): readonly string[] {
  return Object.keys(fc.sample(valuesOf(codec), 1)[0] as object);
}

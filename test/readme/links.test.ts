import { dirname, join, normalize } from "node:path";
import { expect } from "chai";
import { anchors, inlineCodes, relativeLinks } from "./markdown.ts";
import { exists, pages, readText, topFolders } from "./repository-files.ts";

describe("the links of the pages", () => {
  for (const page of pages()) {
    it(`all lead somewhere in ${page}`, () => {
      const broken = relativeLinks(readText(page)).filter(({ path, anchor }) => !leads(page, path, anchor));
      expect(broken.map(({ target }) => target)).to.deep.equal([]);
    });
  }

  for (const page of pages()) {
    it(`name only files that exist in ${page}`, () => {
      const named = inlineCodes(readText(page)).filter(isPathOf(topFolders()));
      expect(named.filter((path) => !exists(path))).to.deep.equal([]);
    });
  }
});

describe("README.md", () => {
  it("names only scripts that package.json has", () => {
    const { scripts } = JSON.parse(readText("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
    const named = [...readText("README.md").matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)];
    expect(named.map(([, script, known]) => script ?? known)).to.include.members(["start", "test", "test:sequencer"]);
    for (const [, script, known] of named) expect(scripts).to.have.property(script ?? known ?? "");
  });
});

describe("ARCHITECTURE.md", () => {
  it("has every top-level folder in its table, and no other", () => {
    const rows = readText("ARCHITECTURE.md").match(/^\| `[^|]+/gm) ?? [];
    const named = rows.flatMap((cell) => [...cell.matchAll(/`([\w-]+)\/`/g)].map(([, name]) => name));
    expect(named).to.have.members([...topFolders()]);
  });
});

function leads(page: string, path: string, anchor: string | undefined): boolean {
  const target = path === "" ? page : normalize(join(dirname(page), path)).replaceAll("\\", "/");
  if (target.startsWith("..") || !exists(target)) return false;
  return anchor === undefined || anchors(readText(target)).includes(anchor);
}

/** Codes that are a path from the root; a pattern or a place to fill in is none. */
function isPathOf(folders: readonly string[]): (code: string) => boolean {
  return (code) => /^[\w-]+\/[\w./-]+$/.test(code) && folders.includes(code.split("/")[0] as string);
}

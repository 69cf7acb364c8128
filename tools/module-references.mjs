const gap = String.raw`(?:\s|/\*[\s\S]*?\*/|//[^\n]*\n)*`;
const quoted = String.raw`(?<quote>["'\`])(?<target>[^"'\`\n]*)\k<quote>`;
const patterns = [
  new RegExp(String.raw`^(?:import|export)\b[^;"'\`]*?\bfrom${gap}${quoted}`, "gm"),
  new RegExp(`^import${gap}${quoted}`, "gm"),
  new RegExp(String.raw`(?<![.#\w$])(?:import|require)${gap}\(${gap}${quoted}`, "g"),
  new RegExp(String.raw`^///\s*<reference\s[^>\n]*=\s*${quoted}`, "gm"),
];
// What is called `import` may also be a method: `x.import(y)`, or its declaration, whose brackets a type or body follows.
const computed = new RegExp(String.raw`(?<![.#\w$])import${gap}\((?!${gap}["'\`])(?![^()]*\)\s*[:{])`, "g");

/**
 * Every module a text names, as `{target, line}`: static, type-only, side-effect and dynamic imports, re-exports,
 * `require` and reference comments. A dynamic import of a computed name has the target `undefined`.
 *
 * It reads text that Biome formatted, where a static import begins its line. What looks like one inside a string or a
 * comment counts too: it may see too much, never too little.
 */
export function moduleReferences(text) {
  const lineOf = (index) => text.slice(0, index).split("\n").length;
  const named = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      target: match.groups.target.includes("${") ? undefined : match.groups.target,
      line: lineOf(match.index),
    })),
  );
  const unnamed = [...text.matchAll(computed)].map((match) => ({ target: undefined, line: lineOf(match.index) }));
  return [...named, ...unnamed].sort((a, b) => a.line - b.line);
}

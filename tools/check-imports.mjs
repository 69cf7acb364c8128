import { posix } from "node:path";
import { importRules } from "./import-rules.mjs";
import { moduleReferences } from "./module-references.mjs";
import { readText, sourceFiles } from "./repository.mjs";

const files = sourceFiles(/\.[cm]?[jt]sx?$/);
const problems = files.flatMap(problemsOf);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`imports of ${files.length} modules checked, ${problems.length} refused\n`);
// A checker that reads nothing agrees with everything, and these tools are always there to be read.
const hasRead = files.some((file) => file.endsWith(".ts"));
process.exitCode = problems.length > 0 || !hasRead ? 1 : 0;

function problemsOf(file) {
  const rule = ruleOf(file);
  if (rule === undefined) return [`${file}:1: no rule of tools/import-rules.mjs says what it may import`];
  return moduleReferences(readText(file))
    .filter(({ target }) => !isAllowed(file, target, rule.may))
    .map(
      ({ target, line }) =>
        `${file}:${line}: may not import ${target ?? "a computed name"}, but ${rule.may.join(", ")}`,
    );
}

/** The rule of a file with `./` put in place, or `undefined`. */
function ruleOf(file) {
  for (const { of, may } of importRules) {
    const pattern = `^${of.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}`;
    const matched = new RegExp(pattern).exec(file)?.[0];
    if (matched !== undefined) return { may: may.map((place) => (place === "./" ? matched : place)) };
  }
  return undefined;
}

function isAllowed(file, target, may) {
  if (may.includes("*")) return true;
  // What is named at run time is outside the reach of this check, which only the pure folders cannot do without.
  if (target === undefined) return may.includes("node:");
  if (target.startsWith("node:")) return may.includes("node:");
  if (!target.startsWith(".")) return may.includes("package") || may.includes(packageOf(target));
  const path = posix.join(posix.dirname(file), target);
  return may.some((place) => /[/.]/.test(place) && path.startsWith(place));
}

function packageOf(target) {
  return target.split("/", target.startsWith("@") ? 2 : 1).join("/");
}

import { readText, sourceFiles } from "./repository.mjs";

const exported =
  /^export (?:default )?(?:declare |abstract |async )*(?:const|let|function\*?|class|interface|type|enum|namespace) ([\w$]+)/;

const files = sourceFiles(/(?<!\.test|\.d)\.(ts|mjs)$/).filter((file) => !file.startsWith("test/"));
const undocumented = files.flatMap(undocumentedExports);
for (const problem of undocumented) process.stdout.write(`${problem}\n`);
process.stdout.write(`exports of ${files.length} modules checked, ${undocumented.length} without a doc comment\n`);
// A checker that reads nothing agrees with everything, and these tools are always there to be read.
const hasRead = files.some((file) => file.endsWith(".ts"));
process.exitCode = undocumented.length > 0 || !hasRead ? 1 : 0;

function undocumentedExports(file) {
  const lines = readText(file).split("\n");
  const documented = new Set();
  const problems = [];
  for (const [at, line] of lines.entries()) {
    const name = exported.exec(line)?.[1];
    if (name === undefined) continue;
    // The comment of an overloaded function stands above its first signature.
    if (hasDocComment(lines, at)) documented.add(name);
    else if (!documented.has(name)) problems.push(`${file}:${at + 1}: ${name} has no doc comment`);
  }
  return problems;
}

function hasDocComment(lines, at) {
  let end = at - 1;
  while (/^(@|\/\/)/.test(lines[end] ?? "")) end--;
  if (!lines[end]?.endsWith("*/")) return false;
  let start = end;
  while (start > 0 && !lines[start].startsWith("/*")) start--;
  return lines[start].startsWith("/**");
}

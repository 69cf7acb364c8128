/** Where a service is looked for that nobody named. */
export const defaultUrl = "http://127.0.0.1:8080";

/** A command to copy: the words quoted where a POSIX shell needs it, and the service named where it is not the default. */
export function commandLine(words: readonly string[], url: string = defaultUrl): string {
  const named = url === defaultUrl ? [] : ["--url", url];
  const all = ["npx", "quartet", ...words];
  // What follows `--` is no option, so the options stand before it.
  const end = all.indexOf("--");
  const ordered = end < 0 ? [...all, ...named] : [...all.slice(0, end), ...named, ...all.slice(end)];
  return ordered.map(quoteWord).join(" ");
}

/** The words of a command and its arguments; where an argument begins like an option, all stand behind `--`. */
export function wordsOf(command: string, args: readonly string[]): readonly string[] {
  return args.some((arg) => arg.startsWith("-")) ? [command, "--", ...args] : [command, ...args];
}

/** One word of a POSIX shell that stands for the text. */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

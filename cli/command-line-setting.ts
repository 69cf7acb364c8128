import type { SettingReader } from "./setting-readers.ts";

const charsMax = 4096;

/** A program and its arguments, as one text with spaces between; no quotes, no shell. Read with single spaces. */
export const commandLine: SettingReader<string> = {
  expected: `a program and its arguments with spaces between, like "python3 replica.py", of at most ${charsMax} characters`,
  read: (given) => {
    if (typeof given !== "string" || given.length > charsMax || /\p{Cc}/u.test(given)) return undefined;
    return given.trim().replace(/ +/g, " ") || undefined;
  },
};

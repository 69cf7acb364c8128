import type { SettingReader } from "./setting-readers.ts";

/** Where the settings of a command come from, the weakest first: the file, the environment, the options. */
export interface SettingsSources {
  /** The parsed JSON of the configuration file. */
  readonly file?: { readonly name: string; readonly value: unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The options of the command line, by their names in camel case; what was not given is absent. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The replica versions that there are. */
  readonly versionNames: readonly string[];
}

/** A reader for each setting by its name. */
export type ReadersOf<Values> = { readonly [Name in keyof Values]: SettingReader<Values[Name]> };

/** What the sources say together. */
export type GivenValues<Values> =
  | {
      readonly kind: "values";
      readonly values: { readonly [Name in keyof Values]?: Values[Name] };
      /** What was said and not understood, and does no harm: whole sentences. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "problem"; readonly message: string };

/** Variables that begin like settings and are something else. */
const otherVariables: ReadonlySet<string> = new Set(["URL", "LOG", "CONFIG", "CLUSTER", "ROLE"].map(prefixed));

/** Puts the sources together. A value that is not of its form is a problem wherever it stands. */
export function readGivenValues<Values>(table: ReadersOf<Values>, sources: SettingsSources): GivenValues<Values> {
  const { file, environment } = sources;
  const names = Object.keys(table);
  const readers = table as Readonly<Record<string, SettingReader<unknown>>>;
  const found: Record<string, unknown> = {};
  if (file !== undefined) {
    const problem = checkFile(file, names);
    if (problem !== undefined) return { kind: "problem", message: problem };
  }
  for (const [name, reader] of Object.entries(readers)) {
    for (const { place, value } of givenFor(name, sources)) {
      if (value === undefined) continue;
      const taken = reader.read(value);
      if (taken === undefined) return { kind: "problem", message: `${place}: ${wrongOf(reader, value)}` };
      found[name] = taken;
    }
  }
  return { kind: "values", values: found as Partial<Values>, warnings: warningsOf(environment, names) };
}

/** The variable of a setting: `QUARTET_BUSINESS_DATE` for `businessDate`. */
export function variableOf(name: string): string {
  return prefixed(name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
}

/** The option of a setting: `--business-date` for `businessDate`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function prefixed(name: string): string {
  return `QUARTET_${name}`;
}

function wrongOf({ expected, explain }: SettingReader<unknown>, value: unknown): string {
  return explain?.(value) ?? `${JSON.stringify(value)} is not ${expected}`;
}

function checkFile({ name, value }: { name: string; value: unknown }, names: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${name}: it is not a JSON object`;
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  return unknown === undefined ? undefined : `${name}: there is no setting ${unknown}; there are ${names.join(", ")}`;
}

function* givenFor(name: string, { file, environment, options }: SettingsSources) {
  yield { place: `${file?.name}: ${name}`, value: (file?.value as Record<string, unknown> | undefined)?.[name] };
  if (name === "limits") return;
  // A variable that is there and empty is how shells unset one for a single command.
  yield { place: variableOf(name), value: environment[variableOf(name)] || undefined };
  yield { place: optionOf(name), value: options[name] };
}

/** A misspelt variable is told and not refused: it may be another program's. */
function warningsOf(environment: SettingsSources["environment"], names: readonly string[]): readonly string[] {
  const known = new Set(names.map(variableOf));
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefixed("")) && !known.has(name) && !otherVariables.has(name))
    .map((name) => `the variable ${name} is no setting of this command and is left out`);
}

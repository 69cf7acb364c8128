import { isIPv4 } from "node:net";
import { defaultStartOptions, type StartOptions } from "../cluster/start-options.ts";
import type { Limits } from "../protocol/limits.ts";
import * as readers from "./setting-readers.ts";

/** Where the settings of `quartet start` come from, the weakest first: the file, the environment, the options. */
export interface SettingsSources {
  /** The parsed JSON of the configuration file. */
  readonly file?: { readonly name: string; readonly value: unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The options of the command line, by their names in camel case; what was not given is absent. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The replica versions that there are. */
  readonly versionNames: readonly string[];
}

/** What `quartet start` was told. */
export type StartSettings =
  | {
      readonly kind: "settings";
      readonly start: StartOptions;
      readonly isJson: boolean;
      /** What was said and not understood, and does no harm: whole sentences. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "problem"; readonly message: string };

/** The settings as they are called in a configuration file; each is an option and a variable too, but for `limits`. */
interface Values {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly json: boolean;
  readonly lab: boolean;
  readonly businessDate: string;
  readonly zone: string;
  readonly sample: boolean;
  readonly versions: readonly string[];
  readonly theatres: readonly string[];
  readonly publicUrl: string;
  readonly multicast: boolean;
  readonly limits: Partial<Limits>;
}

type Given = { readonly [Name in keyof Values]?: Values[Name] };

/** Variables that begin like settings and are something else. */
const otherVariables: ReadonlySet<string> = new Set(["URL", "LOG", "CONFIG", "CLUSTER", "ROLE"].map(prefixed));

/** Puts the sources together. A value that is not of its form is a problem wherever it stands. */
export function readStartSettings(sources: SettingsSources): StartSettings {
  const { file, environment, versionNames } = sources;
  const table = readersOf(versionNames);
  const names = Object.keys(table) as (keyof Values)[];
  const found: Record<string, unknown> = {};
  if (file !== undefined) {
    const problem = checkFile(file, names);
    if (problem !== undefined) return { kind: "problem", message: problem };
  }
  for (const name of names) {
    for (const { place, value } of givenFor(name, sources)) {
      if (value === undefined) continue;
      const taken = table[name].read(value);
      if (taken === undefined) return { kind: "problem", message: `${place}: ${wrongOf(table[name], value)}` };
      found[name] = taken;
    }
  }
  return checkTogether(found, warningsOf(environment, names));
}

/** The variable of a setting: `QUARTET_BUSINESS_DATE` for `businessDate`. */
export function variableOf(name: string): string {
  return prefixed(name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
}

/** True where only processes of this machine can call: 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host.toLowerCase() === "localhost" || (isIPv4(host) && host.startsWith("127."));
}

function prefixed(name: string): string {
  return `QUARTET_${name}`;
}

function readersOf(versionNames: readonly string[]): {
  readonly [Name in keyof Values]: readers.SettingReader<Values[Name]>;
} {
  return {
    host: readers.host,
    port: readers.port,
    data: readers.text,
    json: readers.flag,
    lab: readers.flag,
    businessDate: readers.civilDate,
    zone: readers.zone,
    sample: readers.flag,
    versions: readers.versionOfEachSlot(versionNames),
    theatres: readers.theatres,
    publicUrl: readers.publicUrl,
    multicast: readers.flag,
    limits: readers.limits,
  };
}

function wrongOf({ expected, explain }: readers.SettingReader<unknown>, value: unknown): string {
  return explain?.(value) ?? `${JSON.stringify(value)} is not ${expected}`;
}

function checkFile({ name, value }: { name: string; value: unknown }, names: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${name}: it is not a JSON object`;
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  return unknown === undefined ? undefined : `${name}: there is no setting ${unknown}; there are ${names.join(", ")}`;
}

function* givenFor(name: keyof Values, { file, environment, options }: SettingsSources) {
  yield { place: `${file?.name}: ${name}`, value: (file?.value as Record<string, unknown> | undefined)?.[name] };
  if (name === "limits") return;
  // A variable that is there and empty is how shells unset one for a single command.
  yield { place: variableOf(name), value: environment[variableOf(name)] || undefined };
  yield { place: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value: options[name] };
}

/** A misspelt variable is told and not refused: it may be another program's. */
function warningsOf(environment: SettingsSources["environment"], names: readonly string[]): readonly string[] {
  const known = new Set(names.map(variableOf));
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefixed("")) && !known.has(name) && !otherVariables.has(name))
    .map((name) => `the variable ${name} is no setting of this command and is left out`);
}

function checkTogether(given: Given, warnings: readonly string[]): StartSettings {
  const start = startOptionsOf(given);
  const problem = (message: string): StartSettings => ({ kind: "problem", message });
  if (!isLoopback(start.host)) return problem(openHostMessage(start));
  if (start.businessDate !== null && !start.isLab) return problem("--business-date is the clock of the lab: add --lab");
  return { kind: "settings", start, isJson: given.json ?? false, warnings };
}

/** Without credentials whoever reaches the service acts as anyone, and in the lab breaks it. */
function openHostMessage({ host, isLab }: StartOptions): string {
  const why = isLab
    ? "the lab lets whoever reaches it break replicas"
    : "without TLS and credentials, which this version has not, whoever reaches it acts as anyone";
  return (
    `${host} may be reached from other machines: ${why}. Listen on 127.0.0.1, the default, and forward a port where ` +
    `another machine needs it: ssh -L 8080:127.0.0.1:8080 THIS-MACHINE`
  );
}

function startOptionsOf(given: Given): StartOptions {
  const byDefault = defaultStartOptions;
  return {
    host: given.host ?? byDefault.host,
    port: given.port ?? byDefault.port,
    dataDirectory: given.data ?? byDefault.dataDirectory,
    isLab: given.lab ?? byDefault.isLab,
    businessDate: given.businessDate ?? byDefault.businessDate,
    zone: given.zone ?? byDefault.zone,
    hasSample: given.sample ?? byDefault.hasSample,
    versions: given.versions ?? byDefault.versions,
    theatres: given.theatres ?? byDefault.theatres,
    isDurable: byDefault.isDurable,
    sequencers: byDefault.sequencers,
    publicUrl: given.publicUrl ?? byDefault.publicUrl,
    hasMulticast: given.multicast ?? byDefault.hasMulticast,
    limits: { ...byDefault.limits, ...given.limits },
  };
}

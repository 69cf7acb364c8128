import { isIPv4 } from "node:net";
import { defaultStartOptions, launchedSequencersMax, type StartOptions } from "../cluster/start-options.ts";
import { contradictionIn, defaultLimits, type Limits } from "../protocol/limits.ts";
import type { Quorums } from "../protocol/quorum.ts";
import { commandLine } from "./command-line-setting.ts";
import * as readers from "./setting-readers.ts";
import { type ReadersOf, readGivenValues, type SettingsSources } from "./setting-sources.ts";

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
  readonly sequencers: number;
  readonly versions: readonly string[];
  readonly shadow: string;
  readonly theatres: readonly string[];
  readonly quorum: Quorums;
  readonly publicUrl: string;
  readonly multicast: boolean;
  readonly limits: Partial<Limits>;
}

type Given = { readonly [Name in keyof Values]?: Values[Name] };

/** Puts the sources together. A value that is not of its form is a problem wherever it stands. */
export function readStartSettings(sources: SettingsSources): StartSettings {
  const given = readGivenValues(readersOf(sources.versionNames), sources);
  return given.kind === "problem" ? given : checkTogether(given.values, given.warnings);
}

/** True where only processes of this machine can call: 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host.toLowerCase() === "localhost" || (isIPv4(host) && host.startsWith("127."));
}

function readersOf(versionNames: readonly string[]): ReadersOf<Values> {
  return {
    host: readers.host,
    port: readers.port,
    data: readers.text,
    json: readers.flag,
    lab: readers.flag,
    businessDate: readers.civilDate,
    zone: readers.zone,
    sample: readers.flag,
    sequencers: readers.numberWithin(1, launchedSequencersMax),
    versions: readers.versionOfEachSlot(versionNames),
    shadow: commandLine,
    theatres: readers.theatres,
    quorum: readers.quorums,
    publicUrl: readers.publicUrl,
    multicast: readers.flag,
    limits: readers.limits,
  };
}

function checkTogether(given: Given, warnings: readonly string[]): StartSettings {
  const start = startOptionsOf(given);
  const problem = (message: string): StartSettings => ({ kind: "problem", message });
  if (!isLoopback(start.host)) return problem(openHostMessage(start));
  if (start.businessDate !== null && !start.isLab) return problem("--business-date is the clock of the lab: add --lab");
  const contradiction = contradictionIn({ ...defaultLimits, ...start.limits });
  if (contradiction !== undefined) return problem(`limits: ${contradiction}`);
  const { sequencersMax = defaultLimits.sequencersMax } = start.limits;
  if (start.sequencers > sequencersMax)
    return problem(`--sequencers ${start.sequencers}: sequencersMax is ${sequencersMax}`);
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
    shadow: given.shadow ?? byDefault.shadow,
    theatres: given.theatres ?? byDefault.theatres,
    isDurable: byDefault.isDurable,
    sequencers: given.sequencers ?? byDefault.sequencers,
    quorums: given.quorum ?? byDefault.quorums,
    publicUrl: given.publicUrl ?? byDefault.publicUrl,
    hasMulticast: given.multicast ?? byDefault.hasMulticast,
    limits: { ...byDefault.limits, ...given.limits },
  };
}

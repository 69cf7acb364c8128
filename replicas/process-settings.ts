import { isVersionName, type VersionName, versionNames } from "./versions.ts";

/** What a replica process is told when it starts. */
export interface ProcessSettings {
  readonly kind: "settings";
  readonly version: VersionName;
  readonly theatres: readonly string[];
  /** True when faults may be injected. */
  readonly isLab: boolean;
}

/** Why a replica process cannot start, for the one who started it. */
export interface UsageError {
  readonly kind: "usageError";
  readonly text: string;
}

const defaultTheatres = "ATW,VER,OUT";

/** Reads the settings of a replica process from its arguments and its environment. */
export function readProcessSettings(
  args: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): ProcessSettings | UsageError {
  const [version] = args;
  if (args.length !== 1 || !isVersionName(version)) {
    return { kind: "usageError", text: `usage: node replicas/main.js ${versionNames.join("|")}` };
  }
  const theatres = (environment["QUARTET_THEATRES"] ?? defaultTheatres).split(",");
  const broken = theatres.find((theatre) => !/^[A-Z]{3}$/.test(theatre));
  if (broken !== undefined) {
    const text = `QUARTET_THEATRES names theatres by three capital letters each, as in ${defaultTheatres}; not "${broken}"`;
    return { kind: "usageError", text };
  }
  return { kind: "settings", version, theatres, isLab: environment["QUARTET_LAB"] === "1" };
}

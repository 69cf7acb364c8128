import { readdirSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import type { SettingsSources } from "./setting-sources.ts";

/** The sources of the settings of a command, with the file that `--config` or `QUARTET_CONFIG` names. */
export type FoundSources =
  | { readonly kind: "sources"; readonly sources: SettingsSources }
  | { readonly kind: "problem"; readonly message: string };

/** The options that were given, by their names in camel case: what nobody gave is left to the other sources. */
export function givenOptions(command: Command): Readonly<Record<string, unknown>> {
  // Commander takes an option that has only its --no- form for given.
  const isGiven = ([name]: readonly [string, unknown]) => command.getOptionValueSource(name) === "cli";
  return Object.fromEntries(Object.entries(command.opts()).filter(isGiven));
}

/** Reads the configuration file, where one is named. */
export function findSources(
  { config, ...options }: Readonly<Record<string, unknown>>,
  environment: SettingsSources["environment"],
): FoundSources {
  const sources = { environment, options, versionNames: versionNames() };
  const name = config ?? environment["QUARTET_CONFIG"];
  if (typeof name !== "string" || name === "") return { kind: "sources", sources };
  try {
    return { kind: "sources", sources: { ...sources, file: { name, value: JSON.parse(readFileSync(name, "utf8")) } } };
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is not JSON" : "it cannot be read";
    return { kind: "problem", message: `${name}: ${why}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A version is a folder of `replicas/` with a replica in it. */
function versionNames(): readonly string[] {
  const folder = new URL("../replicas/", import.meta.url);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasReplica(new URL(`${entry.name}/`, folder)))
    .map(({ name }) => name)
    .sort();
}

function hasReplica(folder: URL): boolean {
  return readdirSync(folder).includes("replica.js");
}

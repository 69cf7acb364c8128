import { readdirSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import type { CommandFailure } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { runCluster, showStartFailure } from "./run-cluster.ts";
import type { Session } from "./session.ts";
import { readStartSettings, type SettingsSources, type StartSettings } from "./start-settings.ts";

/** Registers `start`. */
export function addStartCommand(program: Command, session: Session): void {
  const command = program
    .command("start")
    .description("start the whole service on this machine and run it until Ctrl-C")
    .option("--host <host>", "where the service listens; loopback only (default: 127.0.0.1)")
    .option("--port <port>", "0 takes a free one; when taken, the next free one (default: 8080)")
    .option("--data <dir>", "where the cluster key is (default: ./data)")
    .option("--json", "write one JSON object a line")
    .addOption(new Option("--no-json").hideHelp())
    .option("--lab", "allow faults to be injected, and --business-date")
    .option("--no-lab", "allow neither (default, but not of npm start)")
    .option("--business-date <date>", "YYYY-MM-DD: this is today for the whole run; lab only")
    .option("--zone <zone>", "the time zone that the business date is told in (default: America/Toronto)")
    .option("--sample", "make shows of three movies in every theatre, where there are none")
    .option("--no-sample", "make no shows (default, but not of npm start)")
    .option("--versions <a,b,c,d>", "the replica version of each slot")
    .option("--theatres <list>", "codes of three capital letters (default: ATW,VER,OUT)")
    .option("--public-url <url>", "where clients are told that the service is, when it stands behind a proxy")
    .addOption(new Option("--multicast").hideHelp())
    .option("--no-multicast", "send every order as one datagram to each manager")
    .option("--config <file>", "the same settings as JSON, and limits; QUARTET_… variables override it, options both")
    .addHelpText("after", "\nExample: npx quartet start --lab --sample --port 0 --data /tmp/quartet");
  // Commander takes an option that has only its --no- form for given; what nobody gave is left to the other sources.
  command.action(() => {
    if (program.opts()["url"] !== undefined) command.error("error: start has no --url; --host and --port say where");
    return start(session, givenOptions(command));
  });
}

type Options = Readonly<Record<string, unknown>>;

function givenOptions(command: Command): Options {
  const isGiven = ([name]: readonly [string, unknown]) => command.getOptionValueSource(name) === "cli";
  return Object.fromEntries(Object.entries(command.opts()).filter(isGiven));
}

async function start(session: Session, { config, ...options }: Options): Promise<void> {
  const { terminal } = session;
  const settings = readSettings({ environment: terminal.environment, options, versionNames: versionNames() }, config);
  if (settings.kind === "problem") {
    const isJson = options["json"] === true;
    session.exitCode = showStartFailure(usageFailure(settings.message), isJson, terminal);
    return;
  }
  for (const warning of settings.warnings) terminal.talk(`warning: ${warning}\n`);
  session.exitCode = await runCluster(settings.start, settings.isJson, terminal);
}

function readSettings(sources: SettingsSources, config: unknown): StartSettings {
  const name = config ?? sources.environment["QUARTET_CONFIG"];
  if (typeof name !== "string" || name === "") return readStartSettings(sources);
  try {
    return readStartSettings({ ...sources, file: { name, value: JSON.parse(readFileSync(name, "utf8")) } });
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is not JSON" : "it cannot be read";
    return { kind: "problem", message: `${name}: ${why}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function usageFailure(message: string): CommandFailure {
  return { kind: "failure", exitCode: exitCodes.usage, code: "USAGE", message, next: "npx quartet help start" };
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

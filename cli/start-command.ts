import { type Command, Option } from "commander";
import type { CommandFailure } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { runCluster, showStartFailure } from "./run-cluster.ts";
import type { Session } from "./session.ts";
import { findSources, givenOptions } from "./setting-files.ts";
import { readStartSettings } from "./start-settings.ts";

/** Registers `start`. */
export function addStartCommand(program: Command, session: Session): void {
  const command = program
    .command("start")
    .description("start the whole service on this machine and run it until Ctrl-C")
    .option("--host <host>", "where the service listens; loopback only (default: 127.0.0.1)")
    .option("--port <port>", "0 takes a free one; when taken, the next free one (default: 8080)")
    .option(
      "--data <dir>",
      "where all bookings and the cluster key are; the same one goes on with them (default: ./data)",
    )
    .option("--json", "write one JSON object a line")
    .addOption(new Option("--no-json").hideHelp())
    .option("--lab", "allow faults to be injected, and --business-date")
    .option("--no-lab", "allow neither (default, but not of npm start)")
    .option("--business-date <date>", "YYYY-MM-DD: this is today for the whole run; lab only")
    .option("--zone <zone>", "the time zone that the business date is told in (default: America/Toronto)")
    .option("--sample", "make shows of three movies in every theatre, where there are none")
    .option("--no-sample", "make no shows (default, but not of npm start)")
    .option("--sequencers <number>", "how many sequencers, 1 to 8; one of them leads (default: 2)")
    .option("--versions <a,b,c,d>", "the replica version of each slot")
    .option("--shadow <command>", "at the manager of slot 4, run this replica too: it is compared and never votes")
    .option("--quorum <number>", "how many equal answers decide, 2 or 3, or by class: bookings=3,shows=3,reads=2")
    .option("--theatres <list>", "codes of three capital letters (default: ATW,VER,OUT)")
    .option("--public-url <url>", "where clients are told that the service is, when it stands behind a proxy")
    .addOption(new Option("--multicast").hideHelp())
    .option("--no-multicast", "send every order as one datagram to each manager")
    .option("--config <file>", "the same settings as JSON, and limits; QUARTET_… variables override it, options both")
    .addHelpText("after", "\nExample: npx quartet start --lab --sample --port 0 --data /tmp/quartet");
  command.action(() => {
    if (program.opts()["url"] !== undefined) command.error("error: start has no --url; --host and --port say where");
    return start(session, givenOptions(command));
  });
}

async function start(session: Session, options: Readonly<Record<string, unknown>>): Promise<void> {
  const { terminal } = session;
  const found = findSources(options, terminal.environment);
  const settings = found.kind === "problem" ? found : readStartSettings(found.sources);
  if (settings.kind === "problem") {
    session.exitCode = showStartFailure(usageFailure(settings.message), options["json"] === true, terminal);
    return;
  }
  for (const warning of settings.warnings) terminal.talk(`warning: ${warning}\n`);
  session.exitCode = await runCluster(settings.start, settings.isJson, terminal);
}

function usageFailure(message: string): CommandFailure {
  return { kind: "failure", exitCode: exitCodes.usage, code: "USAGE", message, next: "npx quartet help start" };
}

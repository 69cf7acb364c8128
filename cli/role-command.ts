import { type Command, Option } from "commander";
import type { RoleChoice } from "../cluster/role-options.ts";
import { readRoleSettings } from "./role-settings.ts";
import { runRole, showRoleFailure } from "./run-role.ts";
import type { Session } from "./session.ts";
import { findSources, givenOptions } from "./setting-files.ts";

/** Registers `sequencer`, `replica-manager` and `frontend`: each runs one role in this process, on whatever host. */
export function addRoleCommands(program: Command, session: Session): void {
  const sequencer = program
    .command("sequencer")
    .description("run a sequencer of a cluster whose processes are on several hosts")
    .option("--id <number>", "which one, 1 to 99, each once; when nobody leads, the highest asks first")
    .option("--found", "let four managers without data be a new cluster: for its very first start only")
    .option("--no-found", "take four managers without data for a loss (default)");
  addRole(program, sequencer, "sequencer", session, "--id 1 --key cluster.key");
  const manager = program
    .command("replica-manager")
    .description("run a replica manager of a cluster whose processes are on several hosts")
    .option("--slot <slot>", "which one, 1 to 4")
    .option("--data <dir>", "it keeps its log and its snapshots in DIR/manager-SLOT (default: ./data)")
    .option("--shadow <command>", "run this replica beside the own one: it is compared and never votes");
  addRole(program, manager, "replica-manager", session, "--slot 1 --data /var/lib/quartet --key cluster.key");
  const frontend = program
    .command("frontend")
    .description("run a front end of a cluster whose processes are on several hosts")
    .option("--host <host>", "where it listens for clients (default: 127.0.0.1)")
    .option("--port <port>", "0 takes a free one (default: 8080)")
    .addOption(new Option("--credentials").hideHelp())
    .option("--no-credentials", "listen beyond loopback, where a proxy with TLS and credentials stands before it")
    .option("--public-url <url>", "where clients are told that the service is, when it stands behind a proxy");
  addRole(program, frontend, "frontend", session, "--port 8080 --key cluster.key");
}

function addRole(
  program: Command,
  command: Command,
  kind: RoleChoice["kind"],
  session: Session,
  example: string,
): void {
  addCommonOptions(command).addHelpText("after", `\nExample: npx quartet ${kind} ${example}`);
  command.action(async () => {
    if (program.opts()["url"] !== undefined) command.error(`error: ${kind} has no --url`);
    await run(kind, session, givenOptions(command));
  });
}

/** What every role is told, and told alike on every host. */
function addCommonOptions(command: Command): Command {
  return command
    .option("--key <file>", "the cluster key, the same on every host; quartet key FILE makes one")
    .option("--bind <host:port>", "where it listens for the other processes (default: every address, a port by role)")
    .option("--advertise <host:port>", "where they reach it (default: where it listens)")
    .option("--group <host:port>", "multicast group; the next port is used too (default: 239.255.77.77:7400)")
    .option("--interface <address>", "the address of the interface that reaches the group")
    .addOption(new Option("--multicast").hideHelp())
    .option("--no-multicast", "send one datagram to each process; on all hosts or on none, and with --peers")
    .option("--peers <list>", "other processes to ask who is there, like 10.0.0.1:7411,10.0.0.2:7412")
    .option("--json", "write one JSON object a line")
    .addOption(new Option("--no-json").hideHelp())
    .option("--lab", "allow faults to be injected, and --business-date")
    .addOption(new Option("--no-lab").hideHelp())
    .option("--business-date <date>", "YYYY-MM-DD: this is today for the whole run; lab only")
    .option("--zone <zone>", "the time zone that the business date is told in (default: America/Toronto)")
    .option("--versions <a,b,c,d>", "the replica version of each slot")
    .option("--quorum <number>", "how many equal answers decide, 2 or 3, or by class: bookings=3,shows=3,reads=2")
    .option("--theatres <list>", "codes of three capital letters (default: ATW,VER,OUT)")
    .option("--config <file>", "the same settings as JSON, and limits; QUARTET_… variables override it, options both");
}

async function run(
  kind: RoleChoice["kind"],
  session: Session,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { terminal } = session;
  const found = findSources(options, terminal.environment);
  const settings = found.kind === "problem" ? found : readRoleSettings(kind, found.sources);
  if (settings.kind === "problem") {
    session.exitCode = showRoleFailure(kind, "USAGE", settings.message, options["json"] === true, terminal);
    return;
  }
  for (const warning of settings.warnings) terminal.talk(`warning: ${warning}\n`);
  session.exitCode = await runRole(settings.options, settings.isJson, terminal);
}

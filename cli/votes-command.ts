import type { Command } from "commander";
import { runApiCommand } from "./api-command.ts";
import { argumentReader } from "./argument-reader.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { dataDirectoryOf } from "./data-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderVote, renderVotes } from "./render-votes.ts";
import { isVoteDetail, isVoteList, type VoteDetail } from "./service-votes.ts";
import { addServiceOptions, type Session } from "./session.ts";
import { numberWithin } from "./setting-readers.ts";
import { exportVote } from "./votes-export.ts";

/** What the JSON interface takes: 15 digits, and as many votes as a front end keeps. */
const sequenceMax = 999_999_999_999_999;
const votesMax = 1000;
const votesShown = 20;

interface VotesFlags {
  readonly disagreed?: boolean;
  readonly limit: number;
  readonly export?: string;
  readonly data?: string;
}

/** Registers `votes`. */
export function addVotesCommand(program: Command, session: Session): void {
  const command = program
    .command("votes")
    .description("show what each manager answered to a request; exit code 3 when no quorum agreed");
  command
    .argument("[number]", "of the request; without it the last ones are listed", numberReader(command))
    .option("--disagreed", "list only those in which answers differ")
    .option(
      "--limit <count>",
      "list so many",
      argumentReader(command, "--limit", numberWithin(1, votesMax)),
      votesShown,
    )
    .option("--export <file>", "write the request with all that led to it, for `quartet replay`")
    .option("--data <dir>", "the data of the service, for --export (default: $QUARTET_DATA, else ./data)")
    .addHelpText("after", "\nExample: npx quartet votes 18204 --export disagreement.json");
  addServiceOptions(command).action((sequence: number | undefined, flags: VotesFlags) => {
    if (sequence === undefined && flags.export !== undefined)
      command.error("error: --export needs the number of a request: npx quartet votes --disagreed lists some");
    const dataDirectory = dataDirectoryOf(flags, session.terminal);
    return session.run(command, (url) =>
      sequence === undefined ? list(url, flags) : show(url, sequence, flags.export, dataDirectory),
    );
  });
}

function numberReader(command: Command) {
  return argumentReader(command, "number", numberWithin(0, sequenceMax));
}

function list(url: string, { disagreed, limit }: VotesFlags) {
  const only = disagreed === true ? "&only=disagreed" : "";
  return runApiCommand({
    url,
    request: { method: "GET", path: `/api/requests?limit=${limit}${only}` },
    isValue: isVoteList,
    render: ({ requests }) => renderVotes(requests),
    nextWords: ["status"],
  });
}

async function show(
  url: string,
  sequence: number,
  file: string | undefined,
  dataDirectory: string,
): Promise<CommandOutcome> {
  const shown = await runApiCommand({
    url,
    request: { method: "GET", path: `/api/requests/${sequence}` },
    isValue: isVoteDetail,
    render: renderVote,
    exitCode: ({ decidedAfterMs }) => (decidedAfterMs === null ? exitCodes.undecided : exitCodes.done),
    nextWords: ["votes"],
  });
  if (file === undefined || shown.kind === "failure") return shown;
  return await exportVote(shown.result as VoteDetail, { file, dataDirectory });
}

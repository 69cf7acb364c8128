import type { Command } from "commander";
import { runApiCommand } from "./api-command.ts";
import { argumentReader } from "./argument-reader.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderVote, renderVotes } from "./render-votes.ts";
import { isVoteDetail, isVoteList } from "./service-votes.ts";
import { addServiceOptions, type Session } from "./session.ts";
import { numberWithin } from "./setting-readers.ts";

/** What the JSON interface takes: 15 digits, and as many votes as a front end keeps. */
const sequenceMax = 999_999_999_999_999;
const votesMax = 1000;
const votesShown = 20;

interface VotesFlags {
  readonly disagreed?: boolean;
  readonly limit: number;
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
    .addHelpText("after", "\nExample: npx quartet votes 18204");
  addServiceOptions(command).action((sequence: number | undefined, flags: VotesFlags) =>
    session.run(command, (url) => (sequence === undefined ? list(url, flags) : show(url, sequence))),
  );
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

function show(url: string, sequence: number) {
  return runApiCommand({
    url,
    request: { method: "GET", path: `/api/requests/${sequence}` },
    isValue: isVoteDetail,
    render: renderVote,
    exitCode: ({ decidedAfterMs }) => (decidedAfterMs === null ? exitCodes.undecided : exitCodes.done),
    nextWords: ["votes"],
  });
}

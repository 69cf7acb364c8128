import type { Command } from "commander";
import { runApiCommand } from "./api-command.ts";
import { argumentReader } from "./argument-reader.ts";
import { exitCodes } from "./exit-codes.ts";
import { makePaint } from "./paint.ts";
import { areDigestsDifferent, renderDigests, renderStatus } from "./render-status.ts";
import { isDigestList, isServiceStatus } from "./service-status.ts";
import { addServiceOptions, type Session } from "./session.ts";
import { numberWithin } from "./setting-readers.ts";

/** What the JSON interface takes: 15 digits. */
const sequenceMax = 999_999_999_999_999;

/** Registers the commands that look at a running service. */
export function addStatusCommands(program: Command, session: Session): void {
  const paint = makePaint(session.terminal.hasColours);
  const status = program
    .command("status")
    .description("show the sequencers, the managers, the order and the active faults");
  addServiceOptions(status).action(() =>
    session.run(status, (url) =>
      runApiCommand({
        url,
        request: { method: "GET", path: "/api/status" },
        isValue: isServiceStatus,
        render: (value) => renderStatus(value, url, paint),
        nextWords: ["status"],
      }),
    ),
  );
  const digests = program
    .command("digests")
    .description("compare the state digests of all replicas at one same number; exit code 3 when two differ");
  digests.option(
    "--sequence <number>",
    "the number of a checkpoint that is still kept (default: now)",
    argumentReader(digests, "--sequence", numberWithin(0, sequenceMax)),
  );
  addServiceOptions(digests).action(({ sequence }: { readonly sequence?: number }) =>
    session.run(digests, (url) =>
      runApiCommand({
        url,
        request: { method: "GET", path: `/api/digests${sequence === undefined ? "" : `?sequence=${sequence}`}` },
        isValue: isDigestList,
        render: renderDigests,
        exitCode: (value) => (areDigestsDifferent(value.digests) ? exitCodes.undecided : exitCodes.done),
        nextWords: ["digests"],
      }),
    ),
  );
}

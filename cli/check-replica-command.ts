import type { Command } from "commander";
import { makeChapters } from "../conformance/chapters.ts";
import { type CheckReport, checkReplica } from "../conformance/check-replica.ts";
import { CannotStart } from "../conformance/conversation.ts";
import { sha256 } from "../conformance/module-subject.ts";
import { versionSubjects } from "../conformance/named-subject.ts";
import { processSubject } from "../conformance/process-subject.ts";
import { argumentReader } from "./argument-reader.ts";
import { commandLine, quoteWord } from "./command-line.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { endingOnSignal } from "./ending-on-signal.ts";
import { exitCodes } from "./exit-codes.ts";
import { ProgressLine } from "./progress-line.ts";
import { renderCheck } from "./render-check.ts";
import { nameOf, type Session } from "./session.ts";
import { numberWithin } from "./setting-readers.ts";

interface CheckFlags {
  readonly requests: number;
  readonly seed: number;
  readonly patience: number;
  readonly json?: boolean;
}

const theatres = ["ATW", "VER", "OUT"];
const requestsMax = 10_000_000;
const seedMax = 0x7fff_ffff;
const patienceSecondsMax = 600;

/** Registers `check-replica`. */
export function addCheckReplicaCommand(program: Command, session: Session): void {
  const command = program
    .command("check-replica")
    .description("hold a replica in any language to the booking rules and the contract; no service has to run");
  const count = (name: string, min: number, max: number) => argumentReader(command, name, numberWithin(min, max));
  command
    .argument("<command...>", "what starts it, behind --; it runs in this directory")
    .option(
      "--requests <count>",
      "random requests compared with the versions of Quartet",
      count("--requests", 0, requestsMax),
      20_000,
    )
    .option("--seed <number>", "what these are drawn from", count("--seed", 1, seedMax), 1)
    .option("--patience <seconds>", "how long it may be silent", count("--patience", 1, patienceSecondsMax), 10)
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExit code 1 when a rule is broken.\nExample: npx quartet check-replica -- python3 examples/replica-python/replica.py",
    );
  command.action(async (words: readonly string[], flags: CheckFlags) => {
    session.show(nameOf(command), flags.json === true, await checkNow(words, flags, session));
  });
}

async function checkNow(words: readonly string[], flags: CheckFlags, { terminal }: Session): Promise<CommandOutcome> {
  const { requests, seed, patience } = flags;
  const name = words.map(quoteWord).join(" ");
  const progress = new ProgressLine(terminal, performance.now());
  const references = versionSubjects(theatres);
  try {
    const report = await endingOnSignal(
      checkReplica({
        candidate: processSubject(name, { command: words, theatres, patienceMs: patience * 1000 }),
        chapters: makeChapters(sha256),
        references,
        requests,
        seed,
        onProgress: (what, done, all) =>
          progress.show(`${Math.floor((100 * done) / all)} %: ${what}`, performance.now()),
      }),
    );
    progress.end();
    return outcomeOf(report, words, { requests, seed, references: references.map((one) => one.name) });
  } catch (error) {
    progress.end();
    if (!(error instanceof CannotStart)) throw error;
    const next = commandLine(["help", "check-replica"]);
    return { kind: "failure", exitCode: exitCodes.usage, code: "NOT_STARTED", message: error.message, next };
  }
}

function outcomeOf(report: CheckReport, command: readonly string[], drawn: object): CommandOutcome {
  const isRight = report.broken + report.untried === 0;
  return {
    kind: "answer",
    exitCode: isRight ? exitCodes.done : exitCodes.refused,
    result: { command, ...drawn, ...report },
    text: renderCheck(report),
    ...(isRight ? {} : { next: commandLine(["help", "check-replica"]) }),
  };
}

import { readFileSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import { CannotStart, type Subject } from "../conformance/conversation.ts";
import { type DisagreementFile, disagreementCharsMax, readDisagreement } from "../conformance/disagreement-file.ts";
import { namedSubject, versionSubjects } from "../conformance/named-subject.ts";
import { processSubject } from "../conformance/process-subject.ts";
import { type Replay, replayStory } from "../conformance/replay.ts";
import { commandLine, quoteWord } from "./command-line.ts";
import type { CommandFailure, CommandOutcome } from "./command-outcome.ts";
import { endingOnSignal } from "./ending-on-signal.ts";
import { exitCodes } from "./exit-codes.ts";
import { isFileThere } from "./file-place.ts";
import { ProgressLine } from "./progress-line.ts";
import { renderReplay } from "./render-replay.ts";
import { nameOf, type Session } from "./session.ts";

interface ReplayFlags {
  readonly replica: readonly string[];
  readonly json?: boolean;
}

const patienceMs = 10_000;
/** Replicas at once. */
const replicasMax = 16;

/** Registers `replay`. */
export function addReplayCommand(program: Command, session: Session): void {
  const command = program
    .command("replay")
    .description("execute an exported disagreement again and shorten it; no service has to run")
    .argument("<file>", "the disagreement")
    .argument("[command...]", "one more replica: what starts it, behind --")
    .addOption(
      new Option("--replica <name>", "a version, or one with a fault of the lab, like table+crash; again for more")
        .default([], "all versions")
        .argParser((name: string, before: readonly string[]) => [...before, name]),
    )
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExit code 1 when the replicas differ.\nExample: npx quartet replay disagreement.json --replica table --replica table+capacity-off-by-one",
    );
  command.action(async (file: string, words: readonly string[], flags: ReplayFlags) => {
    session.show(nameOf(command), flags.json === true, await replayNow(file, words, flags, session));
  });
}

async function replayNow(
  path: string,
  words: readonly string[],
  { replica }: ReplayFlags,
  { terminal }: Session,
): Promise<CommandOutcome> {
  const found = readFile(path);
  if (found.kind === "failure") return found;
  const subjects = subjectsOf(replica, words, found.file.theatres);
  if (!Array.isArray(subjects)) return subjects as CommandFailure;
  const progress = new ProgressLine(terminal, performance.now());
  try {
    const replay = await endingOnSignal(
      replayStory(found.file, subjects as readonly Subject[], (trials) =>
        progress.show(`shortening: ${trials} runs`, performance.now()),
      ),
    );
    progress.end();
    return outcomeOf(found.file, replay);
  } catch (error) {
    progress.end();
    if (error instanceof CannotStart) return failure("NOT_STARTED", error.message);
    throw error;
  }
}

function readFile(path: string): { readonly kind: "file"; readonly file: DisagreementFile } | CommandFailure {
  if (!isFileThere(path)) return failure("NO_DISAGREEMENT", `there is no file ${path}`);
  try {
    // In UTF-8 no text has more characters than bytes.
    if (statSync(path).size > 4 * disagreementCharsMax) return failure("NO_DISAGREEMENT", `${path}: it is too large`);
    const found = readDisagreement(readFileSync(path, "utf8"));
    return found.kind === "file" ? found : failure("NO_DISAGREEMENT", `${path}: ${found.message}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return failure("NO_DISAGREEMENT", `${path}: it cannot be read: ${(error as Error).message}`);
  }
}

/** Those without a fault first: they have the last word. */
function subjectsOf(
  names: readonly string[],
  words: readonly string[],
  theatres: readonly string[],
): readonly Subject[] | CommandFailure {
  if (names.length > replicasMax) return failure("USAGE", `--replica: at most ${replicasMax} replicas at once`);
  const unknown = names.find((name) => namedSubject(name, theatres, patienceMs) === undefined);
  if (unknown !== undefined) {
    const known = versionSubjects(theatres).map(({ name }) => name);
    const message = `--replica: ${JSON.stringify(unknown)} is none of ${known.join(", ")}, nor one of them with + and a fault of the lab`;
    return failure("USAGE", message);
  }
  const named = names.toSorted((a, b) => Number(a.includes("+")) - Number(b.includes("+")));
  const versions =
    named.length === 0
      ? versionSubjects(theatres)
      : named.flatMap((name) => namedSubject(name, theatres, patienceMs) ?? []);
  if (words.length === 0) return versions;
  return [...versions, processSubject(words.map(quoteWord).join(" "), { command: words, theatres, patienceMs })];
}

function outcomeOf(file: DisagreementFile, replay: Replay): CommandOutcome {
  const { sequence, requests, answers } = file;
  const result = { sequence, request: requests.at(-1), recorded: answers, ...replay };
  const text = renderReplay(file, replay);
  if (replay.first === null) return { kind: "answer", exitCode: exitCodes.done, result, text };
  return { kind: "answer", exitCode: exitCodes.refused, result, text, next: commandLine(["help", "replay"]) };
}

function failure(code: string, message: string): CommandFailure {
  return { kind: "failure", exitCode: exitCodes.usage, code, message, next: commandLine(["help", "replay"]) };
}

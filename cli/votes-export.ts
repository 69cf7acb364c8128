import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { NoStory, type OrderStory, readOrderStory } from "../cluster/order-story.ts";
import type { RequestInput } from "../conformance/conversation.ts";
import { type DisagreementFile, type RecordedAnswer, writeDisagreement } from "../conformance/disagreement-file.ts";
import { commandLine } from "./command-line.ts";
import type { CommandFailure, CommandOutcome } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { placeProblem } from "./file-place.ts";
import type { VoteDetail } from "./service-votes.ts";

/** Where an export is written, and where the data of the service is. */
export interface ExportPlace {
  readonly file: string;
  readonly dataDirectory: string;
}

/** Writes a request with all that led to it and what was answered, for `quartet replay`. */
export async function exportVote(vote: VoteDetail, place: ExportPlace): Promise<CommandOutcome> {
  const file = resolve(place.file);
  const misplaced = placeProblem(file);
  if (misplaced !== undefined) return refused(misplaced.message, misplaced.next);
  if (existsSync(file)) return refused(`${file} is there already: name a file that is not`);
  const { sequence } = vote;
  if (sequence === null) return refused("nobody answered this request: it has no number");
  try {
    const story = await readOrderStory(place.dataDirectory, sequence);
    const disagreement = disagreementOf(vote, sequence, story);
    if (disagreement.requests.at(-1)?.n !== sequence)
      return refused(
        `request ${sequence} was not executed: what it was answered comes from its manager, not from a replica`,
      );
    writeFileSync(file, writeDisagreement(disagreement), { flag: "wx" });
    const { requests } = disagreement;
    const text = `${file}: request ${sequence} with ${requests.length - 1} before it, from the state behind ${story.from}\n`;
    const result = { file, sequence, from: story.from, requests: requests.length };
    return { kind: "answer", exitCode: exitCodes.done, result, text, next: commandLine(["replay", file]) };
  } catch (error) {
    const isOfFile = error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string";
    if (!(error instanceof NoStory) && !isOfFile) throw error;
    return refused(error.message);
  }
}

function disagreementOf(vote: VoteDetail, sequence: number, { state, requests }: OrderStory): DisagreementFile {
  const changes = requests as readonly unknown[] as readonly RequestInput[];
  const { theatres } = vote;
  const all = vote.isRead ? [...changes, readOf(vote, sequence, changes.at(-1))] : changes;
  return { sequence, theatres, state, requests: all, answers: answersOf(vote) };
}

/** A read is no part of the order: it stands behind the last change before it. */
function readOf(vote: VoteDetail, n: number, before: RequestInput | undefined): RequestInput {
  const { caller, operation, startedAt, readDate } = vote;
  const args = vote.args as Readonly<Record<string, unknown>>;
  const time = before?.time ?? Date.parse(startedAt);
  const businessDate = readDate ?? before?.businessDate ?? startedAt.slice(0, 10);
  return { n, time, businessDate, caller, operation, args };
}

/** The first answer of each manager at the point that counts: a replica that came later answers rightly. */
function answersOf({ votes }: VoteDetail): readonly RecordedAnswer[] {
  const counting = votes.filter(({ judgement }) => judgement !== "elsewhere");
  const firsts = counting.filter(({ slot }, at) => counting.findIndex((other) => other.slot === slot) === at);
  return firsts.map(({ slot, version, answer }) => {
    const isObject = typeof answer === "object" && !Array.isArray(answer);
    return { slot, replica: version ?? "unknown", answer: isObject ? (answer as RecordedAnswer["answer"]) : null };
  });
}

function refused(message: string, next = commandLine(["help", "votes"])): CommandFailure {
  return { kind: "failure", exitCode: exitCodes.refused, code: "NOT_EXPORTED", message, next };
}

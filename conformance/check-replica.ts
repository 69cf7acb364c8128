import {
  type Conversation,
  emptyState,
  type FailureKind,
  forget,
  type Input,
  leadingTo,
  type Output,
  ReplicaFailed,
  type Subject,
} from "./conversation.ts";
import { answerDifference, firstDifference } from "./difference.ts";
import { asCase, type Disagreement, failureIn, findDisagreement } from "./disagreement.ts";
import { randomRequests } from "./random-requests.ts";
import { type Chapter, type Rule, RuleBroken } from "./rule.ts";
import { shrink, silencesMax } from "./shrink.ts";
import { sturdyConversation } from "./sturdy-conversation.ts";

/** What a replica is checked with. */
export interface CheckOptions {
  readonly candidate: Subject;
  readonly chapters: readonly Chapter[];
  /** The versions of this project, whose answers random requests are compared with; at least one. */
  readonly references: readonly Subject[];
  /** Random requests in all. */
  readonly requests: number;
  readonly seed: number;
  /** Told before each rule and each run of random requests: what is being tried, and how much was. */
  readonly onProgress: (what: string, done: number, all: number) => void;
}

/** What was found, chapter by chapter; random requests are the last one. */
export interface CheckReport {
  readonly chapters: readonly ChapterReport[];
  readonly kept: number;
  readonly broken: number;
  /** Rules that were not tried, since the replica had been silent too often. */
  readonly untried: number;
}

/** What was found in one chapter. */
export interface ChapterReport {
  readonly title: string;
  readonly kept: number;
  readonly broken: readonly BrokenRule[];
  readonly untried: number;
}

/** A rule that is broken. */
export interface BrokenRule {
  readonly rule: string;
  readonly where: string;
  /** The first difference, or how the replica failed. */
  readonly difference: string;
  readonly failure: FailureKind | null;
  /** What a fresh replica has to be told to see it again. */
  readonly lines: readonly Input[];
  /** Of random requests: what each replica gave at the end, and the requests as a case for `conformance/rules/`. */
  readonly disagreement?: {
    readonly outputs: readonly { readonly replica: string; readonly output: Output }[];
    readonly asCase: string;
  };
}

const requestsPerRun = 500;
const exportEvery = 10;
const randomTitle = "random requests";

/**
 * Plays every rule on a replica, and then random requests beside the versions of this project. A replica that fails is
 * started afresh for the next rule. Rejects with `CannotStart` when the command is no program.
 */
export async function checkReplica(options: CheckOptions): Promise<CheckReport> {
  const { candidate, chapters } = options;
  const conversation = sturdyConversation(candidate);
  const all = chapters.reduce((sum, { rules }) => sum + rules.length, runsOf(options).length);
  let done = 0;
  const progress = (what: string): void => options.onProgress(what, done++, all);
  try {
    // Whether it can be started at all is no rule.
    await tolerate(conversation.tell([forget]));
    const trial = new Trial(candidate, conversation);
    const reports: ChapterReport[] = [];
    for (const chapter of chapters) {
      reports.push(
        await trial.chapter(chapter, () => {
          progress(chapter.title);
        }),
      );
    }
    if (options.requests > 0) {
      const rules = [randomRule(options, () => progress(randomTitle))];
      reports.push(await trial.chapter({ title: randomTitle, rules }, () => {}));
    }
    return summary(reports);
  } finally {
    await conversation.close();
  }
}

/** One replica on trial: what it was told last, and how often it was silent. */
class Trial {
  readonly #subject: Subject;
  readonly #conversation: Conversation;
  #told: readonly Input[] = [];
  #silences = 0;

  constructor(subject: Subject, conversation: Conversation) {
    this.#subject = { name: subject.name, open: async (theatres) => this.#heard(await subject.open(theatres)) };
    this.#conversation = this.#heard(conversation);
  }

  async chapter({ title, rules }: Chapter, onRule: () => void): Promise<ChapterReport> {
    const broken: BrokenRule[] = [];
    let untried = 0;
    for (const rule of rules) {
      onRule();
      if (this.#silences >= silencesMax) untried++;
      else {
        const found = await this.#try(rule);
        if (found !== undefined) broken.push(found);
      }
    }
    return { title, kept: rules.length - broken.length - untried, broken, untried };
  }

  #heard(conversation: Conversation): Conversation {
    return {
      tell: (inputs) => {
        this.#told = inputs;
        return conversation.tell(inputs);
      },
      close: () => conversation.close(),
    };
  }

  async #try({ rule, check }: Rule): Promise<BrokenRule | undefined> {
    try {
      await check(this.#conversation, this.#subject);
      return undefined;
    } catch (error) {
      if (error instanceof RandomBroken) return { rule, ...error.found };
      if (error instanceof RuleBroken) {
        const { where, difference, lines } = error;
        return { rule, where, difference, failure: null, lines };
      }
      if (!(error instanceof ReplicaFailed)) throw error;
      if (error.kind === "silent") this.#silences++;
      const lines = leadingTo(this.#told, error.outputs.length);
      return { rule, where: "", difference: error.message, failure: error.kind, lines };
    }
  }
}

/** Thrown with all that a disagreement over random requests has to tell. */
class RandomBroken extends Error {
  override readonly name = "RandomBroken";
  readonly found: Omit<BrokenRule, "rule">;

  constructor(found: Omit<BrokenRule, "rule">) {
    super(found.difference);
    this.found = found;
  }
}

function randomRule(options: CheckOptions, onRun: () => void): Rule {
  const { references, requests, candidate } = options;
  const names = references.map(({ name }) => name).join(", ");
  return {
    rule: `${requests} random requests get the answers of ${names}, and lead to the same states`,
    check: async (conversation) => {
      const right = references.map(sturdyConversation);
      const all = [...right, conversation];
      for (const { seed, count } of runsOf(options)) {
        onRun();
        const found = await findDisagreement(
          all,
          { state: emptyState, requests: randomRequests(seed, count) },
          exportEvery,
        );
        if (found !== undefined) {
          const smallest = await shrink(all, found);
          throw new RandomBroken(await explain(smallest, [...references, candidate], right[0] as Conversation, seed));
        }
      }
    },
  };
}

async function explain(
  { state, requests, outputs }: Disagreement,
  subjects: readonly Subject[],
  right: Conversation,
  seed: number,
): Promise<Omit<BrokenRule, "rule">> {
  const last = outputs.at(-1) as Output;
  const isExport = "state" in (outputs[0] ?? {});
  const difference = failureIn(last) ?? differenceFrom(outputs[0], last);
  const lines: readonly Input[] = [{ import: state }, ...requests, ...(isExport ? [{ export: true } as const] : [])];
  const kind = failureIn(last) === undefined ? null : (last["kind"] as FailureKind);
  const given = outputs.map((output, index) => ({ replica: subjects[index]?.name ?? "", output }));
  return {
    where: `shortened from a run of the seed ${seed}`,
    difference: difference ?? "the versions of this project differ among themselves",
    failure: kind,
    lines,
    disagreement: { outputs: given, asCase: await asCase(right, { state, requests }) },
  };
}

function differenceFrom(right: Output | undefined, got: Output): string | undefined {
  if (right === undefined) return undefined;
  return "n" in right
    ? answerDifference(right["result"], got["result"])
    : (firstDifference("state", right["state"], got["state"]) ??
        firstDifference("digest", right["digest"], got["digest"]));
}

function runsOf({ requests, seed }: CheckOptions): readonly { readonly seed: number; readonly count: number }[] {
  return Array.from({ length: Math.ceil(requests / requestsPerRun) }, (_, index) => ({
    seed: seed + index,
    count: Math.min(requestsPerRun, requests - index * requestsPerRun),
  }));
}

function summary(chapters: readonly ChapterReport[]): CheckReport {
  const sum = (of: (chapter: ChapterReport) => number): number => chapters.reduce((all, one) => all + of(one), 0);
  return {
    chapters,
    kept: sum(({ kept }) => kept),
    broken: sum(({ broken }) => broken.length),
    untried: sum(({ untried }) => untried),
  };
}

async function tolerate(told: Promise<unknown>): Promise<void> {
  try {
    await told;
  } catch (error) {
    if (!(error instanceof ReplicaFailed)) throw error;
  }
}

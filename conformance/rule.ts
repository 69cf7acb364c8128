import type { Conversation, Input, Subject } from "./conversation.ts";

/** One sentence that holds for every replica, with the conversation that shows whether it does. */
export interface Rule {
  readonly rule: string;
  /**
   * Asks the replica that runs, beginning with an import, or opens one of its own. Rejects with `RuleBroken`, or with
   * `ReplicaFailed` where the replica went wrong.
   */
  readonly check: (conversation: Conversation, subject: Subject) => Promise<void>;
}

/** Rules that belong together. */
export interface Chapter {
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** What a replica did is not what a rule says. */
export class RuleBroken extends Error {
  override readonly name = "RuleBroken";
  /** Which part of the rule it was, for people: a step, or what stands in a state. Empty where the rule says it all. */
  readonly where: string;
  /** The first difference, for people: `answer.available: expected 18, got 17`. */
  readonly difference: string;
  /** The lines that a fresh replica has to be told to see it again. */
  readonly lines: readonly Input[];

  constructor(difference: string, where: string, lines: readonly Input[]) {
    super(where === "" ? difference : `${where}: ${difference}`);
    this.difference = difference;
    this.where = where;
    this.lines = lines;
  }
}

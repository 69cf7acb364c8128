import type { CanonicalState } from "../replicas/contract.ts";

/** A request as it is written to a replica; what a test hands over may be malformed on purpose. */
export interface RequestInput {
  readonly n: number;
  readonly time: number;
  readonly businessDate: string;
  readonly caller: string;
  readonly operation: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** One line to a replica that is answered with one line. */
export type Input = RequestInput | { readonly export: true } | { readonly import: CanonicalState };

/** One line of a replica, parsed and not judged. */
export type Output = Readonly<Record<string, unknown>>;

/** A replica that runs. */
export interface Conversation {
  /**
   * Hands all inputs over and gives as many outputs back, in order. Rejects with `ReplicaFailed` where a manager would
   * count a crash; the conversation is over then.
   */
  tell(inputs: readonly Input[]): Promise<readonly Output[]>;
  /** Ends its input. Tells how it ended, for people; nothing where that was in order. Never rejects. */
  close(): Promise<string | undefined>;
}

/** A replica under test: a version as a module, or any command line. */
export interface Subject {
  readonly name: string;
  /** `theatres` are three capital letters each; those of the subject unless said. Rejects with `CannotStart`. */
  open(theatres?: readonly string[]): Promise<Conversation>;
}

/** How a replica failed: ended, did not answer in time, wrote what is no line of the contract, or one out of its order. */
export type FailureKind = "ended" | "silent" | "garbage" | "disorder";

/** A replica did what its manager would count as a crash. */
export class ReplicaFailed extends Error {
  override readonly name = "ReplicaFailed";
  readonly kind: FailureKind;
  /** What it answered of the inputs before. */
  readonly outputs: readonly Output[];
  /** Its last line on standard error; empty when there is none. */
  readonly lastWords: string;

  constructor(kind: FailureKind, what: string, outputs: readonly Output[], lastWords = "", options?: ErrorOptions) {
    super(lastWords === "" ? what : `${what}; its last line on standard error: ${lastWords}`, options);
    this.kind = kind;
    this.outputs = outputs;
    this.lastWords = lastWords;
  }
}

/** A command that is no program. */
export class CannotStart extends Error {
  override readonly name = "CannotStart";
}

/** The state of a replica in which nothing has happened. */
export const emptyState: CanonicalState = [[], []];

/** The one input that makes a replica forget everything. */
export const forget: Input = { import: emptyState };

/** True for an input that is a request. */
export function isRequest(input: Input): input is RequestInput {
  return "n" in input;
}

/** The inputs that lead to the one at `index`: from the last import before it, without exports. */
export function leadingTo(inputs: readonly Input[], index: number): readonly Input[] {
  const from = inputs.findLastIndex((input, at) => at <= index && "import" in input);
  return inputs
    .slice(Math.max(from, 0), index + 1)
    .filter((input, at, all) => !("export" in input) || at === all.length - 1);
}

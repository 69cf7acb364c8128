import type { CanonicalState } from "../../replicas/contract.ts";

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
  /** Hands all inputs over at once and gives as many outputs back, in order. Rejects when the replica ends before. */
  tell(inputs: readonly Input[]): Promise<readonly Output[]>;
  close(): Promise<void>;
}

/** A replica under test: a version as a module, or any command line. */
export interface Subject {
  readonly name: string;
  open(): Promise<Conversation>;
}

/** The state of a replica in which nothing has happened. */
export const emptyState: CanonicalState = [[], []];

/** The one input that makes a replica forget everything. */
export const forget: Input = { import: emptyState };

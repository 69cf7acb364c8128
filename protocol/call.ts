import type { AnswerOf } from "./answer.ts";
import type { RequestId, Sequence } from "./ids.ts";
import type { ArgumentsOf, Operation } from "./operation.ts";

/** Everything a client can call: the booking operations, and the one that settles an unknown outcome. */
export type CallOperation = Operation | "getRequestOutcome";

/** The arguments of each call, by its name. */
export interface CallArgumentsOf extends ArgumentsOf {
  readonly getRequestOutcome: { readonly callerID: string; readonly requestId: string };
}

/** A well-formed call, checked against the schema, before it is known who calls. */
export type Call = {
  readonly [Name in CallOperation]: {
    readonly operation: Name;
    readonly args: CallArgumentsOf[Name];
    /** The client's own id of a change; absent for reads and where the client gave none. */
    readonly requestId?: RequestId;
  };
}[CallOperation];

/** What is known of one request id of one caller at one point of the order. */
export type RequestOutcome =
  | { readonly state: "NOT_EXECUTED" }
  | {
      readonly state: "EXECUTED";
      readonly operation: Operation;
      readonly executedOutcome: "OK" | "REFUSED";
      readonly executedReason?: string;
      readonly executedSequence: Sequence;
    };

/** The answer to a call of each name; a refusal by a rule is an answer. */
export type CallAnswerOf<Name extends CallOperation> = Name extends Operation
  ? AnswerOf<Name>
  : { readonly outcome: "OK" } & RequestOutcome;

/** An answered call. */
export type CallReply = {
  readonly [Name in CallOperation]: {
    readonly kind: "answer";
    readonly operation: Name;
    /** Present for a change. */
    readonly requestId?: RequestId;
    /** Of a change its own number; of a read a number such that the answer is the state after all changes up to it. */
    readonly sequence: Sequence;
    readonly answer: CallAnswerOf<Name>;
  };
}[CallOperation];

/** Why a call has no answer: a closed list in this version, sent as a string so that it may grow. */
export const faultCodes = [
  "INVALID_REQUEST",
  "NOT_AUTHENTICATED",
  "NOT_PERMITTED",
  "REQUEST_ID_REUSED",
  "BUSY",
  "NO_AGREEMENT",
  "OUTCOME_UNKNOWN",
  "UNSUPPORTED",
] as const;

/** One of the fault codes. */
export type FaultCode = (typeof faultCodes)[number];

/** Whether the change of a failed call took effect. Unknown is said, never guessed. */
export type Applied = "applied" | "notApplied" | "unknown";

/** A call without an answer. */
export interface CallFault {
  readonly kind: "fault";
  readonly code: FaultCode;
  /** For people: what was wrong and what to do next. */
  readonly message: string;
  readonly applied: Applied;
  /** Whole seconds, at least 1, where waiting helps. */
  readonly retryAfterSeconds?: number;
}

import { flag, hex, jsonLine, list, oneOf, struct, text, u8, u53, union, type ValueOf } from "./codec.ts";
import { isRead, operations } from "./operation.ts";

/** Bytes of a host and port. */
export const address = text(300);
/** The maker of a request id: an administrator's or a customer's id, or a process of the cluster. */
export const caller = text(64);
/** An id that the caller gave a request. */
export const requestId = text(64);
/** 128 random bits of a manager's data. */
export const incarnation = hex(16);
/** A SHA-256. */
export const digest = hex(32);
/** Bytes of the arguments of one operation, as JSON. */
const argumentsJson = jsonLine(64 * 1024);
/** Name of a replica version: the folder that it lives in. */
export const versionName = text(64);

/** A booking operation with its arguments as canonical JSON: keys in the order of the contract, no spaces. */
const operation = struct({ operation: oneOf(operations), args: argumentsJson });

/** Asks what is known of an earlier request: answered from the client table, not by the replica. */
const outcome = struct({ requestId });

/** One answer of a manager that was outvoted, as evidence of a charge. */
const wrongAnswer = struct({ n: u53, given: digest, agreed: digest });

/** Which replica is meant: replicas of one manager are told apart by a count of starts. */
const accused = { slot: u8, incarnation, generation: u53 };

/** A front end accuses a replica of a run of wrong answers. */
const wrong = struct({ ...accused, run: list(wrongAnswer, 16) });

/** A front end accuses a replica of not answering. */
const silent = struct({ ...accused, tries: u8 });

/** What a manager found when it probed the replica of another. */
const verdict = struct({ ...accused, judge: u8, isCrashed: flag });

/** All managers take a checkpoint at this point of the order. */
const checkpoint = struct({});

/** What a request asks for. All but `outcome` and the read-only operations are ordered and logged. */
export const command = union({ operation, outcome, wrong, silent, verdict, checkpoint });

/** What a request asks for. */
export type Command = ValueOf<typeof command>;

/** One request on its way through the cluster. */
export const request = struct({
  requestId,
  caller,
  /** UTC milliseconds at which a front end first took the call, by its clock. */
  issuedAt: u53,
  /** Where the replies go. */
  replyTo: address,
  command,
});

/** One request on its way through the cluster. */
export type Request = ValueOf<typeof request>;

/** True for a request that changes nothing: it is stamped with the last number, never numbered or logged. */
export function isReadRequest({ command }: Request): boolean {
  return command.kind === "outcome" || (command.kind === "operation" && isRead(command.operation));
}

/** Key of a request among those of all callers; the length keeps apart what else would read the same. */
export function requestKey(request: { readonly caller: string; readonly requestId: string }): string {
  return `${request.caller.length} ${request.caller} ${request.requestId}`;
}

/** The part of a request that must be equal when its id comes again. */
export function requestContent({ command }: Request): string {
  if (command.kind === "operation") return `${command.operation}${command.args}`;
  // Apart from the rest: whether it stands first or last depends on whether the request was read from bytes.
  const { kind, ...fields } = command;
  return `${kind} ${JSON.stringify(fields)}`;
}

import { hex, list, nullable, oneOf, struct, text, u8, u32, u53, union, type ValueOf } from "./codec.ts";
import { faultNames } from "./fault.ts";
import { address, caller, digest, incarnation, request, requestId, versionName } from "./request.ts";

const nonce = hex(16);
const epoch = struct({ number: u53, nonce });
const businessDate = text(10);
/** Who injected a fault: 64 characters, in whatever script. */
const owner = text(256);
const requestsMax = 4096;
const resultBytesMax = 8 * 1024 * 1024;
const stateBytesMax = 256 * 1024 * 1024;

/** What a manager remembers of one request id. */
const remembered = struct({
  caller,
  requestId,
  n: u53,
  time: u53,
  historyDigest: digest,
  contentDigest: digest,
  operation: text(64),
  result: text(resultBytesMax),
});
/** What a manager remembers of one request id, as it travels in a snapshot. */
export type Remembered = ValueOf<typeof remembered>;

/** Which replica a message speaks of: those of one manager are told apart by a count of starts. */
const replica = { slot: u8, incarnation, generation: u32 };

/** Digests of one manager at one point of the order: of the history, the state of its replica, its client table. */
const checkpointFields = { n: u53, historyDigest: digest, stateDigest: digest, tableDigest: digest };

/** Digests of one manager at one point of the order. */
const checkpointDigests = struct(checkpointFields);
/** Digests of one manager at one point of the order. */
export type CheckpointDigests = ValueOf<typeof checkpointDigests>;

/** How a manager stands by its own word; `suspect` and `unreachable` are what others see in it. */
const managerStates = ["starting", "recovering", "voting", "replacing", "stopped"] as const;
/** How a manager stands by its own word. */
export type ManagerState = (typeof managerStates)[number];

/** How a replacement came about and how long it took. */
const replacement = struct({
  /** What condemned the replica, or why it was lost. */
  cause: text(1024),
  from: versionName,
  to: versionName,
  at: u53,
  /** Until it voted again; `null` while that is under way. */
  tookMs: nullable(u53),
});
/** How a replacement came about and how long it took. */
export type Replacement = ValueOf<typeof replacement>;

/**
 * Every message of the protocol. `docs/protocol.md` has a row for each with its direction and its occasion, kept equal
 * by a test. Fields travel in the order in which they stand here.
 */
export const messages = {
  request: struct({ request }),
  order: struct({
    epoch,
    first: u53,
    time: u53,
    businessDate,
    requests: list(request, requestsMax),
    historyDigest: digest,
    commitPoint: u53,
  }),
  read: struct({ epoch, n: u53, time: u53, businessDate, requests: list(request, requestsMax) }),
  heartbeat: struct({ epoch, last: u53, time: u53, businessDate, historyDigest: digest, commitPoint: u53 }),
  resend: struct({ epoch, from: u53, to: u53, replyTo: address }),
  stored: struct({ slot: u8, incarnation, epoch, durable: u53 }),
  reply: struct({
    ...replica,
    version: versionName,
    epoch,
    n: u53,
    historyDigest: digest,
    /** The business date that a read was executed at; empty for a change, whose history digest covers it. */
    readDate: text(10),
    caller,
    requestId,
    resultDigest: digest,
    result: nullable(text(resultBytesMax)),
  }),
  busy: struct({ caller, requestId, retryAfterMs: u32 }),
  ask: struct({ epoch, n: u53, time: u53, businessDate, request }),
  probe: struct({ ...replica, token: u53, replyTo: address }),
  probed: struct({ ...replica, token: u53 }),
  checkpoint: struct({ slot: u8, incarnation, ...checkpointFields }),
  fetchSnapshot: struct({ ...checkpointFields, replyTo: address }),
  snapshot: struct({
    ...checkpointFields,
    epoch,
    time: u53,
    state: text(stateBytesMax),
    table: list(remembered, 1_000_000),
  }),
  askStatus: struct({ replyTo: address }),
  managerStatus: struct({
    ...replica,
    pid: u32,
    state: oneOf(managerStates),
    version: versionName,
    replicaPid: nullable(u32),
    epoch: nullable(epoch),
    last: u53,
    executed: u53,
    durable: u53,
    replacements: u32,
    lastReplacement: nullable(replacement),
    checkpoint: nullable(checkpointDigests),
    fault: nullable(struct({ id: text(64), fault: oneOf(faultNames), until: u53, owner })),
    dropped: struct({ badMac: u53, malformed: u53, otherEpoch: u53 }),
  }),
  sequencerStatus: struct({
    id: u32,
    pid: u32,
    epoch,
    state: oneOf(["active", "standby", "deposed"]),
    last: u53,
    commitPoint: u53,
    time: u53,
    businessDate,
    stored: list(u53, 4),
    dropped: struct({ badMac: u53, malformed: u53, busy: u53 }),
  }),
  inject: struct({ ...replica, id: text(64), fault: oneOf(faultNames), forMs: u32, seed: u32, owner }),
  clear: struct({ slot: u8, id: text(64) }),
  kill: struct({ slot: u8, target: oneOf(["manager", "replica"]) }),
} as const;

/** How a message is written and read. */
export const message = union(messages);

/** Any message of the protocol. */
export type Message = ValueOf<typeof message>;

/** The kind of a message. */
export type MessageKind = Message["kind"];

/** The message of one kind. */
export type MessageOf<Kind extends MessageKind> = Extract<Message, { readonly kind: Kind }>;

/** Messages that may be too large for datagrams and travel over TCP. */
export const bulkKinds: ReadonlySet<MessageKind> = new Set(["snapshot"]);

/** A message together with the address that it came from. */
export interface Received {
  readonly from: string;
  readonly message: Message;
}

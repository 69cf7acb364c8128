import { checkpointDigests, checkpointFields } from "./checkpoint.ts";
import { flag, list, nullable, oneOf, struct, text, u8, u32, u53, union, type ValueOf } from "./codec.ts";
import { entry } from "./entry.ts";
import { adoption, adoptionFields, epoch } from "./epoch.ts";
import { faultNames } from "./fault.ts";
import { address, caller, digest, incarnation, request, requestId, versionName } from "./request.ts";
import { tableInterval } from "./table-interval.ts";

const businessDate = text(10);
/** Who injected a fault: 64 characters, in whatever script. */
const owner = text(256);
const requestsMax = 4096;
const resultBytesMax = 8 * 1024 * 1024;
/** Bytes of one part of a snapshot: a piece of the state, or one interval of the client table. */
const partBytesMax = 64 * 1024 * 1024;
const entriesMax = 65_536;
/** Managers and sequencers that one message names at most. */
export const placesMax = 64;

/** Which replica a message speaks of: those of one manager are told apart by a count of starts. */
const replica = { slot: u8, incarnation, generation: u53 };

/** One part of a snapshot: the state in pieces, then the intervals of the client table, oldest first. */
const snapshotPart = union({ state: struct({ text: text(partBytesMax) }), interval: tableInterval });
/** One part of a snapshot. */
export type SnapshotPart = ValueOf<typeof snapshotPart>;

/** How far something has come that takes a while; `total` is at least 1. */
const progress = struct({ what: oneOf(["loading", "fetching", "importing", "replaying"]), done: u53, total: u53 });
/** How far something has come that takes a while. */
export type Progress = ValueOf<typeof progress>;

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

/** What a manager says of the replica that it runs in shadow. */
const shadowStatus = struct({
  /** Its command line, the beginning of a long one. */
  command: text(1024),
  state: oneOf(["starting", "syncing", "following", "lagging", "failed"]),
  /** Number of the last change that it answered. */
  executed: u53,
  /** Answers and state digests that were compared, and those of them that differed. */
  compared: u53,
  differences: u53,
  /** Number of the request, or of the checkpoint, at which it differed last. */
  lastDifference: nullable(u53),
  /** How often it lost its place because it was slower than the order. */
  lags: u53,
  /** Why its process ended last; nothing since it follows again. */
  trouble: nullable(text(1024)),
});
/** What a manager says of the replica that it runs in shadow. */
export type ShadowStatus = ValueOf<typeof shadowStatus>;

/** A process as the others reach it: of two that say the same role and id, the one that started later counts. */
const place = struct({
  role: oneOf(["sequencer", "manager", "frontend"]),
  /** Rank of a sequencer, slot of a manager, a random number of a front end. */
  id: u32,
  /** UTC milliseconds of its start, by its clock, and a random number that tells two of the same millisecond apart. */
  startedAt: u53,
  nonce: u32,
  address,
});
/** A process as the others reach it. */
export type Place = ValueOf<typeof place>;

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
  heartbeat: struct({
    /** Of the sequencer that gives the sign of life. */
    id: u32,
    epoch,
    last: u53,
    time: u53,
    businessDate,
    historyDigest: digest,
    commitPoint: u53,
  }),
  resend: struct({ epoch, from: u53, to: u53, replyTo: address }),
  fetchEntries: struct({ epoch, from: u53, replyTo: address }),
  entries: struct({
    epoch,
    from: u53,
    entries: list(entry, entriesMax),
    /** Of the log that they are taken from: the last entry that it no longer keeps, with the history there, and its last one. */
    base: u53,
    baseDigest: digest,
    last: u53,
  }),
  stored: struct({ slot: u8, incarnation, epoch, durable: u53 }),
  prepare: struct({
    epoch,
    /** Asked only whether it would be promised: nothing is stored. */
    isTrial: flag,
    /** The epoch that the candidate itself leads; whoever hears that one alive promises all the same. */
    follows: nullable(epoch),
    replyTo: address,
  }),
  promise: struct({
    slot: u8,
    incarnation,
    epoch,
    isTrial: flag,
    isGranted: flag,
    /** The latest epoch that this manager has promised. */
    promised: nullable(epoch),
    adoption: nullable(adoption),
    /** The last entry: its number, history, time and business date. */
    last: u53,
    historyDigest: digest,
    time: u53,
    businessDate,
  }),
  start: struct({ ...adoptionFields, source: address, replyTo: address }),
  adopted: struct({ slot: u8, incarnation, epoch }),
  join: struct({ slot: u8, incarnation, heard: epoch, replyTo: address }),
  superseded: struct({ epoch }),
  resigned: struct({ epoch }),
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
    /** Of the content that this answers: an id may come again with another one, while old replies are under way. */
    contentDigest: digest,
    resultDigest: digest,
    result: nullable(text(resultBytesMax)),
  }),
  busy: struct({ caller, requestId, retryAfterMs: u32 }),
  ask: struct({ epoch, n: u53, time: u53, businessDate, request }),
  probe: struct({ ...replica, token: u53, replyTo: address }),
  probed: struct({ ...replica, token: u53 }),
  checkpoint: struct({
    slot: u8,
    incarnation,
    ...checkpointFields,
    /** The adopted epoch, in whose log this point is durable there; nothing when it is not, or none is adopted. */
    storedIn: nullable(epoch),
  }),
  askCheckpoints: struct({ slot: u8, replyTo: address }),
  fetchSnapshot: struct({ ...checkpointFields, part: u32, replyTo: address }),
  snapshot: struct({ ...checkpointFields, time: u53, part: u32, parts: u32, content: snapshotPart }),
  askStatus: struct({ replyTo: address }),
  managerStatus: struct({
    ...replica,
    pid: u32,
    state: oneOf(managerStates),
    version: versionName,
    replicaPid: nullable(u32),
    epoch: nullable(epoch),
    promised: nullable(epoch),
    /** False while its data is not part of the configuration: it stores and says nothing that counts. */
    isMember: flag,
    /** False while the disk has no room: nothing is accepted. */
    hasRoom: flag,
    last: u53,
    executed: u53,
    durable: u53,
    progress: nullable(progress),
    replacements: u32,
    lastReplacement: nullable(replacement),
    checkpoint: nullable(checkpointDigests),
    fault: nullable(struct({ id: text(64), fault: oneOf(faultNames), until: u53, owner })),
    /** The replica that it compares with its own; nothing where it runs none. */
    shadow: nullable(shadowStatus),
    dropped: struct({ badMac: u53, malformed: u53, otherEpoch: u53 }),
  }),
  sequencerStatus: struct({
    id: u32,
    pid: u32,
    /** The epoch that it leads, asks for or heard of last. */
    epoch: nullable(epoch),
    state: oneOf(["active", "electing", "standby"]),
    /** Incarnations by slot of the configuration, empty while none is known. */
    members: list(incarnation, 4),
    /** Slots whose incarnation is not in the configuration and that wait to be admitted. */
    strangers: list(u8, 4),
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
  replace: struct({ slot: u8 }),
  discover: struct({ self: place }),
  here: struct({ self: place, others: list(place, placesMax) }),
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
export const bulkKinds: ReadonlySet<MessageKind> = new Set(["snapshot", "entries"]);

/** A message together with the address that it came from. */
export interface Received {
  readonly from: string;
  readonly message: Message;
}

import { fieldOf } from "./soap-reply.ts";

/** What the command line reads of `GET /api/status`; the rest goes through to `--json` as it is. */
export interface ServiceStatus {
  readonly epoch: Epoch | null;
  readonly sequence: number;
  /** What lags are measured against, also while no sequencer leads. */
  readonly newest: { readonly sequence: number; readonly ageMs: number } | null;
  readonly businessDate: string | null;
  /** How many equal answers decide, by class of operations. */
  readonly quorum: { readonly reads: number; readonly bookings: number; readonly shows: number };
  readonly agreement: string;
  readonly sequencers: readonly SequencerStatus[];
  readonly frontends: readonly { readonly id: string; readonly pid: number }[];
  readonly managers: readonly ManagerStatus[];
  readonly faults: readonly ActiveFault[];
  readonly counts: StatusCounts;
}

/** The term of a sequencer. */
export interface Epoch {
  readonly number: number;
  readonly nonce: string;
}

/** One sequencer that was ever heard. */
export interface SequencerStatus {
  readonly id: number;
  readonly state: string;
  readonly pid: number;
  readonly epoch: Epoch | null;
  /** Milliseconds since it last spoke. */
  readonly ageMs: number;
}

/** What the front end that was asked has counted since it started. */
export interface StatusCounts {
  readonly answered: number;
  readonly refused: number;
  readonly noAgreement: number;
  readonly chargesWrong: number;
  readonly chargesSilent: number;
  readonly dropped: { readonly badMac: number; readonly malformed: number };
}

/** One manager, and what became of its replicas. */
export interface ManagerStatus {
  readonly slot: number;
  readonly state: string;
  readonly pid: number | null;
  readonly version: string | null;
  readonly replicaPid: number | null;
  /** The epoch that it has adopted. */
  readonly epoch: Epoch | null;
  readonly executed: number;
  /** Of its lag behind the newest number; `null` where it is not known. */
  readonly lagRequests: number | null;
  readonly lagMs: number | null;
  /** False while its disk is new and it waits to be admitted. */
  readonly isMember: boolean;
  /** False while its disk is full. */
  readonly hasRoom: boolean;
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
  readonly wrongInARow: number;
  /** True while a reply that it owes is asked for in vain. */
  readonly isSilent: boolean;
  readonly replacements: number;
  readonly lastReplacement: {
    readonly cause: string;
    readonly from: string;
    readonly to: string;
    /** ISO 8601. */
    readonly at: string;
    /** Until it voted again; `null` while that is under way. */
    readonly tookMs: number | null;
  } | null;
  readonly checkpoint: { readonly sequence: number; readonly digest: string } | null;
  /** The replica that it compares with its own; `null` where it runs none. */
  readonly shadow: ShadowStatus | null;
  /** Milliseconds since it last spoke; `null` when it never did. */
  readonly ageMs: number | null;
}

/** A replica that is compared and never votes. */
export interface ShadowStatus {
  readonly command: string;
  readonly state: string;
  readonly compared: number;
  readonly differences: number;
  /** Number of the request at which it differed last. */
  readonly lastDifference: number | null;
  /** How often it was too slow. */
  readonly lags: number;
  /** Why it ended last; `null` since it follows again. */
  readonly trouble: string | null;
}

/** A fault that lasts. */
export interface ActiveFault {
  readonly id: string;
  readonly slot: number;
  readonly fault: string;
  /** ISO 8601. */
  readonly until: string;
  readonly owner: string;
}

/** A fault that can be injected. */
export interface MenuFault {
  readonly name: string;
  readonly description: string;
}

/** The state digest of every replica at one same number. */
export interface DigestList {
  readonly sequence: number;
  readonly digests: readonly { readonly slot: number; readonly digest: string | null }[];
  /** All four are there and the same. */
  readonly equal: boolean;
}

/** True for what `GET /api/status` of this service answers, with all that is read of it: another version may lack some. */
export function isServiceStatus(value: unknown): value is ServiceStatus {
  return isStatus(value);
}

/** True for what `GET /api/digests` answers. */
export function isDigestList(value: unknown): value is DigestList {
  return typeof fieldOf(value, "sequence") === "number" && Array.isArray(fieldOf(value, "digests"));
}

/** True for a list of faults: those of the menu, or those that last. */
export function isFaultList(value: unknown): value is { readonly faults: readonly unknown[] } {
  return Array.isArray(fieldOf(value, "faults"));
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isFlag: Check = (value) => typeof value === "boolean";
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** A check of every field that a type has. */
function isRecord<Type>(fields: Readonly<Record<keyof Type & string, Check>>): Check {
  return (value) => Object.entries<Check>(fields).every(([name, check]) => check(fieldOf(value, name)));
}

const isEpoch = isRecord<Epoch>({ number: isNumber, nonce: isText });

const isSequencerStatus = isRecord<SequencerStatus>({
  id: isNumber,
  state: isText,
  pid: isNumber,
  epoch: orNull(isEpoch),
  ageMs: isNumber,
});

const isManagerStatus = isRecord<ManagerStatus>({
  slot: isNumber,
  state: isText,
  pid: orNull(isNumber),
  version: orNull(isText),
  replicaPid: orNull(isNumber),
  epoch: orNull(isEpoch),
  executed: isNumber,
  lagRequests: orNull(isNumber),
  lagMs: orNull(isNumber),
  isMember: isFlag,
  hasRoom: isFlag,
  progress: orNull(isRecord<NonNullable<ManagerStatus["progress"]>>({ what: isText, done: isNumber, total: isNumber })),
  wrongInARow: isNumber,
  isSilent: isFlag,
  replacements: isNumber,
  lastReplacement: orNull(
    isRecord<NonNullable<ManagerStatus["lastReplacement"]>>({
      cause: isText,
      from: isText,
      to: isText,
      at: isText,
      tookMs: orNull(isNumber),
    }),
  ),
  checkpoint: orNull(isRecord<NonNullable<ManagerStatus["checkpoint"]>>({ sequence: isNumber, digest: isText })),
  shadow: orNull(
    isRecord<ShadowStatus>({
      command: isText,
      state: isText,
      compared: isNumber,
      differences: isNumber,
      lastDifference: orNull(isNumber),
      lags: isNumber,
      trouble: orNull(isText),
    }),
  ),
  ageMs: orNull(isNumber),
});

const isStatus = isRecord<ServiceStatus>({
  epoch: orNull(isEpoch),
  sequence: isNumber,
  newest: orNull(isRecord<NonNullable<ServiceStatus["newest"]>>({ sequence: isNumber, ageMs: isNumber })),
  businessDate: orNull(isText),
  quorum: isRecord<ServiceStatus["quorum"]>({ reads: isNumber, bookings: isNumber, shows: isNumber }),
  agreement: isText,
  sequencers: isListOf(isSequencerStatus),
  frontends: isListOf(isRecord<ServiceStatus["frontends"][number]>({ id: isText, pid: isNumber })),
  managers: isListOf(isManagerStatus),
  faults: isListOf(isRecord<ActiveFault>({ id: isText, slot: isNumber, fault: isText, until: isText, owner: isText })),
  counts: isRecord<StatusCounts>({
    answered: isNumber,
    refused: isNumber,
    noAgreement: isNumber,
    chargesWrong: isNumber,
    chargesSilent: isNumber,
    dropped: isRecord<StatusCounts["dropped"]>({ badMac: isNumber, malformed: isNumber }),
  }),
});

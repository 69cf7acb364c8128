import { fieldOf } from "./soap-reply.ts";

/** What the command line reads of `GET /api/status`; the rest goes through to `--json` as it is. */
export interface ServiceStatus {
  readonly epoch: Epoch | null;
  readonly sequence: number;
  /** What lags are measured against, also while no sequencer leads. */
  readonly newest: { readonly sequence: number; readonly ageMs: number } | null;
  readonly businessDate: string | null;
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
  /** Milliseconds since it last spoke; `null` when it never did. */
  readonly ageMs: number | null;
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

/** True for what `GET /api/status` of this service answers. */
export function isServiceStatus(value: unknown): value is ServiceStatus {
  const lists = ["sequencers", "frontends", "managers", "faults"];
  if (!lists.every((name) => Array.isArray(fieldOf(value, name)))) return false;
  return (
    typeof fieldOf(value, "counts") === "object" &&
    typeof fieldOf(value, "sequence") === "number" &&
    typeof fieldOf(value, "agreement") === "string"
  );
}

/** True for what `GET /api/digests` answers. */
export function isDigestList(value: unknown): value is DigestList {
  return typeof fieldOf(value, "sequence") === "number" && Array.isArray(fieldOf(value, "digests"));
}

/** True for a list of faults: those of the menu, or those that last. */
export function isFaultList(value: unknown): value is { readonly faults: readonly unknown[] } {
  return Array.isArray(fieldOf(value, "faults"));
}

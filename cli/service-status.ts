import { fieldOf } from "./soap-reply.ts";

/** What `status` reads of `GET /api/status`; the rest goes through to `--json` as it is. */
export interface ServiceStatus {
  readonly epoch: { readonly number: number; readonly nonce: string } | null;
  readonly sequence: number;
  readonly businessDate: string | null;
  readonly agreement: string;
  readonly sequencers: readonly { readonly id: number; readonly state: string; readonly pid: number }[];
  readonly managers: readonly ManagerStatus[];
  readonly faults: readonly ActiveFault[];
}

/** One manager, and what became of its replicas. */
export interface ManagerStatus {
  readonly slot: number;
  readonly state: string;
  readonly version: string | null;
  readonly executed: number;
  /** False while its disk is new and it waits to be admitted. */
  readonly isMember: boolean;
  /** False while its disk is full. */
  readonly hasRoom: boolean;
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
  readonly wrongInARow: number;
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
  const lists = ["sequencers", "managers", "faults"].every((name) => Array.isArray(fieldOf(value, name)));
  return lists && typeof fieldOf(value, "sequence") === "number" && typeof fieldOf(value, "agreement") === "string";
}

/** True for what `GET /api/digests` answers. */
export function isDigestList(value: unknown): value is DigestList {
  return typeof fieldOf(value, "sequence") === "number" && Array.isArray(fieldOf(value, "digests"));
}

/** True for a list of faults: those of the menu, or those that last. */
export function isFaultList(value: unknown): value is { readonly faults: readonly unknown[] } {
  return Array.isArray(fieldOf(value, "faults"));
}

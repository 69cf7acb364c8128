import { type Epoch, type InstantMs, type Sequence, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf, Progress, Replacement, ShadowStatus } from "../protocol/message.ts";
import { type Quorums, quorumMax } from "../protocol/quorum.ts";
import type { FrontendConfig } from "./config.ts";
import type { Voting } from "./voting.ts";
import type { Seen, Watch } from "./watch.ts";

/** What a front end counted since it started. */
export interface Counts {
  readonly answered: number;
  /** Calls refused because there was no room. */
  readonly refused: number;
  readonly noAgreement: number;
  readonly chargesWrong: number;
  readonly chargesSilent: number;
}

/** One manager as the front end sees it; `null` where nothing was ever heard. */
export interface ManagerView {
  readonly slot: Slot;
  readonly incarnation: string | null;
  readonly pid: number | null;
  readonly state: "starting" | "recovering" | "voting" | "suspect" | "replacing" | "unreachable" | "stopped";
  /** False while its disk is new and no sequencer has admitted it. */
  readonly isMember: boolean;
  /** False while its disk is full. */
  readonly hasRoom: boolean;
  /** How far it has come with what takes a while. */
  readonly progress: Progress | null;
  readonly version: string | null;
  readonly replicaPid: number | null;
  /** The epoch that it has adopted. */
  readonly epoch: Epoch | null;
  readonly executed: Sequence;
  readonly durable: Sequence;
  /** Numbers between what it has executed and the newest one that is known; `null` where either is not known. */
  readonly lagRequests: number | null;
  /** Milliseconds of the order that it lacks, 0 when it has all; `null` where its start is older than this front end. */
  readonly lagMs: number | null;
  readonly wrongInARow: number;
  /** True while a reply that it owes is asked for in vain. */
  readonly isSilent: boolean;
  readonly replacements: number;
  readonly lastReplacement: Replacement | null;
  readonly checkpoint: { readonly sequence: number; readonly digest: string } | null;
  /** The replica that this manager compares with its own, where it runs one. */
  readonly shadow: ShadowStatus | null;
  /** Milliseconds since this manager last spoke; `null` when it never did. */
  readonly ageMs: number | null;
}

/** One sequencer that was ever heard. */
export interface SequencerView {
  readonly id: number;
  readonly state: "active" | "electing" | "standby" | "unreachable";
  readonly pid: number;
  /** The epoch that it leads, asks for or heard of last. */
  readonly epoch: Epoch | null;
  /** Milliseconds since it last spoke. */
  readonly ageMs: number;
}

/** What `GET /api/status` shows. */
export interface StatusView {
  readonly epoch: Epoch | null;
  /** The last number of the sequencer that leads; 0 while none does. */
  readonly sequence: Sequence;
  /** The newest number that was ever heard of, which lags are measured against, and its age in milliseconds. */
  readonly newest: { readonly sequence: Sequence; readonly ageMs: number } | null;
  readonly businessDate: string | null;
  /** How many equal replies decide, by class of operations. */
  readonly quorum: Quorums;
  readonly agreement: string;
  /** Highest rank first. */
  readonly sequencers: readonly SequencerView[];
  readonly frontends: readonly { readonly id: string; readonly pid: number }[];
  readonly managers: readonly ManagerView[];
  readonly faults: readonly {
    readonly id: string;
    readonly slot: Slot;
    readonly fault: string;
    /** UTC milliseconds. */
    readonly until: number;
    readonly owner: string;
  }[];
  readonly counts: Counts & { readonly dropped: { readonly badMac: number; readonly malformed: number } };
  /** True when a sequencer and the largest quorum of managers can answer, a change too. */
  readonly isReady: boolean;
}

/** Where the view comes from. */
export interface StatusViewSources {
  readonly now: InstantMs;
  readonly config: FrontendConfig;
  readonly watch: Watch;
  readonly voting: Voting;
  readonly counts: Counts;
  readonly dropped: { readonly badMac: number; readonly malformed: number };
}

/** Puts together what the processes said of themselves and what this front end saw of them. */
export function statusView(sources: StatusViewSources): StatusView {
  const { now, config, watch, counts } = sources;
  const managers = slots.map((slot) => managerView(slot, sources));
  const active = watch.active(now);
  const voters = managers.filter((manager) => manager.state === "voting");
  return {
    epoch: active?.epoch ?? null,
    sequence: active?.last ?? 0,
    newest: watch.newest(now) ?? null,
    businessDate: active?.businessDate ?? null,
    quorum: config.quorums,
    agreement: `${voters.length} of ${slots.length}`,
    sequencers: sequencerViews(now, watch),
    frontends: [{ id: config.id, pid: config.pid }],
    managers,
    faults: faultsOf(watch),
    counts: { ...counts, dropped: droppedOf(sources) },
    isReady: active !== undefined && voters.filter(({ hasRoom }) => hasRoom).length >= quorumMax(config.quorums),
  };
}

function sequencerViews(now: InstantMs, watch: Watch): readonly SequencerView[] {
  const active = watch.active(now);
  const views = watch.sequencers.map((seen): SequencerView => {
    const { id, pid, state, epoch } = seen.status;
    // Whoever still seems to lead beside the one that does has not been heard since.
    const isHeard = watch.isFresh(now, seen) && (state !== "active" || seen.status === active);
    return { id, state: isHeard ? state : "unreachable", pid, epoch, ageMs: now - seen.at };
  });
  return views.toSorted((one, other) => other.id - one.id);
}

function managerView(slot: Slot, { now, watch, voting }: StatusViewSources): ManagerView {
  const seen = watch.manager(slot);
  const status = seen?.status;
  const checkpoint = status?.checkpoint ?? null;
  const newest = watch.newest(now);
  return {
    slot,
    incarnation: status?.incarnation ?? null,
    pid: status?.pid ?? null,
    state: stateOf(now, slot, seen, watch, voting),
    isMember: watch.isMember(now, slot),
    hasRoom: status?.hasRoom ?? true,
    progress: status?.progress ?? null,
    version: status?.version ?? null,
    replicaPid: status?.replicaPid ?? null,
    epoch: status?.epoch ?? null,
    executed: status?.executed ?? 0,
    durable: status?.durable ?? 0,
    // What it said may be younger than the word of the sequencer.
    lagRequests: status && newest ? Math.max(0, newest.sequence - status.executed) : null,
    lagMs: (status && watch.lagMs(status.executed)) ?? null,
    wrongInARow: status === undefined ? 0 : voting.wrongInARow(slot, status),
    isSilent: voting.isSuspect(slot),
    replacements: status?.replacements ?? 0,
    lastReplacement: status?.lastReplacement ?? null,
    checkpoint: checkpoint === null ? null : { sequence: checkpoint.n, digest: checkpoint.stateDigest },
    shadow: status?.shadow ?? null,
    ageMs: seen === undefined ? null : now - seen.at,
  };
}

function stateOf(
  now: InstantMs,
  slot: Slot,
  seen: Seen<MessageOf<"managerStatus">> | undefined,
  watch: Watch,
  voting: Voting,
): ManagerView["state"] {
  if (seen === undefined || !watch.isFresh(now, seen)) return "unreachable";
  const { state } = seen.status;
  // Whatever its replica does, what it says does not count yet.
  if (!watch.isMember(now, slot) && (state === "voting" || state === "starting")) return "recovering";
  const isSuspect = voting.isSuspect(slot) || voting.wrongInARow(slot, seen.status) > 0;
  return state === "voting" && isSuspect ? "suspect" : state;
}

function faultsOf(watch: Watch): StatusView["faults"] {
  return slots.flatMap((slot) => {
    const fault = watch.manager(slot)?.status.fault;
    if (fault === undefined || fault === null) return [];
    return [{ id: fault.id, slot, fault: fault.fault, until: fault.until, owner: fault.owner }];
  });
}

function droppedOf({ watch, dropped }: StatusViewSources): { readonly badMac: number; readonly malformed: number } {
  const all = [
    dropped,
    ...watch.sequencers.map((seen) => seen.status.dropped),
    ...slots.flatMap((slot) => watch.manager(slot)?.status.dropped ?? []),
  ];
  return {
    badMac: all.reduce((sum, one) => sum + one.badMac, 0),
    malformed: all.reduce((sum, one) => sum + one.malformed, 0),
  };
}

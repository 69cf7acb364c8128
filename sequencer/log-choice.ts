import { type Adoption, isLaterEpoch } from "../protocol/epoch.ts";
import { type BusinessDate, type Epoch, type Incarnation, type InstantMs, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { SequencerConfig } from "./config.ts";
import { isMember, promisesNeeded } from "./electorate.ts";

type Promised = MessageOf<"promise">;

/** One member of a configuration gives way to another manager in the same slot. */
export interface Swap {
  readonly slot: Slot;
  /** Who comes into the slot. */
  readonly incarnation: Incarnation;
  /** Incarnations by slot of the configuration until now. */
  readonly members: readonly Incarnation[];
  /** The active epoch that the swap starts from. */
  readonly follows: Epoch;
}

/** What an election found: whose epoch it will be, and the manager whose log goes on. */
export interface LogChoice {
  readonly members: readonly Incarnation[];
  readonly best: Promised;
  /** The latest log time and business date that any of those that count knows of: neither goes back. */
  readonly time: InstantMs;
  readonly businessDate: BusinessDate;
}

/**
 * The configuration and the log that a new epoch goes on from, once enough has been promised; `promises` holds one of
 * each slot at most, all granted. A failover takes the newest configuration that it finds and never changes one.
 */
export function chooseLog(
  promises: readonly Promised[],
  { mayFound, mutant }: Pick<SequencerConfig, "mayFound" | "mutant">,
): LogChoice | undefined {
  const members = newestAdoption(promises)?.members ?? (mayFound ? founders(promises) : undefined);
  if (members === undefined) return undefined;
  const counted = promises.filter((promise) => isMember(members, promise, mutant));
  if (counted.length < promisesNeeded(mutant)) return undefined;
  return { members, best: bestOf(counted, mutant), ...latestOf(counted) };
}

/**
 * The same for a swap: all three who stay have to promise, since the one who goes no longer meets anybody. Nothing is
 * found when one of them has gone on to another epoch than the one that the swap starts from.
 */
export function chooseSwapLog(
  promises: readonly Promised[],
  swap: Swap,
  mutant: Mutant | undefined,
): LogChoice | undefined {
  const staying = promises.filter(({ slot }) => slot !== swap.slot);
  const counted = staying.filter(
    (promise) =>
      isMember(swap.members, promise, mutant) &&
      (promise.adoption === null || !isLaterEpoch(promise.adoption.epoch, swap.follows)),
  );
  if (counted.length < slots.length - 1) return undefined;
  const members = swap.members.map((member, index) => (index === swap.slot - 1 ? swap.incarnation : member));
  return { members, best: bestOf(counted, mutant), ...latestOf(counted) };
}

/** True when all four managers promised, and none of them has ever belonged to a cluster. */
export function areAllNew(promises: readonly Promised[]): boolean {
  return founders(promises) !== undefined && newestAdoption(promises) === null;
}

function newestAdoption(promises: readonly Promised[]): Adoption | null {
  let newest: Adoption | null = null;
  for (const { adoption } of promises) {
    if (adoption !== null && isLaterEpoch(adoption.epoch, newest?.epoch ?? null)) newest = adoption;
  }
  return newest;
}

/** Where nobody has ever adopted an epoch nothing can be lost: the four that are there make the first configuration. */
function founders(promises: readonly Promised[]): readonly Incarnation[] | undefined {
  const found = slots.map((slot) => promises.find((promise) => promise.slot === slot)?.incarnation);
  return found.every((incarnation) => incarnation !== undefined) ? found : undefined;
}

/** A log that begins anew behind a checkpoint does not know the date of its last entry, and another one does. */
function latestOf(counted: readonly Promised[]): Pick<LogChoice, "time" | "businessDate"> {
  const dates = counted.map(({ businessDate }) => businessDate).sort();
  return { time: Math.max(...counted.map(({ time }) => time)), businessDate: dates.at(-1) ?? "" };
}

function bestOf(counted: readonly Promised[], mutant: Mutant | undefined): Promised {
  return counted.reduce((best, promise) => (isBetter(promise, best, mutant) ? promise : best));
}

/** By the epoch of the log, and only then by its length: the longer one may be a dead end. */
function isBetter(a: Promised, b: Promised, mutant: Mutant | undefined): boolean {
  const [ofA, ofB] = [a.adoption?.epoch.number ?? 0, b.adoption?.epoch.number ?? 0];
  if (mutant === "longestLog" || ofA === ofB) return a.last > b.last;
  return ofA > ofB;
}

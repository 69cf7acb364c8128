import { type Adoption, isLaterEpoch } from "../protocol/epoch.ts";
import { type Address, type Epoch, type InstantMs, isSameEpoch } from "../protocol/ids.ts";
import type { LogSummary } from "../protocol/log-record.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";

/**
 * Which epochs a manager has promised and adopted. A promise is durable before it is said, and from then on no earlier
 * epoch is accepted; what is adopted is active once its sequencer was heard of.
 */
export class Terms {
  readonly #config: ManagerConfig;
  readonly #log: Log;
  readonly #journal: Journal;
  #promised: Epoch | null = null;
  #adoption: Adoption | null = null;
  #isActive = false;
  /** Whether the adoption is on the disk: nothing is said in its epoch before. */
  #isStored = false;
  #heardAt: InstantMs = Number.NEGATIVE_INFINITY;
  #joinAt: InstantMs = Number.NEGATIVE_INFINITY;
  #isOutside = false;

  constructor(config: ManagerConfig, log: Log, journal: Journal) {
    this.#config = config;
    this.#log = log;
    this.#journal = journal;
  }

  get promised(): Epoch | null {
    return this.#promised;
  }

  get adoption(): Adoption | null {
    return this.#adoption;
  }

  /** The adopted epoch. */
  get epoch(): Epoch | null {
    return this.#adoption?.epoch ?? null;
  }

  /** The adopted epoch, once that is durable; a later one may be promised, whose election reads this log. */
  get adoptedEpoch(): Epoch | null {
    return this.#isStored ? this.epoch : null;
  }

  /** The adopted epoch while its sequencer leads, by all that is known here: what may be answered in. */
  get activeEpoch(): Epoch | null {
    return this.#isActive ? this.storedEpoch : null;
  }

  /** The adopted epoch, once that is durable and while no later one is promised: what may be spoken in. */
  get storedEpoch(): Epoch | null {
    return this.isFaithful ? this.adoptedEpoch : null;
  }

  /** True when that epoch is the adopted one and no later one was promised. */
  accepts(epoch: Epoch): boolean {
    return this.#adoption !== null && isSameEpoch(this.#adoption.epoch, epoch) && this.isFaithful;
  }

  /** True when that epoch may still be adopted. */
  admits(epoch: Epoch): boolean {
    return isLaterEpoch(epoch, this.#promised) || this.#isPromised(epoch);
  }

  /** True while the configuration has other data in this slot: nothing that is said here counts. */
  get isOutside(): boolean {
    return this.#isOutside;
  }

  /** An epoch starts with these members: says plainly when this manager is none of them. */
  onMembers(members: readonly string[], emit: Emit): boolean {
    const isOutside = !this.isMemberOf(members);
    if (isOutside && !this.#isOutside) emit({ kind: "note", level: "error", text: outsideNote(this.#config.slot) });
    this.#isOutside = isOutside;
    return !isOutside;
  }

  /** True when this manager is one of those. */
  isMemberOf(members: readonly string[]): boolean {
    if (this.#config.mutant === "amnesiacVotes") return true;
    return members[this.#config.slot - 1] === this.#config.incarnation;
  }

  /** Takes over what the log says. */
  recover({ promised, adoption }: LogSummary): void {
    this.#promised = promised;
    this.#adoption = adoption;
    this.#isStored = true;
    if (adoption !== null && isLaterEpoch(adoption.epoch, promised)) this.#promised = adoption.epoch;
  }

  /** The sequencer of the adopted epoch gave a sign of life. */
  onHeard(now: InstantMs): void {
    this.#heardAt = now;
    this.#isActive = true;
  }

  /** The sequencer of the adopted epoch says that it ends: the next one need not wait. */
  onResigned(epoch: Epoch): void {
    if (this.accepts(epoch)) this.#heardAt = Number.NEGATIVE_INFINITY;
  }

  /** A sequencer speaks in an epoch that is not the adopted one: a later one is joined, an earlier one is told so. */
  onStranger(now: InstantMs, epoch: Epoch, from: Address, emit: Emit): void {
    if (!this.admits(epoch)) {
      if (this.#promised !== null) this.#send(from, { kind: "superseded", epoch: this.#promised }, emit);
      return;
    }
    if (now < this.#joinAt + this.#config.limits.electionRetryMs) return;
    this.#joinAt = now;
    const { slot, incarnation, address } = this.#config;
    this.#send(from, { kind: "join", slot, incarnation, heard: epoch, replyTo: address }, emit);
  }

  /** A candidate asks for a promise, or whether it would get one. */
  onPrepare(now: InstantMs, message: MessageOf<"prepare">, emit: Emit): void {
    const { epoch, isTrial, replyTo } = message;
    const isRepeated = this.#isPromised(epoch);
    const isGranted = isRepeated || (isLaterEpoch(epoch, this.#promised) && !this.#hearsAnother(now, message));
    if (isTrial || !isGranted) return this.#send(replyTo, this.#promise(message, isGranted), emit);
    this.#promised = epoch;
    const promise = this.#promise(message, true);
    const say = () => {
      if (this.#isPromised(epoch)) this.#send(replyTo, promise, emit);
    };
    if (isRepeated) return this.#journal.afterAll(say);
    if (this.#config.mutant === "promiseInMemory") this.#journal.afterAll(say);
    else this.#journal.append([{ kind: "promise", epoch }], emit, say);
  }

  /** Promises an epoch that has started: the adopted one is over here. The caller stores the record. */
  leaveFor(epoch: Epoch): void {
    this.#promised = epoch;
  }

  /** Adopts an epoch; the log is that of the epoch from here on. The caller stores the record. */
  adopt(adoption: Adoption): void {
    this.#adoption = adoption;
    this.#promised = adoption.epoch;
    this.#isActive = false;
    this.#isStored = false;
    this.#isOutside = false;
  }

  /** The adoption of that epoch is durable. */
  onStored(epoch: Epoch): void {
    this.#isStored ||= this.#adoption !== null && isSameEpoch(this.#adoption.epoch, epoch);
  }

  /** True while no later epoch than the adopted one is promised. */
  get isFaithful(): boolean {
    return this.#adoption !== null && this.#isPromised(this.#adoption.epoch);
  }

  /** True for the epoch that was promised last. */
  #isPromised(epoch: Epoch): boolean {
    return this.#promised !== null && isSameEpoch(epoch, this.#promised);
  }

  /** True while the sequencer of the adopted epoch is alive, unless it is that one which asks. */
  #hearsAnother(now: InstantMs, { follows }: MessageOf<"prepare">): boolean {
    if (this.#adoption === null || now - this.#heardAt >= this.#config.limits.sequencerSilenceMs) return false;
    return follows === null || !isSameEpoch(follows, this.#adoption.epoch);
  }

  #promise({ epoch, isTrial }: MessageOf<"prepare">, isGranted: boolean): MessageOf<"promise"> {
    const { slot, incarnation } = this.#config;
    return {
      kind: "promise",
      slot,
      incarnation,
      epoch,
      isTrial,
      isGranted,
      promised: this.#promised,
      adoption: this.#adoption,
      last: this.#log.last,
      historyDigest: this.#log.lastDigest,
      time: this.#log.lastMoment.time,
      businessDate: this.#log.lastMoment.businessDate,
    };
  }

  #send(to: Address, message: Extract<Parameters<Emit>[0], { kind: "send" }>["message"], emit: Emit): void {
    emit({ kind: "send", to, message });
  }
}

function outsideNote(slot: number): string {
  return (
    `the data of manager ${slot} is not that which the cluster knows: it has no part in the order until it is admitted, ` +
    `by itself when the other three are up, else by "quartet replace ${slot}"`
  );
}

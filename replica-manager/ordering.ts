import type { CheckpointDigests } from "../protocol/checkpoint.ts";
import type { Entry } from "../protocol/entry.ts";
import { type Address, type Digest, type Epoch, type InstantMs, isSameEpoch, type Sequence } from "../protocol/ids.ts";
import type { LogRecord, SavedCheckpoint } from "../protocol/log-record.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, Recovered } from "./effect.ts";
import { EntrySource, type Want } from "./entry-source.ts";
import { GapWatch } from "./gap-watch.ts";
import { HoldBack } from "./hold-back.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";
import { entriesOfOrder, follows, orderOfEntry } from "./order-entries.ts";
import { StoredLog } from "./stored-log.ts";
import { Succession } from "./succession.ts";
import { Terms } from "./terms.ts";

type Order = MessageOf<"order">;

/** What ordering tells its owner, in the midst of a step. */
export interface OrderingEvents {
  /** The log grew by these. */
  onGrown(entries: readonly Entry[]): void;
  /** What was behind `n` is no longer part of the order. */
  onRolledBack(n: Sequence): void;
  /** More entries are durable, or none any more behind a rollback. */
  onDurable(): void;
}

/**
 * Total order at one manager: accepts orders of its adopted epoch without a gap, checks each against its own history
 * digest, stores them, and has gaps closed by the sequencer first, by its peers after that. When a new epoch starts, it
 * makes its log that of the epoch before it adopts it.
 */
export class Ordering {
  readonly terms: Terms;
  readonly #config: ManagerConfig;
  readonly #events: OrderingEvents;
  readonly #stored: StoredLog;
  readonly #succession: Succession;
  readonly #holdBack: HoldBack;
  readonly #source: EntrySource;
  readonly #gap: GapWatch;
  /** No replica can start from this log any more: it is left for a newer checkpoint. */
  #isLeft = false;
  #snapshotFrom: Sequence | undefined;
  #isEquivocated = false;
  #otherEpoch = 0;
  hasRoom = true;

  constructor(config: ManagerConfig, events: OrderingEvents) {
    this.#config = config;
    this.#events = events;
    this.#holdBack = new HoldBack(config.limits.holdBackOrdersMax);
    this.#source = new EntrySource(config);
    this.#gap = new GapWatch(config);
    this.#stored = new StoredLog(config.mutant, () => events.onDurable());
    this.terms = new Terms(config, this.log, this.journal);
    this.#succession = new Succession(config, this.#stored, this.terms, {
      onRolledBack: (n) => events.onRolledBack(n),
      onAdopted: () => events.onDurable(),
    });
  }

  get log(): Log {
    return this.#stored.log;
  }

  get journal(): Journal {
    return this.#stored.journal;
  }

  /** What two managers have stored, by the sequencer's word. */
  get commitPoint(): Sequence {
    return this.#stored.commitPoint;
  }

  /** Number of the last entry that is durable here. */
  get durable(): Sequence {
    return this.#stored.durable;
  }

  /** The adopted epoch, when number `n` is durable here in its log. */
  storedIn(n: Sequence): Epoch | null {
    return n <= this.durable ? this.terms.adoptedEpoch : null;
  }

  /** The highest number that anybody spoke of. */
  get highest(): Sequence {
    return Math.max(this.#holdBack.highest, this.log.last);
  }

  /** True when two different orders came under one number: this manager must not vote any more. */
  get isEquivocated(): boolean {
    return this.#isEquivocated;
  }

  /** Orders and heartbeats of epochs that are not the adopted one. */
  get otherEpoch(): number {
    return this.#otherEpoch;
  }

  /**
   * The lowest number of a checkpoint that helps, when the others no longer keep what this log lacks; and the epoch whose
   * log this one is, or is about to be.
   */
  get snapshotWanted(): { readonly min: Sequence; readonly epoch: Epoch } | undefined {
    const min = this.#snapshotFrom ?? (this.#isLeft ? this.log.last + 1 : undefined);
    const epoch = this.#succession.epoch ?? this.terms.epoch;
    return min === undefined || epoch === null ? undefined : { min, epoch };
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return Math.min(this.#gap.deadline, this.#source.deadline);
  }

  /** True when no replica comes along: nothing is taken until the log could be cut. */
  get isFull(): boolean {
    return this.log.last - this.log.base >= 2 * this.#config.limits.logEntriesMax;
  }

  /** Takes over what was found in the data. */
  recover(recovered: Recovered): void {
    this.#stored.recover(recovered);
    this.terms.recover(recovered.summary);
  }

  /** Takes an order in. */
  onOrder(now: InstantMs, order: Order, from: Address, emit: Emit): void {
    if (!this.#isOurs(now, order, from, emit)) return;
    this.#stored.commit(order.commitPoint);
    if (order.first > this.log.last + 1) this.#holdBack.hold(order);
    else this.#accept(order, emit);
    this.#drain(emit);
    this.#watchGap(now);
  }

  /** Learns from a heartbeat how far the order has come. */
  onHeartbeat(now: InstantMs, heartbeat: MessageOf<"heartbeat">, from: Address, emit: Emit): void {
    if (!this.#isOurs(now, heartbeat, from, emit)) return;
    this.#compare(heartbeat.last, heartbeat.historyDigest, emit);
    this.#stored.commit(heartbeat.commitPoint);
    this.#holdBack.reveal(heartbeat.last);
    // What came while nothing could be taken is held, and may be the last order for long.
    this.#drain(emit);
    this.#watchGap(now);
  }

  /** Tells whether a stamped read may be answered here once its number is reached, and learns from that number. */
  acceptsRead(now: InstantMs, epoch: Epoch, n: Sequence, isStamped: boolean): boolean {
    if (this.#config.mutant === "unstampedReads" || this.#config.mutant === "readsOfAnyEpoch") return true;
    if (!this.terms.accepts(epoch)) return false;
    if (isStamped) this.terms.onHeard(now);
    this.#holdBack.reveal(n);
    this.#watchGap(now);
    return true;
  }

  /** A candidate asks for a promise: nothing is promised that cannot be stored. */
  onPrepare(now: InstantMs, message: MessageOf<"prepare">, emit: Emit): void {
    if (!this.hasRoom) return;
    this.terms.onPrepare(now, message, emit);
    if (!this.terms.isFaithful) this.#holdBack.clear();
  }

  /** An epoch starts: this manager takes its log over and adopts it, when it is one of its members. */
  onStart(now: InstantMs, message: MessageOf<"start">, emit: Emit): void {
    if (!this.hasRoom || !this.#succession.onStart(message, emit)) return;
    this.#snapshotFrom = undefined;
    this.#tryToAdopt(now, emit);
  }

  /** Gives a peer the entries of this epoch that it misses, as far as they are kept. */
  onResend(message: MessageOf<"resend">, emit: Emit): void {
    if (!this.terms.accepts(message.epoch)) return;
    const to = Math.min(message.to, message.from + this.#config.limits.resendEntriesMax - 1, this.log.last);
    for (let n = message.from; n <= to; n++) {
      const entry = this.log.at(n);
      if (entry === undefined || !isSameEpoch(entry.epoch, message.epoch)) continue;
      emit({ kind: "send", to: message.replyTo, message: orderOfEntry(entry, this.commitPoint) });
    }
  }

  /** Gives a peer a run of this log, which is that of the epoch it asks for. */
  onFetchEntries(message: MessageOf<"fetchEntries">, emit: Emit): void {
    if (this.terms.accepts(message.epoch)) this.#source.give(this.log, message, emit);
  }

  /** Takes in a run of the log that a peer gave. */
  onEntries(now: InstantMs, message: MessageOf<"entries">, emit: Emit): void {
    if (!this.#source.takes(message) || !this.hasRoom) return;
    if (message.entries.length === 0) {
      const { base, baseDigest } = message;
      if (base < message.from) return;
      // Where both logs have the same history at the base, what is kept behind it is enough.
      if (this.#succession.skipTo(base, baseDigest)) return this.#source.poll(now, this.#wanted(), emit);
      // Another peer may still keep what this one has cut: it is asked next, while a snapshot is looked for.
      this.#snapshotFrom = base;
      return;
    }
    this.#snapshotFrom = undefined;
    if (this.#succession.isUnderWay) {
      this.#succession.take(message.entries);
      this.#tryToAdopt(now, emit);
    } else if (this.terms.accepts(message.epoch)) {
      this.#takeRun(message.entries, emit);
    }
    this.#drain(emit);
    this.#watchGap(now);
    this.#source.poll(now, this.#wanted(), emit);
  }

  /** Asks for what is missing when it is time to. */
  poll(now: InstantMs, emit: Emit): void {
    // A log that could be cut after all goes on as it is.
    if (!this.isFull) this.#isLeft = false;
    this.#source.poll(now, this.#wanted(), emit);
    const { epoch } = this.terms;
    if (now < this.#gap.deadline || epoch === null) return;
    const to = this.#holdBack.gapAfter(this.log.last);
    if (to === undefined || !this.terms.isFaithful) return this.#gap.close();
    this.#gap.ask(now, this.log.last, to, epoch, emit);
    if (this.#config.mutant === "fillGaps" && this.#gap.tries > 1) this.#fillGap(epoch, emit);
  }

  /** Nothing in this log leads on for the replica, and it is full: it is given up for a newer checkpoint of others. */
  leave(): void {
    this.#isLeft = true;
  }

  /**
   * Two others agree on a checkpoint: where this log has the same history there, nothing has to be fetched up to it.
   * Returns false where it has not.
   */
  settle(now: InstantMs, { n, historyDigest }: CheckpointDigests, emit: Emit): boolean {
    if (this.log.digestAt(n) !== historyDigest) return false;
    this.#stored.commit(n);
    this.#snapshotFrom = undefined;
    this.#succession.restart();
    this.#tryToAdopt(now, emit);
    this.#source.poll(now, this.#wanted(), emit);
    return true;
  }

  /** Starts anew behind a checkpoint whose state is on the disk. */
  restart(now: InstantMs, checkpoint: SavedCheckpoint, emit: Emit): void {
    this.#stored.restart(checkpoint, this.#succession.leaveForIncoming(), emit);
    this.#snapshotFrom = undefined;
    this.#isLeft = false;
    this.#succession.restart();
    this.#tryToAdopt(now, emit);
    this.#drain(emit);
    this.#watchGap(now);
  }

  /** Forgets what a snapshot on the disk stands for; returns the record that says so. */
  cut(n: Sequence): LogRecord | undefined {
    return this.#stored.cut(n);
  }

  /** What is to be fetched from peers: the log of an epoch that starts, or a gap that is long or stays open. */
  #wanted(): Want | undefined {
    if (!this.hasRoom || this.#isEquivocated) return undefined;
    const inherited = this.#succession.want();
    if (inherited !== undefined) return inherited;
    const { epoch } = this.terms;
    if (!this.#gap.isLong || this.#isClosed || epoch === null || !this.terms.isFaithful) return undefined;
    return { epoch, from: this.log.last + 1, source: this.#succession.source };
  }

  /** True for a sign of the sequencer that leads the adopted epoch. */
  #isOurs(
    now: InstantMs,
    message: { readonly epoch: Epoch; readonly commitPoint: Sequence },
    from: Address,
    emit: Emit,
  ): boolean {
    if (this.terms.accepts(message.epoch)) {
      this.terms.onHeard(now);
      return true;
    }
    this.#otherEpoch++;
    this.terms.onStranger(now, message.epoch, from, emit);
    return false;
  }

  #tryToAdopt(now: InstantMs, emit: Emit): void {
    const inherited = this.#succession.tryToAdopt(emit);
    if (inherited === undefined) return;
    this.#holdBack.clear();
    if (inherited.before.length > 0) this.#events.onGrown(inherited.before);
    this.#takeRun(inherited.rest, emit);
    this.#watchGap(now);
  }

  #drain(emit: Emit): void {
    // A later epoch that was promised begins behind what the log held then.
    if (!this.terms.isFaithful) return;
    while (!this.#isClosed && !this.#isEquivocated) {
      const order = this.#holdBack.takeAfter(this.log.last);
      if (order === undefined) return;
      this.#accept(order, emit);
    }
  }

  #accept(order: Order, emit: Emit): void {
    const end = order.first + order.requests.length - 1;
    if (this.#isEquivocated) return;
    if (end <= this.log.last) return this.#compare(end, order.historyDigest, emit);
    if (this.#isClosed) return;
    const entries = entriesOfOrder(this.#config.sha256, this.log, order);
    if (entries.at(-1)?.historyDigest !== order.historyDigest) return this.#stopVoting(end, emit);
    this.#append(entries, emit);
  }

  /** Takes a run of the log of the adopted epoch that a peer gave. */
  #takeRun(entries: readonly Entry[], emit: Emit): void {
    const fresh: Entry[] = [];
    let { last, lastDigest } = this.log;
    for (const entry of entries) {
      if (entry.n <= last) {
        this.#compare(entry.n, entry.historyDigest, emit);
        continue;
      }
      if (this.#isEquivocated || entry.n !== last + 1 || !follows(this.#config.sha256, lastDigest, entry)) break;
      fresh.push(entry);
      last = entry.n;
      lastDigest = entry.historyDigest;
    }
    if (fresh.length > 0) this.#append(fresh, emit);
  }

  #append(entries: readonly Entry[], emit: Emit): void {
    this.#stored.append(entries, emit);
    this.#events.onGrown(entries);
  }

  /** Compares the history that somebody speaks of with the own one, where that reaches as far. */
  #compare(n: Sequence, digest: Digest, emit: Emit): void {
    const known = this.log.digestAt(n);
    if (known !== undefined && known !== digest && !this.#isEquivocated) this.#stopVoting(n, emit);
  }

  #stopVoting(n: Sequence, emit: Emit): void {
    this.#isEquivocated = true;
    emit({ kind: "note", level: "error", text: `two different orders under number ${n}: this manager stops voting` });
  }

  #watchGap(now: InstantMs): void {
    const isOpen = this.highest > this.log.last && !this.#isClosed && !this.#isEquivocated;
    if (isOpen) this.#gap.open(now, this.highest - this.log.last);
    else this.#gap.close();
    // What was missing came after all.
    if (!isOpen && !this.#succession.isUnderWay) this.#snapshotFrom = undefined;
  }

  /** Only as a mutant: what other managers have under that number is something else. */
  #fillGap(epoch: Epoch, emit: Emit): void {
    const { time, businessDate } = this.log.lastMoment;
    const request = {
      requestId: "gap",
      caller: "manager",
      issuedAt: 0,
      replyTo: "",
      command: { kind: "checkpoint" },
    } as const;
    const order = { kind: "order", epoch, first: this.log.last + 1, time, businessDate, requests: [request] } as const;
    this.#append(entriesOfOrder(this.#config.sha256, this.log, { ...order, historyDigest: "", commitPoint: 0 }), emit);
  }

  /** True when nothing is taken: orders are lost, and asked for again later. */
  get #isClosed(): boolean {
    return !this.hasRoom || this.isFull;
  }
}

import type { Entry } from "../protocol/entry.ts";
import { isLaterEpoch } from "../protocol/epoch.ts";
import { type Address, type Digest, type Epoch, isSameEpoch, type Sequence } from "../protocol/ids.ts";
import type { LogRecord } from "../protocol/log-record.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import type { Want } from "./entry-source.ts";
import { IncomingLog } from "./incoming-log.ts";
import type { StoredLog } from "./stored-log.ts";
import type { Terms } from "./terms.ts";

/** What a succession tells its owner. */
export interface SuccessionEvents {
  /** What was behind `n` is no longer part of the order. */
  onRolledBack(n: Sequence): void;
  /** The adoption of an epoch is durable, and was said: what is stored may be told in it. */
  onAdopted(): void;
}

/** Entries that came with an epoch. */
export interface Inheritance {
  /** Up to its base: they are in the log by now. */
  readonly before: readonly Entry[];
  /** Those behind it. */
  readonly rest: readonly Entry[];
}

/**
 * How a manager goes over to an epoch that starts: it fetches the log of that epoch, takes back of its own what does not
 * belong to it, and adopts, all in one write.
 */
export class Succession {
  readonly #config: ManagerConfig;
  readonly #stored: StoredLog;
  readonly #terms: Terms;
  readonly #events: SuccessionEvents;
  #incoming: IncomingLog | undefined;
  #startedBy: { readonly source: Address; readonly replyTo: Address } | undefined;

  constructor(config: ManagerConfig, stored: StoredLog, terms: Terms, events: SuccessionEvents) {
    this.#config = config;
    this.#stored = stored;
    this.#terms = terms;
    this.#events = events;
  }

  /** True while the log of an epoch is being fetched. */
  get isUnderWay(): boolean {
    return this.#incoming !== undefined;
  }

  /** The epoch whose log is being fetched. */
  get epoch(): Epoch | undefined {
    return this.#incoming?.adoption.epoch;
  }

  /** A manager that has the log of the epoch that started last. */
  get source(): Address | null {
    return this.#startedBy?.source ?? null;
  }

  /** What is to be fetched; nothing for an epoch that may be adopted no more. */
  want(): Want | undefined {
    if (this.#incoming !== undefined && !this.#terms.admits(this.#incoming.adoption.epoch)) this.#incoming = undefined;
    if (this.#incoming === undefined) return undefined;
    return { epoch: this.#incoming.adoption.epoch, from: this.#incoming.next, source: this.source };
  }

  /** An epoch starts; true when its log is one to be taken over from now on. */
  onStart({ epoch, members, base, baseDigest, source, replyTo }: MessageOf<"start">, emit: Emit): boolean {
    if (this.#terms.accepts(epoch)) {
      this.#stored.journal.afterAll(() => this.#sayAdopted(epoch, replyTo, emit));
      return false;
    }
    if (!this.#terms.admits(epoch) || !this.#terms.onMembers(members, emit)) return false;
    this.#startedBy = { source, replyTo };
    if (this.#incoming !== undefined && isSameEpoch(this.#incoming.adoption.epoch, epoch)) return false;
    this.#incoming = this.#incomingLog({ epoch, members, base, baseDigest });
    return true;
  }

  /** Takes in a run of the log of the epoch. */
  take(entries: readonly Entry[]): void {
    if (this.#incoming?.take(entries) === false) this.restart();
  }

  /** The log of the epoch has that history at `n`: true when that leads further, since the own one has it as well. */
  skipTo(n: Sequence, historyDigest: Digest): boolean {
    return this.#incoming?.skipTo(n, historyDigest) === true;
  }

  /** Looks anew at what both logs have in common: the own one has changed, or what came did not follow. */
  restart(): void {
    if (this.#incoming !== undefined) this.#incoming = this.#incomingLog(this.#incoming.adoption);
  }

  /** Makes the log that of the epoch and adopts it, once all of it is there: one write, so that no crash falls between. */
  tryToAdopt(emit: Emit): Inheritance | undefined {
    const incoming = this.#incoming;
    if (incoming === undefined || !this.#terms.admits(incoming.adoption.epoch) || !incoming.isComplete)
      return undefined;
    const { adoption, common, gathered } = incoming;
    const { log, journal } = this.#stored;
    const records: LogRecord[] = [];
    if (common < log.last && this.#config.mutant !== "keepSuffix") {
      records.push(this.#stored.rollBack(common));
      this.#events.onRolledBack(common);
    }
    const before = gathered.filter((entry) => entry.n <= adoption.base && entry.n > log.last);
    for (const entry of before) log.append(entry);
    records.push(...before.map((entry) => ({ kind: "entry", ...entry }) as const), { kind: "adoption", ...adoption });
    const { mark } = this.#stored;
    journal.append(records, emit, () => {
      this.#terms.onStored(adoption.epoch);
      this.#stored.reach(mark);
      if (this.#startedBy !== undefined) this.#sayAdopted(adoption.epoch, this.#startedBy.replyTo, emit);
    });
    this.#terms.adopt(adoption);
    this.#incoming = undefined;
    return { before, rest: gathered.slice(before.length) };
  }

  /** The log is about to be no longer that of the adopted epoch: nothing is said in that one any more. */
  leaveForIncoming(): readonly LogRecord[] {
    const epoch = this.#incoming?.adoption.epoch;
    if (epoch === undefined || !isLaterEpoch(epoch, this.#terms.promised)) return [];
    this.#terms.leaveFor(epoch);
    return [{ kind: "promise", epoch }];
  }

  #incomingLog(adoption: IncomingLog["adoption"]): IncomingLog {
    return new IncomingLog(adoption, this.#stored.log, this.#stored.commitPoint, this.#config.sha256);
  }

  #sayAdopted(epoch: Epoch, to: Address, emit: Emit): void {
    if (!this.#terms.accepts(epoch)) return;
    const { slot, incarnation } = this.#config;
    emit({ kind: "send", to, message: { kind: "adopted", slot, incarnation, epoch } });
    this.#events.onAdopted();
  }
}

import { sha256 } from "../../io/sha256.ts";
import type { Entry } from "../../protocol/entry.ts";
import { type Adoption, isLaterEpoch } from "../../protocol/epoch.ts";
import { genesisDigest, historyDigest } from "../../protocol/history.ts";
import type { Digest, Epoch, Sequence, Slot } from "../../protocol/ids.ts";
import type { LogRecord } from "../../protocol/log-record.ts";
import type { FoldedLog } from "./folded-log.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import { Violation } from "./violation.ts";

/** A place in the history: equal places mean equal histories. */
export interface Place {
  readonly n: Sequence;
  readonly digest: Digest;
}

interface Node {
  readonly entry: Entry;
  readonly parent: Digest;
}

interface Term {
  readonly adoption: Adoption;
  /** History digests of the log of this epoch, by number. */
  readonly places: Map<Sequence, Digest>;
  /** How far each member has the log of this epoch on its disk, by slot. */
  readonly durable: Map<Slot, Sequence>;
  isActive: boolean;
}

interface Fact extends Place {
  readonly epoch: Epoch;
}

/** Sees every log of every manager, and fails as soon as one of them breaks what must always hold. */
export class LogWitness {
  readonly #nodes = new Map<Digest, Node>();
  readonly #terms = new Map<string, Term>();
  /** The last entry that two members of an active epoch have on their disks. */
  #committed: Fact | undefined;
  /** The last place of the history that a client was told of. */
  #answered: Fact | undefined;
  #activations = 0;
  /** The highest number that an active epoch started behind: three have it. */
  #settledBase: Sequence = 0;

  /** Epochs that became active. */
  get activations(): number {
    return this.#activations;
  }

  /** A manager appends records to its log, in one write; they are applied to `log`. */
  onAppend(slot: Slot, log: FoldedLog, records: readonly LogRecord[]): void {
    // What stands before an adoption in the same write makes the log that of the epoch which is adopted.
    let before = records.filter(({ kind }) => kind === "adoption").length;
    for (const record of records) {
      const epoch = before > 0 ? null : log.summary.adoption;
      if (record.kind === "entry") this.#onEntry(slot, log, record, epoch);
      // A place of a later epoch than the own, which is adopted next: it only has to be one that somebody has.
      else if (record.kind === "restart") this.#node(record.historyDigest);
      else if (record.kind === "adoption") {
        this.#onAdoption(slot, log, record);
        before--;
      }
      log.apply(record);
    }
  }

  /** More is durable at a manager. */
  onDurable(slot: Slot, { durable, incarnation }: SimulatedDisk): void {
    const { adoption, base, last } = durable.summary;
    const term = adoption === null ? undefined : this.#terms.get(keyOf(adoption.epoch));
    if (adoption === null || term === undefined || adoption.members[slot - 1] !== incarnation) return;
    const hasBase =
      last >= adoption.base && (base > adoption.base || durable.digestAt(adoption.base) === adoption.baseDigest);
    if (!hasBase) return;
    term.durable.set(slot, Math.max(last, term.durable.get(slot) ?? 0));
    if (term.durable.size >= 3 && !term.isActive) this.#activate(term);
    if (term.isActive) this.#commit(term);
  }

  /** True when three members have adopted that epoch. */
  isActive(epoch: Epoch): boolean {
    return this.#terms.get(keyOf(epoch))?.isActive === true;
  }

  /** The last number that is part of every log from now on, by what is on the disks. */
  get settled(): Sequence {
    return Math.max(this.#settledBase, this.#committed?.n ?? 0);
  }

  /** Number of the entry that an epoch starts behind; -1 where nobody has adopted it. */
  baseOf(epoch: Epoch): Sequence {
    return this.#terms.get(keyOf(epoch))?.adoption.base ?? -1;
  }

  /** A client was answered at that place. */
  onAnswered(epoch: Epoch, place: Place): void {
    const fact = { epoch, ...place };
    const known = this.#answered;
    if (known !== undefined && place.n >= known.n) this.#expectOn(fact, known, "answeredStays", "an answer at");
    else if (known !== undefined) this.#expectOn(known, fact, "answeredStays", "an answer at");
    if (known === undefined || place.n > known.n) this.#answered = fact;
    for (const term of this.#terms.values()) this.#expectKept(term, fact, "answeredStays", "an answer at");
  }

  /** The history up to a place, from number 1; everything that was answered or committed is in it. */
  entriesTo(place: Place): readonly Entry[] {
    const tip = { ...place, epoch: { number: Number.MAX_SAFE_INTEGER, nonce: "" } };
    if (this.#committed !== undefined) this.#expectOn(tip, this.#committed, "committedStays", "the end of the log at");
    if (this.#answered !== undefined) this.#expectOn(tip, this.#answered, "answeredStays", "the end of the log at");
    const entries: Entry[] = [];
    for (let digest = place.digest; digest !== genesisDigest; digest = this.#node(digest).parent) {
      entries.push(this.#node(digest).entry);
    }
    return entries.toReversed();
  }

  #onEntry(slot: Slot, log: FoldedLog, entry: Entry, adoption: Adoption | null): void {
    const parent = log.lastDigest;
    if (!this.#nodes.has(entry.historyDigest)) {
      this.#checkEntry(slot, entry, parent);
      this.#nodes.set(entry.historyDigest, { entry, parent });
    }
    if (this.#node(entry.historyDigest).parent !== parent) {
      throw new Violation("oneLog", `manager ${slot} has entry ${entry.n} behind another history`);
    }
    this.#claim(slot, adoption, entry.n, entry.historyDigest);
  }

  #checkEntry(slot: Slot, entry: Entry, parent: Digest): void {
    if (historyDigest(sha256, parent, entry, entry.request) !== entry.historyDigest) {
      throw new Violation("oneLog", `entry ${entry.n} of manager ${slot} does not follow from its history`);
    }
    const before = this.#nodes.get(parent)?.entry;
    if (before === undefined) return;
    if (entry.n !== before.n + 1 || entry.time < before.time || entry.businessDate < before.businessDate) {
      const moment = ({ n, time, businessDate }: Entry) => `${n} of ${businessDate} at ${time}`;
      throw new Violation("timeGoesOn", `entry ${moment(entry)} follows ${moment(before)}`);
    }
  }

  #onAdoption(slot: Slot, log: FoldedLog, adoption: Adoption): void {
    const key = keyOf(adoption.epoch);
    const known = this.#terms.get(key);
    if (known === undefined) {
      this.#terms.set(key, { adoption, places: new Map(), durable: new Map(), isActive: false });
    } else if (JSON.stringify(known.adoption.members) !== JSON.stringify(adoption.members)) {
      throw new Violation("oneLog", `epoch ${key} has two configurations`);
    }
    this.#claim(slot, adoption, adoption.base, adoption.baseDigest);
    // What is behind the base belongs to the log of this epoch from now on: it must not be what an earlier one left.
    const { base, last } = log.summary;
    for (let n = Math.max(base, adoption.base); n <= last; n++)
      this.#claim(slot, adoption, n, log.digestAt(n) as Digest);
  }

  /** Equal epoch and number mean equal history. */
  #claim(slot: Slot, adoption: Adoption | null, n: Sequence, digest: Digest): void {
    if (adoption === null) return;
    const places = this.#terms.get(keyOf(adoption.epoch))?.places;
    const known = places?.get(n);
    if (known === undefined) places?.set(n, digest);
    else if (known !== digest) {
      throw new Violation(
        "oneLog",
        `manager ${slot} has another entry ${n} in epoch ${keyOf(adoption.epoch)} than others`,
      );
    }
  }

  #activate(term: Term): void {
    const { epoch } = term.adoption;
    for (const other of this.#terms.values()) {
      if (other.isActive && other.adoption.epoch.number === epoch.number) {
        throw new Violation("oneLog", `two epochs of number ${epoch.number} are active`);
      }
    }
    term.isActive = true;
    this.#activations++;
    this.#settledBase = Math.max(this.#settledBase, term.adoption.base);
    if (this.#committed !== undefined) this.#expectKept(term, this.#committed, "committedStays", "entry");
    if (this.#answered !== undefined) this.#expectKept(term, this.#answered, "answeredStays", "an answer at");
  }

  #commit(term: Term): void {
    const n = [...term.durable.values()].sort((a, b) => b - a)[1] as Sequence;
    if (this.#committed !== undefined && n <= this.#committed.n) return;
    const digest = term.places.get(n);
    if (digest === undefined) return;
    const fact = { n, digest, epoch: term.adoption.epoch };
    if (this.#committed !== undefined) this.#expectOn(fact, this.#committed, "committedStays", "entry");
    this.#committed = fact;
    for (const other of this.#terms.values()) this.#expectKept(other, fact, "committedStays", "entry");
  }

  /** What counted in one epoch is part of the log that every later one begins with. */
  #expectKept({ adoption, isActive }: Term, fact: Fact, rule: "committedStays" | "answeredStays", what: string): void {
    if (!isActive || !isLaterEpoch(adoption.epoch, fact.epoch)) return;
    this.#expectOn({ n: adoption.base, digest: adoption.baseDigest, epoch: adoption.epoch }, fact, rule, what);
  }

  #expectOn(tip: Fact, fact: Fact, rule: "committedStays" | "answeredStays", what: string): void {
    let { digest } = tip;
    for (let { n } = tip; n > fact.n; n--) digest = this.#node(digest).parent;
    if (tip.n >= fact.n && digest === fact.digest) return;
    const where = `the history up to ${tip.n} of epoch ${keyOf(tip.epoch)}`;
    throw new Violation(rule, `${what} ${fact.n} of epoch ${keyOf(fact.epoch)} is not in ${where}`);
  }

  #node(digest: Digest): Node {
    const node = this.#nodes.get(digest);
    if (node === undefined) throw new Violation("oneLog", `nobody has an entry with history ${digest.slice(0, 16)}`);
    return node;
  }
}

function keyOf({ number, nonce }: Epoch): string {
  return `${number}.${nonce.slice(0, 8)}`;
}

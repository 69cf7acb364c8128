import { sha256 } from "../../io/sha256.ts";
import { assert } from "../../protocol/assert.ts";
import type { Entry } from "../../protocol/entry.ts";
import { isLaterEpoch } from "../../protocol/epoch.ts";
import type { Slot } from "../../protocol/ids.ts";
import type { LogRecord } from "../../protocol/log-record.ts";
import type { Message } from "../../protocol/message.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import type { Ordering } from "../../replica-manager/ordering.ts";
import { FoldedLog } from "../simulation/folded-log.ts";
import type { Bounds } from "./bounds.ts";
import type { Chain } from "./chain.ts";
import { type Fact, keyOfEpoch, keyOfFact } from "./facts.ts";
import { fingerprint } from "./fingerprint.ts";
import { fieldsOmitted, isToldByManager, managerLimits, printEpoch, senderOf, waitsMax } from "./manager-model.ts";
import { incarnationOf, managerAddresses } from "./model-addresses.ts";
import type { OpenedCores } from "./opened-cores.ts";
import type { Claim, Living, LocalInput, Said } from "./process.ts";
import type { Stage } from "./stage.ts";

/** What a manager of the model is made of. */
export interface ManagerWorld {
  readonly cores: OpenedCores;
  readonly bounds: Bounds;
  readonly chain: Chain;
}

/** What an opened core shows of itself that the model looks at. */
interface Hidden {
  readonly hidden_stored: { readonly hidden_branch: number };
  readonly hidden_succession: { readonly isUnderWay: boolean };
  readonly journal: { readonly hidden_waiting: readonly { readonly position: number; readonly run: object }[] };
}

/** The ordering part of a manager and its disk: the production core, driven as the manager does it. */
export class ModelManager implements Living {
  readonly #slot: Slot;
  readonly #world: ManagerWorld;
  #ordering: Ordering;
  /** What is on the disk. */
  #disk = new FoldedLog();
  #unwritten: (readonly LogRecord[])[] = [];
  #position = 0;
  #hasStored = false;
  #said: Said[] = [];
  /** The functions that wait for the disk, by the step that made them, and the rollbacks until then. */
  #waits = new WeakMap<object, { readonly origin: string; readonly branch: number }>();
  #promisedMax = 0;
  readonly #facts = new Map<string, Fact>();
  #crashes = 0;

  constructor(slot: Slot, world: ManagerWorld) {
    this.#slot = slot;
    this.#world = world;
    this.#ordering = this.#start();
  }

  get facts(): readonly Fact[] {
    return [...this.#facts.values()];
  }

  get claim(): Claim | undefined {
    const { log, terms } = this.#ordering;
    return terms.epoch === null ? undefined : { epoch: terms.epoch, last: log.last, digest: log.lastDigest };
  }

  /** By what is on the disk: the rest may be lost. */
  get stage(): Stage {
    const { adoption, promised } = this.#disk.summary;
    const adopted = adoption?.epoch ?? null;
    const isAhead = promised !== null && isLaterEpoch(promised, adopted);
    return { kind: "manager", promised: isAhead ? promised : adopted, adopted };
  }

  get isSettled(): boolean {
    return false;
  }

  get crashes(): number {
    return this.#crashes;
  }

  get choices(): readonly LocalInput[] {
    const writes: readonly LocalInput[] = this.#unwritten.length > 0 ? [{ kind: "write" }] : [];
    const crashes = [...this.#unwritten.keys(), this.#unwritten.length];
    return [...writes, ...crashes.map((written) => ({ kind: "crash", written }) as const)];
  }

  take(input: LocalInput, origin: string): readonly Said[] | undefined {
    this.#said = [];
    if (!this.#act(input)) return undefined;
    const { journal, hidden_stored } = this.#hidden;
    const { hidden_branch: branch } = hidden_stored;
    if (journal.hidden_waiting.length > waitsMax) return undefined;
    for (const [index, { run }] of journal.hidden_waiting.entries()) {
      if (!this.#waits.has(run)) this.#waits.set(run, { origin: `${origin}/${index}`, branch });
    }
    this.#witness();
    return this.#said;
  }

  fingerprint(): string {
    const { summary, entries } = this.#disk;
    const written = { summary, last: entries.at(-1)?.historyDigest, unwritten: this.#unwritten };
    const { journal, hidden_stored, hidden_succession } = this.#hidden;
    const { hidden_branch: branch } = hidden_stored;
    // A function is told by the step that made it, and by what it compares with later: rollbacks since then.
    const waiting = journal.hidden_waiting.map(({ position, run }) => {
      const wait = this.#waits.get(run);
      return [position - this.#position, wait?.origin, branch - (wait?.branch ?? 0)];
    });
    const model = { written, waiting, promised: this.#promisedMax };
    const isStarting = hidden_succession.isUnderWay || this.#world.bounds.isWriteSlow;
    return fingerprint({ ordering: this.#ordering, ...model }, { omitted: fieldsOmitted(isStarting), now: 0 });
  }

  describe(): string {
    const { log, durable, commitPoint, terms } = this.#ordering;
    const logged = Array.from({ length: log.last }, (_, at) => log.at(at + 1)?.historyDigest.slice(0, 4)).join(" ");
    const ends = `durable ${durable}, committed ${commitPoint}`;
    return `promised ${printEpoch(terms.promised)}, adopted ${printEpoch(terms.epoch)}, log [${logged}], ${ends}`;
  }

  #act(input: LocalInput): boolean {
    switch (input.kind) {
      case "deliver":
        this.#onMessage(input.message);
        this.#ordering.poll(0, this.#emit);
        break;
      case "write":
        this.#write(this.#unwritten.length);
        break;
      case "crash":
        this.#crash(input.written);
        break;
      default:
        return false;
    }
    if (this.#hasStored) this.#sendStored();
    while (!this.#world.bounds.isWriteSlow && this.#unwritten.length > 0) this.#act({ kind: "write" });
    return true;
  }

  #onMessage(message: Message): void {
    const from = "replyTo" in message ? message.replyTo : senderOf(message);
    switch (message.kind) {
      case "order":
        return this.#ordering.onOrder(0, message, from, this.#emit);
      case "heartbeat":
        this.#ordering.onHeartbeat(0, message, from, this.#emit);
        if (!this.#ordering.terms.accepts(message.epoch)) return;
        if (message.commitPoint < this.#ordering.durable) this.#sendStored();
        return;
      case "prepare":
        return this.#ordering.onPrepare(0, message, this.#emit);
      case "start":
        return this.#ordering.onStart(0, message, this.#emit);
      case "fetchEntries":
        return this.#ordering.onFetchEntries(message, this.#emit);
      case "entries":
        return this.#ordering.onEntries(0, message, this.#emit);
      default:
    }
  }

  #write(count: number): void {
    const records = this.#unwritten.splice(0, count).flat();
    for (const record of records) this.#disk.apply(record);
    this.#position += records.length;
    this.#ordering.journal.onAppended(this.#position);
    this.#ordering.poll(0, this.#emit);
  }

  #crash(written: number): void {
    for (const record of this.#unwritten.splice(0, written).flat()) this.#disk.apply(record);
    this.#unwritten = [];
    this.#position = 0;
    this.#hasStored = false;
    this.#crashes++;
    this.#ordering = this.#start();
  }

  #start(): Ordering {
    const { bounds, cores } = this.#world;
    const slot = this.#slot;
    const config = {
      slot,
      incarnation: incarnationOf(slot),
      pid: slot,
      address: managerAddresses[slot],
      managers: managerAddresses,
      versions: ["table"],
      limits: managerLimits,
      sha256,
      seed: 1,
      isLab: false,
      ...(bounds.mutant === undefined ? {} : { mutant: bounds.mutant }),
    };
    const ordering = new cores.Ordering(config, {
      onGrown: () => {},
      onRolledBack: () => {},
      onDurable: () => {
        this.#hasStored = true;
      },
    });
    const { summary, entries } = this.#disk;
    ordering.recover({ summary, entries, snapshots: [], table: [] });
    return ordering;
  }

  readonly #emit = (effect: ManagerEffect): void => {
    if (effect.kind === "send") this.#say(effect.to, effect.message);
    else if (effect.kind === "append") {
      this.#unwritten.push(effect.records);
      for (const record of effect.records) if (record.kind === "entry") this.#note(record);
    }
  };

  #sendStored(): void {
    this.#hasStored = false;
    const epoch = this.#ordering.terms.storedEpoch;
    if (epoch === null) return;
    const incarnation = incarnationOf(this.#slot);
    const message = { kind: "stored", slot: this.#slot, incarnation, epoch, durable: this.#ordering.durable } as const;
    this.#say("sequencers", message);
  }

  #say(to: string, message: Message): void {
    if (isToldByManager(message, this.#world.bounds)) this.#said.push({ to, message });
  }

  #note(entry: Entry): void {
    const before = this.#ordering.log.digestAt(entry.n - 1);
    if (before !== undefined) this.#world.chain.add(entry, before);
  }

  /** Takes down what is true by now, and that no promise is forgotten. */
  #witness(): void {
    const { log, terms, durable } = this.#ordering;
    for (const { message } of this.#said) {
      if (message.kind !== "promise" || !message.isGranted) continue;
      this.#promisedMax = Math.max(this.#promisedMax, message.epoch.number);
    }
    assert((terms.promised?.number ?? 0) >= this.#promisedMax, "a promise that was said is kept");
    const { adoption } = this.#disk.summary;
    if (adoption !== null) this.#add({ kind: "adopted", adoption });
    const epoch = terms.activeEpoch;
    const digest = log.digestAt(durable);
    if (epoch === null || durable === 0 || digest === undefined) return;
    // What comes before it is part of that history.
    this.#facts.set(`vouches ${keyOfEpoch(epoch)}`, { kind: "vouches", epoch, n: durable, digest });
  }

  #add(fact: Fact): void {
    this.#facts.set(keyOfFact(fact), fact);
  }

  get #hidden(): Hidden {
    return this.#ordering as unknown as Hidden;
  }
}

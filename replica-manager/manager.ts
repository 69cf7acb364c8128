import { isSameReplica } from "../protocol/accused.ts";
import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import { type Address, type InstantMs, isSlot } from "../protocol/ids.ts";
import type { SavedCheckpoint } from "../protocol/log-record.ts";
import type { MessageOf, Received } from "../protocol/message.ts";
import { type Command, isReadRequest } from "../protocol/request.ts";
import type { Destination, Role } from "../protocol/role.ts";
import { CheckpointBook } from "./checkpoint-book.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, ManagerEffect, ManagerInput, Recovered } from "./effect.ts";
import { changed, Execution, type Exported, type Progress } from "./execution.ts";
import { Judge } from "./judge.ts";
import { LabFault } from "./lab-fault.ts";
import { Ordering } from "./ordering.ts";
import { Replies } from "./replies.ts";
import { Shadow } from "./shadow.ts";
import { SnapshotKeeper } from "./snapshot-keeper.ts";
import { managerStatus } from "./status.ts";
import { Supervision } from "./supervision.ts";

/** A customer that a probe asks about; any answer to it is a sign of life. */
const probeCustomer = "ATWC0000";

/**
 * One replica manager: stores orders in its log without a gap, has its replica execute them, and replies when an entry
 * is executed and durable. One serial core: no second path touches the log, the epoch or the replica.
 */
export class Manager implements Role<ManagerInput, ManagerEffect> {
  readonly #config: ManagerConfig;
  readonly #ordering: Ordering;
  readonly #execution: Execution;
  readonly #book: CheckpointBook;
  readonly #keeper: SnapshotKeeper;
  readonly #judge: Judge;
  readonly #supervision: Supervision;
  readonly #replies: Replies;
  readonly #fault: LabFault;
  readonly #shadow: Shadow | undefined;
  readonly #emit: Emit = (effect) => this.#effects.push(effect);
  #effects: ManagerEffect[] = [];
  #now: InstantMs = 0;
  #isRecovered = false;
  #storedAt: InstantMs = 0;
  /** Whether more became durable in this step. */
  #hasStored = false;
  #nextId = 1;
  #wakeAt: InstantMs = Number.POSITIVE_INFINITY;
  #dropped = { badMac: 0, malformed: 0 };

  constructor(config: ManagerConfig) {
    this.#config = config;
    this.#ordering = new Ordering(config, {
      onGrown: (entries) => this.#onGrown(entries),
      onRolledBack: (n) => this.#supervision.onRolledBack(this.#now, n, this.#emit),
      onDurable: () => this.#onDurable(),
    });
    this.#book = new CheckpointBook(config.slot, config.limits);
    this.#execution = new Execution(config, this.#ordering.log, (line) => this.#write(line));
    const shared = { config, ordering: this.#ordering, book: this.#book };
    this.#keeper = new SnapshotKeeper({ ...shared, table: this.#execution.table });
    this.#judge = new Judge(config, (command) => this.#submit(command));
    this.#fault = new LabFault(config, (line) => this.#write(line));
    this.#supervision = new Supervision({
      ...shared,
      execution: this.#execution,
      keeper: this.#keeper,
      askForCheckpoint: () => this.#submit({ kind: "checkpoint" }),
      onGone: () => this.#forgetReplica(),
    });
    this.#replies = new Replies({ config, ordering: this.#ordering, supervision: this.#supervision });
    this.#shadow = this.#makeShadow();
  }

  step(now: InstantMs, input: ManagerInput): readonly ManagerEffect[] {
    this.#now = now;
    this.#effects = [];
    this.#supervision.begin(now);
    this.#shadow?.begin(now);
    assert(this.#isRecovered !== (input.kind === "recovered"), "what the data holds comes once, and first");
    this.#take(input);
    this.#judge.poll(now, this.#emit);
    this.#fault.poll(now);
    this.#ordering.poll(now, this.#emit);
    this.#supervision.poll(now, this.#emit);
    this.#shadow?.poll(this.#supervision.isVoting);
    if (this.#execution.needsEntriesBefore(1)) this.#shadow?.onOwnEmpty();
    this.#progress(this.#execution.pump());
    this.#supervision.poll(now, this.#emit);
    if (this.#hasStored) this.#sendStored();
    this.#wake();
    return this.#effects;
  }

  #onRecovered(recovered: Recovered): void {
    const { snapshots, table } = recovered;
    this.#isRecovered = true;
    this.#supervision.countFrom(this.#now);
    this.#ordering.recover(recovered);
    const newest = snapshots.at(-1);
    if (newest !== undefined) {
      const { digests, time } = newest;
      const isWhole = this.#execution.table.restore(table, digests.tableDigest, digests.n, time, true);
      assert(isWhole, "the data was checked when it was read");
    }
    this.#keeper.recover(recovered);
    this.#keeper.announce("managers", this.#emit);
    this.#send("managers", { kind: "askCheckpoints", slot: this.#config.slot, replyTo: this.#config.address });
  }

  #take(input: ManagerInput): void {
    switch (input.kind) {
      case "recovered":
        return this.#onRecovered(input.recovered);
      case "messages":
        for (const received of input.messages) this.#onMessage(received);
        return;
      case "appended":
        return this.#ordering.journal.onAppended(input.position);
      case "saved":
        return this.#onSaved(input.checkpoint);
      case "room":
        return this.#onRoom(input.hasRoom);
      case "replicaStarted":
        this.#supervision.onStarted(this.#now, input.generation, input.pid);
        if (this.#isOfNow(input.generation)) this.#fault.onStarted(this.#supervision.version);
        return;
      case "replicaLines":
        if (this.#isOfNow(input.generation)) this.#onLines(input.lines);
        return;
      case "replicaEnded":
        if (this.#isOfNow(input.generation)) this.#restore(`its process ended: ${input.cause}`);
        return;
      case "shadow":
        return this.#shadow?.onEvent(input.event);
      case "dropped":
        this.#dropped = { badMac: input.badMac, malformed: input.malformed };
        return;
      case "wake":
        this.#wakeAt = Number.POSITIVE_INFINITY;
    }
  }

  #isOfNow(generation: number): boolean {
    return generation === this.#supervision.generation && !this.#supervision.isAway;
  }

  #onMessage({ from, message }: Received): void {
    switch (message.kind) {
      case "order":
        return this.#ordering.onOrder(this.#now, message, from, this.#emit);
      case "heartbeat":
        return this.#onHeartbeat(message, from);
      case "read":
        return this.#onRead(message);
      case "ask":
        return this.#onAsk(message);
      case "resigned":
        return this.#ordering.terms.onResigned(message.epoch);
      case "resend":
        return this.#ordering.onResend(message, this.#emit);
      case "prepare":
        return this.#ordering.onPrepare(this.#now, message, this.#emit);
      case "start":
        return this.#ordering.onStart(this.#now, message, this.#emit);
      case "fetchEntries":
        return this.#ordering.onFetchEntries(message, this.#emit);
      case "entries":
        return this.#ordering.onEntries(this.#now, message, this.#emit);
      case "probe":
        return this.#onProbe(message);
      case "probed":
        return this.#judge.onProbed(message);
      case "checkpoint":
        return this.#onCheckpoint(message);
      case "askCheckpoints":
        if (message.slot !== this.#config.slot) this.#keeper.announce(message.replyTo, this.#emit);
        return;
      case "fetchSnapshot":
        return this.#keeper.give(message, this.#emit);
      case "snapshot":
        return this.#keeper.onPart(message);
      case "askStatus":
        return this.#sendStatus(message.replyTo || from);
      default:
        return this.#onLabMessage(message);
    }
  }

  #onLabMessage(message: Received["message"]): void {
    switch (message.kind) {
      case "inject":
        // A replica that is gone takes no fault, and the next one must not seem to have it.
        if (this.#supervision.isAway) return;
        return this.#fault.inject(this.#now, message, this.#supervision);
      case "clear":
        return this.#fault.clear(message);
      case "kill":
        return this.#onKill(message);
      case "replace":
        if (message.slot !== this.#config.slot || this.#supervision.isAway) return;
        return this.#supervision.condemn(this.#now, "unwanted", "replaced by the operator", this.#emit);
      default:
        return;
    }
  }

  #onGrown(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const isRecent = entry.n + this.#config.limits.windowEntriesMax > this.#ordering.commitPoint;
      const sentence = this.#judge.judge(this.#now, entry, isRecent, this.#emit);
      if (sentence === undefined || !isSameReplica(sentence.accused, this.#self)) continue;
      const { ending, cause } = sentence;
      if (this.#supervision.isVoting) this.#supervision.condemn(this.#now, ending, cause, this.#emit);
    }
  }

  #onHeartbeat(message: MessageOf<"heartbeat">, from: Address): void {
    this.#ordering.onHeartbeat(this.#now, message, from, this.#emit);
    this.#keeper.cutWhereFull(this.#emit);
    // A *stored* that was lost would hold the commit point back until something is ordered, which a full window forbids.
    if (!this.#ordering.terms.accepts(message.epoch)) return;
    const isLost = message.commitPoint < this.#ordering.durable;
    // Said now and then in any case: who says nothing for long may be replaced, and who hears too few leads nobody.
    if (isLost || this.#now - this.#storedAt >= this.#config.limits.storedEveryMs) this.#sendStored();
  }

  #onDurable(): void {
    this.#hasStored = true;
    this.#keeper.onDurable(this.#emit);
    this.#replies.onDurable(this.#ordering.durable, this.#emit);
  }

  #sendStored(): void {
    this.#hasStored = false;
    const epoch = this.#ordering.terms.storedEpoch;
    if (epoch === null) return;
    const { slot, incarnation } = this.#config;
    this.#storedAt = this.#now;
    this.#send("sequencers", { kind: "stored", slot, incarnation, epoch, durable: this.#ordering.durable });
  }

  #onSaved(checkpoint: SavedCheckpoint): void {
    const arrived = this.#keeper.onSaved(checkpoint, this.#emit);
    if (arrived !== undefined) this.#supervision.onArrived(this.#now, arrived, this.#emit);
  }

  #onRoom(hasRoom: boolean): void {
    this.#ordering.hasRoom = hasRoom;
    const { slot } = this.#config;
    const text = hasRoom
      ? `the disk of manager ${slot} has room again: it catches up`
      : `the disk of manager ${slot} is full: it accepts nothing until there is room`;
    this.#emit({ kind: "note", level: hasRoom ? "info" : "error", text });
  }

  #onRead(message: MessageOf<"read">): void {
    if (!this.#ordering.acceptsRead(this.#now, message.epoch, message.n, true) || !this.#supervision.isVoting) return;
    const { n, time, businessDate } = message;
    for (const request of message.requests) this.#execution.read({ request, n, time, businessDate });
  }

  /** A front end misses the reply of this manager alone. */
  #onAsk(message: MessageOf<"ask">): void {
    const { n, time, businessDate, request, epoch } = message;
    if (!this.#supervision.isVoting || !this.#ordering.acceptsRead(this.#now, epoch, n, false)) return;
    if (this.#replies.repeatLarge(request, this.#emit)) return;
    if (isReadRequest(request)) this.#execution.read({ request, n, time, businessDate });
    else this.#execution.repeat(request);
  }

  #onProbe(message: MessageOf<"probe">): void {
    const { token, replyTo } = message;
    if (isSameReplica(message, this.#self) && this.#supervision.isVoting) {
      this.#execution.ping(token, replyTo, probeCustomer);
    } else {
      this.#send(replyTo, { kind: "probed", ...this.#self, token });
    }
  }

  #onCheckpoint(message: MessageOf<"checkpoint">): void {
    const { slot, n, historyDigest, stateDigest, tableDigest, storedIn } = message;
    if (!isSlot(slot) || slot === this.#config.slot) return;
    this.#book.note(slot, { n, historyDigest, stateDigest, tableDigest }, storedIn);
    this.#supervision.onCheckpoint(this.#now, n, this.#emit);
  }

  #onKill(message: MessageOf<"kill">): void {
    if (!this.#config.isLab || message.slot !== this.#config.slot) return;
    if (message.target === "manager") this.#emit({ kind: "endManager" });
    else this.#restore("killed in the lab");
  }

  #onLines(lines: readonly string[]): void {
    this.#supervision.onProgress(this.#now);
    const { progress, defect } = this.#execution.onLines(lines);
    this.#progress(progress);
    if (defect !== undefined) this.#restore(`it broke its contract: ${defect}`);
  }

  #progress(progress: Progress): void {
    this.#shadow?.onOwnProgress(progress);
    if (progress.isImported) this.#supervision.onImported();
    for (const answered of progress.answered) this.#replies.answer(answered, this.#emit);
    for (const exported of progress.exported) this.#onExported(exported);
    for (const ping of progress.pinged) this.#send(ping.replyTo, { kind: "probed", ...this.#self, token: ping.token });
  }

  #onExported({ entry, state, stateDigest, tableDigest }: Exported): void {
    const { n, historyDigest, time } = entry;
    const digests = { n, historyDigest, stateDigest, tableDigest };
    this.#book.note(this.#config.slot, digests);
    this.#keeper.onExported({ digests, time, state }, this.#emit);
    if (entry.request.command.kind === "checkpoint") {
      const result = JSON.stringify({ outcome: "OK", digest: stateDigest });
      this.#replies.answer(changed(entry.request, entry, result), this.#emit);
    }
    this.#supervision.onCheckpoint(this.#now, n, this.#emit);
  }

  #makeShadow(): Shadow | undefined {
    const { shadow: command, limits, sha256 } = this.#config;
    if (command === undefined) return undefined;
    // Ids of its own, so that all that the manager says is the same with it and without.
    const askForCheckpoint = () => this.#submit({ kind: "checkpoint" }, `shadow-${this.#now}`);
    return new Shadow({ command, limits, sha256, emit: this.#emit, askForCheckpoint });
  }

  #submit(command: Command, name = `${this.#now}-${this.#nextId++}`): void {
    const { slot, incarnation } = this.#config;
    const requestId = `${incarnation.slice(0, 16)}-${name}`;
    const request = { requestId, caller: `manager-${slot}`, issuedAt: this.#now, replyTo: "", command };
    this.#send("sequencers", { kind: "request", request });
  }

  #restore(cause: string): void {
    this.#supervision.restore(this.#now, cause, this.#emit);
  }

  #forgetReplica(): void {
    this.#fault.forget();
    this.#replies.forget();
    this.#shadow?.onOwnGone();
  }

  #write(line: string): void {
    this.#emit({ kind: "writeReplica", generation: this.#supervision.generation, line });
  }

  #send(to: Destination, message: Extract<ManagerEffect, { kind: "send" }>["message"]): void {
    this.#emit({ kind: "send", to, message });
  }

  #sendStatus(to: Address): void {
    const { badMac, malformed } = this.#dropped;
    const status = managerStatus({
      config: this.#config,
      ordering: this.#ordering,
      supervision: this.#supervision,
      executed: this.#execution.executed,
      checkpoint: this.#keeper.shelf.newest?.digests ?? null,
      fault: this.#fault.active,
      shadow: this.#shadow?.status ?? null,
      dropped: { badMac, malformed, otherEpoch: this.#ordering.otherEpoch },
    });
    this.#send(to, status);
  }

  get #self(): { readonly slot: number; readonly incarnation: string; readonly generation: number } {
    return { slot: this.#config.slot, incarnation: this.#config.incarnation, generation: this.#supervision.generation };
  }

  #wake(): void {
    const at = Math.max(
      this.#now + 1,
      Math.min(
        this.#ordering.deadline,
        this.#supervision.deadline,
        this.#judge.deadline,
        this.#fault.deadline,
        this.#shadow?.deadline ?? Number.POSITIVE_INFINITY,
      ),
    );
    if (at === this.#wakeAt || at === Number.POSITIVE_INFINITY) return;
    this.#wakeAt = at;
    this.#emit({ kind: "wake", at });
  }
}

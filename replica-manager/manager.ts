import { isSameReplica } from "../protocol/accused.ts";
import type { Entry } from "../protocol/entry.ts";
import { type InstantMs, isSlot, type Sequence } from "../protocol/ids.ts";
import type { CheckpointDigests, MessageOf, Received } from "../protocol/message.ts";
import { type Command, isReadRequest, type Request, requestKey } from "../protocol/request.ts";
import { refusedResults } from "../protocol/result.ts";
import type { Role } from "../protocol/role.ts";
import { CheckpointBook } from "./checkpoint-book.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, ManagerEffect, ManagerInput } from "./effect.ts";
import { type Answered, changed, Execution, type Exported, type Progress } from "./execution.ts";
import { Judge } from "./judge.ts";
import { LabFault } from "./lab-fault.ts";
import { Ordering } from "./ordering.ts";
import { managerStatus } from "./status.ts";
import { Supervision } from "./supervision.ts";

/** A customer that a probe asks about; any answer to it is a sign of life. */
const probeCustomer = "ATWC0000";

/**
 * One replica manager: puts orders into its log without a gap, has its replica execute them, and replies when an entry
 * is executed and durable. One serial core: no second path touches the log, the epoch or the replica.
 */
export class Manager implements Role<ManagerInput, ManagerEffect> {
  readonly #config: ManagerConfig;
  readonly #ordering: Ordering;
  readonly #execution: Execution;
  readonly #book: CheckpointBook;
  readonly #judge: Judge;
  readonly #supervision: Supervision;
  readonly #fault: LabFault;
  readonly #emit: Emit = (effect) => this.#effects.push(effect);
  #effects: ManagerEffect[] = [];
  #now: InstantMs = 0;
  #durable: Sequence = 0;
  /** Executed and not durable yet, in their order. */
  #undurable: Answered[] = [];
  /** The last replies that went out with a digest only, in full, by request. */
  readonly #largeReplies = new Map<string, MessageOf<"reply">>();
  #nextId = 1;
  #wakeAt: InstantMs = Number.POSITIVE_INFINITY;
  #dropped = { badMac: 0, malformed: 0 };

  constructor(config: ManagerConfig) {
    this.#config = config;
    this.#ordering = new Ordering(config);
    this.#book = new CheckpointBook(config.slot, config.limits);
    this.#execution = new Execution(config, this.#ordering.log, (line) => this.#write(line));
    this.#judge = new Judge(config, (command) => this.#submit(command));
    this.#fault = new LabFault(config, (line) => this.#write(line));
    this.#supervision = new Supervision(config, this.#ordering, this.#execution, this.#book, {
      askForCheckpoint: () => this.#submit({ kind: "checkpoint" }),
      onGone: () => this.#forgetReplica(),
    });
  }

  step(now: InstantMs, input: ManagerInput): readonly ManagerEffect[] {
    this.#now = now;
    this.#effects = [];
    this.#take(input);
    this.#boundLog();
    this.#judge.poll(now, this.#emit);
    this.#fault.poll(now);
    this.#ordering.poll(now, this.#emit);
    this.#supervision.poll(now, this.#emit);
    this.#progress(this.#execution.pump());
    this.#supervision.poll(now, this.#emit);
    this.#wake();
    return this.#effects;
  }

  #take(input: ManagerInput): void {
    switch (input.kind) {
      case "messages":
        for (const received of input.messages) this.#onMessage(received);
        return;
      case "appended":
        return this.#onAppended(input.last);
      case "replicaStarted":
        return this.#supervision.onStarted(this.#now, input.generation, input.pid);
      case "replicaLines":
        if (this.#isOfNow(input.generation)) this.#onLines(input.lines);
        return;
      case "replicaEnded":
        if (this.#isOfNow(input.generation)) this.#restore(`its process ended: ${input.cause}`);
        return;
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
        return this.#onGrown(this.#ordering.onOrder(this.#now, message, this.#emit));
      case "heartbeat":
        return this.#onHeartbeat(message);
      case "read":
        return this.#onRead(message);
      case "ask":
        return this.#onAsk(message);
      case "resend":
        return this.#ordering.onResend(message, this.#emit);
      case "probe":
        return this.#onProbe(message);
      case "probed":
        return this.#judge.onProbed(message);
      case "checkpoint":
        return this.#onCheckpoint(message);
      case "fetchSnapshot":
        return this.#onFetchSnapshot(message);
      case "snapshot":
        return this.#supervision.onSnapshot(message);
      case "askStatus":
        return this.#send(message.replyTo || from, this.#status());
      case "inject":
        // A replica that is gone takes no fault, and the next one must not seem to have it.
        if (this.#supervision.isAway) return;
        return this.#fault.inject(this.#now, message, this.#supervision.generation);
      case "clear":
        return this.#fault.clear(message);
      case "kill":
        return this.#onKill(message);
      default:
        return;
    }
  }

  #onGrown(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const isRecent = entry.n + this.#config.limits.windowEntriesMax > this.#ordering.commitPoint;
      const sentence = this.#judge.judge(this.#now, entry, isRecent, this.#emit);
      if (sentence === undefined || !isSameReplica(sentence.accused, this.#self)) continue;
      if (this.#supervision.isVoting) this.#supervision.condemn(this.#now, sentence.cause, this.#emit);
    }
  }

  #onHeartbeat(message: MessageOf<"heartbeat">): void {
    this.#ordering.onHeartbeat(this.#now, message, this.#emit);
    // A *stored* that was lost would hold the commit point back until something is ordered, which a full window forbids.
    if (message.commitPoint < this.#durable) this.#sendStored();
  }

  #onAppended(last: Sequence): void {
    this.#durable = Math.max(this.#durable, last);
    this.#sendStored();
    const ready = this.#undurable.filter((answered) => answered.point.n <= this.#durable);
    this.#undurable = this.#undurable.filter((answered) => answered.point.n > this.#durable);
    for (const answered of ready) this.#reply(answered);
  }

  #sendStored(): void {
    const { epoch } = this.#ordering;
    if (epoch === null) return;
    const { slot, incarnation } = this.#config;
    for (const address of this.#config.sequencers) {
      this.#send(address, { kind: "stored", slot, incarnation, epoch, durable: this.#durable });
    }
  }

  /**
   * A log that is long forgets what is before a checkpoint that two others have; a replica that has not come as far
   * starts from there. Where nobody came as far nothing is forgotten: no state would lead on from what is left.
   */
  #boundLog(): void {
    const { log } = this.#ordering;
    if (log.last - log.base <= this.#config.limits.logEntriesMax) return;
    const agreed = this.#book.newestOfOthers(log.base + 1);
    if (agreed === undefined) return;
    log.cut(Math.min(agreed.n, log.last));
    if (this.#execution.needsEntriesBefore(log.base)) this.#restore("its log is full and it is too far behind");
  }

  #onRead(message: MessageOf<"read">): void {
    if (!this.#ordering.acceptsRead(this.#now, message.epoch, message.n) || !this.#supervision.isVoting) return;
    const { n, time, businessDate } = message;
    for (const request of message.requests) this.#execution.read({ request, n, time, businessDate });
  }

  /** A front end misses the reply of this manager alone. */
  #onAsk(message: MessageOf<"ask">): void {
    const { n, time, businessDate, request, epoch } = message;
    if (!this.#supervision.isVoting || !this.#ordering.acceptsRead(this.#now, epoch, n)) return;
    const kept = this.#largeReplies.get(requestKey(request));
    if (kept !== undefined) return this.#send(request.replyTo, kept);
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
    const { slot, n, historyDigest, stateDigest, tableDigest } = message;
    if (!isSlot(slot) || slot === this.#config.slot) return;
    this.#book.note(slot, { n, historyDigest, stateDigest, tableDigest });
    this.#supervision.onCheckpoint(this.#now, n, this.#emit);
  }

  #onFetchSnapshot(message: MessageOf<"fetchSnapshot">): void {
    const kept = this.#book.snapshotOf(message);
    if (kept === undefined || !this.#supervision.isVoting) return;
    const { digests, epoch, time, state } = kept;
    if (state.length > this.#config.limits.stateCharsMax) {
      const text = `a state of ${state.length} characters is too large to be sent to another manager`;
      return this.#emit({ kind: "note", level: "error", text });
    }
    const table = this.#execution.table.upTo(digests.n);
    this.#send(message.replyTo, { kind: "snapshot", ...digests, epoch, time, state, table });
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
    if (progress.isImported) this.#supervision.onImported();
    for (const answered of progress.answered) this.#answer(answered);
    for (const exported of progress.exported) this.#onExported(exported);
    for (const ping of progress.pinged) this.#send(ping.replyTo, { kind: "probed", ...this.#self, token: ping.token });
  }

  #onExported({ entry, state, stateDigest, tableDigest }: Exported): void {
    const { epoch } = this.#ordering;
    if (epoch === null) return;
    const { n, historyDigest, time } = entry;
    const digests: CheckpointDigests = { n, historyDigest, stateDigest, tableDigest };
    this.#book.note(this.#config.slot, digests);
    this.#ordering.log.cut(this.#book.keep({ digests, epoch, time, state }));
    const { slot, incarnation } = this.#config;
    this.#send("managers", { kind: "checkpoint", slot, incarnation, ...digests });
    if (entry.request.command.kind === "checkpoint") {
      const result = JSON.stringify({ outcome: "OK", digest: stateDigest });
      this.#answer(changed(entry.request, entry, result));
    }
    this.#supervision.onCheckpoint(this.#now, n, this.#emit);
  }

  #answer(answered: Answered): void {
    if (answered.isDurable || answered.point.n <= this.#durable) this.#reply(answered);
    else this.#undurable.push(answered);
  }

  #reply({ request, point, result: whole, askedAt, readDate }: Answered): void {
    const { epoch, commitPoint } = this.#ordering;
    if (epoch === null || request.replyTo === "" || !this.#supervision.isVoting) return;
    // Who catches up does not answer again what was answered without it.
    if (askedAt + this.#config.limits.windowEntriesMax < commitPoint) return;
    const result = whole.length <= this.#config.limits.resultCharsMax ? whole : refusedResults.tooLarge;
    const reply: MessageOf<"reply"> = {
      kind: "reply",
      ...this.#self,
      version: this.#supervision.version,
      epoch,
      n: point.n,
      historyDigest: point.historyDigest,
      readDate,
      caller: request.caller,
      requestId: request.requestId,
      resultDigest: this.#config.sha256(result),
      result,
    };
    const isFull = result.length <= this.#config.limits.resultEverywhereCharsMax || this.#sendsLarge(request);
    if (!isFull) this.#keepLarge(reply);
    this.#send(request.replyTo, isFull ? reply : { ...reply, result: null });
  }

  /** Kept as it is: asked again, a list would be that of a later point, which agrees with nobody's digest. */
  #keepLarge(reply: MessageOf<"reply">): void {
    this.#largeReplies.set(requestKey(reply), reply);
    if (this.#largeReplies.size <= this.#config.limits.largeRepliesMax) return;
    for (const oldest of this.#largeReplies.keys()) {
      this.#largeReplies.delete(oldest);
      return;
    }
  }

  /** Two of the four managers send a large result in full, chosen by the request, the others only its digest. */
  #sendsLarge(request: Request): boolean {
    let sum = 0;
    for (let index = 0; index < request.requestId.length; index++) sum += request.requestId.charCodeAt(index);
    return (sum + this.#config.slot) % 2 === 0;
  }

  #submit(command: Command): void {
    const { slot, incarnation, sequencers } = this.#config;
    const requestId = `${incarnation.slice(0, 16)}-${this.#nextId++}`;
    const request = { requestId, caller: `manager-${slot}`, issuedAt: this.#now, replyTo: "", command };
    for (const address of sequencers) this.#send(address, { kind: "request", request });
  }

  #restore(cause: string): void {
    this.#supervision.restore(this.#now, cause, this.#emit);
  }

  #forgetReplica(): void {
    this.#fault.forget();
    this.#undurable = [];
    this.#largeReplies.clear();
  }

  #write(line: string): void {
    this.#emit({ kind: "writeReplica", generation: this.#supervision.generation, line });
  }

  #send(to: string, message: Extract<ManagerEffect, { kind: "send" }>["message"]): void {
    this.#emit({ kind: "send", to, message });
  }

  #status(): MessageOf<"managerStatus"> {
    const { badMac, malformed } = this.#dropped;
    const dropped = { badMac, malformed, otherEpoch: this.#ordering.otherEpoch };
    return managerStatus({
      config: this.#config,
      ordering: this.#ordering,
      supervision: this.#supervision,
      executed: this.#execution.executed,
      durable: this.#durable,
      checkpoint: this.#book.newest,
      fault: this.#fault.active,
      dropped,
    });
  }

  get #self(): { readonly slot: number; readonly incarnation: string; readonly generation: number } {
    return { slot: this.#config.slot, incarnation: this.#config.incarnation, generation: this.#supervision.generation };
  }

  #wake(): void {
    const at = Math.max(
      this.#now + 1,
      Math.min(this.#ordering.deadline, this.#supervision.deadline, this.#judge.deadline, this.#fault.deadline),
    );
    if (at === this.#wakeAt || at === Number.POSITIVE_INFINITY) return;
    this.#wakeAt = at;
    this.#emit({ kind: "wake", at });
  }
}

import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import type { BusinessDate, Digest, Sequence } from "../protocol/ids.ts";
import { isOperation } from "../protocol/operation.ts";
import type { Request } from "../protocol/request.ts";
import { notedResult, refusedResults } from "../protocol/result.ts";
import { isCheckpointPoint } from "./checkpoint-points.ts";
import { ClientTable, type Registered } from "./client-table.ts";
import type { ManagerConfig } from "./config.ts";
import type { Snapshot } from "./effect.ts";
import type { Log } from "./log.ts";
import { entryLine, exportLine, importLine, requestLine } from "./replica-line.ts";
import { type Done, type LineOutcome, type Point, ReplicaQueue, type Work } from "./replica-queue.ts";

/** A result that is ready to be told, once what it shows is durable. */
export interface Answered {
  readonly request: Request;
  readonly point: Point;
  readonly result: string;
  /** Number of the entry that asked; a read and a question of a front end count as asked now. */
  readonly askedAt: Sequence;
  /** Business date that a read was executed at; empty for a change. */
  readonly readDate: BusinessDate;
  /** The entry that the replica executed for it; none where nothing was changed just now. */
  readonly executed?: Entry;
}

/** The state of the replica and the digest of the client table right behind an entry. */
export interface Exported {
  readonly entry: Entry;
  readonly state: string;
  readonly stateDigest: Digest;
  readonly tableDigest: Digest;
}

/** What a run of the queue brought. */
export interface Progress {
  readonly answered: readonly Answered[];
  /** Exported states, in their order. */
  readonly exported: readonly Exported[];
  readonly pinged: readonly Extract<Work, { kind: "ping" }>[];
  readonly isImported: boolean;
}

interface Gathered extends Progress {
  readonly answered: Answered[];
  readonly exported: Exported[];
  readonly pinged: Extract<Work, { kind: "ping" }>[];
  isImported: boolean;
}

/** "Now" as a number of the order: later than every entry. */
const now: Sequence = Number.MAX_SAFE_INTEGER;

interface WaitingRead {
  readonly request: Request;
  readonly n: Sequence;
  readonly time: number;
  readonly businessDate: string;
}

/**
 * Executes the log in order on one replica: hands entries over ahead of its answers, keeps every change from happening
 * twice, and answers each piece of work at its place in the order.
 */
export class Execution {
  readonly table: ClientTable;
  readonly #config: ManagerConfig;
  readonly #log: Log;
  readonly #queue: ReplicaQueue;
  readonly #write: (line: string) => void;
  #handed: Sequence = 0;
  #executed: Sequence = 0;
  #isOpen = false;
  #reads: WaitingRead[] = [];

  /** `write` puts a line on the way to the replica of the moment. */
  constructor(config: ManagerConfig, log: Log, write: (line: string) => void) {
    this.#config = config;
    this.#log = log;
    this.#write = write;
    this.table = new ClientTable(config.limits, config.sha256, config.mutant);
    this.#queue = new ReplicaQueue(config.sha256);
  }

  /** Number of the last entry that was handed to the replica. */
  get handed(): Sequence {
    return this.#handed;
  }

  /** Number of the last entry whose answer came. */
  get executed(): Sequence {
    return this.#executed;
  }

  /** True when entries before and at that number are still to be handed to the replica. */
  needsEntriesBefore(n: Sequence): boolean {
    return this.#isOpen && this.#handed < n;
  }

  /** True while the replica owes an answer. */
  get isWaiting(): boolean {
    return this.#queue.linesExpected > 0;
  }

  /** Forgets the replica and what it was working on. */
  close(): void {
    this.#queue.clear();
    this.#reads = [];
    this.#isOpen = false;
  }

  /** Takes a new replica that is empty, at number 0. */
  openEmpty(): void {
    assert(this.#log.base === 0, "an empty replica starts at the first entry");
    this.#open(0);
    this.table.rollback(0, 0);
  }

  /** Takes a new replica that is handed a state first; the client table goes back to that point. */
  openWith({ digests: { n }, time, state }: Snapshot): void {
    assert(n >= this.#log.base && n <= this.#log.last, "what follows a snapshot is in the log");
    this.#open(n);
    this.table.rollback(n, time);
    this.#queue.push({ kind: "import" });
    this.#write(importLine(state));
  }

  /** Adds a stamped read; it is answered at its point or later. */
  read(read: WaitingRead): void {
    if (!this.#isOpen || !this.#hasRoom || this.#reads.length >= this.#config.limits.readsWaitingMax) return;
    this.#reads.push(this.#config.mutant === "unstampedReads" ? { ...read, n: 0 } : read);
  }

  /** Asks the replica for a sign of life behind all its work. */
  ping(token: number, replyTo: string, customerID: string): void {
    const point = this.#point();
    this.#queue.push({ kind: "ping", token, replyTo, point });
    const at = this.#log.at(this.#handed);
    const moment = { n: point.n, time: at?.time ?? 0, businessDate: at?.businessDate ?? "2000-01-01" };
    this.#write(requestLine(moment, customerID, "getBookingSchedule", JSON.stringify({ customerID })));
  }

  /** Repeats the result of a change that was executed before, if it was. */
  repeat(request: Request): void {
    const registered = this.#isOpen ? this.table.find(request, this.#handed) : undefined;
    if (registered === undefined || !this.#hasRoom) return;
    this.#queue.push({ kind: "quote", request, registered, n: 0 });
  }

  /** Hands over what there is room for, then answers what waits for nothing. */
  pump(): Progress {
    const gathered: Gathered = { answered: [], exported: [], pinged: [], isImported: false };
    if (!this.#isOpen) return gathered;
    this.#takeReady(gathered);
    this.#handReads();
    while (this.#handed < this.#log.last && this.#hasRoom) {
      const entry = this.#log.at(this.#handed + 1);
      assert(entry !== undefined, "the log keeps what was not handed over");
      this.#handed = entry.n;
      this.#hand(entry);
      this.#handReads();
    }
    this.#takeReady(gathered);
    return gathered;
  }

  /** Takes lines of the replica; ends at the first that breaks the contract and says why. */
  onLines(lines: readonly string[]): { readonly progress: Progress; readonly defect: string | undefined } {
    const gathered: Gathered = { answered: [], exported: [], pinged: [], isImported: false };
    for (const line of lines) {
      const outcome: LineOutcome = this.#queue.takeLine(line);
      if (outcome.kind === "defect") return { progress: gathered, defect: outcome.cause };
      this.#onDone(outcome.done, gathered);
      this.#takeReady(gathered);
    }
    return { progress: gathered, defect: undefined };
  }

  get #hasRoom(): boolean {
    return this.#queue.length < this.#config.limits.replicaInFlightMax;
  }

  #open(n: Sequence): void {
    this.#queue.clear();
    this.#handed = n;
    this.#executed = n;
    this.#isOpen = true;
  }

  #hand(entry: Entry): void {
    const { request } = entry;
    const { command } = request;
    if (command.kind === "operation" && isOperation(command.operation)) this.#handChange(entry);
    else if (command.kind !== "checkpoint") this.#pushLiteral(entry, notedResult);
    const { checkpointEveryEntries } = this.#config.limits;
    if (command.kind === "checkpoint" || isCheckpointPoint(entry.n, checkpointEveryEntries)) {
      this.table.mark(entry.n, entry.time);
      this.#queue.push({ kind: "export", entry });
      this.#write(exportLine);
    }
  }

  #handChange(entry: Entry): void {
    const { request } = entry;
    assert(request.command.kind === "operation", "only operations change a replica");
    const { operation, args } = request.command;
    const admission = this.table.admit(entry);
    switch (admission.kind) {
      case "execute":
        this.#queue.push({ kind: "change", entry, operation, registered: admission.registered });
        this.#write(entryLine(entry, operation, args));
        return;
      case "quote":
        this.#queue.push({ kind: "quote", request, registered: admission.registered, n: entry.n });
        return;
      case "reused":
        return this.#pushLiteral(entry, refusedResults.reused);
      case "tooOld":
        return this.#pushLiteral(entry, refusedResults.tooOld);
      case "full":
        return this.#pushLiteral(entry, refusedResults.tableFull);
    }
  }

  #pushLiteral(entry: Entry, result: string): void {
    const point = { n: entry.n, historyDigest: entry.historyDigest };
    this.#queue.push({ kind: "literal", request: entry.request, point, result });
  }

  #handReads(): void {
    if (this.#reads.length === 0) return;
    const due = this.#reads.filter((read) => read.n <= this.#handed);
    if (due.length === 0) return;
    this.#reads = this.#reads.filter((read) => read.n > this.#handed);
    for (const read of due) this.#handRead(read);
  }

  #handRead(read: WaitingRead): void {
    const { request } = read;
    const { command } = request;
    const point = this.#point();
    if (command.kind === "outcome") {
      this.#queue.push({ kind: "outcome", request, point });
    } else if (command.kind === "operation") {
      this.#queue.push({ kind: "read", request, operation: command.operation, point, date: read.businessDate });
      const moment = { n: point.n, time: read.time, businessDate: read.businessDate };
      this.#write(requestLine(moment, request.caller, command.operation, command.args));
    }
  }

  #takeReady(gathered: Gathered): void {
    for (let done = this.#queue.takeReady(); done !== undefined; done = this.#queue.takeReady()) {
      this.#onDone(done, gathered);
    }
  }

  #onDone({ work, text, stateDigest }: Done, gathered: Gathered): void {
    switch (work.kind) {
      case "change":
        this.table.record(work.registered, text);
        this.#executed = work.entry.n;
        gathered.answered.push({ ...changed(work.entry.request, work.entry, text), executed: work.entry });
        return;
      case "read":
        gathered.answered.push(looked(work.request, work.point, text, work.date));
        return;
      case "ping":
        gathered.pinged.push(work);
        return;
      case "import":
        gathered.isImported = true;
        return;
      case "export":
        this.#executed = Math.max(this.#executed, work.entry.n);
        // Here and not later: what the replica answered behind this entry may come in the same turn.
        gathered.exported.push({
          entry: work.entry,
          state: text,
          stateDigest,
          tableDigest: this.table.checkpoint(work.entry.n),
        });
        return;
      case "quote":
        this.#executed = Math.max(this.#executed, work.n);
        gathered.answered.push(quote(work.request, work.registered, work.n === 0 ? now : work.n));
        return;
      case "outcome": {
        const result = this.#outcomeOf(work.request, work.point.n);
        gathered.answered.push(looked(work.request, work.point, result, ""));
        return;
      }
      case "literal":
        this.#executed = work.point.n;
        gathered.answered.push(changed(work.request, work.point, work.result));
    }
  }

  #outcomeOf(request: Request, n: Sequence): string {
    assert(request.command.kind === "outcome", "an outcome is asked for by its own command");
    const known = this.table.find({ caller: request.caller, requestId: request.command.requestId }, n);
    if (known?.result === undefined) return '{"outcome":"OK","state":"NOT_EXECUTED"}';
    const answer = (known.result === refusedResults.tooLarge ? { outcome: "OK" } : JSON.parse(known.result)) as {
      readonly outcome: string;
      readonly reason?: string;
    };
    return JSON.stringify({
      outcome: "OK",
      state: "EXECUTED",
      operation: known.operation,
      executedOutcome: answer.outcome,
      ...(answer.reason === undefined ? {} : { executedReason: answer.reason }),
      executedSequence: known.n,
    });
  }

  #point(): Point {
    const historyDigest = this.#log.digestAt(this.#handed);
    assert(historyDigest !== undefined, "the history digest of the last handed entry is known");
    return { n: this.#handed, historyDigest };
  }
}

/** The result of a change, of its own number. */
export function changed(request: Request, point: Point, result: string): Answered {
  return { request, point, result, askedAt: point.n, readDate: "" };
}

function looked(request: Request, point: Point, result: string, readDate: BusinessDate): Answered {
  return { request, point, result, askedAt: now, readDate };
}

function quote(request: Request, registered: Registered, askedAt: Sequence): Answered {
  assert(registered.result !== undefined, "a quote waits behind what it quotes");
  const point = { n: registered.n, historyDigest: registered.historyDigest };
  return { request, point, result: registered.result, askedAt, readDate: "" };
}

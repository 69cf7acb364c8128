import { isDeepStrictEqual } from "node:util";
import { sha256 } from "../../io/sha256.ts";
import type { CallReply } from "../../protocol/call.ts";
import { canonicalAnswer, parseAnswer } from "../../protocol/canonical-answer.ts";
import type { Entry } from "../../protocol/entry.ts";
import type { Limits } from "../../protocol/limits.ts";
import { isOperation, isRead, type Operation } from "../../protocol/operation.ts";
import { requestContent, requestKey } from "../../protocol/request.ts";
import { isCheckpointPoint } from "../../replica-manager/checkpoint-points.ts";
import type { Replica, ReplicaRequest } from "../../replicas/contract.ts";
import { businessDates } from "./calls.ts";
import { type Executed, ReferenceTable, type Verdict } from "./reference-table.ts";
import { checkSeats } from "./seats.ts";
import { simulatedVersions, theatres } from "./simulated-replica.ts";
import { Violation } from "./violation.ts";
import { type Made, requestOf } from "./workload.ts";

/** One right version that executes the order alone, each request once: what every answer is measured by. */
export class Oracle {
  readonly #limits: Limits;
  readonly #replica: Replica = simulatedVersions["table"]!({ theatres });
  readonly #table: ReferenceTable;
  readonly #executed: Executed[] = [];
  /** What became of the entries of each request, by its key, and what they asked for. */
  readonly #verdicts = new Map<string, Set<Verdict>>();
  readonly #contents = new Map<string, Set<string>>();
  readonly counts: Record<Verdict, number> = { executed: 0, repeated: 0, reused: 0, tooOld: 0, full: 0 };

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#table = new ReferenceTable(limits);
  }

  /** Digest of the state behind what was executed. */
  get digest(): string {
    return sha256(JSON.stringify(this.#replica.exportState()));
  }

  /** Executes the order from number 1 and measures every answer at its place. */
  check(entries: readonly Entry[], made: readonly Made[]): void {
    const answered = new Map<number, Made[]>();
    for (const one of made) {
      if (one.reply?.kind !== "answer") continue;
      const { sequence } = one.reply;
      answered.set(sequence, [...(answered.get(sequence) ?? []), one]);
    }
    for (const one of answered.get(0) ?? []) this.#checkAnswer(one, 0);
    for (const entry of entries) {
      this.#execute(entry);
      checkSeats(this.#replica, entry.n);
      for (const one of answered.get(entry.n) ?? []) this.#checkAnswer(one, entry.n);
    }
    for (const one of made) this.#checkEnd(one, entries.length);
  }

  #execute(entry: Entry): void {
    const { command } = entry.request;
    if (command.kind === "operation" && isOperation(command.operation)) {
      const { verdict, row } = this.#table.admit(entry, command.operation);
      this.counts[verdict]++;
      const key = requestKey(entry.request);
      this.#verdicts.set(key, (this.#verdicts.get(key) ?? new Set()).add(verdict));
      this.#contents.set(key, (this.#contents.get(key) ?? new Set()).add(requestContent(entry.request)));
      if (verdict === "executed" && row !== undefined) {
        const { n, time, businessDate } = entry;
        row.result = this.#ask(
          { n, time, businessDate, caller: entry.request.caller, operation: row.operation },
          command.args,
        );
        this.#executed.push(row);
      }
    }
    const isMark = command.kind === "checkpoint" || isCheckpointPoint(entry.n, this.#limits.checkpointEveryEntries);
    if (isMark) this.#table.mark(entry.time);
  }

  #ask(request: Omit<ReplicaRequest, "args">, args: string): string {
    const answer = this.#replica.execute({ ...request, args: JSON.parse(args) });
    return canonicalAnswer(request.operation, answer) as string;
  }

  #checkAnswer(one: Made, n: number): void {
    const { call, reply, knownBefore } = one;
    const isChange = isOperation(call.operation) && !isRead(call.operation);
    const isStale = isChange ? one.again === "no" && n <= knownBefore : n < knownBefore;
    if (isStale) {
      throw new Violation("realTimeOrder", `${describe(one)} has number ${n}, and ${knownBefore} was known before`);
    }
    const answer = isChange ? this.#changeAnswer(one, n) : this.#readAnswer(one, n);
    const requestId = isChange && call.requestId !== undefined ? { requestId: call.requestId } : {};
    const right = { kind: "answer", operation: call.operation, ...requestId, sequence: n, answer };
    if (!isDeepStrictEqual(reply, right)) {
      throw new Violation("rightAnswer", `${describe(one)} got ${JSON.stringify(reply)} for ${JSON.stringify(right)}`);
    }
  }

  #changeAnswer(one: Made, n: number): unknown {
    const { key, content } = requestOf(one);
    const row = this.#executed.findLast((executed) => executed.n === n);
    if (row?.key !== key || row.content !== content) {
      throw new Violation("rightAnswer", `${describe(one)} is answered at ${n}, where another request was executed`);
    }
    return parseAnswer(row.result);
  }

  #readAnswer({ call, caller, at }: Made, n: number): unknown {
    if (call.operation === "getRequestOutcome") {
      const { callerID, requestId } = call.args;
      return outcomeOf(this.#table.find(requestKey({ caller: callerID, requestId })));
    }
    const operation: Operation = call.operation;
    if (!businessDates.includes(at?.readDate as never)) {
      throw new Violation("rightAnswer", `${call.operation} is answered as of ${at?.readDate}`);
    }
    const moment = { n, time: 0, businessDate: at?.readDate ?? "", caller, operation };
    return parseAnswer(this.#ask(moment, JSON.stringify(call.args)));
  }

  /** A fault that was final must have had its reason. */
  #checkEnd(one: Made, last: number): void {
    const { reply } = one;
    if (reply === undefined) throw new Violation("live", `${describe(one)} has no answer`);
    if (reply.kind === "answer") {
      if (reply.sequence > last) throw new Violation("rightAnswer", `${describe(one)} is answered beyond the order`);
      return;
    }
    const { key, content } = requestOf(one);
    const verdicts = this.#verdicts.get(key);
    const isReused = [...(this.#contents.get(key) ?? [])].some((other) => other !== content);
    const isTrue =
      (reply.code === "REQUEST_ID_REUSED" && isReused) ||
      (reply.code === "INVALID_REQUEST" && verdicts?.has("tooOld") === true) ||
      (reply.code === "BUSY" && verdicts?.has("full") === true);
    if (!isTrue || reply.applied !== "notApplied") {
      throw new Violation("rightAnswer", `${describe(one)} got ${JSON.stringify(reply)} without a reason`);
    }
  }
}

function outcomeOf(row: Executed | undefined): CallReply["answer"] {
  if (row === undefined) return { outcome: "OK", state: "NOT_EXECUTED" };
  const { outcome, reason } = JSON.parse(row.result) as {
    readonly outcome: "OK" | "REFUSED";
    readonly reason?: string;
  };
  const executedReason = reason === undefined ? {} : { executedReason: reason };
  const { operation, n: executedSequence } = row;
  return { outcome: "OK", state: "EXECUTED", operation, executedOutcome: outcome, ...executedReason, executedSequence };
}

function describe({ call, caller, again }: Made): string {
  return `the call ${JSON.stringify(call)} of ${caller} (sent again: ${again})`;
}

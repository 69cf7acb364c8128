import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { canonicalAnswer } from "../../protocol/canonical-answer.ts";
import type { Entry } from "../../protocol/entry.ts";
import { isOperation, isRead, type Operation } from "../../protocol/operation.ts";
import { requestContent, requestKey } from "../../protocol/request.ts";
import type { Replica, ReplicaRequest } from "../../replicas/contract.ts";
import { simulatedVersions, theatres } from "./simulated-replica.ts";
import { businessDates, type Made } from "./workload.ts";

interface Executed {
  readonly entry: Entry;
  readonly operation: Operation;
  readonly result: string;
}

/** One right version that executes the order alone, each request once: what every answer is measured by. */
export class Reference {
  readonly #replica: Replica = simulatedVersions["table"]!({ theatres });
  readonly #executed = new Map<string, Executed>();
  /** Keys of requests that came a second time in the order. */
  repeated = 0;
  executed = 0;

  /** Executes the order and measures every answer at its place. */
  check(entries: readonly Entry[], made: readonly Made[]): void {
    const bySequence = new Map<number, Made[]>();
    for (const one of made) {
      const sequence = one.reply?.kind === "answer" ? one.reply.sequence : -1;
      bySequence.set(sequence, [...(bySequence.get(sequence) ?? []), one]);
    }
    for (const one of bySequence.get(0) ?? []) this.#checkAnswer(one, 0);
    for (const entry of entries) {
      this.#execute(entry);
      this.#checkSeats();
      for (const one of bySequence.get(entry.n) ?? []) this.#checkAnswer(one, entry.n);
    }
    for (const one of made) {
      expect(one.reply, `the answer to ${JSON.stringify(one.call)}`).to.not.equal(undefined);
      if (one.again === "other") expect(one.reply).to.include({ code: "REQUEST_ID_REUSED", applied: "notApplied" });
      else expect(one.reply).to.include({ kind: "answer" });
    }
  }

  /** Digest of the state behind the whole order. */
  get digest(): string {
    return sha256(JSON.stringify(this.#replica.exportState()));
  }

  #execute(entry: Entry): void {
    const { command } = entry.request;
    if (command.kind !== "operation" || !isOperation(command.operation)) return;
    const key = requestKey(entry.request);
    const known = this.#executed.get(key);
    if (known !== undefined) {
      this.repeated++;
      return;
    }
    const { operation, args } = command;
    const { n, time, businessDate } = entry;
    const result = this.#ask({ n, time, businessDate, caller: entry.request.caller, operation }, args);
    this.#executed.set(key, { entry, operation, result });
    this.executed++;
  }

  #ask(request: Omit<ReplicaRequest, "args">, args: string): string {
    const answer = this.#replica.execute({ ...request, args: JSON.parse(args) });
    return canonicalAnswer(request.operation, answer)!;
  }

  #checkSeats(): void {
    const [shows, bookings] = this.#replica.exportState();
    for (const [id, name, capacity] of shows) {
      const held = bookings.filter((row) => row[1] === id && row[2] === name);
      const sold = held.reduce((sum, row) => sum + row[3], 0);
      if (sold > capacity) expect.fail(`${sold} seats of ${capacity} are sold of ${id} ${name}`);
    }
  }

  #checkAnswer(one: Made, n: number): void {
    const { call, caller, reply, knownBefore } = one;
    if (reply?.kind !== "answer") return;
    const { operation, args } = call;
    const what = `the answer to ${JSON.stringify(call)} of ${caller} at ${n}`;
    if (operation === "getRequestOutcome") {
      expect(n, `${what} is not stale`).to.be.at.least(knownBefore);
      const known = this.#executed.get(requestKey({ caller: args.callerID, requestId: args.requestId }));
      expect(reply.answer, what).to.include({ state: known === undefined ? "NOT_EXECUTED" : "EXECUTED" });
      if (known !== undefined) expect(reply.answer, what).to.include({ executedSequence: known.entry.n });
    } else if (isRead(operation)) {
      expect(n, `${what} is not stale`).to.be.at.least(knownBefore);
      const text = JSON.stringify(args);
      const right = businessDates.map((businessDate) =>
        this.#ask({ n, time: 0, businessDate, caller, operation }, text),
      );
      expect(right, what).to.include(canonicalAnswer(operation, reply.answer));
    } else {
      const known = this.#executed.get(requestKey({ caller, requestId: call.requestId! }));
      expect(known?.entry.n, `number of ${what}`).to.equal(n);
      expect(requestContent(known!.entry.request), what).to.equal(`${operation}${JSON.stringify(args)}`);
      expect(canonicalAnswer(operation, reply.answer), what).to.equal(known?.result);
      if (one.again === "no") expect(n, `${what} comes after what was known`).to.be.above(knownBefore);
    }
  }
}

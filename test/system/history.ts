import { createHash } from "node:crypto";
import { expect } from "chai";
import { isOperation, isRead, type Operation } from "../../protocol/operation.ts";
import type { ReplicaRequest } from "../../replicas/contract.ts";
import { makeReplica } from "../../replicas/ledger/replica.ts";
import type { SoapResult } from "./soap-caller.ts";

/** One call with what came back, and when by the caller's clock. */
export interface Exchange {
  readonly operation: string;
  readonly args: object;
  readonly result: SoapResult;
  readonly startedAt: number;
  readonly endedAt: number;
}

type Answered = Exchange & { readonly result: Extract<SoapResult, { readonly kind: "answer" }> };

/**
 * All calls of one run, checked against one replica that executes them one after the other in the order of their
 * numbers. That order also has to agree with the callers' clocks: what ended before another began stands before it.
 * Together this is linearizability (Herlihy and Wing 1990), with the service's numbers as the witness.
 */
export class History {
  readonly #exchanges: Exchange[] = [];
  readonly #theatres: readonly string[];
  readonly #businessDate: string;

  constructor(theatres: readonly string[], businessDate: string) {
    this.#theatres = theatres;
    this.#businessDate = businessDate;
  }

  /** Calls that came back. */
  get length(): number {
    return this.#exchanges.length;
  }

  /** Keeps a call of the booking operations. */
  add(exchange: Exchange): void {
    if (isOperation(exchange.operation)) this.#exchanges.push(exchange);
  }

  /** Expects every answer to be the right one, and no fault; the digest of the state that they lead to. */
  check(): string {
    const answered = this.#exchanges.map(expectAnswer).sort(inOrder);
    expectRealTimeOrder(answered);
    const replica = makeReplica({ theatres: this.#theatres });
    let last: Answered | undefined;
    for (const exchange of answered) {
      const { operation, args, result } = exchange;
      if (last !== undefined && isChange(exchange) && last.result.sequence === result.sequence) {
        expectSameChange(last, exchange);
        continue;
      }
      const request = { n: result.sequence, time: 0, businessDate: this.#businessDate, caller: "", operation, args };
      const right = replica.execute(request as unknown as ReplicaRequest);
      expect(result.answer, `answer to ${describeCall(exchange)}`).to.deep.equal(right);
      if (isChange(exchange)) last = exchange;
    }
    return createHash("sha256").update(JSON.stringify(replica.exportState())).digest("hex");
  }
}

function expectAnswer(exchange: Exchange): Answered {
  const { result } = exchange;
  if (result.kind === "fault") throw new Error(`${describeCall(exchange)}: fault ${result.code}: ${result.message}`);
  return { ...exchange, result };
}

/** By number; a read stands behind the change whose number it carries. */
function inOrder(a: Answered, b: Answered): number {
  return a.result.sequence - b.result.sequence || Number(isChange(b)) - Number(isChange(a));
}

/** The same request sent again is answered with the first answer. */
function expectSameChange(first: Answered, again: Answered): void {
  expect([again.operation, again.args], "two changes of one number").to.deep.equal([first.operation, first.args]);
  expect(again.result.requestId, `id of ${describeCall(again)}`).to.equal(first.result.requestId);
  expect(again.result.answer, `answer to ${describeCall(again)}`).to.deep.equal(first.result.answer);
}

/** A call that began after another had ended has no smaller number; a repeated request keeps its first one. */
function expectRealTimeOrder(answered: readonly Answered[]): void {
  const firstEnds = new Map<number, number>();
  for (const { result, endedAt } of answered.filter(isChange)) {
    firstEnds.set(result.sequence, Math.min(endedAt, firstEnds.get(result.sequence) ?? Number.POSITIVE_INFINITY));
  }
  const byStart = answered
    .filter((exchange) => !isRepeat(exchange, firstEnds))
    .sort((a, b) => a.startedAt - b.startedAt);
  const byEnd = [...byStart].sort((a, b) => a.endedAt - b.endedAt);
  let ended = 0;
  let highest = 0;
  for (const exchange of byStart) {
    for (; (byEnd[ended] as Answered).endedAt < exchange.startedAt; ended++) {
      highest = Math.max(highest, (byEnd[ended] as Answered).result.sequence);
    }
    const message = `number of ${describeCall(exchange)}, begun after number ${highest} was answered`;
    expect(exchange.result.sequence, message).to.be.at.least(highest);
  }
}

function isRepeat(exchange: Answered, firstEnds: ReadonlyMap<number, number>): boolean {
  return isChange(exchange) && (firstEnds.get(exchange.result.sequence) as number) < exchange.startedAt;
}

function isChange({ operation }: Exchange): boolean {
  return !isRead(operation as Operation);
}

function describeCall({ operation, args, result }: Exchange): string {
  const number = result.kind === "answer" ? ` (number ${result.sequence})` : "";
  return `${operation} ${JSON.stringify(args)}${number}`;
}

import { assert } from "../protocol/assert.ts";
import { canonicalAnswer } from "../protocol/canonical-answer.ts";
import type { Entry } from "../protocol/entry.ts";
import type { BusinessDate, Digest, Sequence } from "../protocol/ids.ts";
import type { Operation } from "../protocol/operation.ts";
import type { Request } from "../protocol/request.ts";
import type { Sha256 } from "../protocol/role.ts";
import type { Registered } from "./client-table.ts";
import { readExportedState } from "./exported-state.ts";
import { parseLine } from "./replica-line.ts";

/** Where in the order something is answered. */
export interface Point {
  readonly n: Sequence;
  readonly historyDigest: Digest;
}

/** One piece of work at its place in the order. The first four wait for a line of the replica, the others do not. */
export type Work =
  | { readonly kind: "change"; readonly entry: Entry; readonly operation: Operation; readonly registered: Registered }
  | {
      readonly kind: "read";
      readonly request: Request;
      readonly operation: Operation;
      readonly point: Point;
      readonly date: BusinessDate;
    }
  | { readonly kind: "ping"; readonly token: number; readonly replyTo: string; readonly point: Point }
  | { readonly kind: "export"; readonly entry: Entry }
  | { readonly kind: "import" }
  /** `n` is the number of the repeated request, 0 where a front end asked again without one. */
  | { readonly kind: "quote"; readonly request: Request; readonly registered: Registered; readonly n: Sequence }
  | { readonly kind: "outcome"; readonly request: Request; readonly point: Point }
  | { readonly kind: "literal"; readonly request: Request; readonly point: Point; readonly result: string };

/** Work that is done, with what the replica said where it was asked. */
export interface Done {
  readonly work: Work;
  /** Canonical answer of a change or a read; state as JSON of an export; empty else. */
  readonly text: string;
  /** Digest of an exported state; empty else. */
  readonly stateDigest: Digest;
}

/** What became of a line of the replica. */
export type LineOutcome =
  | { readonly kind: "done"; readonly done: Done }
  | { readonly kind: "defect"; readonly cause: string };

/** The work of one replica in its order: what was handed to it and what has to wait for that. */
export class ReplicaQueue {
  readonly #sha256: Sha256;
  #works: Work[] = [];
  #head = 0;
  #linesExpected = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** Lines that the replica still owes. */
  get linesExpected(): number {
    return this.#linesExpected;
  }

  /** Work that is not done. */
  get length(): number {
    return this.#works.length - this.#head;
  }

  /** Adds work behind all other. */
  push(work: Work): void {
    this.#works.push(work);
    if (expectsLine(work)) this.#linesExpected++;
  }

  /** Forgets all work: the replica is gone. */
  clear(): void {
    this.#works = [];
    this.#head = 0;
    this.#linesExpected = 0;
  }

  /** Takes out work at the head that needs no line. */
  takeReady(): Done | undefined {
    const work = this.#works[this.#head];
    if (work === undefined || expectsLine(work)) return undefined;
    this.#advance();
    return { work, text: "", stateDigest: "" };
  }

  /** Takes a line of the replica as the answer to the work at the head. */
  takeLine(line: string): LineOutcome {
    const work = this.#works[this.#head];
    if (work === undefined || !expectsLine(work)) return { kind: "defect", cause: "a line that nobody asked for" };
    const done = work.kind === "export" ? this.#finishExport(work, line) : this.#finish(work, parseLine(line));
    if (done === undefined) return { kind: "defect", cause: causeOf(work, line) };
    this.#advance();
    this.#linesExpected--;
    return { kind: "done", done };
  }

  #finishExport(work: Work, line: string): Done | undefined {
    const exported = readExportedState(line, this.#sha256);
    return exported === undefined ? undefined : { work, text: exported.text, stateDigest: exported.digest };
  }

  #finish(work: Work, value: Readonly<Record<string, unknown>> | undefined): Done | undefined {
    if (value === undefined) return undefined;
    switch (work.kind) {
      case "change":
      case "read": {
        const n = work.kind === "change" ? work.entry.n : work.point.n;
        const text = value["n"] === n ? canonicalAnswer(work.operation, value["result"]) : undefined;
        return text === undefined ? undefined : { work, text, stateDigest: "" };
      }
      case "ping":
        return value["n"] === work.point.n ? { work, text: "", stateDigest: "" } : undefined;
      case "import":
        return value["ready"] === true ? { work, text: "", stateDigest: "" } : undefined;
      default:
        return undefined;
    }
  }

  #advance(): void {
    this.#head++;
    if (this.#head < 1024 || this.#head * 2 < this.#works.length) return;
    this.#works = this.#works.slice(this.#head);
    this.#head = 0;
    assert(this.#linesExpected >= 0, "no more lines come than were asked for");
  }
}

function causeOf(work: Work, line: string): string {
  if (parseLine(line) === undefined) return "a line that is not a JSON object";
  return `no answer to ${work.kind}: ${line.slice(0, 120)}`;
}

function expectsLine(work: Work): boolean {
  return (
    work.kind === "change" ||
    work.kind === "read" ||
    work.kind === "ping" ||
    work.kind === "export" ||
    work.kind === "import"
  );
}

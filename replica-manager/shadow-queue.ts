import { assert, unreachable } from "../protocol/assert.ts";
import { canonicalAnswer } from "../protocol/canonical-answer.ts";
import type { Entry } from "../protocol/entry.ts";
import type { Digest, Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import { isOperation } from "../protocol/operation.ts";
import type { Sha256 } from "../protocol/role.ts";
import { readExportedState } from "./exported-state.ts";
import { entryLine, exportLine, importLine, parseLine } from "./replica-line.ts";

/** What a replica in shadow is asked, with what the manager's own replica answered to the same. */
export type ShadowWork =
  | { readonly kind: "import"; readonly state: string }
  | { readonly kind: "change"; readonly entry: Entry; readonly expected: string }
  | { readonly kind: "export"; readonly n: Sequence; readonly expected: Digest };

/** What became of a line: work that is done with what was said to it, or why it breaks the contract. */
export type ShadowOutcome =
  /** `said` is `undefined` where nobody wants to know it any more. */
  | { readonly kind: "done"; readonly work: ShadowWork; readonly said: string | undefined }
  | { readonly kind: "defect"; readonly cause: string };

const lineCharsShown = 120;

/** The work of a replica in shadow in its order; it is written no more of it at a time than any replica. */
export class ShadowQueue {
  readonly #limits: Limits;
  readonly #sha256: Sha256;
  readonly #write: (line: string) => void;
  readonly #works: ShadowWork[] = [];
  /** Of the works, from the first one: how many are written, and how many of these count no more. */
  #written = 0;
  #void = 0;
  /** Characters of the changes with what is expected of them, and of the states. */
  #changeChars = 0;
  #stateChars = 0;

  /** `write` puts a line on the way to the replica. */
  constructor(limits: Limits, sha256: Sha256, write: (line: string) => void) {
    this.#limits = limits;
    this.#sha256 = sha256;
    this.#write = write;
  }

  /** True while a line is owed. */
  get isOwed(): boolean {
    return this.#written > 0;
  }

  /** Adds work behind all other; false, and nothing added, where there is no room. */
  push(work: ShadowWork): boolean {
    if (!this.#hasRoom(work)) return false;
    this.#works.push(work);
    this.#count(work, 1);
    this.#writeOn();
    return true;
  }

  /** What was written is still answered, and counts no more; the rest is forgotten. */
  invalidate(): void {
    for (const work of this.#works.splice(this.#written)) this.#count(work, -1);
    this.#void = this.#written;
  }

  /** Forgets all: the replica is gone. */
  clear(): void {
    this.#works.length = 0;
    this.#written = 0;
    this.#void = 0;
    this.#changeChars = 0;
    this.#stateChars = 0;
  }

  /** Takes a line of the replica as the answer to the oldest work. */
  takeLine(line: string): ShadowOutcome {
    const [work] = this.#works;
    if (work === undefined) return { kind: "defect", cause: "a line that nobody asked for" };
    const said = this.#read(work, line);
    if (said === undefined) {
      return { kind: "defect", cause: `no answer to ${nameOf(work)}: ${line.slice(0, lineCharsShown)}` };
    }
    this.#works.shift();
    this.#count(work, -1);
    this.#written--;
    const isVoid = this.#void > 0;
    if (isVoid) this.#void--;
    this.#writeOn();
    return { kind: "done", work, said: isVoid ? undefined : said };
  }

  #hasRoom(work: ShadowWork): boolean {
    const { shadowInFlightMax, shadowInFlightCharsMax } = this.#limits;
    if (this.#works.length >= shadowInFlightMax) return false;
    // One state may be as large as states are; where the own replica comes and goes, only small ones wait together.
    if (work.kind === "import" && this.#stateChars === 0) return true;
    const chars = work.kind === "import" ? this.#stateChars : this.#changeChars;
    return chars + charsOf(work) <= shadowInFlightCharsMax;
  }

  #count(work: ShadowWork, times: 1 | -1): void {
    if (work.kind === "import") this.#stateChars += times * charsOf(work);
    else this.#changeChars += times * charsOf(work);
  }

  #writeOn(): void {
    for (; this.#written < this.#limits.replicaInFlightMax; this.#written++) {
      const work = this.#works[this.#written];
      if (work === undefined) return;
      this.#write(lineOf(work));
    }
  }

  /** What a line says to its work, in the one form in which answers are compared. */
  #read(work: ShadowWork, line: string): string | undefined {
    switch (work.kind) {
      case "import":
        return parseLine(line)?.["ready"] === true ? "" : undefined;
      case "change": {
        const { n, result } = parseLine(line) ?? {};
        return n === work.entry.n ? canonicalAnswer(callOf(work.entry).operation, result) : undefined;
      }
      case "export":
        return readExportedState(line, this.#sha256)?.digest;
      default:
        return unreachable(work);
    }
  }
}

/** The operation that an entry has a replica execute, and its arguments. */
export function callOf({ request: { command } }: Entry) {
  assert(command.kind === "operation" && isOperation(command.operation), "only operations change a replica");
  return { operation: command.operation, args: command.args };
}

function lineOf(work: ShadowWork): string {
  switch (work.kind) {
    case "import":
      return importLine(work.state);
    case "change": {
      const { operation, args } = callOf(work.entry);
      return entryLine(work.entry, operation, args);
    }
    case "export":
      return exportLine;
    default:
      return unreachable(work);
  }
}

function charsOf(work: ShadowWork): number {
  if (work.kind === "import") return work.state.length;
  return work.kind === "change" ? work.expected.length + callOf(work.entry).args.length : 0;
}

function nameOf(work: ShadowWork): string {
  return work.kind === "change" ? `${callOf(work.entry).operation} at ${work.entry.n}` : work.kind;
}

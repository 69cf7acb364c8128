import fc from "fast-check";
import type { Entry } from "../../protocol/entry.ts";
import type { Digest } from "../../protocol/ids.ts";
import type { Request } from "../../protocol/request.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import type { ClientTable, Registered } from "../../replica-manager/client-table.ts";
import { aChange, smallTable } from "./a-change.ts";
import { aRequest } from "./an-entry.ts";

/** What comes up in an order: changes, and marks behind the last of them. */
export type Step =
  | { readonly kind: "change"; readonly entry: Entry }
  | { readonly kind: "mark"; readonly n: number; readonly time: number };

/** What a table did at a step, and how it stood at a mark once its results were there. */
export interface Course {
  readonly admissions: readonly string[];
  readonly marks: readonly Standing[];
}

/** How a table stands at a mark. */
export interface Standing {
  readonly n: number;
  readonly time: number;
  readonly digest: Digest;
  readonly intervals: readonly TableInterval[];
}

const horizonMs = smallTable.clientHorizonMs;

const drawn = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      id: fc.nat(9),
      tickets: fc.integer({ min: 1, max: 2 }),
      /** By how much the clock of the front end is wrong: often by about one horizon, either way. */
      skewMs: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -15, max: 15 }),
        fc.constantFrom(-101, -100, -99, 99, 100, 101),
        fc.integer({ min: -250, max: 250 }),
      ),
      passedMs: fc.nat(25),
      /** Which of the requests so far comes once more, if one does. */
      again: fc.option(fc.nat(), { freq: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("mark" as const),
      passedMs: fc.oneof(fc.nat(25), fc.integer({ min: horizonMs - 1, max: 3 * horizonMs })),
    }),
  },
);

/** An order of some changes and marks, with late duplicates, with clocks before and behind; it ends with a mark. */
export const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(drawn, { minLength: 1, maxLength: 60, size: "max" })
  .map((draws) => {
    const requests: Request[] = [];
    const result: Step[] = [];
    let [n, time] = [0, 1000];
    for (const draw of [...draws, { kind: "mark" as const, passedMs: 0 }]) {
      time += draw.passedMs;
      n++;
      if (draw.kind === "mark") {
        result.push({ kind: "mark", n, time });
        continue;
      }
      const fresh = aRequest(`r${draw.id}`, draw.tickets, Math.max(0, time + draw.skewMs));
      const request = draw.again === null ? fresh : (requests[draw.again % (requests.length || 1)] ?? fresh);
      requests.push(request);
      result.push({ kind: "change", entry: aChange(n, request, time) });
    }
    return result;
  });

/** The result that the change of a number has; some are long. */
function resultOf(n: number): string {
  return `result ${n} ${"x".repeat(n % 4 === 0 ? 300 : 0)}`;
}

/**
 * Has a table go through steps. After each of them so many results are still owed as `lag` says; what is owed at the
 * end comes at the end.
 */
export function go(table: ClientTable, through: readonly Step[], lag: (step: number) => number = () => 0): Course {
  const admissions: string[] = [];
  const marks: Standing[] = [];
  const owed: (Registered | Extract<Step, { kind: "mark" }>)[] = [];
  const settle = (left: number) => {
    for (const one of owed.splice(0, Math.max(0, owed.length - left))) {
      if (!("kind" in one)) table.record(one, resultOf(one.n));
      else marks.push(standing(table, one));
    }
  };
  for (const [index, step] of through.entries()) {
    if (step.kind === "mark") {
      table.mark(step.n, step.time);
      owed.push(step);
    } else {
      const admission = table.admit(step.entry);
      const first = "registered" in admission ? ` ${admission.registered.n}` : "";
      admissions.push(`${step.entry.n} ${admission.kind}${first}`);
      if (admission.kind === "execute") owed.push(admission.registered);
    }
    settle(lag(index));
  }
  settle(0);
  return { admissions, marks };
}

/** How a table stands at a mark that it has come to. */
export function standing(table: ClientTable, { n, time }: { readonly n: number; readonly time: number }): Standing {
  return { n, time, digest: table.checkpoint(n), intervals: table.intervalsAt(n, time) };
}

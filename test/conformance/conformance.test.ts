import { expect } from "chai";
import type { CanonicalState } from "../../replicas/contract.ts";
import { calendar } from "./calendar.ts";
import { type Conversation, emptyState, type Input, type Output, type Subject } from "./conversation.ts";
import { checkExecuted, checkExport } from "./invariants.ts";
import { addShows } from "./rules/add-shows.ts";
import { bookings } from "./rules/bookings.ts";
import { exchanges } from "./rules/exchanges.ts";
import { lists } from "./rules/lists.ts";
import { malformed } from "./rules/malformed.ts";
import { removeShows } from "./rules/remove-shows.ts";
import { weeklyLimit } from "./rules/weekly-limit.ts";
import { type Case, requestsOf } from "./step.ts";
import { commandSubjects, moduleSubjects, versionProcesses } from "./subjects.ts";
import { transfers } from "./transfers.ts";

const chapters: Readonly<Record<string, readonly Case[]>> = {
  "what is malformed": malformed,
  addMovieSlots: addShows,
  removeMovieSlots: removeShows,
  lists,
  "bookings and cancellations": bookings,
  "the weekly limit": weeklyLimit,
  exchanges,
};

for (const subject of [...moduleSubjects, ...versionProcesses, ...commandSubjects]) {
  describe(`booking rules in ${subject.name}`, function () {
    this.timeout(20_000);
    const conversation = opened(subject);
    for (const [chapter, cases] of Object.entries(chapters)) {
      describe(chapter, () => {
        for (const example of cases) it(example.rule, () => play(conversation(), example));
      });
    }
    describe("the calendar", () => {
      for (const { rule, check } of calendar) it(rule, () => check(conversation()));
    });
    describe("state, for comparison and transfer", () => {
      for (const { rule, check } of transfers) it(rule, () => check(conversation()));
    });
  });
}

/** One replica for all tests of a suite: each begins with an import. */
function opened(subject: Subject): () => Conversation {
  let conversation: Conversation | undefined;
  before(async () => {
    conversation = await subject.open();
  });
  after(() => conversation?.close());
  return () => {
    if (conversation === undefined) throw new Error(`${subject.name} did not start`);
    return conversation;
  };
}

/** Plays a case with an export after every step, so that each answer is judged by itself and by the state. */
async function play(conversation: Conversation, example: Case): Promise<void> {
  const { state = emptyState, steps, stateAfter } = example;
  const requests = requestsOf(example);
  const inputs = requests.flatMap((request): readonly Input[] => [request, { export: true }]);
  const [ready, first, ...outputs] = await conversation.tell([{ import: state }, { export: true }, ...inputs]);
  expect(ready).to.deep.equal({ ready: true });
  let before = checkExport(first as Output);
  expect(before, "the imported state").to.deep.equal(state);
  for (const [index, request] of requests.entries()) {
    const [answered, exported] = outputs.slice(2 * index) as [Output, Output];
    const label = `step ${index + 1}, ${request.operation} ${JSON.stringify(request.args)}`;
    expect(answered, label).to.deep.equal({ n: request.n, result: steps[index]?.expected });
    const after: CanonicalState = checkExport(exported);
    checkExecuted({ request, before, answer: answered["result"], after });
    before = after;
  }
  if (stateAfter !== undefined) expect(before, "the state at the end").to.deep.equal(stateAfter);
}

import type { Sha256 } from "../protocol/role.ts";
import type { CanonicalState } from "../replicas/contract.ts";
import {
  type Conversation,
  emptyState,
  type Input,
  leadingTo,
  type Output,
  type RequestInput,
} from "./conversation.ts";
import { answerDifference, firstDifference } from "./difference.ts";
import { type Executed, executedProblem, exportProblem } from "./invariants.ts";
import { RuleBroken } from "./rule.ts";
import { type Case, requestsOf } from "./step.ts";

/**
 * Plays a case with an export after every step, so that each answer is judged by itself and by the state. Rejects with
 * `RuleBroken` or `ReplicaFailed`.
 */
export async function playCase(conversation: Conversation, example: Case, sha256: Sha256): Promise<void> {
  const { state = emptyState, steps, stateAfter } = example;
  const requests = requestsOf(example);
  const play = await Play.of(conversation, state, requests, sha256);
  let before = play.stateAfter(0);
  play.demand(1, "the imported state", firstDifference("state", state, before));
  for (const [index, request] of requests.entries()) {
    const where = `step ${index + 1}, ${request.operation} ${JSON.stringify(request.args)}`;
    const expected = steps[index]?.expected;
    const answer = play.answerTo(index);
    play.demand(2 * index + 2, where, answerDifference(expected, answer));
    const after = play.stateAfter(index + 1);
    play.demand(2 * index + 3, where, executedProblem({ request, before, answer, after }));
    before = after;
  }
  if (stateAfter === undefined) return;
  play.demand(2 * requests.length + 1, "the state at the end", firstDifference("state", stateAfter, before));
}

/**
 * Executes requests from nothing, holds every step to what always holds whatever the answer, and tells what happened.
 * Rejects as `playCase`.
 */
export async function checkEveryStep(
  conversation: Conversation,
  requests: readonly RequestInput[],
  sha256: Sha256,
): Promise<readonly Executed[]> {
  const play = await Play.of(conversation, emptyState, requests, sha256);
  let before = play.stateAfter(0);
  return requests.map((request, index) => {
    const executed = { request, before, answer: play.answerTo(index), after: play.stateAfter(index + 1) };
    play.demand(2 * index + 3, `request ${request.n}`, executedProblem(executed));
    before = executed.after;
    return executed;
  });
}

/** What a replica said to an import, to requests, and to an export after each of them. */
class Play {
  readonly #inputs: readonly Input[];
  readonly #outputs: readonly Output[];
  readonly #sha256: Sha256;

  private constructor(inputs: readonly Input[], outputs: readonly Output[], sha256: Sha256) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#sha256 = sha256;
  }

  static async of(
    conversation: Conversation,
    state: CanonicalState,
    requests: readonly RequestInput[],
    sha256: Sha256,
  ): Promise<Play> {
    const steps = requests.flatMap((request): readonly Input[] => [request, { export: true }]);
    const inputs: readonly Input[] = [{ import: state }, { export: true }, ...steps];
    const play = new Play(inputs, await conversation.tell(inputs), sha256);
    play.demand(0, "the import", firstDifference("the line", { ready: true }, play.#outputs[0]));
    return play;
  }

  /** The result of the request at `index`, in a line that says nothing else. */
  answerTo(index: number): unknown {
    const at = 2 * index + 2;
    const { n } = this.#inputs[at] as RequestInput;
    const result = this.#outputs[at]?.["result"];
    this.demand(at, `request ${n}`, firstDifference("the line", { n, result }, this.#outputs[at]));
    return result;
  }

  /** The state after so many requests, when its export is right in itself. */
  stateAfter(count: number): CanonicalState {
    const at = 2 * count + 1;
    const output = this.#outputs[at] ?? {};
    this.demand(
      at,
      count === 0 ? "the first export" : `the export after step ${count}`,
      exportProblem(output, this.#sha256),
    );
    return output["state"] as CanonicalState;
  }

  demand(at: number, where: string, problem: string | undefined): void {
    if (problem !== undefined) throw new RuleBroken(problem, where, leadingTo(this.#inputs, at));
  }
}

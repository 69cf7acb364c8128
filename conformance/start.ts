import { type Conversation, emptyState, type Input, type Output, type Subject } from "./conversation.ts";
import { firstDifference } from "./difference.ts";
import { type Rule, RuleBroken } from "./rule.ts";
import { add, requestsOf, type Step } from "./step.ts";

const otherTheatres = ["QQQ", "ATW"];

/** How a replica begins and ends, each on one of its own. */
export const start: readonly Rule[] = [
  {
    rule: "a new replica has the state in which nothing has happened",
    check: (_, subject) =>
      withOwn(subject, undefined, async (conversation) => {
        const inputs: readonly Input[] = [{ export: true }];
        const [exported] = await conversation.tell(inputs);
        demand("", firstDifference("state", emptyState, exported?.["state"]), inputs);
      }),
  },
  {
    rule: "the theatres are those of QUARTET_THEATRES, in whatever order",
    check: (_, subject) =>
      withOwn(subject, otherTheatres, async (conversation) => {
        const steps: readonly Step[] = [
          add("QQQM120523", "Avatar", 5).gives({ created: true, capacity: 5, available: 5 }),
          add("ATWM120523", "Avatar", 5).gives({ created: true, capacity: 5, available: 5 }),
          add("VERM120523", "Avatar", 5).isRefused("INVALID"),
        ];
        const inputs = requestsOf({ rule: "", steps });
        const outputs = await conversation.tell(inputs);
        for (const [index, { expected }] of steps.entries()) {
          const where = `with QUARTET_THEATRES=${otherTheatres.join()}`;
          demand(where, firstDifference("answer", expected, resultOf(outputs[index])), inputs.slice(0, index + 1));
        }
      }),
  },
  {
    rule: "when its input ends it exits with 0",
    check: async (_, subject) => {
      const conversation = await subject.open();
      const inputs: readonly Input[] = [{ export: true }];
      await conversation.tell(inputs);
      demand("", await conversation.close(), inputs);
    },
  },
];

async function withOwn(
  subject: Subject,
  theatres: readonly string[] | undefined,
  use: (conversation: Conversation) => Promise<void>,
): Promise<void> {
  const conversation = await subject.open(theatres);
  try {
    await use(conversation);
  } finally {
    await conversation.close();
  }
}

function resultOf(output: Output | undefined): unknown {
  return output?.["result"];
}

function demand(where: string, problem: string | undefined, lines: readonly Input[]): void {
  if (problem !== undefined) throw new RuleBroken(problem, where, lines);
}

import type { Message } from "../../protocol/message.ts";
import type { Request } from "../../protocol/request.ts";
import { forFrontend } from "./frontend-inputs.ts";
import { forManager } from "./manager-inputs.ts";
import { type Input, type InputContext, messages, range, type Verbs } from "./scenario-verbs.ts";
import { epochOf, incarnationOf } from "./scenario-words.ts";

/** The input that a line such as `order 1-2 {"commitPoint":1}` stands for: a verb, its words, then overrides as JSON. */
export function readInput(context: InputContext, line: string): Input {
  if (line.startsWith("{")) return context.words.json(line) as Input;
  const brace = line.search(/ \{/);
  const head = brace < 0 ? line : line.slice(0, brace);
  const json = brace < 0 ? {} : (context.words.json(line.slice(brace + 1)) as Readonly<Record<string, unknown>>);
  const [name = "", ...words] = head.split(" ");
  const verb = verbs[name];
  if (verb === undefined) throw new Error(`no input is called ${name}`);
  return verb(context, words, json);
}

const everyone: Verbs = {
  wake: () => ({ kind: "wake" }),
  message: (_, [kind], json) => messages({ kind, ...json } as Message),
  requests: (context, names) => {
    const requests: readonly Request[] = names.map((name) => context.words.request(name));
    return messages(...requests.map((request): Message => ({ kind: "request", request })));
  },
  askStatus: () => messages({ kind: "askStatus", replyTo: "x:1" }),
};

const forSequencer: Verbs = {
  date: (_, [date]) => ({ kind: "businessDate", date: date! }),
  stored: (_, [slot, durable], json) =>
    messages({
      kind: "stored",
      slot: Number(slot),
      incarnation: incarnationOf(Number(slot)),
      epoch: epochOf(1),
      durable: Number(durable),
      ...json,
    }),
  resend: (_, [word, replyTo]) => {
    const [from, to] = range(word!);
    return messages({ kind: "resend", epoch: epochOf(1), from, to, replyTo: replyTo! });
  },
};

const verbs: Verbs = { ...everyone, ...forSequencer, ...forManager, ...forFrontend };

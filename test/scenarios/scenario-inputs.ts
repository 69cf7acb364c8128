import type { FrontendInput } from "../../frontend/effect.ts";
import { sha256 } from "../../io/sha256.ts";
import type { Call } from "../../protocol/call.ts";
import type { CheckpointDigests, Message } from "../../protocol/message.ts";
import type { Request } from "../../protocol/request.ts";
import type { ManagerInput } from "../../replica-manager/effect.ts";
import type { SequencerInput } from "../../sequencer/sequencer.ts";
import { epochOf, incarnationOf, type ScenarioWords, stamp } from "./scenario-words.ts";

/** Any input of any core. */
export type Input = SequencerInput | ManagerInput | FrontendInput;

/** What an input line is read with. */
export interface InputContext {
  readonly words: ScenarioWords;
  /** What the manager under test said of its checkpoints. */
  readonly checkpoints: ReadonlyMap<number, CheckpointDigests>;
}

type Verb = (context: InputContext, words: readonly string[], json: Readonly<Record<string, unknown>>) => Input;

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

const messages = (...list: readonly Message[]): Input => ({
  kind: "messages",
  messages: list.map((message) => ({ from: "x:1", message })),
});

const range = (word: string): readonly [number, number] => {
  const [first, last = first] = word.split("-").map(Number);
  return [first!, last!];
};

const replica = (slot: number) => ({ slot, incarnation: incarnationOf(slot), generation: 1 });

const requestsOf = (context: InputContext, names: readonly string[]): readonly Request[] =>
  names.map((name) => context.words.request(name));

const lines = (generation: string, ...values: readonly unknown[]): Input => ({
  kind: "replicaLines",
  generation: Number(generation),
  lines: values.map((value) => JSON.stringify(value)),
});

const everyone: { readonly [name: string]: Verb } = {
  wake: () => ({ kind: "wake" }),
  message: (_, [kind], json) => messages({ kind, ...json } as Message),
  requests: (context, names) =>
    messages(...requestsOf(context, names).map((request): Message => ({ kind: "request", request }))),
  askStatus: () => messages({ kind: "askStatus", replyTo: "x:1" }),
};

const forSequencer: { readonly [name: string]: Verb } = {
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

const forManager: { readonly [name: string]: Verb } = {
  order: ({ words }, [word], json) => messages({ ...words.order(...range(word!), false), ...json }),
  forked: ({ words }, [word], json) => messages({ ...words.order(...range(word!), true), ...json }),
  heartbeat: ({ words }, [last], json) =>
    messages({
      kind: "heartbeat",
      epoch: epochOf(1),
      last: Number(last),
      ...stamp,
      historyDigest: words.digestAt(Number(last)),
      commitPoint: 0,
      ...json,
    }),
  read: (context, [n, ...names], json) =>
    messages({
      kind: "read",
      epoch: epochOf(1),
      n: Number(n),
      ...stamp,
      requests: requestsOf(context, names),
      ...json,
    }),
  ask: (context, [n, name], json) =>
    messages({
      kind: "ask",
      epoch: epochOf(1),
      n: Number(n),
      ...stamp,
      request: context.words.request(name!),
      ...json,
    }),
  appended: (_, [last]) => ({ kind: "appended", last: Number(last) }),
  started: (_, [generation]) => ({ kind: "replicaStarted", generation: Number(generation), pid: 71 }),
  ended: (_, [generation, ...cause]) => ({
    kind: "replicaEnded",
    generation: Number(generation),
    cause: cause.join(" "),
  }),
  answer: (_, [generation, n], result) => lines(generation!, { n: Number(n), result }),
  ready: (_, [generation]) => lines(generation!, { ready: true }),
  state: (_, [generation, state]) => lines(generation!, { state: JSON.parse(state!), digest: sha256(state!) }),
  says: (_, [generation, ...text]) => ({
    kind: "replicaLines",
    generation: Number(generation),
    lines: [text.join(" ")],
  }),
  checkpoint: (context, [slot, n], json) =>
    messages({ kind: "checkpoint", ...replica(Number(slot)), ...digestsAt(context, Number(n)), ...json }),
  snapshot: (context, [n, state], json) => {
    const digests = { ...digestsAt(context, Number(n)), stateDigest: sha256(state!) };
    return messages({
      kind: "snapshot",
      ...digests,
      epoch: epochOf(1),
      time: stamp.time,
      state: state!,
      table: [],
      ...json,
    });
  },
};

const forFrontend: { readonly [name: string]: Verb } = {
  call: (context, [handle, name]) => {
    const { requestId, caller, command } = context.words.request(name!);
    const call = callOf(requestId, command);
    return { kind: "call", handle: Number(handle), call, caller, freshId: `fresh-${handle}` };
  },
  reply: (context, [slots, name, n], { result, ...json }) => {
    const { requestId, caller } = context.words.request(name!);
    const text = typeof result === "string" ? result : JSON.stringify(result);
    const replyOf = (slot: string): Message => ({
      kind: "reply",
      ...replica(Number(slot)),
      version: "table",
      epoch: epochOf(1),
      n: Number(n),
      historyDigest: context.words.digestAt(Number(n)),
      readDate: "",
      caller,
      requestId,
      resultDigest: sha256(text),
      result: result === null ? null : text,
      ...json,
    });
    return messages(...slots!.split(",").map(replyOf));
  },
  status: (_, [slots], json) =>
    messages(
      ...slots!.split(",").map((slot): Message => {
        const own = {
          ...replica(Number(slot)),
          pid: 1,
          state: "voting",
          version: "table",
          replicaPid: 2,
          epoch: epochOf(1),
        } as const;
        const points = { last: 0, executed: 0, durable: 0, replacements: 0 };
        const rest = { lastReplacement: null, checkpoint: null, fault: null };
        const dropped = { badMac: 0, malformed: 0, otherEpoch: 0 };
        return { kind: "managerStatus", ...own, ...points, ...rest, dropped, ...json };
      }),
    ),
  busy: (context, [name, retryAfterMs]) => {
    const { caller, requestId } = context.words.request(name!);
    return messages({ kind: "busy", caller, requestId, retryAfterMs: Number(retryAfterMs) });
  },
};

const verbs: { readonly [name: string]: Verb } = { ...everyone, ...forSequencer, ...forManager, ...forFrontend };

function digestsAt({ words, checkpoints }: InputContext, n: number): CheckpointDigests {
  const unknown = { stateDigest: sha256("[[],[]]"), tableDigest: sha256("table") };
  return checkpoints.get(n) ?? { n, historyDigest: words.digestAt(n), ...unknown };
}

function callOf(requestId: string, command: Request["command"]): Call {
  if (command.kind === "outcome") {
    return { operation: "getRequestOutcome", args: { callerID: "ATWC1000", requestId: command.requestId } };
  }
  if (command.kind !== "operation") throw new Error("only operations are called");
  const args: unknown = JSON.parse(command.args);
  return { operation: command.operation, args, ...(requestId.startsWith("?") ? {} : { requestId }) } as Call;
}

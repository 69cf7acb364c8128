import { sha256 } from "../../io/sha256.ts";
import type { CheckpointDigests } from "../../protocol/checkpoint.ts";
import { emptySummary, type LogSummary } from "../../protocol/log-record.ts";
import type { Recovered, ReplicaEvent } from "../../replica-manager/effect.ts";
import { type Input, type InputContext, messages, range, type Verbs } from "./scenario-verbs.ts";
import { allMembers, epochOf, incarnationOf, stamp } from "./scenario-words.ts";

const lines = (generation: string, ...values: readonly unknown[]): Input => ({
  kind: "replicaLines",
  generation: Number(generation),
  lines: values.map((value) => JSON.stringify(value)),
});

/** What comes from sequencers and front ends. */
const ofOrder: Verbs = {
  order: ({ words }, [word], json) => messages({ ...words.order(...range(word!), false), ...json }),
  forked: ({ words }, [word], json) => messages({ ...words.order(...range(word!), true), ...json }),
  heartbeat: ({ words }, [word], json) => {
    const last = Number(word);
    const epoch = last === 0 ? epochOf(1) : words.entries(last, last)[0]!.epoch;
    const told = { id: 1, epoch, last, ...stamp, historyDigest: words.digestAt(last), commitPoint: 0 };
    return messages({ kind: "heartbeat", ...told, ...json });
  },
  read: ({ words }, [n, ...names], json) => {
    const requests = names.map((name) => words.request(name));
    return messages({ kind: "read", epoch: epochOf(1), n: Number(n), ...stamp, requests, ...json });
  },
  ask: ({ words }, [n, name], json) => {
    const request = words.request(name!);
    return messages({ kind: "ask", epoch: epochOf(1), n: Number(n), ...stamp, request, ...json });
  },
  prepare: (_, [epoch, trial], json) =>
    messages({
      kind: "prepare",
      epoch: epochNamed(epoch!),
      isTrial: trial === "trial",
      follows: null,
      replyTo: "s2:1",
      ...json,
    }),
  start: ({ words }, [epoch, base, source = "m2:1"], json) => {
    const at = { base: Number(base), baseDigest: words.digestAt(Number(base)) };
    const adoption = { epoch: epochNamed(epoch!), members: allMembers, ...at };
    return messages({ kind: "start", ...adoption, source, replyTo: "s2:1", ...json });
  },
};

/** What comes from other managers. */
const ofPeers: Verbs = {
  entries: ({ words }, [epoch, word], json) => {
    const [from, to] = range(word!);
    const entries = words.entries(from, to);
    const base = Number(json["base"] ?? 0);
    const log = { base, baseDigest: words.digestAt(base), last: to };
    return messages({ kind: "entries", epoch: epochNamed(epoch!), from, entries, ...log, ...json });
  },
  checkpoint: (context, [slot, n], json) =>
    messages({
      kind: "checkpoint",
      slot: Number(slot),
      incarnation: incarnationOf(Number(slot)),
      ...digestsAt(context, Number(n)),
      storedIn: epochOf(1),
      ...json,
    }),
  "ask-part": (context, [n, part], json) =>
    messages({
      kind: "fetchSnapshot",
      ...digestsAt(context, Number(n)),
      part: Number(part),
      replyTo: "m3:1",
      ...json,
    }),
  part: ({ snapshots }, [n, part], json) => messages({ ...snapshots.part(Number(n), Number(part)), ...json }),
};

/** What comes from the disk. */
const ofDisk: Verbs = {
  recovered: (context, _, json) => ({ kind: "recovered", recovered: recoveredOf(context, json) }),
  /** `appended 2`: the first two records since the scenario began; `appended`: all so far. */
  appended: ({ appendedBefore, appended }, [position]) => ({
    kind: "appended",
    position: position === undefined ? appended : appendedBefore + Number(position),
  }),
  saved: ({ saves }, [n]) => {
    const checkpoint = saves.get(Number(n));
    if (checkpoint === undefined) throw new Error(`nothing was saved at ${n}`);
    return { kind: "saved", checkpoint };
  },
  room: (_, [hasRoom]) => ({ kind: "room", hasRoom: hasRoom === "true" }),
};

/** What comes from the replica. */
const ofReplica: Verbs = {
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
};

/** What comes from the replica in shadow: `shadow-answer 1 2 {…}`. */
const ofShadow: Verbs = Object.fromEntries(
  Object.entries(ofReplica).map(([name, verb]) => [
    `shadow-${name}`,
    (context, words, json) => ({ kind: "shadow", event: verb(context, words, json) as ReplicaEvent }),
  ]),
);

/** What happens to a manager. */
export const forManager: Verbs = { ...ofOrder, ...ofPeers, ...ofDisk, ...ofReplica, ...ofShadow };

function epochNamed(word: string): ReturnType<typeof epochOf> {
  return epochOf(Number(word.slice(1)));
}

/** Data with the log of the scenario up to `last`, its snapshots at `checkpoints`, and the rest of a summary. */
function recoveredOf({ words, snapshots }: InputContext, json: Readonly<Record<string, unknown>>): Recovered {
  const {
    checkpoints = [],
    adoption = null,
    ...fields
  } = json as { readonly checkpoints?: readonly number[] } & Partial<Omit<LogSummary, "checkpoints">>;
  const { base = 0, last = base } = fields;
  const points = { base, baseDigest: words.digestAt(base), last };
  const newest = checkpoints.at(-1);
  return {
    summary: {
      ...emptySummary,
      ...fields,
      ...points,
      adoption,
      checkpoints: checkpoints.map((n) => snapshots.saved(n)),
    },
    entries: words.entries(base + 1, last),
    snapshots: checkpoints.map((n) => snapshots.at(n).snapshot),
    table: newest === undefined ? [] : snapshots.at(newest).intervals,
  };
}

function digestsAt({ words, checkpoints, snapshots }: InputContext, n: number): CheckpointDigests {
  const right = snapshots.find(n)?.snapshot.digests;
  const unknown = { stateDigest: sha256("[[],[]]"), tableDigest: sha256("table") };
  return checkpoints.get(n) ?? right ?? { n, historyDigest: words.digestAt(n), ...unknown };
}

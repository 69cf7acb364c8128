import { Frontend } from "../../frontend/frontend.ts";
import { sha256 } from "../../io/sha256.ts";
import { assert } from "../../protocol/assert.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import type { Message } from "../../protocol/message.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";
import type { Role } from "../../protocol/role.ts";
import type { ManagerEffect, ManagerInput } from "../../replica-manager/effect.ts";
import { Manager } from "../../replica-manager/manager.ts";
import type { SequencerEffect, SequencerInput } from "../../sequencer/effect.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";
import type { Input } from "./scenario-verbs.ts";
import { allMembers, epochOf, incarnationOf, stamp } from "./scenario-words.ts";

/** A core as a scenario plays it. */
export type Core = Role<Input, { readonly kind: string }>;

/** What a scenario begins with. */
export interface Stage {
  readonly core: Core;
  /** Records that were appended before its first line. */
  readonly appended: number;
}

/** Fields of the configuration that differ from the usual ones. */
export type Settings = Readonly<Record<string, unknown>> & { readonly limits?: Partial<Limits> };

const managers = { 1: "m1:1", 2: "m2:1", 3: "m3:1", 4: "m4:1" };

/** How long before its scenario a sequencer is made, at most. */
const foundingMs = 2000;

/**
 * The core of that name. A `manager` has new data, has adopted the epoch E1 behind nothing, and its replica votes: none
 * of which is shown. A `new-manager` was only made. A `sequencer` leads the epoch E1 since just before time 0.
 */
export function makeCore(name: string, settings: Settings): Stage {
  const limits: Limits = { ...defaultLimits, ...settings.limits };
  const make = cores[name];
  if (make === undefined) throw new Error(`no core is called ${name}`);
  return make({ ...settings, limits });
}

type Complete = Settings & { readonly limits: Limits };

const cores: { readonly [name: string]: (settings: Complete) => Stage } = {
  sequencer: ({ limits, ...settings }) => ({ core: foundedSequencer(limits, settings), appended: 0 }),
  "new-manager": ({ limits, ...settings }) => ({ core: newManager(limits, settings), appended: 0 }),
  manager: ({ limits, ...settings }) => {
    const core = newManager(limits, settings);
    return { core, appended: begin(core) };
  },
  frontend: ({ limits, ...settings }) => {
    const addresses = { address: "f1:1", managers };
    const fixed = { quorums: defaultQuorums, sha256, seed: 1 };
    const core = new Frontend({ id: "a", pid: 9, ...addresses, limits, ...fixed, ...settings });
    return { core, appended: 0 };
  },
};

function newManager(limits: Limits, settings: object): Manager {
  const addresses = { address: "m1:1", managers };
  const versions = ["table", "ledger"];
  const self = { slot: 1, incarnation: incarnationOf(1), pid: 9, ...addresses, versions } as const;
  return new Manager({ ...self, limits, sha256, seed: 1, isLab: true, ...settings });
}

/** The usual beginning of a manager; returns how many records that took. */
function begin(manager: Manager): number {
  const adoption = { epoch: epochOf(1), members: allMembers, base: 0, baseDigest: emptySummary.baseDigest };
  const start: Message = { kind: "start", ...adoption, source: "m2:1", replyTo: "s1:1" };
  const inputs: readonly ManagerInput[] = [
    { kind: "recovered", recovered: { summary: emptySummary, entries: [], snapshots: [], table: [] } },
    { kind: "messages", messages: [{ from: "s1:1", message: start }] },
    { kind: "appended", position: 1 },
    { kind: "replicaStarted", generation: 1, pid: 71 },
  ];
  return recordsIn(inputs.flatMap((input) => [...manager.step(0, input)]));
}

/** How many records these effects append. */
export function recordsIn(effects: readonly { readonly kind: string }[]): number {
  return (effects as readonly ManagerEffect[]).reduce(
    (count, effect) => count + (effect.kind === "append" ? effect.records.length : 0),
    0,
  );
}

/** A sequencer that all four managers have elected right before time 0. */
function foundedSequencer(limits: Limits, settings: object): Sequencer {
  const elect = (from: number) => {
    const addresses = { address: "s1:1", ranksAbove: 0, mayFound: true, managers };
    const self = { id: 1, pid: 9, nonce: epochOf(1).nonce, ...addresses };
    const sequencer = new Sequencer({ ...self, limits, sha256, seed: 1, ...settings });
    return { sequencer, activeAt: playElection(sequencer, from) };
  };
  // How long it takes depends on its jitter, which is the same each time.
  const { activeAt } = elect(0);
  return elect(-activeAt - 1).sequencer;
}

function playElection(sequencer: Sequencer, from: number): number {
  let now = from;
  let inputs: readonly SequencerInput[] = [{ kind: "businessDate", date: stamp.businessDate }];
  while (now < from + foundingMs) {
    const effects = inputs.flatMap((input) => [...sequencer.step(now, input)]);
    if (effects.some((effect) => effect.kind === "send" && effect.message.kind === "heartbeat")) return now;
    const answers = effects.flatMap(answersTo);
    if (answers.length > 0) inputs = [{ kind: "messages", messages: answers }];
    else {
      now = Math.max(now + 1, effects.findLast((effect) => effect.kind === "wake")?.at ?? now);
      inputs = [{ kind: "wake" }];
    }
  }
  assert(false, "a sequencer is elected when everybody answers");
}

/** What managers with new data answer. */
function answersTo(effect: SequencerEffect): readonly { readonly from: string; readonly message: Message }[] {
  if (effect.kind !== "send") return [];
  const slot = ([1, 2, 3, 4] as const).find((one) => managers[one] === effect.to);
  if (slot === undefined) return [];
  const self = { slot, incarnation: incarnationOf(slot) };
  const { message } = effect;
  if (message.kind === "start")
    return [{ from: effect.to, message: { kind: "adopted", ...self, epoch: message.epoch } }];
  if (message.kind !== "prepare") return [];
  const { epoch, isTrial } = message;
  const log = { last: 0, historyDigest: emptySummary.baseDigest, time: 0, businessDate: "" };
  const promised = isTrial ? null : epoch;
  const granted = { kind: "promise", epoch, isTrial, isGranted: true, promised, adoption: null } as const;
  return [{ from: effect.to, message: { ...granted, ...self, ...log } }];
}

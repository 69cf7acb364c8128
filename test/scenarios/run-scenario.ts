import { Frontend } from "../../frontend/frontend.ts";
import { sha256 } from "../../io/sha256.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { CheckpointDigests, Message } from "../../protocol/message.ts";
import { print } from "../../protocol/print.ts";
import type { Role } from "../../protocol/role.ts";
import { Manager } from "../../replica-manager/manager.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";
import { type Input, readInput } from "./scenario-inputs.ts";
import { epochOf, incarnationOf, ScenarioWords } from "./scenario-words.ts";

type Core = Role<Input, { readonly kind: string }>;
type Settings = Readonly<Record<string, unknown>> & { readonly limits?: Partial<Limits> };

const managers = { 1: "m1:1", 2: "m2:1", 3: "m3:1", 4: "m4:1" };

const cores: { readonly [name: string]: (settings: Settings) => Core } = {
  sequencer: ({ limits, ...settings }) =>
    new Sequencer({
      id: 1,
      pid: 9,
      epoch: epochOf(1),
      limits: limitsOf(limits),
      sha256,
      ...settings,
    }),
  manager: ({ limits, ...settings }) =>
    new Manager({
      slot: 1,
      incarnation: incarnationOf(1),
      pid: 9,
      address: "m1:1",
      managers,
      sequencers: ["s1:1"],
      versions: ["table", "ledger"],
      limits: limitsOf(limits),
      sha256,
      seed: 1,
      isLab: true,
      ...settings,
    }),
  frontend: ({ limits, ...settings }) =>
    new Frontend({
      id: "a",
      pid: 9,
      address: "f1:1",
      sequencers: ["s1:1"],
      managers,
      limits: limitsOf(limits),
      sha256,
      seed: 1,
      ...settings,
    }),
};

const limitsOf = (limits: Partial<Limits> = {}): Limits => ({ ...defaultLimits, ...limits });

/**
 * Plays a scenario and returns its text with the effects that the core gives now. Lines: `#` for people; `core <name>
 * {settings}`; `request <name> …`, `log …` and `fork …` (see `ScenarioWords`); `> <ms> <input>`; `< <effect>`.
 */
export function runScenario(text: string): string {
  const words = new ScenarioWords();
  const checkpoints = new Map<number, CheckpointDigests>();
  const result: string[] = [];
  let core: Core | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("< ")) continue;
    result.push(line);
    const [, word = "", first = "", rest = ""] = /^(\S+)(?: (\S+))?(?: (.*))?$/.exec(line) ?? [];
    if (word === "core") core = cores[first]!(rest === "" ? {} : (words.json(rest) as Settings));
    else if (word === "request") words.define(first, rest);
    else if (word === "log") words.appendLog([first, ...rest.split(" ").filter((name) => name !== "")]);
    else if (word === "fork") words.fork(Number(first), rest.split(" "));
    else if (word === ">") {
      const effects = play(core!, Number(first), readInput({ words, checkpoints }, rest), checkpoints);
      result.push(...effects.map((effect) => `< ${words.shorten(print(effect))}`));
    } else if (word !== "#" && line !== "") throw new Error(`no line starts with ${word}`);
  }
  return result.join("\n");
}

function play(
  core: Core,
  now: number,
  input: Input,
  checkpoints: Map<number, CheckpointDigests>,
): ReturnType<Core["step"]> {
  const effects = core.step(now, input);
  for (const effect of effects) {
    const { message } = effect as { readonly message?: Message };
    if (message?.kind !== "checkpoint") continue;
    const { n, historyDigest, stateDigest, tableDigest } = message;
    checkpoints.set(n, { n, historyDigest, stateDigest, tableDigest });
  }
  return effects;
}

import type { FrontendInput } from "../../frontend/effect.ts";
import type { CheckpointDigests } from "../../protocol/checkpoint.ts";
import type { SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Message } from "../../protocol/message.ts";
import type { ManagerInput } from "../../replica-manager/effect.ts";
import type { SequencerInput } from "../../sequencer/effect.ts";
import type { ScenarioSnapshots } from "./scenario-snapshots.ts";
import type { ScenarioWords } from "./scenario-words.ts";

/** Any input of any core. */
export type Input = SequencerInput | ManagerInput | FrontendInput;

/** What an input line is read with. */
export interface InputContext {
  readonly words: ScenarioWords;
  readonly snapshots: ScenarioSnapshots;
  /** What the manager under test said of its checkpoints. */
  readonly checkpoints: ReadonlyMap<number, CheckpointDigests>;
  /** What it had saved. */
  readonly saves: ReadonlyMap<number, SavedCheckpoint>;
  /** Records that it appended before the first line, and in all. */
  readonly appendedBefore: number;
  readonly appended: number;
}

/** Makes the input of a line from its words and its JSON. */
export type Verb = (context: InputContext, words: readonly string[], json: Readonly<Record<string, unknown>>) => Input;

/** Verbs by their names. */
export type Verbs = { readonly [name: string]: Verb };

/** The input that messages come in with. */
export function messages(...list: readonly Message[]): Input {
  return { kind: "messages", messages: list.map((message) => ({ from: "x:1", message })) };
}

/** The numbers that `3-5` or `3` stands for. */
export function range(word: string): readonly [number, number] {
  const [first, last = first] = word.split("-").map(Number);
  return [first!, last!];
}

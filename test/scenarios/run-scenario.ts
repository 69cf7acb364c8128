import type { CheckpointDigests } from "../../protocol/checkpoint.ts";
import type { SavedCheckpoint } from "../../protocol/log-record.ts";
import { print } from "../../protocol/print.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { makeCore, recordsIn, type Settings, type Stage } from "./scenario-cores.ts";
import { readInput } from "./scenario-inputs.ts";
import { ScenarioSnapshots } from "./scenario-snapshots.ts";
import { ScenarioWords } from "./scenario-words.ts";

/**
 * Plays a scenario and returns its text with the effects that the core gives now. Lines: `#` for people; `core <name>
 * {settings}` (see `makeCore`); `request <name> …`, `log …` and `fork …` (see `ScenarioWords`); `snapshot …` (see
 * `ScenarioSnapshots`); `> <ms> <input>`; `< <effect>`.
 */
export function runScenario(text: string): string {
  const play = new Play();
  const result: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("< ")) continue;
    result.push(line, ...play.line(line).map((effect) => `< ${effect}`));
  }
  return result.join("\n");
}

/** One scenario being played. */
class Play {
  readonly #words = new ScenarioWords();
  readonly #snapshots = new ScenarioSnapshots(this.#words);
  /** What the manager under test said of its checkpoints, and what it had saved. */
  readonly #checkpoints = new Map<number, CheckpointDigests>();
  readonly #saves = new Map<number, SavedCheckpoint>();
  #stage: Stage | undefined;
  #appended = 0;

  /** The effects of a line, as text. */
  line(line: string): readonly string[] {
    const [, word = "", first = "", rest = ""] = /^(\S+)(?: (\S+))?(?: (.*))?$/.exec(line) ?? [];
    const names = rest.split(" ").filter((name) => name !== "");
    if (word === ">") return this.#input(Number(first), rest);
    if (word === "core") this.#stage = makeCore(first, rest === "" ? {} : (this.#words.json(rest) as Settings));
    else if (word === "request") this.#words.define(first, rest);
    else if (word === "log") this.#words.appendLog([first, ...names]);
    else if (word === "fork") this.#words.fork(Number(first), names);
    else if (word === "snapshot") this.#snapshots.define(Number(first), names[0]!, names.slice(1));
    else if (word !== "#" && line !== "") throw new Error(`no line starts with ${word}`);
    return [];
  }

  #input(now: number, text: string): readonly string[] {
    const { core, appended } = this.#stage!;
    const context = {
      words: this.#words,
      snapshots: this.#snapshots,
      checkpoints: this.#checkpoints,
      saves: this.#saves,
      appendedBefore: appended,
      appended: appended + this.#appended,
    };
    const effects = core.step(now, readInput(context, text));
    this.#appended += recordsIn(effects);
    for (const effect of effects) this.#note(effect as ManagerEffect);
    return effects.map((effect) => this.#words.shorten(print(effect)));
  }

  #note(effect: ManagerEffect): void {
    if (effect.kind === "save") {
      const { digests, time } = effect.snapshot;
      this.#saves.set(digests.n, { ...digests, time });
      this.#checkpoints.set(digests.n, digests);
    }
  }
}

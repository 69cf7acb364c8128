import { expect } from "chai";
import * as fc from "fast-check";
import { sha256 } from "../../io/sha256.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { MessageOf } from "../../protocol/message.ts";
import type { ManagerEffect, ManagerInput, ReplicaEffect, ReplicaEvent } from "../../replica-manager/effect.ts";
import { type Core, makeCore } from "../scenarios/scenario-cores.ts";
import { ScenarioWords } from "../scenarios/scenario-words.ts";

const acts = [
  "order",
  "order",
  "append",
  "own",
  "own",
  "own wrong",
  "own ends",
  "later",
  "much later",
  "status",
  "rolled back",
  "shadow",
  "shadow",
  "shadow",
  "shadow wrong",
  "shadow garbage",
  "shadow ends",
] as const;
type Act = (typeof acts)[number];

const entriesMax = 40;
const limits: Partial<Limits> = {
  checkpointEveryEntries: 4,
  shadowInFlightMax: 2,
  replicaInFlightMax: 4,
  shadowSyncMs: 20,
  shadowSilenceMs: 150,
  shadowNoteMs: 50,
  restartBackoffMs: [1, 40],
};

const linesAtOnce = 2;
const noteCharsSeen = 53;

/** A log in which every third number repeats an earlier request and every fifth asks for a checkpoint. */
const words = new ScenarioWords();
words.define("k", "checkpoint");
for (let n = 1; n <= entriesMax; n++) words.define(`r${n}`, `book ${n}`);
words.appendLog(Array.from({ length: entriesMax }, (_, at) => (at % 5 === 4 ? "k" : `r${at % 3 === 2 ? 1 : at + 1}`)));

/** A replica process of the tests: what was written to it, and what it has yet to answer. */
class Process {
  generation = 0;
  isStarting = false;
  owed: string[] = [];
  #state = 0;

  take(effect: ReplicaEffect): void {
    if (effect.kind === "startReplica") {
      Object.assign(this, { generation: effect.generation, isStarting: true, owed: [] });
    } else if (effect.generation !== this.generation) return;
    else if (effect.kind === "endReplica") this.owed = [];
    else if (effect.kind === "writeReplica") this.owed.push(effect.line);
  }

  /** What it says next: right, or not. */
  next(isRight: boolean): ReplicaEvent | undefined {
    const { generation } = this;
    if (this.isStarting) {
      this.isStarting = false;
      return { kind: "replicaStarted", generation, pid: 7 };
    }
    const lines = this.owed.splice(0, linesAtOnce).map((line) => this.#answer(line, isRight));
    return lines.length === 0 ? undefined : { kind: "replicaLines", generation, lines };
  }

  #answer(line: string, isRight: boolean): string {
    const { n, import: imported } = JSON.parse(line) as { readonly n?: number; readonly import?: readonly unknown[] };
    if (imported !== undefined) {
      this.#state = Number(JSON.stringify(imported).replace(/\D/g, ""));
      return '{"ready":true}';
    }
    if (n !== undefined) {
      this.#state += isRight ? n : 1;
      return `{"n":${n},"result":{"outcome":"OK","held":${this.#state},"available":1}}`;
    }
    const state = `[[${this.#state}],[]]`;
    return `{"state":${state},"digest":"${sha256(state)}"}`;
  }
}

/** One manager with a shadow and one without, to which all else happens alike. */
class Pair {
  /** What was said of the shadow: its states, and the beginnings of notes. */
  readonly seen = new Set<string>();
  readonly #own = new Process();
  readonly #shadow = new Process();
  readonly #with: Core;
  readonly #without: Core;
  #now = 1;
  #ordered = 0;
  #appended: number;

  constructor() {
    const stage = makeCore("manager", { limits });
    this.#without = stage.core;
    this.#with = makeCore("manager", { limits, shadow: "new" }).core;
    this.#appended = stage.appended;
    for (const process of [this.#own, this.#shadow]) process.take({ kind: "startReplica", generation: 1, version: "" });
    this.#own.isStarting = false;
  }

  act(act: Act): void {
    const shadow = { kind: "shadow" } as const;
    switch (act) {
      case "order":
        return this.#order();
      case "append":
        return this.#step({ kind: "appended", position: this.#appended });
      case "own":
      case "own wrong":
        return this.#step(this.#own.next(act === "own"));
      case "own ends":
        return this.#step({ kind: "replicaEnded", generation: this.#own.generation, cause: "exit code 1" });
      case "status":
        return this.#step({
          kind: "messages",
          messages: [{ from: "x:1", message: { kind: "askStatus", replyTo: "" } }],
        });
      case "rolled back":
        return this.#rollBack();
      case "shadow":
      case "shadow wrong": {
        const event = this.#shadow.next(act === "shadow");
        return this.#step(event && { ...shadow, event });
      }
      case "shadow garbage":
        return this.#step({ ...shadow, event: { ...this.#shadowAt, kind: "replicaLines", lines: ["?"] } });
      case "shadow ends":
        return this.#step({ ...shadow, event: { ...this.#shadowAt, kind: "replicaEnded", cause: "exit code 1" } });
      default:
        this.#now += act === "later" ? 7 : 200;
        return this.#step({ kind: "wake" });
    }
  }

  get #shadowAt() {
    return { generation: this.#shadow.generation };
  }

  #order(): void {
    const first = this.#ordered + 1;
    const last = Math.min(first + 1, entriesMax);
    if (first > last) return;
    this.#ordered = last;
    this.#step({ kind: "messages", messages: [{ from: "s1:1", message: words.order(first, last, false) }] });
  }

  /** The sequencer begins its epoch again behind nothing: all that was executed is undone. */
  #rollBack(): void {
    const epoch = { number: 2, nonce: "2".padEnd(32, "e") };
    const start: MessageOf<"start"> = {
      kind: "start",
      epoch,
      members: [1, 2, 3, 4].map((slot) => String(slot).repeat(32)),
      base: 0,
      baseDigest: words.digestAt(0),
      source: "m2:1",
      replyTo: "s2:1",
    };
    this.#step({ kind: "messages", messages: [{ from: "s2:1", message: start }] });
  }

  /** What happens to the shadow is, to the one that has none, a moment in which nothing happens. */
  #step(input: ManagerInput | undefined): void {
    if (input === undefined) return;
    this.#now++;
    const plain = this.#without.step(this.#now, input.kind === "shadow" ? { kind: "wake" } : input);
    const shadowed = this.#with.step(this.#now, input);
    for (const effect of plain as readonly ManagerEffect[]) this.#take(effect);
    for (const effect of shadowed as readonly ManagerEffect[]) {
      if (effect.kind === "shadow") this.#shadow.take(effect.effect);
      else if (effect.kind === "note") this.seen.add(effect.text.slice(0, noteCharsSeen));
      else if (effect.kind === "send" && effect.message.kind === "managerStatus") {
        this.seen.add(effect.message.shadow?.state ?? "");
      }
    }
    expect(withoutShadow(shadowed)).to.deep.equal(withoutShadow(plain));
  }

  #take(effect: ManagerEffect): void {
    if (effect.kind === "append") this.#appended += effect.records.length;
    else if (effect.kind === "startReplica" || effect.kind === "endReplica" || effect.kind === "writeReplica") {
      this.#own.take(effect);
    }
  }
}

/** All but the effects of a shadow: its process, its notes, its checkpoints, its place in the status; and when to wake. */
function withoutShadow(effects: readonly { readonly kind: string }[]): readonly unknown[] {
  return (effects as readonly ManagerEffect[]).flatMap((effect): readonly unknown[] => {
    if (effect.kind === "shadow" || effect.kind === "wake") return [];
    if (effect.kind === "note") return effect.text.startsWith("the shadow") ? [] : [effect];
    if (effect.kind !== "send") return [effect];
    const { message } = effect;
    if (message.kind === "request" && message.request.requestId.includes("-shadow-")) return [];
    return [message.kind === "managerStatus" ? { ...effect, message: { ...message, shadow: null } } : effect];
  });
}

describe("a manager with a replica in shadow", () => {
  it("does all else that it does without, whatever the shadow does", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...acts), { minLength: 50, maxLength: 150 }), (story) => {
        const pair = new Pair();
        for (const act of story) pair.act(act);
        for (const one of pair.seen) seen.add(one);
      }),
      { numRuns: 300 },
    );
    // Else nothing was shown: all this was met on the way.
    expect([...seen]).to.include.members(["starting", "syncing", "following", "failed"]);
    const notes = [...seen].join("\n");
    expect(notes)
      .to.match(/shadow new differs/)
      .and.match(/shadow new lags/);
    expect(notes).to.include("shadow new ended and is started again: it said");
    expect(notes).to.include("shadow new ended and is started again: it brok");
  });
});

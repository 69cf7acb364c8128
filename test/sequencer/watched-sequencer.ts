import type { InstantMs } from "../../protocol/ids.ts";
import { type Request, requestKey } from "../../protocol/request.ts";
import type { Role } from "../../protocol/role.ts";
import type { SequencerConfig } from "../../sequencer/config.ts";
import type { SequencerEffect, SequencerInput } from "../../sequencer/effect.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";

/** A sequencer, and a note of what goes in and out of it. */
export class WatchedSequencer implements Role<SequencerInput, SequencerEffect> {
  readonly #sequencer: Sequencer;
  readonly #received: string[] = [];
  readonly #numbered = new Map<number, string>();
  #isBusy = false;
  #isLeading = false;

  constructor(config: SequencerConfig) {
    this.#sequencer = new Sequencer(config);
  }

  /** Request ids of the changes of clients, in the order in which each came for the first time. */
  get received(): readonly string[] {
    return [...new Set(this.#received)];
  }

  /** The key of the request that got each number. Throws when a number was given to two requests. */
  get numbered(): ReadonlyMap<number, string> {
    return this.#numbered;
  }

  /** True when a request was sent away because there was no room. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** True from its first sign of life on. */
  get isLeading(): boolean {
    return this.#isLeading;
  }

  step(now: InstantMs, input: SequencerInput): readonly SequencerEffect[] {
    if (input.kind === "messages") {
      for (const { message } of input.messages) {
        if (message.kind === "request" && isChange(message.request)) this.#received.push(message.request.requestId);
      }
    }
    const effects = this.#sequencer.step(now, input);
    for (const effect of effects) this.#note(effect);
    return effects;
  }

  #note(effect: SequencerEffect): void {
    if (effect.kind !== "send") return;
    this.#isBusy ||= effect.message.kind === "busy";
    this.#isLeading ||= effect.message.kind === "heartbeat";
    if (effect.message.kind !== "order") return;
    const { first, requests } = effect.message;
    for (const [index, request] of requests.entries()) {
      const before = this.#numbered.get(first + index) ?? requestKey(request);
      if (before !== requestKey(request)) throw new Error(`number ${first + index} was given to two requests`);
      this.#numbered.set(first + index, before);
    }
  }
}

function isChange({ requestId }: Request): boolean {
  return requestId.startsWith("change-");
}

import type { InstantMs } from "../../protocol/ids.ts";
import type { Received } from "../../protocol/message.ts";
import type { NoteEffect, Role, SendEffect, WakeEffect } from "../../protocol/role.ts";

type Common = SendEffect | WakeEffect | NoteEffect;

/** What a process needs of the world around it. */
export interface ProcessHost<Effect> {
  readonly clock: { readonly now: InstantMs };
  at(time: InstantMs, run: () => void): void;
  /** Milliseconds until a process gets to what arrived: all that came meanwhile is one turn. */
  turnMs(): number;
  perform(effect: Effect): void;
  onStep(input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void;
}

/** Drives one production core as `io/role-driver.ts` does, by the clock of the simulation. */
export class SimulatedProcess<Input extends { readonly kind: string }, Effect extends { readonly kind: string }> {
  readonly role: Role<Input, Effect | Common>;
  readonly #host: ProcessHost<Effect | Common>;
  #inbox: Received[] = [];
  #wake = 0;
  #isEnded = false;

  constructor(role: Role<Input, Effect | Common>, host: ProcessHost<Effect | Common>) {
    this.role = role;
    this.#host = host;
  }

  /** True after `end`: nothing reaches this process any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Hands an input over now. */
  input(input: Input): void {
    if (this.#isEnded) return;
    const effects = this.role.step(this.#host.clock.now, input);
    this.#host.onStep(input, effects);
    for (const effect of effects) {
      if (effect.kind === "wake") this.#wakeAt((effect as WakeEffect).at);
      else this.#host.perform(effect);
    }
  }

  /** Puts a message into the turn to come. */
  deliver(received: Received): void {
    this.#inbox.push(received);
    if (this.#inbox.length > 1) return;
    this.#host.at(this.#host.clock.now + this.#host.turnMs(), () => {
      const messages = this.#inbox;
      this.#inbox = [];
      this.input({ kind: "messages", messages } as unknown as Input);
    });
  }

  /** Ends it at once, with all that it knew. */
  end(): void {
    this.#isEnded = true;
  }

  #wakeAt(at: InstantMs): void {
    const wake = ++this.#wake;
    this.#host.at(Math.max(this.#host.clock.now + 1, at), () => {
      if (wake === this.#wake) this.input({ kind: "wake" } as unknown as Input);
    });
  }
}

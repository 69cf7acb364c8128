import type { Chance } from "../../protocol/chance.ts";
import type { InstantMs } from "../../protocol/ids.ts";
import type { Received } from "../../protocol/message.ts";
import type { NoteEffect, Role, SendEffect, WakeEffect } from "../../protocol/role.ts";
import { Violation } from "./violation.ts";

type Common = SendEffect | WakeEffect | NoteEffect;

/** What a process needs of the world around it. */
export interface ProcessHost<Effect> {
  readonly clock: { readonly now: InstantMs };
  readonly chance: Chance;
  at(time: InstantMs, run: () => void): void;
  perform(effect: Effect): void;
  onStep(input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void;
}

/** Messages that the sockets of a process that does not read hold for it. */
const inboxMax = 4096;

/**
 * Drives one production core as `io/role-driver.ts` does, by the clock of the simulation: it can be paused, be slow,
 * have its clock put ahead, and end between two effects of one step.
 */
export class SimulatedProcess<Input extends { readonly kind: string }, Effect extends { readonly kind: string }> {
  readonly #role: Role<Input, Effect | Common>;
  readonly #host: ProcessHost<Effect | Common>;
  #inbox: Received[] = [];
  /** Inputs that wait while it is paused. */
  #held: Input[] = [];
  #wake = 0;
  #isEnded = false;
  #pausedUntil = 0;
  #slowUntil = 0;
  #slowMs = 0;
  #aheadMs: number;
  #effectsLeft = Number.POSITIVE_INFINITY;
  #onCrash: (() => void) | undefined;

  /** Its clock is so far ahead of that of the world. */
  constructor(role: Role<Input, Effect | Common>, host: ProcessHost<Effect | Common>, aheadMs: number) {
    this.#role = role;
    this.#host = host;
    this.#aheadMs = aheadMs;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isPaused(): boolean {
    return this.#host.clock.now < this.#pausedUntil;
  }

  /** Hands an input over now, or when the pause is over. */
  input(input: Input): void {
    if (this.#isEnded) return;
    if (this.isPaused) this.#held.push(input);
    else this.#step(input);
  }

  /** Puts a message into the turn to come. */
  deliver(received: Received): void {
    if (this.#isEnded || this.#inbox.length >= inboxMax) return;
    this.#inbox.push(received);
    if (this.#inbox.length === 1) this.#host.at(this.#host.clock.now + this.#turnMs(), () => this.#takeMessages());
  }

  /** Ends it at once, with all that it knew. */
  end(): void {
    this.#isEnded = true;
    this.#inbox = [];
    this.#held = [];
  }

  /** Ends it after so many more effects, be that between two of one step. */
  crashAfter(effects: number, onCrash: () => void): void {
    this.#effectsLeft = effects;
    this.#onCrash = onCrash;
  }

  /** Stops it for so long; what arrives waits. */
  pause(ms: number): void {
    if (this.#isEnded) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#host.clock.now + ms);
    this.#host.at(this.#pausedUntil, () => this.#goOn());
  }

  /** Every turn takes up to so much longer until then. */
  slow(until: InstantMs, ms: number): void {
    this.#slowUntil = until;
    this.#slowMs = ms;
  }

  /** Puts its clock ahead. Its timers do not notice, as those of the platform. */
  jump(ms: number): void {
    this.#aheadMs += ms;
  }

  #step(input: Input): void {
    const effects = this.#stepped(input);
    this.#host.onStep(input, effects);
    for (const effect of effects) {
      if (this.#isEnded) return;
      if (--this.#effectsLeft < 0) return this.#onCrash?.();
      if (effect.kind === "wake") this.#wakeAt((effect as WakeEffect).at - this.#aheadMs);
      else this.#host.perform(effect);
    }
  }

  #stepped(input: Input): readonly (Effect | Common)[] {
    let failure: unknown;
    try {
      return this.#role.step(this.#host.clock.now + this.#aheadMs, input);
    } catch (cause) {
      failure = cause;
    }
    const where = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    const text = `${where}\n  on ${JSON.stringify(input).slice(0, 600)}`;
    throw new Violation("coreAsserts", text, { cause: failure });
  }

  #takeMessages(): void {
    if (this.#isEnded || this.#inbox.length === 0) return;
    if (this.isPaused) return;
    const messages = this.#inbox;
    this.#inbox = [];
    this.#step({ kind: "messages", messages } as unknown as Input);
  }

  /** A process that comes back takes its timers or its messages first, whichever. */
  #goOn(): void {
    if (this.#isEnded || this.isPaused) return;
    const isTimerFirst = this.#host.chance.happens(0.5);
    if (!isTimerFirst) this.#takeMessages();
    const held = this.#held;
    this.#held = [];
    for (const input of held) this.input(input);
    if (isTimerFirst) this.#takeMessages();
  }

  /** Milliseconds until it gets to what arrived: all that comes meanwhile is one turn. */
  #turnMs(): number {
    const { chance, clock } = this.#host;
    const ms = chance.between(0, 1);
    return clock.now < this.#slowUntil ? ms + chance.between(0, this.#slowMs) : ms;
  }

  #wakeAt(at: InstantMs): void {
    const wake = ++this.#wake;
    this.#host.at(Math.max(this.#host.clock.now + 1, at), () => {
      if (wake === this.#wake) this.input({ kind: "wake" } as unknown as Input);
    });
  }
}

import type { InstantMs } from "../protocol/ids.ts";
import type { NoteEffect, Role, SendEffect, WakeEffect } from "../protocol/role.ts";
import type { DatagramTransport } from "./datagram-transport.ts";

/** A longer timer of the platform fires at once; a core that is woken too early asks again. */
const timerMsMax = 2 ** 31 - 1;

type CommonEffect = SendEffect | WakeEffect | NoteEffect;

/** What a driver is told. */
export interface DriverOptions<Input, Effect extends { readonly kind: string }> {
  readonly role: Role<Input, Effect | CommonEffect>;
  readonly transport: Pick<DatagramTransport, "send">;
  readonly wake: Input;
  readonly note: (note: NoteEffect) => void;
  /** Carries out the effects that only this role has. */
  readonly perform: (effect: Effect) => void;
}

/** Drives one core: hands it its inputs one after the other and carries its effects out in their order. */
export class RoleDriver<Input, Effect extends { readonly kind: string }> {
  readonly #options: DriverOptions<Input, Effect>;
  readonly #queue: Input[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isStepping = false;
  #isStopped = false;

  constructor(options: DriverOptions<Input, Effect>) {
    this.#options = options;
  }

  /** Hands over an input now, or, out of the performing of an effect, right after the step under way. */
  input(input: Input): void {
    if (this.#isStopped) return;
    this.#queue.push(input);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  /** Hands over nothing from now on. */
  stop(): void {
    this.#isStopped = true;
    this.#queue.length = 0;
    clearTimeout(this.#timer);
  }

  #step(input: Input): void {
    for (const effect of this.#options.role.step(now(), input)) {
      if (isCommon(effect)) this.#performCommon(effect);
      else this.#options.perform(effect);
    }
  }

  #performCommon(effect: CommonEffect): void {
    switch (effect.kind) {
      case "send":
        return this.#options.transport.send(effect.to, effect.message);
      case "wake":
        return this.#wakeAt(effect.at);
      case "note":
        return this.#options.note(effect);
    }
  }

  #wakeAt(at: InstantMs): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const delayMs = Math.min(Math.max(1, at - now()), timerMsMax);
    this.#timer = setTimeout(() => this.input(this.#options.wake), delayMs);
  }
}

let latest = 0;
let latestAt = performance.now();

/** UTC milliseconds now; goes on at its pace when the clock of the system is put back, since timers wait for it. */
export function now(): InstantMs {
  const at = performance.now();
  latest = Math.max(Date.now(), latest + at - latestAt);
  latestAt = at;
  return Math.floor(latest);
}

function isCommon(effect: { readonly kind: string }): effect is CommonEffect {
  return effect.kind === "send" || effect.kind === "wake" || effect.kind === "note";
}

import type { Call, CallFault, CallReply } from "../protocol/call.ts";
import type { DigestsAnswer, FrontendEffect, FrontendInput } from "./effect.ts";

type Answered = CallReply | CallFault;

/** Turns inputs and effects of the core into promises for those who wait: each call has a handle until its answer. */
export class Calls {
  readonly #input: (input: FrontendInput) => void;
  readonly #freshId: () => string;
  readonly #calls = new Map<number, (answer: Answered) => void>();
  readonly #digests = new Map<number, (answer: DigestsAnswer | CallFault) => void>();
  #nextHandle = 1;

  /** `freshId` draws ids that were never used before. */
  constructor(input: (input: FrontendInput) => void, freshId: () => string) {
    this.#input = input;
    this.#freshId = freshId;
  }

  /** Makes a call; the promise never rejects. */
  call(call: Call, caller: string): Promise<Answered> {
    const handle = this.#nextHandle++;
    return new Promise((resolve) => {
      this.#calls.set(handle, resolve);
      this.#input({ kind: "call", handle, call, caller, freshId: this.#freshId() });
    });
  }

  /** Asks for all state digests at one number; the promise never rejects. */
  digests(): Promise<DigestsAnswer | CallFault> {
    const handle = this.#nextHandle++;
    return new Promise((resolve) => {
      this.#digests.set(handle, resolve);
      this.#input({ kind: "digests", handle, freshId: this.#freshId() });
    });
  }

  /** Carries out what the core decided for those who wait. */
  perform(effect: Extract<FrontendEffect, { kind: "answer" | "digests" }>): void {
    if (effect.kind === "answer") {
      this.#calls.get(effect.handle)?.(effect.reply);
      this.#calls.delete(effect.handle);
    } else {
      this.#digests.get(effect.handle)?.(effect.answer);
      this.#digests.delete(effect.handle);
    }
  }
}

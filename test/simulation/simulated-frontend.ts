import type { DigestsAnswer, FrontendEffect, FrontendInput } from "../../frontend/effect.ts";
import { Frontend } from "../../frontend/frontend.ts";
import { sha256 } from "../../io/sha256.ts";
import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import type { Chance } from "../../protocol/chance.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Received } from "../../protocol/message.ts";
import type { SendEffect } from "../../protocol/role.ts";
import { managerAddress, sequencerAddress } from "./simulated-manager.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Witness } from "./witness.ts";

/** What a simulated front end needs of the world around it. */
export interface FrontendHost {
  readonly now: number;
  readonly chance: Chance;
  at(time: number, run: () => void): void;
  send(from: string, effect: SendEffect): void;
  onStep(name: string, input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void;
}

type OnReply = (reply: CallReply | CallFault) => void;

/** One front end, with those who wait for its answers. */
export class SimulatedFrontend {
  readonly address: string;
  readonly #id: number;
  readonly #witness: Witness;
  readonly #process: SimulatedProcess<FrontendInput, FrontendEffect>;
  readonly #callers = new Map<number, { readonly call: Call; readonly caller: string; readonly onReply: OnReply }>();
  readonly #askers = new Map<number, (answer: DigestsAnswer | CallFault) => void>();
  #nextHandle = 1;

  constructor(id: number, limits: Limits, host: FrontendHost, witness: Witness) {
    this.#id = id;
    this.address = `frontend-${id}:1`;
    this.#witness = witness;
    const frontend = new Frontend({
      id: `f${id}`,
      pid: id,
      address: this.address,
      sequencers: [sequencerAddress],
      managers: { 1: managerAddress(1), 2: managerAddress(2), 3: managerAddress(3), 4: managerAddress(4) },
      limits,
      sha256,
      seed: host.chance.u32(),
    });
    this.#process = new SimulatedProcess<FrontendInput, FrontendEffect>(frontend, {
      clock: host,
      at: (time, run) => host.at(time, run),
      turnMs: () => host.chance.between(0, 1),
      perform: (effect) => {
        if (effect.kind === "send") host.send(this.address, effect);
        else this.#perform(effect);
      },
      onStep: (input, effects) => host.onStep(`f${id}`, input, effects),
    });
  }

  start(): void {
    this.#process.input({ kind: "wake" });
  }

  deliver(received: Received): void {
    if (received.message.kind === "reply") this.#witness.onReply(this.address, received.message);
    this.#process.deliver(received);
  }

  call(call: Call, caller: string, onReply: OnReply): void {
    const handle = this.#nextHandle++;
    this.#callers.set(handle, { call, caller, onReply });
    this.#process.input({ kind: "call", handle, call, caller, freshId: `f${this.#id}-${handle}` });
  }

  digests(onAnswer: (answer: DigestsAnswer | CallFault) => void): void {
    const handle = this.#nextHandle++;
    this.#askers.set(handle, onAnswer);
    this.#process.input({ kind: "digests", handle, freshId: `f${this.#id}-${handle}` });
  }

  #perform(effect: FrontendEffect): void {
    if (effect.kind === "digests") {
      this.#askers.get(effect.handle)?.(effect.answer);
      this.#askers.delete(effect.handle);
    } else if (effect.kind === "answer") {
      const waiting = this.#callers.get(effect.handle);
      this.#callers.delete(effect.handle);
      if (waiting === undefined) throw new Error(`call ${effect.handle} is answered twice`);
      const { call, caller, onReply } = waiting;
      const { reply } = effect;
      if (reply.kind === "answer")
        this.#witness.expectTwo(this.address, idOf(call, caller, this.#id, effect.handle), reply.sequence);
      onReply(reply);
    }
  }
}

function idOf(call: Call, caller: string, frontend: number, handle: number): { caller: string; requestId: string } {
  return { caller, requestId: call.requestId ?? `?f${frontend}-${handle}` };
}

import type { DigestsAnswer, FrontendEffect, FrontendInput } from "../../frontend/effect.ts";
import { Frontend } from "../../frontend/frontend.ts";
import { sha256 } from "../../io/sha256.ts";
import type { Call, CallFault } from "../../protocol/call.ts";
import type { Received } from "../../protocol/message.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";
import { frontendAddress, managerAddresses } from "./addresses.ts";
import type { AnswerWitness } from "./answer-witness.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Surroundings } from "./surroundings.ts";
import { Violation } from "./violation.ts";
import type { OnReply } from "./workload.ts";

interface Waiting {
  readonly call: Call;
  readonly caller: string;
  readonly onReply: OnReply;
}

type OnDigests = (answer: DigestsAnswer | CallFault | undefined) => void;

/** The process of one front end through all its lives, with those who wait for its answers. */
export class SimulatedFrontend {
  readonly address: string;
  readonly #id: number;
  readonly #world: Surroundings;
  readonly #witness: AnswerWitness;
  #process: SimulatedProcess<FrontendInput, FrontendEffect>;
  readonly #callers = new Map<number, Waiting>();
  readonly #askers = new Map<number, OnDigests>();
  #life = 0;
  #nextHandle = 1;

  constructor(id: number, world: Surroundings, witness: AnswerWitness) {
    this.#id = id;
    this.#world = world;
    this.#witness = witness;
    this.address = frontendAddress(id);
    this.#process = this.#start();
  }

  get process(): SimulatedProcess<FrontendInput, FrontendEffect> {
    return this.#process;
  }

  /** Ends the process; who waits for an answer loses its connection. */
  end(): void {
    this.#process.end();
    const callers = [...this.#callers.values()];
    const askers = [...this.#askers.values()];
    this.#callers.clear();
    this.#askers.clear();
    for (const { onReply } of callers) onReply(undefined, undefined);
    for (const onDigests of askers) onDigests(undefined);
  }

  restart(): void {
    this.#process = this.#start();
  }

  deliver(received: Received): void {
    if (this.#process.isEnded) return;
    if (received.message.kind === "reply") this.#witness.onReply(this.#name, received.message);
    this.#process.deliver(received);
  }

  call(call: Call, caller: string, onReply: OnReply): void {
    if (this.#process.isEnded) return onReply(undefined, undefined);
    const handle = this.#nextHandle++;
    this.#callers.set(handle, { call, caller, onReply });
    this.#process.input({ kind: "call", handle, call, caller, freshId: `f${this.#id}-${handle}` });
  }

  digests(onAnswer: OnDigests): void {
    const handle = this.#nextHandle++;
    this.#askers.set(handle, onAnswer);
    this.#process.input({ kind: "digests", handle, freshId: `f${this.#id}-${handle}` });
  }

  get #name(): string {
    return `f${this.#id}.${this.#life}`;
  }

  #start(): SimulatedProcess<FrontendInput, FrontendEffect> {
    this.#life++;
    const world = this.#world;
    const mutant = world.mutant === undefined ? {} : { mutant: world.mutant };
    const frontend = new Frontend({
      id: this.#name,
      pid: 10 * this.#id + this.#life,
      address: this.address,
      managers: managerAddresses,
      limits: world.limits,
      quorums: defaultQuorums,
      sha256,
      seed: world.processChance.u32(),
      ...mutant,
    });
    const aheadMs = world.processChance.between(0, world.skewMs);
    const process: SimulatedProcess<FrontendInput, FrontendEffect> = new SimulatedProcess(
      frontend,
      {
        clock: world,
        chance: world.processChance,
        at: (time, run) => world.at(time, run),
        perform: (effect) => this.#perform(effect),
        onStep: (input, effects) => world.onStep(this.#name, input, effects),
      },
      aheadMs,
    );
    world.at(world.now, () => process.input({ kind: "wake" }));
    return process;
  }

  #perform(effect: FrontendEffect): void {
    if (effect.kind === "send") this.#world.send(this.address, effect.to, effect.message);
    else if (effect.kind === "digests") {
      const onDigests = this.#askers.get(effect.handle);
      this.#askers.delete(effect.handle);
      onDigests?.(effect.answer);
    } else if (effect.kind === "answer") this.#answer(effect);
  }

  #answer({ handle, reply }: Extract<FrontendEffect, { kind: "answer" }>): void {
    const waiting = this.#callers.get(handle);
    this.#callers.delete(handle);
    if (waiting === undefined)
      throw new Violation("oneAnswer", `call ${handle} of front end ${this.#id} is answered twice`);
    const { call, caller, onReply } = waiting;
    if (reply.kind === "fault") return onReply(reply, undefined);
    const requestId = call.requestId ?? `?f${this.#id}-${handle}`;
    onReply(reply, this.#witness.onAnswer(this.#name, { caller, requestId }, reply.sequence));
  }
}

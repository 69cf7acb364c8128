import { sha256 } from "../../io/sha256.ts";
import type { Message, MessageOf, Received } from "../../protocol/message.ts";
import type { SequencerEffect, SequencerInput } from "../../sequencer/effect.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";
import { managerAddresses, sequencerAddress, sequencerIds, testerAddress } from "./addresses.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Surroundings } from "./surroundings.ts";

/** The process of one sequencer through all its lives: each is another, with a nonce of its own. */
export class SimulatedSequencer {
  readonly id: number;
  readonly #world: Surroundings;
  #life = 0;
  #process: SimulatedProcess<SequencerInput, SequencerEffect>;
  #said: MessageOf<"sequencerStatus"> | undefined;
  #businessDate: string;

  constructor(id: number, businessDate: string, world: Surroundings) {
    this.id = id;
    this.#businessDate = businessDate;
    this.#world = world;
    this.#process = this.#start();
  }

  get process(): SimulatedProcess<SequencerInput, SequencerEffect> {
    return this.#process;
  }

  /** Its word about itself. */
  get status(): MessageOf<"sequencerStatus"> | undefined {
    if (this.#process.isEnded || this.#process.isPaused) return undefined;
    const message: Message = { kind: "askStatus", replyTo: testerAddress };
    this.#process.input({ kind: "messages", messages: [{ from: testerAddress, message }] });
    return this.#said;
  }

  deliver(received: Received): void {
    this.#process.deliver(received);
  }

  /** Tells it the date; told again to each later life. */
  tellDate(date: string): void {
    this.#businessDate = date;
    this.#process.input({ kind: "businessDate", date });
  }

  end(): void {
    this.#process.end();
  }

  restart(): void {
    this.#process = this.#start();
  }

  #start(): SimulatedProcess<SequencerInput, SequencerEffect> {
    this.#life++;
    const { id } = this;
    const world = this.#world;
    const mutant = world.mutant === undefined ? {} : { mutant: world.mutant };
    const sequencer = new Sequencer({
      id,
      pid: 1000 * id + this.#life,
      nonce: `${id}${String(this.#life).padStart(3, "0")}`.repeat(8),
      address: sequencerAddress(id),
      ranksAbove: sequencerIds.filter((other) => other > id).length,
      mayFound: true,
      managers: managerAddresses,
      limits: world.limits,
      sha256,
      seed: world.processChance.u32(),
      ...mutant,
    });
    const aheadMs = world.processChance.between(0, world.skewMs);
    const process: SimulatedProcess<SequencerInput, SequencerEffect> = new SimulatedProcess(
      sequencer,
      {
        clock: world,
        chance: world.processChance,
        at: (time, run) => world.at(time, run),
        perform: (effect) => this.#perform(effect),
        onStep: (input, effects) => world.onStep(`s${id}`, input, effects),
      },
      aheadMs,
    );
    world.at(world.now, () => process.input({ kind: "businessDate", date: this.#businessDate }));
    return process;
  }

  #perform(effect: SequencerEffect): void {
    if (effect.kind === "note") this.#world.onNote(`s${this.id}`, effect.text);
    else if (effect.kind === "send" && effect.to === testerAddress) {
      this.#said = effect.message as MessageOf<"sequencerStatus">;
    } else if (effect.kind === "send") this.#world.send(sequencerAddress(this.id), effect.to, effect.message);
  }
}

import type { Chance } from "../../protocol/chance.ts";
import { type Address, type InstantMs, slots } from "../../protocol/ids.ts";
import type { Message, Received } from "../../protocol/message.ts";
import type { Role } from "../../protocol/role.ts";
import { decodeMessage, encodeMessage } from "../../protocol/wire.ts";

/** What a network does to messages, each by itself. */
export interface NetworkFaults {
  readonly lossPercent: number;
  readonly doublePercent: number;
  /** Milliseconds that a message takes at most; since each takes its own time, later ones overtake earlier ones. */
  readonly delayMsMax: number;
}

/** Everything that any core may do or be told here. */
export type AnyEffect = { readonly kind: string };
/** Everything that any core may be told here. */
export type AnyInput = { readonly kind: string };

interface Node {
  readonly role: Role<AnyInput, AnyEffect>;
  readonly perform: (effect: AnyEffect) => AnyInput | undefined;
  wakeAt: InstantMs;
}

const managers: readonly Address[] = slots.map((slot) => `manager-${slot}`);
const startMs = 1_683_892_800_000;

/** Cores joined by a network with a clock of its own: nothing happens but by `run`, and always the same for one seed. */
export class LossyNetwork {
  readonly #chance: Chance;
  readonly #nodes = new Map<Address, Node>();
  /** Messages by when and where they arrive. */
  readonly #underWay = new Map<InstantMs, Map<Address, Received[]>>();
  readonly #due = new Map<InstantMs, (() => void)[]>();
  #faults: NetworkFaults;
  #now: InstantMs = startMs;

  constructor(chance: Chance, faults: NetworkFaults) {
    this.#chance = chance;
    this.#faults = faults;
  }

  /** Joins a core; `perform` carries out its own effects and may return an input that follows. */
  join(address: Address, role: Role<AnyInput, AnyEffect>, perform: Node["perform"]): void {
    this.#nodes.set(address, { role, perform, wakeAt: this.#now });
  }

  /** Hands an input to a core so many milliseconds from now. */
  inputAfter(delayMs: number, to: Address, input: AnyInput): void {
    const at = this.#now + delayMs;
    this.#due.set(at, [...(this.#due.get(at) ?? []), () => this.#input(to, input)]);
  }

  /** Changes what the network does to messages sent from now on. */
  become(faults: NetworkFaults): void {
    this.#faults = faults;
  }

  /** Runs until the condition holds; returns whether it did within so many milliseconds of its own clock. */
  run(msMax: number, condition: () => boolean): boolean {
    const until = this.#now + msMax;
    while (!condition()) {
      if (this.#now >= until) return false;
      this.#now++;
      this.#step();
    }
    return true;
  }

  #step(): void {
    for (const act of this.#due.get(this.#now) ?? []) act();
    this.#due.delete(this.#now);
    for (const [to, messages] of this.#underWay.get(this.#now) ?? []) {
      this.#input(to, { kind: "messages", messages } as AnyInput);
    }
    this.#underWay.delete(this.#now);
    for (const [address, node] of this.#nodes) {
      if (this.#now >= node.wakeAt) this.#wake(address, node);
    }
  }

  #wake(address: Address, node: Node): void {
    node.wakeAt = Number.POSITIVE_INFINITY;
    this.#input(address, { kind: "wake" });
  }

  #input(address: Address, input: AnyInput): void {
    const node = this.#nodes.get(address) as Node;
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      for (const effect of node.role.step(this.#now, next)) {
        const following = this.#perform(address, node, effect);
        if (following !== undefined) inputs.push(following);
      }
    }
  }

  #perform(from: Address, node: Node, effect: AnyEffect): AnyInput | undefined {
    if (effect.kind === "wake") {
      node.wakeAt = (effect as unknown as { readonly at: InstantMs }).at;
    } else if (effect.kind === "send") {
      const { to, message } = effect as unknown as { readonly to: Address; readonly message: Message };
      const bytes = encodeMessage(message);
      for (const one of to === "managers" ? managers : [to === "sequencers" ? "sequencer" : to])
        this.#send(from, one, bytes);
    } else if (effect.kind !== "note") {
      return node.perform(effect);
    }
    return undefined;
  }

  /** Through the codec, so that no two cores share an object. */
  #send(from: Address, to: Address, bytes: Uint8Array): void {
    const { lossPercent, doublePercent, delayMsMax } = this.#faults;
    if (!this.#nodes.has(to) || this.#chance.between(0, 99) < lossPercent) return;
    const copies = this.#chance.between(0, 99) < doublePercent ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = this.#now + this.#chance.between(1, Math.max(1, delayMsMax));
      const received = { from, message: decodeMessage(bytes) as Message };
      const arriving = this.#underWay.get(at) ?? new Map<Address, Received[]>();
      arriving.set(to, [...(arriving.get(to) ?? []), received]);
      this.#underWay.set(at, arriving);
    }
  }
}

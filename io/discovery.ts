import { unreachable } from "../protocol/assert.ts";
import type { Address, InstantMs } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Message, Place, Received } from "../protocol/message.ts";
import type { NoteEffect, Role, SendEffect, WakeEffect } from "../protocol/role.ts";
import { Acquaintances } from "./acquaintances.ts";
import type { Directory } from "./directory.ts";

/** What happens to a discovery. */
export type DiscoveryInput =
  /** Every `discover` and `here` of one turn. */
  | { readonly kind: "messages"; readonly messages: readonly Received[] }
  /** A process of that role gave a sign of life. */
  | { readonly kind: "sign"; readonly role: Place["role"] }
  /** Where to ask beside the group, as addresses without names. */
  | { readonly kind: "peers"; readonly addresses: readonly Address[] }
  | { readonly kind: "wake" };

/** What a discovery does; `moved` says that the directory leads elsewhere now. */
export type DiscoveryEffect = SendEffect | WakeEffect | NoteEffect | { readonly kind: "moved" };

/** What a discovery is told when it is made. */
export interface DiscoveryConfig {
  readonly self: Place;
  /** The group in which every process hears who is there; `null` where there is no multicast. */
  readonly meeting: Address | null;
  /** Where it enters what it learns. */
  readonly directory: Directory;
  readonly limits: Limits;
}

/** Those without whom a process can do nothing, and hears nothing when it has lost them. */
const livesOn: Readonly<Record<Place["role"], readonly Place["role"][]>> = {
  sequencer: ["manager"],
  manager: ["sequencer"],
  frontend: ["sequencer", "manager"],
};
const managersMax = 4;

/**
 * Finds the other processes and lets itself be found: asks who is there, quickly while somebody is missing, and tells
 * everybody that it hears of. A process' own word counts more than what others say of it.
 */
export class Discovery implements Role<DiscoveryInput, DiscoveryEffect> {
  readonly #config: DiscoveryConfig;
  readonly #known: Acquaintances;
  readonly #signAt = new Map<Place["role"], InstantMs>();
  /** Addresses that were named and have not heard from here. */
  readonly #untold = new Set<Address>();
  #peers: readonly Address[] = [];
  #isLost = false;
  #askAt: InstantMs = 0;
  #backoffMs: number;
  #wakeAt: InstantMs = Number.POSITIVE_INFINITY;

  constructor(config: DiscoveryConfig) {
    this.#config = config;
    this.#known = new Acquaintances(config.self, config.directory, config.limits);
    this.#backoffMs = config.limits.discoverBackoffMs[0];
  }

  step(now: InstantMs, input: DiscoveryInput): readonly DiscoveryEffect[] {
    const effects: DiscoveryEffect[] = [];
    switch (input.kind) {
      case "messages":
        for (const { message } of input.messages) this.#onMessage(now, message, effects);
        break;
      case "sign":
        this.#signAt.set(input.role, now);
        break;
      case "peers":
        this.#onPeers(now, input.addresses);
        break;
      case "wake":
        this.#wakeAt = Number.POSITIVE_INFINITY;
        break;
      default:
        unreachable(input);
    }
    this.#poll(now, effects);
    this.#askToBeWoken(now, effects);
    return effects;
  }

  #onMessage(now: InstantMs, message: Message, effects: DiscoveryEffect[]): void {
    const { self } = this.#config;
    if (message.kind !== "discover" && message.kind !== "here") return;
    const { role, address } = message.self;
    const isNews = this.#known.hear(now, message.self);
    if (message.kind === "discover" && address !== self.address) {
      const others = this.#known.firstHand(now).filter((place) => place.address !== address);
      effects.push({ kind: "send", to: address, message: { kind: "here", self, others } });
    } else if (message.kind === "here") {
      for (const place of message.others) if (this.#known.hearOf(now, place)) this.#untold.add(place.address);
    }
    if (!isNews || role === "frontend") return;
    // A newcomer learns of managers and sequencers and tells them itself; of front ends nobody tells it.
    const passedOn = { kind: "here", self, others: [message.self] } as const;
    for (const to of this.#known.frontends) effects.push({ kind: "send", to, message: passedOn });
  }

  #onPeers(now: InstantMs, addresses: readonly Address[]): void {
    this.#peers = addresses.filter((address) => address !== this.#config.self.address);
    this.#hurry(now);
  }

  #poll(now: InstantMs, effects: DiscoveryEffect[]): void {
    this.#known.forgetSilent(now);
    for (const to of this.#known.settle(now)) this.#untold.add(to);
    const isLost = this.#silenceEndsAt <= now;
    if (isLost && !this.#isLost) this.#hurry(now);
    this.#isLost = isLost;
    if (now >= this.#askAt) this.#ask(now, effects);
    for (const to of this.#untold) effects.push({ kind: "send", to, message: this.#question });
    this.#untold.clear();
    effects.push(...this.#known.takeNews());
  }

  #hurry(now: InstantMs): void {
    [this.#backoffMs] = this.#config.limits.discoverBackoffMs;
    this.#askAt = now;
  }

  #ask(now: InstantMs, effects: DiscoveryEffect[]): void {
    const { meeting, directory, limits } = this.#config;
    const { managers, sequencers } = directory;
    const known = meeting === null ? [...managers, ...sequencers.values()] : [meeting];
    const all = new Set([...known, ...this.#peers]);
    all.delete(this.#config.self.address);
    for (const to of all) {
      this.#untold.delete(to);
      effects.push({ kind: "send", to, message: this.#question });
    }
    const isMissing = this.#isLost || managers.length < managersMax || sequencers.size === 0;
    this.#askAt = now + (isMissing ? this.#backoffMs : limits.discoverEveryMs);
    const [first, longest] = limits.discoverBackoffMs;
    this.#backoffMs = isMissing ? Math.min(longest, 2 * this.#backoffMs) : first;
  }

  get #question(): Message {
    return { kind: "discover", self: this.#config.self };
  }

  /** When somebody counts as lost; who was never heard is missing anyway. */
  get #silenceEndsAt(): InstantMs {
    const { self, limits } = this.#config;
    const signs = livesOn[self.role].map((role) => this.#signAt.get(role) ?? Number.POSITIVE_INFINITY);
    return Math.min(...signs) + limits.contactMs;
  }

  #askToBeWoken(now: InstantMs, effects: DiscoveryEffect[]): void {
    const next = Math.min(
      this.#askAt,
      this.#known.nextAt,
      this.#isLost ? Number.POSITIVE_INFINITY : this.#silenceEndsAt,
    );
    if (now < this.#wakeAt && this.#wakeAt <= next) return;
    this.#wakeAt = Math.max(now + 1, next);
    effects.push({ kind: "wake", at: this.#wakeAt });
  }
}

import { expect } from "chai";
import { Directory } from "../../io/directory.ts";
import { Discovery, type DiscoveryEffect } from "../../io/discovery.ts";
import type { Address } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Message, Place } from "../../protocol/message.ts";

/** The limits of these tests. */
export const limits = defaultLimits;
/** The group in which the processes of these tests meet. */
export const meeting = "239.1.2.3:7401";
/** When the clock of every test begins, and every process was started that says nothing else. */
export const startMs = 1_000_000;

function place(role: Place["role"], id: number, startedAt = startMs, address = `10.0.0.${id}:${role.length}`): Place {
  return { role, id, startedAt, nonce: id, address };
}

/** Where the manager of a slot is. */
export const manager = (id: number, startedAt?: number, address?: Address) => place("manager", id, startedAt, address);
/** Where a sequencer is. */
export const sequencer = (id: number, startedAt?: number, address?: Address) =>
  place("sequencer", id, startedAt, address);
/** Where a front end is. */
export const frontend = (id: number) => place("frontend", id);
/** The word of a process that asks. */
export const discover = (self: Place): Message => ({ kind: "discover", self });
/** The word of a process that answers. */
export const here = (self: Place, ...others: readonly Place[]): Message => ({ kind: "here", self, others });

/** A discovery with a clock that a test moves. */
export class Searcher {
  readonly self: Place;
  readonly directory: Directory;
  readonly notes: string[] = [];
  nowMs = startMs;
  movedCount = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  readonly #discovery: Discovery;

  constructor(self: Place, group: Address | null = meeting, given: Partial<Limits> = {}) {
    this.self = self;
    this.directory = new Directory({}, given.sequencersMax ?? limits.sequencersMax);
    this.#discovery = new Discovery({
      self,
      meeting: group,
      directory: this.directory,
      limits: { ...limits, ...given },
    });
  }

  /** What it sends in answer to an input, with where it goes. */
  step(input: Parameters<Discovery["step"]>[1]): readonly (readonly [to: string, Message])[] {
    const effects = this.#discovery.step(this.nowMs, input);
    for (const effect of effects) this.#take(effect);
    return effects.flatMap((effect) => (effect.kind === "send" ? [[effect.to, effect.message] as const] : []));
  }

  hear(...messages: readonly Message[]): readonly (readonly [to: string, Message])[] {
    return this.step({ kind: "messages", messages: messages.map((message) => ({ from: "10.9.9.9:9", message })) });
  }

  /** Lets time pass up to some point, waking it when it asked to be; when and where it sent. */
  runUntil(untilMs: number): readonly (readonly [atMs: number, to: string, kind: string])[] {
    const sent: [number, string, string][] = [];
    while (this.#wakeAt <= untilMs) {
      this.nowMs = this.#wakeAt;
      for (const [to, { kind }] of this.step({ kind: "wake" })) sent.push([this.nowMs - startMs, to, kind]);
    }
    this.nowMs = untilMs;
    return sent;
  }

  /** Hears a sign of life of those that it lives on, as long as some time passes. */
  runInContact(forMs: number): readonly (readonly [atMs: number, to: string, kind: string])[] {
    const sent: (readonly [number, string, string])[] = [];
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs; ) {
      this.step({ kind: "sign", role: "sequencer" });
      this.step({ kind: "sign", role: "manager" });
      sent.push(...this.runUntil(Math.min(endMs, this.nowMs + limits.contactMs / 2)));
    }
    return sent;
  }

  /** Knows a whole cluster. */
  meetAll(): this {
    this.step({ kind: "wake" });
    this.hear(...[1, 2, 3, 4].map((slot) => discover(manager(slot))), discover(sequencer(1)));
    return this;
  }

  #take(effect: DiscoveryEffect): void {
    if (effect.kind === "note") this.notes.push(effect.text);
    else if (effect.kind === "moved") this.movedCount++;
    else if (effect.kind === "wake") this.#wakeAt = effect.at;
  }
}

/** Processes that look for each other, over a network that brings everything after a millisecond. */
export class Network {
  nowMs = startMs;
  readonly #group: Address | null;
  readonly #all = new Map<Address, Searcher>();
  #underWay: (readonly [to: string, Message])[] = [];

  constructor(group: Address | null) {
    this.#group = group;
  }

  /** Without multicast everybody knows one address: that of the first manager. */
  start(self: Place): void {
    const one = new Searcher(self, this.#group);
    one.nowMs = this.nowMs;
    this.#all.set(self.address, one);
    this.#underWay.push(...one.step({ kind: "wake" }));
    if (this.#group === null) this.#underWay.push(...one.step({ kind: "peers", addresses: [manager(1).address] }));
  }

  stop(self: Place): void {
    this.#all.delete(self.address);
  }

  run(forMs: number): void {
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs; this.nowMs++) {
      const arriving = this.#underWay;
      this.#underWay = [];
      for (const one of this.#all.values()) {
        one.nowMs = this.nowMs;
        for (const [to, message] of arriving) {
          if (to === one.self.address || to === this.#group) this.#underWay.push(...one.hear(message));
        }
        this.#underWay.push(...one.step({ kind: "sign", role: "manager" }));
        this.#underWay.push(...one.step({ kind: "sign", role: "sequencer" }));
      }
    }
  }

  expectAll(managers: readonly Place[], sequencers: readonly Place[]): void {
    for (const { self, directory } of this.#all.values()) {
      const who = `${self.role} ${self.id}`;
      expect(directory.managers, who).to.deep.equal(managers.map(({ address }) => address));
      expect(directory.resolve("sequencers"), who).to.have.members(sequencers.map(({ address }) => address));
    }
  }
}

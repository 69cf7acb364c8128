import type { Address, InstantMs } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";

type RefusalLimits = Pick<
  Limits,
  "refusalEveryMs" | "refusalsMax" | "refusalNoteMs" | "refusalNotesMax" | "refusalHeedMs" | "refusalAddressesMax"
>;

/** What is done about a datagram that does not verify. */
export interface Refused {
  /** Whether its sender is told. */
  readonly isAnswered: boolean;
  /** What an operator is told, if anything. */
  readonly note: string | undefined;
}

/** The datagram that says "your key is another one": `Q2` and a kind of its own, without a code that nobody could check. */
export const refusal: Uint8Array = Uint8Array.of(0x51, 0x32, 2);

const sentEveryMs = 1000;

/** Where a datagram to a group goes, for what is remembered of it. */
export const anywhere: Address = "anywhere";

/** True for a refusal, which is never answered. */
export function isRefusal(datagram: Uint8Array): boolean {
  return datagram.length === refusal.length && datagram.every((byte, at) => byte === refusal[at]);
}

/**
 * Who is told, and who is noted, when datagrams do not have the key of this cluster: seldom, whatever comes in. A
 * refusal can be forged, so it leads to a note and to nothing else.
 */
export class Refusals {
  readonly #limits: RefusalLimits;
  readonly #strangers = new Map<Address, Stranger>();
  readonly #sentAt = new Map<Address, InstantMs>();
  readonly #notedAt = new Map<Address, InstantMs>();
  readonly #answers: Quota;
  readonly #notes: Quota;

  constructor(limits: RefusalLimits) {
    this.#limits = limits;
    this.#answers = new Quota(limits.refusalsMax, limits.refusalEveryMs);
    this.#notes = new Quota(limits.refusalNotesMax, limits.refusalNoteMs);
  }

  /** A datagram left for an address; `anywhere` for one to a group, which anybody may have got. */
  onSent(now: InstantMs, to: Address): void {
    // Thousands leave in a second, and what is told of them changes with the seconds.
    if (now - (this.#sentAt.get(to) ?? -Infinity) < sentEveryMs) return;
    remember(this.#sentAt, to, now, this.#limits.refusalAddressesMax);
  }

  /** A datagram came that does not verify. */
  onStranger(now: InstantMs, from: Address, datagram: Uint8Array): Refused {
    const { refusalEveryMs, refusalNoteMs, refusalAddressesMax } = this.#limits;
    const stranger = this.#strangers.get(from) ?? { count: 0, answeredAt: -Infinity, notedAt: -Infinity };
    remember(this.#strangers, from, stranger, refusalAddressesMax);
    stranger.count++;
    const isDue = looksLikeOurs(datagram) && now - stranger.answeredAt >= refusalEveryMs;
    const isAnswered = isDue && this.#answers.take(now);
    if (isAnswered) stranger.answeredAt = now;
    if (now - stranger.notedAt < refusalNoteMs || !this.#notes.take(now)) return { isAnswered, note: undefined };
    stranger.notedAt = now;
    const note = `datagrams from ${from} do not have the key of this cluster (${stranger.count} so far): refused`;
    return { isAnswered, note };
  }

  /** A refusal came; what an operator is told, if this process has sent something that it may answer. */
  onRefusal(now: InstantMs, from: Address): string | undefined {
    const { refusalNoteMs, refusalAddressesMax } = this.#limits;
    if (!this.#wasSentTo(now, from) && !this.#wasSentTo(now, anywhere)) return undefined;
    if (now - (this.#notedAt.get(from) ?? -Infinity) < refusalNoteMs || !this.#notes.take(now)) return undefined;
    remember(this.#notedAt, from, now, refusalAddressesMax);
    return `${from} refuses this process: its cluster key is another one`;
  }

  #wasSentTo(now: InstantMs, to: Address): boolean {
    return now - (this.#sentAt.get(to) ?? -Infinity) <= this.#limits.refusalHeedMs;
  }
}

interface Stranger {
  count: number;
  answeredAt: InstantMs;
  notedAt: InstantMs;
}

/** So many in each window of time. */
class Quota {
  readonly #max: number;
  readonly #windowMs: number;
  #startedAt: InstantMs = -Infinity;
  #taken = 0;

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  take(now: InstantMs): boolean {
    if (now - this.#startedAt >= this.#windowMs) {
      this.#startedAt = now;
      this.#taken = 0;
    }
    return this.#taken++ < this.#max;
  }
}

/** Noise of other programs is not answered. */
function looksLikeOurs(datagram: Uint8Array): boolean {
  return datagram[0] === refusal[0] && datagram[1] === refusal[1];
}

/** The one that was set the longest ago gives way. */
function remember<Value>(map: Map<Address, Value>, key: Address, value: Value, sizeMax: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > sizeMax && oldest !== undefined) map.delete(oldest);
}

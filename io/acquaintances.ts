import { type Address, type InstantMs, isSlot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import { type Place, placesMax } from "../protocol/message.ts";
import type { NoteEffect } from "../protocol/role.ts";
import { isAddress } from "./address.ts";
import type { Directory } from "./directory.ts";

interface Acquaintance {
  readonly place: Place;
  /** When it came to be known here. */
  readonly since: InstantMs;
  /** When it spoke for itself; `undefined` while only others spoke of it. */
  heardAt: InstantMs | undefined;
}

/** What there is to tell of who came, moved or went. */
export type News = NoteEffect | { readonly kind: "moved" };

/** A datagram of a process that was started again may still be under way for so long. */
const underWayMs = 1000;

/**
 * Who is where, by their own word and by that of others. Of two that say the same role and id the one that started
 * later counts, unless that one is silent: then a clock was put back between two starts.
 */
export class Acquaintances {
  readonly #self: Place;
  readonly #directory: Directory;
  readonly #limits: Limits;
  readonly #all = new Map<string, Acquaintance>();
  readonly #rivalNotedAt = new Map<string, InstantMs>();
  #news: News[] = [];

  constructor(self: Place, directory: Directory, limits: Limits) {
    this.#self = self;
    this.#directory = directory;
    this.#limits = limits;
    this.#enter(0, self, undefined);
    this.#news = [];
  }

  /** Where front ends are that spoke for themselves. */
  get frontends(): readonly Address[] {
    return [...this.#all.values()]
      .filter(({ place }) => place.role === "frontend" && keyOf(place) !== keyOf(this.#self))
      .map(({ place }) => place.address);
  }

  /** Managers and sequencers that spoke for themselves lately, the only ones that others are told of. */
  firstHand(now: InstantMs): readonly Place[] {
    return [...this.#all.values()]
      .filter(({ place, heardAt }) => place.role !== "frontend" && heardAt !== undefined && !this.#isOld(now, heardAt))
      .map(({ place }) => place)
      .slice(0, placesMax);
  }

  /** Takes a process' own word; returns true when it was not known there. */
  hear(now: InstantMs, place: Place): boolean {
    if (!isPlace(place) || this.#isAboutSelf(now, place)) return false;
    const known = this.#all.get(keyOf(place));
    if (known === undefined) return this.#enter(now, place, now);
    if (isSameStart(known.place, place)) {
      known.heardAt = now;
      return false;
    }
    // Two cannot listen at one address: it was started again, whatever its clock says.
    const isStartedAgain = place.address === known.place.address;
    if (isLater(place, known.place) || isStartedAgain || this.#isSilent(now, known))
      return this.#enter(now, place, now);
    if (now - known.since >= underWayMs) this.#noteRival(now, place, known.place);
    return false;
  }

  /**
   * Takes what others say of a process; returns true when it has to be asked itself: it was not known there, or started
   * earlier than one that is silent, and only its own word may replace that one.
   */
  hearOf(now: InstantMs, place: Place): boolean {
    if (!isPlace(place) || place.role === "frontend" || keyOf(place) === keyOf(this.#self)) return false;
    const known = this.#all.get(keyOf(place));
    if (known === undefined || isLater(place, known.place)) return this.#enter(now, place, undefined);
    return !isSameStart(place, known.place) && this.#isSilent(now, known);
  }

  /** Counts those no longer that have not spoken for long. A manager's place is kept: nobody else comes into its slot. */
  forgetSilent(now: InstantMs): void {
    for (const [key, { place, since, heardAt }] of this.#all) {
      if (place.role === "manager" || key === keyOf(this.#self) || !this.#isOld(now, heardAt ?? since)) continue;
      this.#all.delete(key);
      if (place.role !== "sequencer") continue;
      this.#directory.forgetSequencer(place.id);
      this.#tell("info", `${nameOf(place)} at ${place.address} is not heard any more`);
    }
  }

  /** What is new since this was asked last. */
  takeNews(): readonly News[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  #enter(now: InstantMs, place: Place, heardAt: InstantMs | undefined): boolean {
    const before = this.#all.get(keyOf(place));
    if (before === undefined && !this.#hasRoomFor(place)) {
      this.#noteRival(now, place, undefined);
      return false;
    }
    this.#all.set(keyOf(place), { place, since: now, heardAt });
    if (place.role === "manager") this.#directory.noteManager(place.id, place.address);
    else if (place.role === "sequencer") this.#directory.noteSequencer(place.id, place.address);
    if (before?.place.address === place.address) return true;
    if (place.role !== "frontend") this.#tell("info", `${nameOf(place)} is at ${place.address}`);
    return true;
  }

  #hasRoomFor({ role }: Place): boolean {
    if (role === "manager") return true;
    const count = [...this.#all.values()].filter(({ place }) => place.role === role).length;
    return count < (role === "sequencer" ? this.#limits.sequencersMax : this.#limits.frontendsMax);
  }

  /** A word of one that says to be this process: itself, by way of the group, or another one. */
  #isAboutSelf(now: InstantMs, place: Place): boolean {
    if (keyOf(place) !== keyOf(this.#self)) return false;
    if (!isSameStart(place, this.#self)) this.#noteRival(now, place, this.#self);
    return true;
  }

  #noteRival(now: InstantMs, place: Place, known: Place | undefined): void {
    const key = known === undefined ? place.role : keyOf(place);
    if (now - (this.#rivalNotedAt.get(key) ?? -Infinity) < this.#limits.refusalNoteMs) return;
    this.#rivalNotedAt.set(key, now);
    const text =
      known === undefined
        ? `${nameOf(place)} at ${place.address} is one ${place.role} too many: it is not counted`
        : `there are two processes of the name ${nameOf(place)}, at ${place.address} and at ${known.address}: end one`;
    this.#news.push({ kind: "note", level: "error", text });
  }

  #tell(level: NoteEffect["level"], text: string): void {
    this.#news.push({ kind: "note", level, text }, { kind: "moved" });
  }

  #isSilent(now: InstantMs, { heardAt }: Acquaintance): boolean {
    return now - (heardAt ?? -Infinity) >= this.#limits.silenceMs;
  }

  #isOld(now: InstantMs, heardAt: InstantMs): boolean {
    return now - heardAt >= this.#limits.forgetMs;
  }
}

/** Each start of a front end draws an id: one that is started again and again is one, at its address. */
function keyOf({ role, id, address }: Place): string {
  return role === "frontend" ? `${role} ${address}` : `${role} ${id}`;
}

function nameOf({ role, id }: Place): string {
  return role === "frontend" ? "a front end" : `${role} ${id}`;
}

function isPlace({ role, id, address }: Place): boolean {
  return isAddress(address) && (role !== "manager" || isSlot(id));
}

function isSameStart(a: Place, b: Place): boolean {
  return a.startedAt === b.startedAt && a.nonce === b.nonce;
}

function isLater(a: Place, b: Place): boolean {
  return a.startedAt === b.startedAt ? a.nonce > b.nonce : a.startedAt > b.startedAt;
}

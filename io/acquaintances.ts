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
  /** Until then one that comes before it may have the name; later it may have been admitted. */
  readonly settlesAt: InstantMs;
  /** Where the one was that did not answer, and so lost the name to it. */
  readonly ousted: Address | undefined;
  contest: Contest | undefined;
}

/** Two at two addresses that say to be one: the senior is asked, and only its silence gives the junior the name. */
interface Contest {
  readonly senior: Place;
  readonly junior: Place;
  readonly begunAt: InstantMs;
  asksCount: number;
  nextAt: InstantMs;
}

/** What there is to tell of who came, moved or went. */
export type News = NoteEffect | { readonly kind: "moved" };

/**
 * Who is where, by their own word and by that of others. Of two that say the same role and id the one that is known
 * keeps the name as long as it answers, whatever their clocks say; of two that are both new here, the one that started
 * earlier. Whoever lost the name by a pause gets it back within `admitAfterMs`: so long nobody is admitted in its place.
 * After that the other one keeps it, and the name goes back and forth no more.
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

  /** When somebody has to be asked again who has a name, or has not answered. */
  get nextAt(): InstantMs {
    return Math.min(...[...this.#all.values()].map(({ contest }) => contest?.nextAt ?? Number.POSITIVE_INFINITY));
  }

  /** Takes a process' own word; returns true when it was not known there, and others should hear of it. */
  hear(now: InstantMs, place: Place): boolean {
    if (!isPlace(place) || this.#isAboutSelf(now, place)) return false;
    const known = this.#all.get(keyOf(place));
    if (known === undefined) return this.#enter(now, place, now);
    if (isSameStart(known.place, place)) {
      known.heardAt = now;
      if (known.contest && isAnswer(known.contest, place)) this.#endForSenior(now, known, known.contest);
      return false;
    }
    // Two cannot listen at one address: it was started again, whatever its clock says.
    const isStartedAgain = place.address === known.place.address;
    if (isStartedAgain || known.heardAt === undefined) return this.#enter(now, place, now);
    if (known.contest === undefined) {
      const [senior, junior] = this.#isSenior(now, place, known) ? [place, known.place] : [known.place, place];
      known.contest = { senior, junior, begunAt: now, asksCount: 0, nextAt: now };
      return true;
    }
    if (!isAnswer(known.contest, place)) return false;
    this.#endForSenior(now, known, known.contest);
    this.#enter(now, place, now, { settlesAt: now });
    return true;
  }

  /**
   * Takes what others say of a process; returns true when it has to be asked itself: it was not known there, or may come
   * in the place of one that is known, for which only its own word counts.
   */
  hearOf(now: InstantMs, place: Place): boolean {
    if (!isPlace(place) || place.role === "frontend") return false;
    // Another one of this process' name, if it is there, is to hear of this one, and to say so.
    if (keyOf(place) === keyOf(this.#self)) return place.address !== this.#self.address;
    const known = this.#all.get(keyOf(place));
    if (known === undefined) return this.#enter(now, place, undefined);
    if (isSameStart(place, known.place)) return false;
    if (!isLater(place, known.place)) return this.#isSilent(now, known) || this.#isSenior(now, place, known);
    if (known.heardAt === undefined) this.#enter(now, place, undefined);
    return true;
  }

  /** Gives names to those whose rivals did not answer; returns the addresses that have to be asked now. */
  settle(now: InstantMs): readonly Address[] {
    const asked: Address[] = [];
    for (const known of this.#all.values()) {
      const { contest } = known;
      if (contest === undefined || now < contest.nextAt) continue;
      if (contest.asksCount < this.#limits.rivalAsksMax) {
        contest.asksCount++;
        // Counted from now: whoever was held up itself does not ask thrice at once.
        contest.nextAt = now + this.#limits.rivalAskMs;
        asked.push(contest.senior.address);
        continue;
      }
      known.contest = undefined;
      if (contest.junior === known.place) continue;
      const { junior, begunAt } = contest;
      const settlesAt = begunAt + this.#limits.admitAfterMs;
      this.#enter(now, junior, begunAt, { settlesAt, ousted: known.place.address });
    }
    return asked;
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

  #enter(
    now: InstantMs,
    place: Place,
    heardAt: InstantMs | undefined,
    right: Partial<Pick<Acquaintance, "settlesAt" | "ousted">> = {},
  ): boolean {
    const before = this.#all.get(keyOf(place));
    if (before === undefined && !this.#hasRoomFor(place)) {
      this.#noteRival(now, place, undefined);
      return false;
    }
    const isStartedAgain = before?.place.address === place.address;
    const { settlesAt = now + this.#limits.admitAfterMs, ousted } = isStartedAgain ? before : right;
    this.#all.set(keyOf(place), { place, since: now, heardAt, settlesAt, ousted, contest: undefined });
    if (place.role === "manager") this.#directory.noteManager(place.id, place.address);
    else if (place.role === "sequencer") this.#directory.noteSequencer(place.id, place.address);
    if (isStartedAgain) return true;
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

  /** Whether it comes before the one that is known: it had the name just now, or both are new and it started earlier. */
  #isSenior(now: InstantMs, place: Place, { place: known, settlesAt, ousted }: Acquaintance): boolean {
    if (now >= settlesAt) return false;
    return ousted === undefined ? isLater(known, place) : place.address === ousted;
  }

  #endForSenior(now: InstantMs, known: Acquaintance, { senior, junior }: Contest): void {
    known.contest = undefined;
    this.#noteRival(now, junior, senior);
  }

  #noteRival(now: InstantMs, place: Place, known: Place | undefined): void {
    const key = known === undefined ? place.role : keyOf(place);
    if (now - (this.#rivalNotedAt.get(key) ?? -Infinity) < this.#limits.refusalNoteMs) return;
    this.#rivalNotedAt.set(key, now);
    const text =
      known === undefined
        ? `${nameOf(place)} at ${place.address} is one ${place.role} too many: it is not counted`
        : `there are two processes of the name ${nameOf(place)}, at ${place.address} and at ${known.address}: ${
            known === this.#self ? "" : `${known.address} keeps it as long as it runs, `
          }end one`;
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

/** A word that was under way before the first question is none. */
function isAnswer({ senior, asksCount }: Contest, { address }: Place): boolean {
  return asksCount > 0 && address === senior.address;
}

function isSameStart(a: Place, b: Place): boolean {
  return a.startedAt === b.startedAt && a.nonce === b.nonce;
}

function isLater(a: Place, b: Place): boolean {
  return a.startedAt === b.startedAt ? a.nonce > b.nonce : a.startedAt > b.startedAt;
}

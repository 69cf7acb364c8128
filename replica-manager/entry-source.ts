import {
  type Address,
  type Digest,
  type Epoch,
  type InstantMs,
  isSameEpoch,
  otherSlots,
  type Sequence,
  slots,
} from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import type { Log } from "./log.ts";

/** What a manager lacks: entries of the log of an epoch. */
export interface Want {
  readonly epoch: Epoch;
  /** Number of the first one. */
  readonly from: Sequence;
  /** A manager that has them, where one is known. */
  readonly source: Address | null;
}

/** Characters of arguments in one message of entries, after which it is closed. */
const argumentCharsMax = 4 * 1024 * 1024;

/** Fetches runs of the log from the other managers, over TCP, one run at a time; and gives them out. */
export class EntrySource {
  readonly #config: ManagerConfig;
  #asked: Want | undefined;
  #epoch: Want["epoch"] | undefined;
  #tries = 0;
  #retryAt: InstantMs = Number.POSITIVE_INFINITY;

  constructor(config: ManagerConfig) {
    this.#config = config;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.#retryAt;
  }

  /** Asks for what is wanted, where that is not asked for yet, and again from another manager when nothing comes. */
  poll(now: InstantMs, want: Want | undefined, emit: Emit): void {
    if (want === undefined) {
      this.#asked = undefined;
      this.#retryAt = Number.POSITIVE_INFINITY;
      return;
    }
    const isNew = !isSameWant(this.#asked, want);
    // Whoever answered is asked again; another epoch has another source.
    if (this.#epoch === undefined || !isSameEpoch(this.#epoch, want.epoch)) this.#tries = 0;
    this.#epoch = want.epoch;
    if (!isNew && now < this.#retryAt) return;
    if (!isNew) this.#tries++;
    this.#asked = want;
    this.#retryAt = now + this.#config.limits.fetchRetryMs;
    const { epoch, from } = want;
    const to = this.#peers(want)[this.#tries % (slots.length - 1)] as Address;
    emit({ kind: "send", to, message: { kind: "fetchEntries", epoch, from, replyTo: this.#config.address } });
  }

  /** True for a run that was asked for; the next one is asked for at once then. */
  takes(message: MessageOf<"entries">): boolean {
    const { epoch, from } = message;
    if (this.#asked === undefined || !isSameEpoch(epoch, this.#asked.epoch) || from !== this.#asked.from) return false;
    // Whoever has nothing is not asked again at once.
    if (message.entries.length > 0) this.#asked = undefined;
    return true;
  }

  /** Gives a run of the log to another manager; an empty one says that it begins later than that. */
  give(log: Log, { epoch, from, replyTo }: MessageOf<"fetchEntries">, emit: Emit): void {
    const entries: MessageOf<"entries">["entries"][number][] = [];
    let chars = 0;
    const { base } = log;
    const to = Math.min(log.last, from + this.#config.limits.transferEntriesMax - 1);
    for (let n = from; n <= to && chars < argumentCharsMax; n++) {
      const entry = log.at(n);
      if (entry === undefined) break;
      entries.push(entry);
      chars += entry.request.command.kind === "operation" ? entry.request.command.args.length : 0;
    }
    emit({
      kind: "send",
      to: replyTo,
      message: {
        kind: "entries",
        epoch,
        from,
        entries,
        base,
        baseDigest: log.digestAt(base) as Digest,
        last: log.last,
      },
    });
  }

  /** The one that is known to have them first, then the others in their order. */
  #peers({ source }: Want): readonly Address[] {
    const { slot, managers } = this.#config;
    const others = otherSlots(slot).map((other) => managers[other]);
    return source === null || !others.includes(source)
      ? others
      : [source, ...others.filter((address) => address !== source)];
  }
}

function isSameWant(a: Want | undefined, b: Want): boolean {
  return a !== undefined && isSameEpoch(a.epoch, b.epoch) && a.from === b.from;
}

import type { Message } from "../../protocol/message.ts";

/** A message on its way, for ever: the network loses none and gives it out at any time, or never, or again. */
export interface Parcel {
  readonly to: string;
  readonly message: Message;
  /** The message, whoever it goes to. */
  readonly content: number;
}

/** Gives every message that was ever sent a number; equal ones have the same. */
export class Parcels {
  readonly #parcels: Parcel[] = [];
  readonly #ids = new Map<string, number>();
  readonly #contents = new Map<string, number>();
  readonly #messages: Message[] = [];

  /** The number of that message on its way to there. */
  idOf(to: string, message: Message): number {
    const content = this.contentOf(message);
    const key = `${to} ${content}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#parcels.push({ to, message, content }) - 1;
    this.#ids.set(key, id);
    return id;
  }

  /** The number of what a message says. */
  contentOf(message: Message): number {
    const key = canonicalText(message);
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    const content = this.#messages.push(message) - 1;
    this.#contents.set(key, content);
    return content;
  }

  parcel(id: number): Parcel {
    return this.#parcels[id] as Parcel;
  }

  message(content: number): Message {
    return this.#messages[content] as Message;
  }
}

/** JSON whose keys stand in one order. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A value that carries the name of what it means, so that two numbers of different meaning cannot be mixed up. */
export type Brand<Value, Name extends string> = Value & { readonly __brand?: Name };

/** Position of a replica manager in the cluster, 1 to 4. */
export type Slot = 1 | 2 | 3 | 4;

/** Every slot, in order. */
export const slots: readonly Slot[] = [1, 2, 3, 4];

/** Every slot but one, in order. */
export function otherSlots(own: Slot): readonly Slot[] {
  return slots.filter((slot) => slot !== own);
}

/** Number of a change in the total order: whole, from 1; 0 means "before the first". */
export type Sequence = Brand<number, "Sequence">;

/** UTC milliseconds since 1970, whole. */
export type InstantMs = Brand<number, "InstantMs">;

/** A civil date at the cinema, `YYYY-MM-DD`. */
export type BusinessDate = Brand<string, "BusinessDate">;

/** Where datagrams and streams for a process go, `host:port`; opaque to every core. */
export type Address = Brand<string, "Address">;

/** 128 random bits in lower-case hexadecimal, made together with a manager's data. */
export type Incarnation = Brand<string, "Incarnation">;

/** 1 to 64 of `A–Z a–z 0–9 . _ : -`, chosen by the client, else by the front end; scoped to the caller. */
export type RequestId = Brand<string, "RequestId">;

/** 32 bytes as 64 lower-case hexadecimal digits. */
export type Digest = Brand<string, "Digest">;

/** The term of one sequencer process: an equal number with another nonce is another epoch. */
export interface Epoch {
  readonly number: number;
  /** 128 random bits in lower-case hexadecimal, drawn by the sequencer process. */
  readonly nonce: string;
}

/** Tells whether two epochs are the same term of the same process. */
export function isSameEpoch(a: Epoch, b: Epoch): boolean {
  return a.number === b.number && a.nonce === b.nonce;
}

/** True for 1, 2, 3 and 4. */
export function isSlot(value: unknown): value is Slot {
  return value === 1 || value === 2 || value === 3 || value === 4;
}

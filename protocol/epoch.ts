import { assert } from "./assert.ts";
import { type Codec, hex, struct, u53, type ValueOf } from "./codec.ts";
import { type Epoch, slots } from "./ids.ts";
import { digest, incarnation } from "./request.ts";

/** The highest number of an epoch that is taken from anybody: whoever asks for the next one can still write it. */
const epochNumberMax = 2 ** 52;

const epochNumber: Codec<number> = {
  write: u53.write,
  read: (reader) => {
    const value = reader.u53();
    if (value > epochNumberMax) reader.break();
    return value;
  },
};

/** How an epoch is written and read. */
export const epoch = struct({ number: epochNumber, nonce: hex(16) });

/** Who the managers of a configuration are: their incarnations by slot, from slot 1. */
export const members: Codec<readonly string[]> = {
  write: (writer, value) => {
    assert(value.length === slots.length, "a configuration has a member for each slot");
    for (const member of value) incarnation.write(writer, member);
  },
  read: (reader) => slots.map(() => incarnation.read(reader)),
};

/** What a manager takes over with an epoch: its members, and the log that it starts behind. */
export const adoptionFields = { epoch, members, base: u53, baseDigest: digest };

/** What a manager takes over with an epoch. */
export const adoption = struct(adoptionFields);

/** What a manager takes over with an epoch. */
export type Adoption = ValueOf<typeof adoption>;

/** True when `a` is a later term than `b`; of two with one number neither is. */
export function isLaterEpoch(a: Epoch, b: Epoch | null): boolean {
  return b === null || a.number > b.number;
}

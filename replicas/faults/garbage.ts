import { Chance } from "../../protocol/chance.ts";
import type { Fault } from "./fault.ts";

const garbageCharsMax = 120;
const firstPrintable = 0x21;
const lastPrintable = 0x7e;

/** Writes one line of noise in place of each line of the protocol: the first character makes it no JSON. */
export const garbage: Fault = {
  kind: "lines",
  makeDeliver: (seed) => {
    const chance = new Chance(seed);
    return () => ({ text: noise(chance), delayMs: 0 });
  },
};

function noise(chance: Chance): string {
  let text = "#";
  for (let left = chance.between(0, garbageCharsMax - 1); left > 0; left--) {
    text += String.fromCharCode(chance.between(firstPrintable, lastPrintable));
  }
  return text;
}

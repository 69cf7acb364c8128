import fc from "fast-check";
import type { ByteReader } from "../../protocol/bytes.ts";
import type { Codec } from "../../protocol/codec.ts";

const tapeLengthMax = 400;
const blobBytesMax = 1000;
const texts = [
  "",
  "a",
  "ATWC1234",
  '{"a":1}',
  "é",
  "日本語",
  "😀",
  '"\\',
  "\uFEFFx",
  "a b",
  "\u2028",
  "\u0000\n\u001b",
];
const counts = [0, 1, 2, 3, 0x0100_0001, 0x8000_0000, 0xffff_ffff];
const numbers = [0, 1, 7, 0xffff_ffff, 0x1_0000_0000, 0x1f_ffff_ffff_ffff];

/**
 * Values of a codec, derived from its own declaration: the codec reads them from a tape of random numbers, as it would
 * from bytes. So a field that is added to a message is covered without a line here. Texts have no lone surrogates.
 */
export function valuesOf<Value>(codec: Codec<Value>): fc.Arbitrary<Value> {
  return fc.array(fc.nat(), { maxLength: tapeLengthMax, size: "max" }).map((tape) => readFromTape(codec, tape));
}

/** Reads again with a smaller choice at the place where the codec refused what was drawn, until it refuses nothing. */
function readFromTape<Value>(codec: Codec<Value>, tape: readonly number[]): Value {
  const choices = new Map<number, number>();
  for (;;) {
    const reader = new TapeReader(tape, choices);
    const value = codec.read(reader as unknown as ByteReader);
    if (!reader.isBroken) return value;
  }
}

/** Stands in for a `ByteReader`. The first choice of each kind of value is one that every codec takes. */
class TapeReader {
  readonly #tape: readonly number[];
  /** By place on the tape, the choices that are left there. */
  readonly #choices: Map<number, number>;
  #at = 0;
  #last = 0;
  #isBroken = false;

  constructor(tape: readonly number[], choices: Map<number, number>) {
    this.#tape = tape;
    this.#choices = choices;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  break(): void {
    if (this.#isBroken) return;
    if (this.#last === 0) throw new Error("the codec refuses the first choice");
    this.#isBroken = true;
    this.#choices.set(this.#at - 1, this.#last);
  }

  u8(): number {
    return this.#draw(256);
  }

  u32(): number {
    return counts[this.#draw(counts.length)] as number;
  }

  u53(): number {
    return numbers[this.#draw(numbers.length)] as number;
  }

  hex(bytes: number): string {
    const drawn = this.#draw(0x1000_0000);
    // Often one of two, so that messages meet which speak of the same epoch or the same history.
    const number = drawn % 4 === 0 ? drawn : drawn % 2;
    return number
      .toString(16)
      .padStart(8, "a")
      .repeat(bytes)
      .slice(0, 2 * bytes);
  }

  /** Large blobs are refused, as if the codec did. */
  bytes(length: number): Uint8Array {
    if (length > blobBytesMax) this.break();
    if (this.#isBroken) return new Uint8Array();
    return Uint8Array.from({ length }, () => this.#draw(256));
  }

  text(bytesMax: number): string {
    const fitting = texts.filter((text) => Buffer.byteLength(text) <= bytesMax);
    const longest = "x".repeat(Math.min(bytesMax, 5000));
    return [...fitting.slice(0, 3), longest, ...fitting.slice(3)][this.#draw(fitting.length + 1)] as string;
  }

  #draw(size: number): number {
    const at = this.#at++;
    this.#last = (this.#tape[at] ?? 0) % (this.#choices.get(at) ?? size);
    return this.#last;
  }
}

import { assert } from "./assert.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";

/** How one kind of value is written as bytes and read back; reading never throws (see `ByteReader`). */
export interface Codec<Value> {
  readonly write: (writer: ByteWriter, value: Value) => void;
  readonly read: (reader: ByteReader) => Value;
}

/** The values that a codec writes and reads. */
export type ValueOf<C> = C extends Codec<infer Value> ? Value : never;

/** A whole number from 0 to 255. */
export const u8: Codec<number> = { write: (writer, value) => writer.u8(value), read: (reader) => reader.u8() };

/** A whole number from 0 to 2^32 - 1. */
export const u32: Codec<number> = { write: (writer, value) => writer.u32(value), read: (reader) => reader.u32() };

/** A whole number from 0 to 2^53 - 1. */
export const u53: Codec<number> = { write: (writer, value) => writer.u53(value), read: (reader) => reader.u53() };

/** True or false, in one byte that is 1 or 0. */
export const flag: Codec<boolean> = {
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read: (reader) => {
    const value = reader.u8();
    if (value > 1) reader.break();
    return value === 1;
  },
};

/** Lower-case hexadecimal digits of so many bytes. */
export function hex(bytes: number): Codec<string> {
  return {
    write: (writer, value) => {
      assert(value.length === 2 * bytes, `${bytes} bytes in hexadecimal`);
      writer.hex(value);
    },
    read: (reader) => reader.hex(bytes),
  };
}

/** A text of at most so many bytes in UTF-8. */
export function text(bytesMax: number): Codec<string> {
  return { write: (writer, value) => writeText(writer, value, bytesMax), read: (reader) => reader.text(bytesMax) };
}

function writeText(writer: ByteWriter, value: string, bytesMax: number): void {
  assert(writer.text(value) <= bytesMax, `a text is within its ${bytesMax} bytes`);
}

/** At most so many bytes; what is read is a copy. */
export function blob(bytesMax: number): Codec<Uint8Array> {
  return {
    write: (writer, value) => {
      assert(value.length <= bytesMax, `a blob is within its ${bytesMax} bytes`);
      writer.u32(value.length);
      writer.bytes(value);
    },
    read: (reader) => {
      const length = reader.u32();
      if (length > bytesMax) reader.break();
      return reader.bytes(length).slice();
    },
  };
}

/** JSON on one line: a text without control characters. */
export function jsonLine(bytesMax: number): Codec<string> {
  return {
    write: (writer, value) => writeText(writer, value, bytesMax),
    read: (reader) => {
      const value = reader.text(bytesMax);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      if (/[\u0000-\u001f]/.test(value)) reader.break();
      return value;
    },
  };
}

/** One of a closed list of texts, as its place in the list. */
export function oneOf<const Names extends readonly string[]>(names: Names): Codec<Names[number]> {
  return {
    write: (writer, value) => {
      const index = names.indexOf(value);
      assert(index >= 0, `${value} is one of ${names.join(", ")}`);
      writer.u8(index);
    },
    read: (reader) => {
      const name = names[reader.u8()];
      if (name === undefined) reader.break();
      return name ?? (names[0] as Names[number]);
    },
  };
}

/** At most so many values of one kind. */
export function list<Value>(item: Codec<Value>, itemsMax: number): Codec<readonly Value[]> {
  return {
    write: (writer, values) => {
      assert(values.length <= itemsMax, `a list holds at most ${itemsMax} items`);
      writer.u32(values.length);
      for (const value of values) item.write(writer, value);
    },
    read: (reader) => {
      const count = reader.u32();
      if (count > itemsMax) reader.break();
      const values: Value[] = [];
      for (let index = 0; index < count && !reader.isBroken; index++) values.push(item.read(reader));
      return values;
    },
  };
}

/** A value or `null`. */
export function nullable<Value>(item: Codec<Value>): Codec<Value | null> {
  return {
    write: (writer, value) => {
      writer.u8(value === null ? 0 : 1);
      if (value !== null) item.write(writer, value);
    },
    read: (reader) => (flag.read(reader) ? item.read(reader) : null),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a codec is invariant in its value, so no other type takes them all
type AnyCodec = Codec<any>;
type Fields = { readonly [name: string]: AnyCodec };
type Struct<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** An object whose fields are written in the order in which they are declared. */
export function struct<F extends Fields>(fields: F): Codec<Struct<F>> {
  const entries = Object.entries(fields);
  return {
    write: (writer, value) => {
      for (const [name, codec] of entries) codec.write(writer, value[name]);
    },
    read: (reader) => {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of entries) value[name] = codec.read(reader);
      return value as Struct<F>;
    },
  };
}

/** One of several structures, told apart by `kind`, which travels as its place in the declaration. */
export function union<V extends Fields>(
  variants: V,
): Codec<{ readonly [Kind in keyof V & string]: { readonly kind: Kind } & ValueOf<V[Kind]> }[keyof V & string]> {
  const kinds = Object.keys(variants);
  const tags = new Map(kinds.map((kind, tag) => [kind, tag]));
  const codecs = kinds.map((kind) => variants[kind] as AnyCodec);
  return {
    write: (writer, value) => {
      const tag = tags.get(value.kind);
      assert(tag !== undefined, `${value.kind} is one of ${kinds.join(", ")}`);
      writer.u8(tag);
      (codecs[tag] as Codec<unknown>).write(writer, value);
    },
    read: (reader) => {
      const tag = reader.u8();
      const codec = codecs[tag];
      if (codec === undefined) {
        reader.break();
        return { kind: kinds[0] } as never;
      }
      const value = codec.read(reader);
      value.kind = kinds[tag];
      return value;
    },
  };
}

import { expect } from "chai";
import fc from "fast-check";
import { AssertionFailed } from "../../protocol/assert.ts";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import type { Codec } from "../../protocol/codec.ts";
import { type Message, type MessageKind, message, messages } from "../../protocol/message.ts";
import { command } from "../../protocol/request.ts";
import { decodeMessage, encodeMessage } from "../../protocol/wire.ts";
import { valuesOf } from "./values-of.ts";

const kinds = Object.keys(messages) as readonly MessageKind[];
/** The contents of a part of a snapshot, by what stands before them. */
const [state, interval] = [Uint8Array.of(0), Uint8Array.of(1)];

describe("the bytes of a message", () => {
  for (const kind of kinds) {
    it(`of kind ${kind} stand for the same message again`, () => {
      const seen = new FieldValues();
      fc.assert(
        fc.property(messagesOf(kind), (value) => {
          expect(decodeMessage(encodeMessage(value))).to.deep.equal(value);
          seen.add(value);
        }),
        { numRuns: 150 },
      );
      // A guard of the test itself: every field took more than one value.
      expect(seen.constant()).to.deep.equal(["kind"]);
    });
  }

  it("cover every kind and every command once the values are derived", () => {
    const values = fc.sample(valuesOf(message), { numRuns: 1000, seed: 1 });
    expect(new Set(values.map((value) => value.kind))).to.deep.equal(new Set(kinds));
    const commands = fc.sample(valuesOf(command), { numRuns: 200, seed: 1 });
    expect(new Set(commands.map((value) => value.kind)).size).to.equal(6);
  });

  it("cut off anywhere, or followed by anything, stand for nothing", () => {
    fc.assert(
      fc.property(valuesOf(message), fc.nat(), (value, at) => {
        const bytes = encodeMessage(value);
        expect(decodeMessage(bytes.subarray(0, at % bytes.length))).to.equal(undefined);
        expect(decodeMessage(Uint8Array.of(...bytes, 0))).to.equal(undefined);
      }),
      { numRuns: 500 },
    );
  });

  it("are the only ones that stand for it: whatever is decoded is encoded to the same bytes", () => {
    fc.assert(
      fc.property(valuesOf(message), fc.nat(), fc.nat(7), (value, at, bit) => {
        const bytes = encodeMessage(value);
        (bytes[at % bytes.length] as number) ^= 1 << bit;
        const decoded = decodeMessage(bytes);
        if (decoded !== undefined) expect(encodeMessage(decoded)).to.deep.equal(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("at random never throw", () => {
    fc.assert(
      fc.property(fc.nat(kinds.length + 1), fc.uint8Array({ maxLength: 400 }), (tag, bytes) => {
        decodeMessage(bytes);
        const decoded = decodeMessage(Uint8Array.of(tag, ...bytes));
        if (decoded !== undefined) expect(kinds).to.include(decoded.kind);
      }),
      { numRuns: 3000 },
    );
  });

  for (const [kind, what, fields, announced] of [
    ["snapshot", "bytes of table rows", [8, 32, 32, 32, 8, 4, 4, interval, 8, 8, 32, 32, 4], 60_000_000],
    ["snapshot", "characters of a state", [8, 32, 32, 32, 8, 4, 4, state], 60_000_000],
    ["entries", "entries", [8, 16, 8], 60_000],
  ] as const) {
    it(`never announce more ${what} than they hold: a count of millions costs no memory`, () => {
      const writer = new ByteWriter();
      writer.u8(kinds.indexOf(kind));
      for (const field of fields) writer.bytes(typeof field === "number" ? new Uint8Array(field) : field);
      writer.u32(announced);
      const before = process.memoryUsage().arrayBuffers;
      expect(decodeMessage(writer.finish())).to.equal(undefined);
      expect(process.memoryUsage().arrayBuffers - before).to.be.below(10_000_000);
    });
  }

  it("are refused to a message of an unknown kind or over a limit", () => {
    const unknown = { kind: "nonsense" } as unknown as Message;
    expect(() => encodeMessage(unknown)).to.throw(AssertionFailed, "nonsense");
    const stored = [1, 2, 3, 4, 5];
    const status = { ...(fc.sample(messagesOf("sequencerStatus"), 1)[0] as Message), stored } as Message;
    expect(() => encodeMessage(status)).to.throw(AssertionFailed, "at most 4");
  });

  it("have 0 or 1 for a flag, and nothing else", () => {
    const [value] = fc.sample(messagesOf("reply"), 1);
    const bytes = encodeMessage({ ...value!, result: null });
    for (const [flag, kind] of [
      [0, "reply"],
      [2, undefined],
      [255, undefined],
    ] as const) {
      const changed = Uint8Array.of(...bytes.subarray(0, -1), flag);
      expect(decodeMessage(changed)?.kind, String(flag)).to.equal(kind);
    }
    const [verdict] = fc.sample(
      valuesOf(command).filter((one) => one.kind === "verdict"),
      1,
    );
    const request = { ...fc.sample(messagesOf("request"), 1)[0]!.request, command: verdict! };
    const last = encodeMessage({ kind: "request", request });
    expect(decodeMessage(Uint8Array.of(...last.subarray(0, -1), 2))).to.equal(undefined);
  });

  it("longer than a field allows stand for nothing, and are never written", () => {
    const busy = (bytes: number) =>
      ({ kind: "busy", caller: "x".repeat(bytes), requestId: "1", retryAfterMs: 1 }) as const;
    const longest = encodeMessage(busy(64));
    expect(decodeMessage(longest)?.kind).to.equal("busy");
    const callerAt = 5;
    const longer = Uint8Array.of(...longest.subarray(0, callerAt - 1), 65, 0x78, ...longest.subarray(callerAt));
    expect(decodeMessage(longer)).to.equal(undefined);
    expect(() => encodeMessage(busy(65))).to.throw(AssertionFailed, "a text is within its 64 bytes");
  });

  it("of arguments never hold a control character, which would end a replica's line", () => {
    const [value] = fc.sample(messagesOf("request"), 1);
    const request = { ...value!.request, command: { kind: "operation", operation: "bookMovieTickets" } as const };
    for (const [args, kind] of [
      ['{"a":" "}', "request"],
      ['{"a":"\n"}', undefined],
      ['{"a":"\u0000"}', undefined],
    ] as const) {
      const bytes = encodeMessage({ kind: "request", request: { ...request, command: { ...request.command, args } } });
      expect(decodeMessage(bytes)?.kind).to.equal(kind);
    }
  });
});

describe("a message in a stream", () => {
  it("is read to its end and no further", () => {
    fc.assert(
      fc.property(valuesOf(message), valuesOf(message), (one, two) => {
        const reader = new ByteReader(Uint8Array.of(...encodeMessage(one), ...encodeMessage(two)));
        expect([message.read(reader), message.read(reader)]).to.deep.equal([one, two]);
        expect(reader.isDone).to.equal(true);
      }),
    );
  });
});

function messagesOf<Kind extends MessageKind>(kind: Kind): fc.Arbitrary<Extract<Message, { kind: Kind }>> {
  return valuesOf(messages[kind] as Codec<unknown> as Codec<object>).map(
    (fields) => ({ ...fields, kind }) as Extract<Message, { kind: Kind }>,
  );
}

/** Which fields of the messages of one kind took one value only. */
class FieldValues {
  readonly #first = new Map<string, string>();
  readonly #varied = new Set<string>();

  add(value: object): void {
    for (const [name, field] of Object.entries(value)) {
      const text = JSON.stringify(field);
      const first = this.#first.get(name);
      if (first === undefined) this.#first.set(name, text);
      else if (first !== text) this.#varied.add(name);
    }
  }

  constant(): readonly string[] {
    return [...this.#first.keys()].filter((name) => !this.#varied.has(name));
  }
}

import { expect } from "chai";
import fc from "fast-check";
import { AssertionFailed } from "../../protocol/assert.ts";
import { macBytes, Packer, Unpacker } from "../../protocol/datagram.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";

const headBytes = 7;
const messageLists = fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 30 });
const datagramBytes = fc.integer({ min: 40, max: 600 });

describe("a packer and an unpacker", () => {
  it("give back every message in its order, in datagrams within their limit", () => {
    fc.assert(
      fc.property(messageLists, datagramBytes, (messages, datagramBytesMax) => {
        const limits = { ...defaultLimits, datagramBytesMax };
        const datagrams = new Packer(1, limits).pack(messages);
        for (const datagram of datagrams) expect(datagram.length + macBytes).to.be.at.most(datagramBytesMax);
        expect(unpackAll(new Unpacker(limits), datagrams)).to.deep.equal(messages);
      }),
    );
  });

  it("use as few datagrams as hold the messages one after the other", () => {
    const limits = { ...defaultLimits, datagramBytesMax: 1400 };
    const messages = Array.from({ length: 100 }, () => new Uint8Array(50));
    expect(new Packer(1, limits).pack(messages)).to.have.lengthOf(
      Math.ceil((100 * 54) / (1400 - headBytes - macBytes)),
    );
  });

  it("give back split messages of several senders whatever the order and however often the fragments come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 100, maxLength: 900 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (messages, seed) => {
          const limits = { ...defaultLimits, datagramBytesMax: 100 };
          const datagrams = [1, 2].flatMap((sender) => new Packer(sender, limits).pack(messages));
          const unpacker = new Unpacker(limits);
          const shuffled = fc.sample(fc.shuffledSubarray(datagrams, { minLength: datagrams.length }), {
            seed,
            numRuns: 1,
          })[0]!;
          const whole = shuffled.flatMap((datagram, at) => {
            const again = at % 3 === 0 && messages.length > 1 ? [datagram, datagram] : [datagram];
            return unpackAll(unpacker, again);
          });
          for (const message of messages) {
            const copies = messages.filter((other) => Buffer.compare(other, message) === 0).length;
            const found = whole.filter((other) => Buffer.compare(other, message) === 0).length;
            expect(found).to.equal(2 * copies);
          }
        },
      ),
    );
  });

  it("lose a message whole when a fragment is lost, and no other one", () => {
    const limits = { ...defaultLimits, datagramBytesMax: 100 };
    const messages = [1, 2, 3].map((byte) => new Uint8Array(500).fill(byte));
    const perMessage = new Packer(1, limits).pack(messages.slice(0, 1)).length;
    fc.assert(
      fc.property(fc.nat(2), fc.nat(perMessage - 1), (message, fragment) => {
        const datagrams = new Packer(1, limits).pack(messages);
        datagrams.splice(message * perMessage + fragment, 1);
        const expected = messages.filter((_, index) => index !== message);
        expect(unpackAll(new Unpacker(limits), datagrams)).to.deep.equal(expected);
      }),
    );
  });
});

describe("a packer", () => {
  it("refuses a message over its limit: it is a defect of this process", () => {
    const limits = { ...defaultLimits, messageBytesMax: 1000 };
    expect(new Packer(1, limits).pack([new Uint8Array(1000)])).to.have.lengthOf(1);
    expect(() => new Packer(1, limits).pack([new Uint8Array(1001)])).to.throw(AssertionFailed);
  });
});

describe("an unpacker", () => {
  const limits: Limits = {
    ...defaultLimits,
    datagramBytesMax: 100,
    messageBytesMax: 4000,
    reassemblyMessagesMax: 5,
    reassemblyBytesMax: 3000,
  };

  it("never holds more unfinished bytes than its limit, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fragments(), { maxLength: 200 }), (datagrams) => {
        const unpacker = new Unpacker(limits);
        for (const datagram of datagrams) {
          unpacker.unpack(datagram);
          expect(unpacker.bytesHeld).to.be.within(0, limits.reassemblyBytesMax);
        }
      }),
    );
  });

  it("forgets the oldest unfinished message first, once there are too many", () => {
    const starts = Array.from({ length: limits.reassemblyMessagesMax + 1 }, (_, id) =>
      fragment({ id, index: 0, count: 2 }),
    );
    const unpacker = new Unpacker(limits);
    unpackAll(unpacker, starts);
    expect(unpacker.bytesHeld).to.equal(limits.reassemblyMessagesMax * 10);
    expect(unpacker.unpack(fragment({ id: 0, index: 1, count: 2 }))).to.deep.equal([]);
    expect(unpacker.unpack(fragment({ id: 5, index: 1, count: 2 }))).to.have.lengthOf(1);
  });

  it("lets a finished message go out of memory", () => {
    const unpacker = new Unpacker(limits);
    unpackAll(unpacker, [fragment({ id: 1, index: 1, count: 2 }), fragment({ id: 1, index: 0, count: 2 })]);
    expect(unpacker.bytesHeld).to.equal(0);
  });

  it("refuses a fragment beyond its count, without bytes, of another count, or of a message over the limit", () => {
    const unpacker = new Unpacker(limits);
    expect(unpacker.unpack(fragment({ id: 1, index: 0, count: 2 }))).to.deep.equal([]);
    for (const refused of [
      fragment({ id: 1, index: 1, count: 3 }),
      fragment({ id: 2, index: 2, count: 2 }),
      fragment({ id: 2, index: 0, count: 0 }),
      fragment({ id: 2, index: 0, count: 2, bytes: 0 }),
      fragment({ id: 2, index: 0, count: 81 }),
      fragment({ id: 2, index: 0, count: 2, bytes: 4001 }),
    ]) {
      expect(unpacker.unpack(refused)).to.equal(undefined);
    }
    expect(unpacker.bytesHeld).to.equal(10);
  });

  it("takes anything without throwing, and nothing that is not of the form", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const unpacker = new Unpacker(limits);
        const messages = unpacker.unpack(bytes);
        if (bytes[0] !== 0x51 || bytes[1] !== 0x32) expect(messages).to.equal(undefined);
        unpacker.unpack(Uint8Array.of(0x51, 0x32, ...bytes));
        unpacker.unpack(Uint8Array.of(0x51, 0x32, 0, 0, 0, 0, 1, ...bytes));
        expect(unpacker.bytesHeld).to.be.at.most(limits.reassemblyBytesMax);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes a pack whole or not at all", () => {
    const [pack] = new Packer(1, limits).pack([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const ends = Array.from({ length: pack!.length - headBytes }, (_, cut) => pack!.subarray(0, pack!.length - cut));
    const unpacker = new Unpacker(limits);
    expect(ends.map((bytes) => unpacker.unpack(bytes)?.length)).to.deep.equal(
      ends.map((_, cut) => [2, undefined, undefined, undefined, undefined, 1][cut]),
    );
  });
});

function unpackAll(unpacker: Unpacker, datagrams: readonly Uint8Array[]): readonly Uint8Array[] {
  return datagrams.flatMap((datagram) => unpacker.unpack(datagram) ?? []);
}

function fragments(): fc.Arbitrary<Uint8Array> {
  return fc
    .record({ id: fc.nat(12), index: fc.nat(12), count: fc.nat(12), bytes: fc.nat(1000) })
    .map((given) => fragment(given));
}

interface Fragment {
  readonly id: number;
  readonly index: number;
  readonly count: number;
  readonly bytes?: number;
}

function fragment({ id, index, count, bytes = 10 }: Fragment): Uint8Array {
  const datagram = Buffer.alloc(headBytes + 8 + bytes);
  datagram.writeUInt16BE(0x5132, 0);
  datagram.writeUInt8(1, 2);
  datagram.writeUInt32BE(77, 3);
  datagram.writeUInt32BE(id, headBytes);
  datagram.writeUInt16BE(index, headBytes + 4);
  datagram.writeUInt16BE(count, headBytes + 6);
  return datagram;
}

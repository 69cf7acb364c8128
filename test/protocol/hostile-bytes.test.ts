import { randomBytes } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { Frontend } from "../../frontend/frontend.ts";
import { Seal } from "../../io/seal.ts";
import { sha256 } from "../../io/sha256.ts";
import { Packer, Unpacker } from "../../protocol/datagram.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import { type Message, message, type Received } from "../../protocol/message.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";
import type { Role } from "../../protocol/role.ts";
import { decodeMessage, encodeMessage } from "../../protocol/wire.ts";
import { Manager } from "../../replica-manager/manager.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";
import { valuesOf } from "./values-of.ts";

const limits = defaultLimits;
const seal = new Seal(randomBytes(32));
const managers = { 1: "manager-1", 2: "manager-2", 3: "manager-3", 4: "manager-4" } as const;
const nowMs = 1_683_892_800_000;

/** The way of a datagram from a socket to a core, without the socket. */
class Entrance {
  readonly #unpacker = new Unpacker(limits);

  /** The messages that a datagram brings; none for what is dropped. */
  take(sealed: Uint8Array): readonly Message[] {
    const datagram = seal.open(sealed);
    const parts = datagram === undefined ? [] : (this.#unpacker.unpack(datagram) ?? []);
    return parts.map(decodeMessage).filter((one) => one !== undefined);
  }
}

describe("a datagram from a stranger", () => {
  it("with any content brings no message and throws nothing", () => {
    const entrance = new Entrance();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(entrance.take(bytes)).to.deep.equal([]);
      }),
      { numRuns: 2000 },
    );
  });

  it("that is one of ours cut off, or with one bit flipped, brings no message", () => {
    const entrance = new Entrance();
    fc.assert(
      fc.property(
        fc.array(valuesOf(message), { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.nat(7),
        (values, place, bit) => {
          for (const sealed of sealedDatagrams(values)) {
            const at = place % sealed.length;
            expect(entrance.take(sealed.subarray(0, at))).to.deep.equal([]);
            const flipped = sealed.with(at, (sealed[at] as number) ^ (1 << bit));
            expect(entrance.take(flipped)).to.deep.equal([]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("untouched brings what was sent: the tests above would notice", () => {
    const entrance = new Entrance();
    fc.assert(
      fc.property(fc.array(valuesOf(message), { maxLength: 5 }), (values) => {
        const arrived = sealedDatagrams(values).flatMap((sealed) => [...entrance.take(sealed)]);
        expect(arrived).to.deep.equal(values);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a datagram that is no good", () => {
  it("throws nothing, though its code is valid and garbage stands inside", () => {
    const entrance = new Entrance();
    const heads = fc.constantFrom([], [0x51, 0x32, 0], [0x51, 0x32, 1], [0x51, 0x32, 0, 0, 0, 0, 1, 0, 0, 0]);
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 300 }), (head, bytes) => {
        for (const brought of entrance.take(sealedOf(Uint8Array.of(...head, ...bytes)))) {
          expect(decodeMessage(encodeMessage(brought)), "a message, by chance").to.deep.equal(brought);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves every core as it was, with a valid code or not: the core goes on like a twin that never got it", () => {
    fc.assert(
      fc.property(
        fc.array(valuesOf(message), { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 }),
        (values, flips) => {
          const entrance = new Entrance();
          const forged = sealedDatagrams(values).map((sealed) => flipped(sealed, flips));
          const cutOff = values
            .map((value) => encodeMessage(value))
            .map((bytes) => bytes.subarray(0, bytes.length - 1));
          const bad = [...forged, ...new Packer(2, limits).pack(cutOff).map(sealedOf)];
          const brought = bad.flatMap((sealed) => [...entrance.take(sealed)]);
          for (const makeCore of cores) {
            const [one, twin] = [makeCore(), makeCore()];
            if (brought.length > 0) tell(one, nowMs, brought);
            expect(tell(one, nowMs + 1, statusQuestion)).to.deep.equal(tell(twin, nowMs + 1, statusQuestion));
          }
        },
      ),
    );
  });
});

describe("messages that make no sense", () => {
  for (const makeCore of [makeSequencer, makeManager, makeFrontend]) {
    it(`never make the ${makeCore().constructor.name.toLowerCase()} throw, or say what cannot be encoded`, () => {
      fc.assert(
        fc.property(fc.array(valuesOf(message), { minLength: 1, maxLength: 30 }), (values) => {
          const core = makeCore();
          for (const [index, value] of values.entries()) {
            for (const sent of tell(core, nowMs + 7 * index, [value])) {
              if (sent.kind === "send" && "message" in sent) encodeMessage(sent.message as Message);
            }
          }
        }),
        { numRuns: 500 },
      );
    });
  }
});

type AnyCore = Role<never, { readonly kind: string }>;

const cores: readonly (() => AnyCore)[] = [makeSequencer, makeManager, makeFrontend];
const statusQuestion: readonly Message[] = [{ kind: "askStatus", replyTo: "127.0.0.1:1" }];

function tell(core: AnyCore, now: number, messages: readonly Message[]): readonly { readonly kind: string }[] {
  const received: readonly Received[] = messages.map((one) => ({ from: "127.0.0.1:9", message: one }));
  return core.step(now, { kind: "messages", messages: received } as never);
}

function sealedDatagrams(values: readonly Message[]): readonly Uint8Array[] {
  return new Packer(1, limits).pack(values.map(encodeMessage)).map(sealedOf);
}

function sealedOf(datagram: Uint8Array): Uint8Array {
  return Uint8Array.of(...datagram, ...seal.sign(datagram));
}

/** With bits flipped, the code too. */
function flipped(sealed: Uint8Array, flips: readonly (readonly [place: number, bit: number])[]): Uint8Array {
  const copy = sealed.slice();
  for (const [place, bit] of flips) (copy[place % copy.length] as number) ^= 1 << bit;
  return copy.every((byte, index) => byte === sealed[index]) ? copy.subarray(1) : copy;
}

function makeSequencer(): AnyCore {
  const from = {
    id: 1,
    pid: 1,
    nonce: "ab".repeat(16),
    address: "sequencer",
    ranksAbove: 0,
    mayFound: true,
    seed: 1,
  };
  const sequencer = new Sequencer({ ...from, managers, limits, sha256 });
  sequencer.step(nowMs - 1, { kind: "businessDate", date: "2023-05-12" });
  return sequencer;
}

function makeManager(): AnyCore {
  const from = { slot: 1, incarnation: "cd".repeat(16), pid: 1, address: managers[1], seed: 1 } as const;
  const versions = ["table"];
  const manager = new Manager({ ...from, managers, versions, limits, sha256, isLab: true });
  const recovered = { summary: emptySummary, entries: [], snapshots: [], table: [] };
  manager.step(nowMs - 2, { kind: "recovered", recovered });
  manager.step(nowMs - 1, { kind: "replicaStarted", generation: 1, pid: 2 });
  return manager;
}

function makeFrontend(): AnyCore {
  const from = { id: "f", pid: 1, address: "frontend", seed: 1 };
  const frontend = new Frontend({ ...from, managers, limits, quorums: defaultQuorums, sha256 });
  frontend.step(nowMs - 1, { kind: "wake" });
  const args = { customerID: "ATWC1234", movieID: "ATWM120523", movieName: "Avatar", numberOfTickets: 1 };
  const call = { operation: "bookMovieTickets", args, requestId: "a" } as const;
  // The caller and the id that derived replies may carry, so that some of them meet an open ballot.
  frontend.step(nowMs - 1, { kind: "call", handle: 1, call, caller: "a", freshId: "f" });
  return frontend;
}

import { expect } from "chai";
import fc from "fast-check";
import { anywhere, isRefusal, Refusals, refusal } from "../../io/refusals.ts";
import { Packer } from "../../protocol/datagram.ts";
import { defaultLimits } from "../../protocol/limits.ts";

const limits = defaultLimits;
const stranger = "10.0.0.1:1";
const datagram = Uint8Array.of(0x51, 0x32, 0, 1, 2, 3);
const startMs = 1_000_000;

describe("datagrams with another key", () => {
  it("are noted once a minute and address, with their number", () => {
    const refusals = new Refusals(limits);
    const notes: (readonly [number, string])[] = [];
    for (let atMs = 0; atMs <= 2 * limits.refusalNoteMs; atMs += 500) {
      const { note } = refusals.onStranger(startMs + atMs, stranger, datagram);
      if (note !== undefined) notes.push([atMs, note]);
    }
    expect(notes).to.deep.equal(
      [0, 1, 2].map((minute) => [
        minute * limits.refusalNoteMs,
        `datagrams from ${stranger} do not have the key of this cluster (${120 * minute + 1} so far): refused`,
      ]),
    );
  });

  it("are answered once a second and address", () => {
    const refusals = new Refusals(limits);
    const answered = [0, 1, 999, 1000, 1999, 2000].filter(
      (atMs) => refusals.onStranger(startMs + atMs, stranger, datagram).isAnswered,
    );
    expect(answered).to.deep.equal([0, 1000, 2000]);
    expect(refusals.onStranger(startMs + 2000, "10.0.0.2:1", datagram).isAnswered).to.equal(true);
  });

  it("are noted and answered so often and no more, from however many addresses they seem to come", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 300, maxLength: 600 }), (ports) => {
        const refusals = new Refusals(limits);
        const refused = ports.map((port) => refusals.onStranger(startMs, `10.0.0.1:${port}`, datagram));
        expect(refused.filter(({ isAnswered }) => isAnswered).length).to.be.at.most(limits.refusalsMax);
        expect(refused.filter(({ note }) => note !== undefined).length).to.be.at.most(limits.refusalNotesMax);
      }),
      { numRuns: 20 },
    );
  });

  it("are not answered when they are no datagrams of this program", () => {
    const refusals = new Refusals(limits);
    for (const bytes of [[], [0x51], [0x51, 0x33, 0], [0, 0x51, 0x32]]) {
      expect(refusals.onStranger(startMs, stranger, Uint8Array.from(bytes)).isAnswered).to.equal(false);
    }
  });
});

describe("a refusal", () => {
  it("is smaller than whatever it answers, and no datagram that this program packs", () => {
    expect(isRefusal(refusal)).to.equal(true);
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 3 }), (messages) => {
        for (const packed of new Packer(1, limits).pack(messages)) {
          expect(isRefusal(packed)).to.equal(false);
          expect(packed.length).to.be.above(refusal.length);
        }
      }),
    );
  });

  it("is believed from where something was sent lately, once a minute", () => {
    const refusals = new Refusals(limits);
    expect(refusals.onRefusal(startMs, stranger)).to.equal(undefined);
    refusals.onSent(startMs, stranger);
    expect(refusals.onRefusal(startMs + 5, "10.0.0.2:1")).to.equal(undefined);
    expect(refusals.onRefusal(startMs + 5, stranger)).to.equal(
      `${stranger} refuses this process: its cluster key is another one`,
    );
    expect(refusals.onRefusal(startMs + 10, stranger)).to.equal(undefined);
    refusals.onSent(startMs + limits.refusalNoteMs, stranger);
    expect(refusals.onRefusal(startMs + limits.refusalNoteMs + 5, stranger)).to.be.a("string");
  });

  it("is not believed long after", () => {
    const refusals = new Refusals(limits);
    refusals.onSent(startMs, stranger);
    expect(refusals.onRefusal(startMs + limits.refusalHeedMs + 1, stranger)).to.equal(undefined);
    refusals.onSent(startMs + limits.refusalHeedMs + 1, stranger);
    expect(refusals.onRefusal(startMs + limits.refusalHeedMs + 1, stranger)).to.be.a("string");
  });

  it("is believed from anywhere when something was sent to a group lately, and noted seldom", () => {
    const refusals = new Refusals(limits);
    refusals.onSent(startMs, anywhere);
    const notes = Array.from({ length: 200 }, (_, port) => refusals.onRefusal(startMs, `10.0.0.1:${port}`));
    expect(notes.filter((note) => note !== undefined)).to.have.lengthOf(limits.refusalNotesMax);
  });

  it("of one of very many addresses is believed while that one is remembered", () => {
    const refusals = new Refusals(limits);
    for (let port = 0; port <= limits.refusalAddressesMax; port++) refusals.onSent(startMs, `10.0.0.1:${port}`);
    expect(refusals.onRefusal(startMs, "10.0.0.1:0")).to.equal(undefined);
    expect(refusals.onRefusal(startMs, "10.0.0.1:1")).to.be.a("string");
  });
});

import { expect } from "chai";
import { type Epoch, type Slot, slots } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import { chooseLog, chooseSwapLog, type Swap } from "../../sequencer/log-choice.ts";
import { firstMembers, incarnationOf, otherEpoch, promiseOf } from "./candidate.ts";

const asked: Epoch = { number: 9, nonce: "ab".repeat(16) };
/** The first members with other data in slot 4. */
const laterMembers = [...firstMembers.slice(0, 3), incarnationOf(4, "b")];

describe("the choice of a log", () => {
  it("takes three promises of members, and not two", () => {
    const three = [1, 2, 4].map((slot) => inEpoch(slot as Slot, 3));
    expect(chooseLog(three.slice(0, 2), { mayFound: true })).to.equal(undefined);
    expect(chooseLog(three, { mayFound: true })?.members).to.deep.equal(firstMembers);
  });

  it("counts a manager by its data and not by its slot", () => {
    const stranger = inEpoch(4, 3, { incarnation: incarnationOf(4, "b") });
    expect(chooseLog([inEpoch(1, 3), inEpoch(2, 3), stranger], { mayFound: true })).to.equal(undefined);
    const empty = { ...stranger, adoption: null };
    expect(chooseLog([inEpoch(1, 3), inEpoch(2, 3), empty], { mayFound: true })).to.equal(undefined);
  });

  it("counts a member that has not adopted any epoch yet", () => {
    const late = promiseOf(3, asked);
    expect(slotOf(chooseLog([inEpoch(1, 3, { last: 7 }), inEpoch(2, 3), late], { mayFound: true }))).to.equal(1);
  });

  it("founds a configuration only with all four, and only where nobody has adopted an epoch", () => {
    const empty = slots.map((slot) => promiseOf(slot, asked));
    expect(chooseLog(empty.slice(0, 3), { mayFound: true })).to.equal(undefined);
    expect(chooseLog(empty, { mayFound: true })?.members).to.deep.equal(firstMembers);
    expect(chooseLog(empty, { mayFound: false }), "data that has answered was lost").to.equal(undefined);
    const one = [...empty.slice(0, 3), inEpoch(4, 3, {}, laterMembers)];
    expect(chooseLog(one, { mayFound: true })?.members).to.deep.equal(laterMembers);
  });

  it("takes the newest configuration among the promises, whoever brings it", () => {
    const newcomer = inEpoch(4, 4, { incarnation: incarnationOf(4, "b") }, laterMembers);
    const before = [inEpoch(1, 3), inEpoch(2, 3), inEpoch(4, 3)];
    expect(chooseLog(before, { mayFound: true })?.members).to.deep.equal(firstMembers);
    expect(chooseLog([inEpoch(1, 3), inEpoch(2, 3), newcomer], { mayFound: true })?.members).to.deep.equal(
      laterMembers,
    );
    const leftOut = [inEpoch(1, 4, {}, laterMembers), inEpoch(2, 3), inEpoch(4, 3)];
    expect(chooseLog(leftOut, { mayFound: true })).to.equal(undefined);
  });

  it("takes the latest time and date that any of them knows of, which its best log may not", () => {
    const [best, knowing] = [
      inEpoch(1, 5, { time: 7, businessDate: "" }),
      inEpoch(2, 3, { time: 5, businessDate: "2023-05-13" }),
    ];
    const choice = chooseLog([best, knowing, inEpoch(3, 3, { time: 9, businessDate: "2023-05-12" })], {
      mayFound: true,
    });
    expect([slotOf(choice), choice?.time, choice?.businessDate]).to.deep.equal([1, 9, "2023-05-13"]);
  });

  it("takes the log of the latest epoch, and the longest only among those", () => {
    const long = inEpoch(1, 3, { last: 90 });
    const short = inEpoch(2, 5, { last: 10 });
    const longer = inEpoch(3, 5, { last: 20 });
    for (const promises of [
      [long, short, longer],
      [longer, short, long],
      [short, longer, long],
    ]) {
      expect(slotOf(chooseLog(promises, { mayFound: true }))).to.equal(3);
    }
    expect(slotOf(chooseLog([long, short, inEpoch(3, 3)], { mayFound: true }))).to.equal(2);
  });

  it("does not take the log of one that is no member, however good", () => {
    const stranger = inEpoch(4, 3, { incarnation: incarnationOf(4, "b"), last: 99 });
    const members = [inEpoch(1, 3, { last: 1 }), inEpoch(2, 3, { last: 2 }), inEpoch(3, 3)];
    expect(slotOf(chooseLog([stranger, ...members], { mayFound: true }))).to.equal(2);
  });
});

describe("the choice of a log for a swap", () => {
  const swap: Swap = {
    slot: 4,
    incarnation: incarnationOf(4, "b"),
    members: firstMembers,
    follows: otherEpoch(5),
  };

  it("needs all three who stay, and changes exactly the one slot", () => {
    const staying = [inEpoch(1, 5), inEpoch(2, 5, { last: 3 }), inEpoch(3, 4, { last: 8 })];
    for (const missing of [0, 1, 2]) {
      expect(chooseSwapLog(staying.toSpliced(missing, 1), swap, undefined)).to.equal(undefined);
    }
    const choice = chooseSwapLog(staying, swap, undefined);
    expect([choice?.members, slotOf(choice)]).to.deep.equal([laterMembers, 2]);
  });

  it("counts neither the one who goes nor the one who comes nor other data in a slot that stays", () => {
    const two = [inEpoch(1, 5), inEpoch(2, 5)];
    const others = [inEpoch(4, 5), inEpoch(4, 5, { incarnation: swap.incarnation })];
    for (const other of [...others, inEpoch(3, 5, { incarnation: incarnationOf(3, "b") })]) {
      expect(chooseSwapLog([...two, other], swap, undefined)).to.equal(undefined);
    }
  });

  it("finds nothing when one who stays has gone on to a later epoch", () => {
    expect(chooseSwapLog([inEpoch(1, 5), inEpoch(2, 5), inEpoch(3, 6)], swap, undefined)).to.equal(undefined);
  });
});

describe("a rule that is left out of the choice of a log", () => {
  const shown: readonly [Mutant, readonly MessageOf<"promise">[], Slot][] = [
    ["electionOfTwo", [inEpoch(1, 3), inEpoch(2, 3, { last: 1 })], 2],
    ["longestLog", [inEpoch(1, 3, { last: 9 }), inEpoch(2, 5, { last: 1 }), inEpoch(3, 3)], 1],
    ["amnesiacVotes", [inEpoch(1, 3, { last: 1 }), inEpoch(2, 3), promiseOf(4, asked, { incarnation: "b" })], 1],
    ["strangersCount", [inEpoch(1, 3, { last: 1 }), inEpoch(2, 3), promiseOf(4, asked, { incarnation: "b" })], 1],
  ];
  for (const [mutant, promises, best] of shown) {
    it(`makes a difference: ${mutant}`, () => {
      expect(slotOf(chooseLog(promises, { mayFound: true, mutant }))).to.equal(best);
      expect(slotOf(chooseLog(promises, { mayFound: true }))).to.not.equal(best);
    });
  }
});

/** The promise of a manager that has adopted the epoch of that number with those members. */
function inEpoch(
  slot: Slot,
  number: number,
  given: Partial<MessageOf<"promise">> = {},
  members: readonly string[] = firstMembers,
): MessageOf<"promise"> {
  const adoption = { epoch: otherEpoch(number), members, base: 0, baseDigest: "0".repeat(64) };
  return promiseOf(slot, asked, { promised: asked, adoption, ...given });
}

function slotOf(choice: ReturnType<typeof chooseLog>): number | undefined {
  return choice?.best.slot;
}

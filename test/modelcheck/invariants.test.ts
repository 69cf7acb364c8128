import { expect } from "chai";
import { genesisDigest } from "../../protocol/history.ts";
import type { Epoch } from "../../protocol/ids.ts";
import { Chain } from "./chain.ts";
import type { Fact } from "./facts.ts";
import { brokenClaim, brokenRule } from "./invariants.ts";

const first: Epoch = { number: 1, nonce: "1" };
const second: Epoch = { number: 2, nonce: "2" };
const rival: Epoch = { number: 2, nonce: "3" };

/** Two histories: a and behind it b; and x. */
const chain = new Chain();
chain.add({ n: 1, historyDigest: "a" }, genesisDigest);
chain.add({ n: 2, historyDigest: "b" }, "a");
chain.add({ n: 1, historyDigest: "x" }, genesisDigest);

describe("the rules of the model check", () => {
  const vouchA: Fact = { kind: "vouches", epoch: first, n: 1, digest: "a" };
  const vouchB: Fact = { kind: "vouches", epoch: first, n: 2, digest: "b" };

  function started(epoch: Epoch, base: number, baseDigest: string): Fact {
    return { kind: "started", adoption: { epoch, members: [], base, baseDigest } };
  }

  function adopted(epoch: Epoch): Fact {
    return { kind: "adopted", adoption: { epoch, members: [], base: 0, baseDigest: genesisDigest } };
  }

  const rules: readonly [string, readonly (readonly Fact[])[], string | undefined][] = [
    ["what one manager alone would reply for may be lost", [[vouchA], [started(second, 1, "x")]], undefined],
    ["what two would reply for may not", [[vouchA], [vouchA], [started(second, 1, "x")]], "entry 1 of epoch 1 is not"],
    [
      "nor what comes before it",
      [[vouchA], [vouchB], [started(second, 0, genesisDigest)]],
      "entry 1 of epoch 1 is not",
    ],
    ["it stays behind a longer log", [[vouchA], [vouchB], [started(second, 2, "b")]], undefined],
    [
      "what a sequencer says to be stored counts as well",
      [[{ kind: "tells", epoch: first, n: 1, digest: "a" }], [started(second, 1, "x")]],
      "entry 1 of epoch 1 is not",
    ],
    [
      "all that counted is one history",
      [[vouchA, { ...vouchA, epoch: second, digest: "x" }], [vouchA], [{ ...vouchA, epoch: second, digest: "x" }]],
      "two entries that counted are number 1",
    ],
    [
      "an epoch gives out a number once",
      [[{ kind: "numbers", epoch: first, n: 1, digest: "a" }], [{ kind: "numbers", epoch: first, n: 1, digest: "x" }]],
      "two entries are number 1 of epoch 1",
    ],
    [
      "an epoch starts in one way",
      [[started(second, 1, "a")], [started(second, 0, "x")]],
      "epoch 2 starts in two ways",
    ],
    ["two candidates for a number may both start", [[started(second, 1, "a")], [started(rival, 1, "a")]], undefined],
    [
      "of those one is active at most",
      [
        [adopted(second), adopted(rival)],
        [adopted(second), adopted(rival)],
        [adopted(second), adopted(rival)],
      ],
      "two epochs of number 2 are active",
    ],
  ];
  for (const [title, facts, text] of rules) {
    it(title, () => {
      const broken = brokenRule(facts, chain);
      if (text === undefined) expect(broken).to.equal(undefined);
      else expect(broken).to.match(new RegExp(`^${text}`));
    });
  }

  it("a manager that has adopted an epoch holds what its sequencer numbered, or a part of it", () => {
    const facts: readonly Fact[] = [
      started(first, 0, genesisDigest),
      { kind: "numbers", epoch: first, n: 2, digest: "b" },
    ];
    for (const [last, digest] of [
      [0, genesisDigest],
      [1, "a"],
      [2, "b"],
    ] as const) {
      expect(brokenClaim({ epoch: first, last, digest }, [facts], chain)).to.equal(undefined);
    }
    expect(brokenClaim({ epoch: first, last: 1, digest: "x" }, [facts], chain)).to.match(/never numbered/);
    expect(brokenClaim({ epoch: second, last: 1, digest: "a" }, [facts], chain)).to.match(/never numbered/);
  });
});

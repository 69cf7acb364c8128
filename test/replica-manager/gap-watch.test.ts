import { expect } from "chai";
import type { Limits } from "../../protocol/limits.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { GapWatch } from "../../replica-manager/gap-watch.ts";
import { aConfig, anEpoch } from "./an-entry.ts";

function aGap(limits: Partial<Limits> = {}) {
  const gap = new GapWatch(aConfig({ resendJitterMs: [2, 2], resendRetryMs: 20, ...limits }));
  const asked: string[] = [];
  const ask = (now: number, last: number, to: number) => {
    gap.ask(now, last, to, anEpoch(), (effect: ManagerEffect) => {
      if (effect.kind !== "send" || effect.message.kind !== "resend") return;
      asked.push(`${effect.to} ${effect.message.from}-${effect.message.to}`);
    });
  };
  return { gap, asked, ask };
}

describe("gap watch", () => {
  it("waits a little before it asks, since orders overtake each other", () => {
    const { gap } = aGap();
    expect(gap.deadline).to.equal(Number.POSITIVE_INFINITY);
    gap.open(100, 1);
    expect(gap.deadline).to.equal(102);
    gap.open(101, 2);
    expect(gap.deadline).to.equal(102);
    gap.close();
    expect(gap.deadline).to.equal(Number.POSITIVE_INFINITY);
  });

  it("waits as long as its seed says, within the limits", () => {
    const waits = new Set(
      [1, 2, 3, 4, 5, 6, 7, 8].map((high) => {
        const gap = new GapWatch({ ...aConfig({ resendJitterMs: [1, 3] }), seed: high * 0x1000_0000 });
        gap.open(0, 1);
        return gap.deadline;
      }),
    );
    expect([...waits].every((wait) => wait >= 1 && wait <= 3)).to.equal(true);
    expect(waits.size).to.be.greaterThan(1);
  });

  it("asks the sequencers first, then one peer after the other as well", () => {
    const { gap, asked, ask } = aGap();
    for (const now of [0, 20, 40, 60, 80]) ask(now, 4, 6);
    expect(asked).to.deep.equal([
      "sequencers 5-6",
      "sequencers 5-6",
      "sequencers 5-6",
      "m4:1 5-6",
      "sequencers 5-6",
      "m2:1 5-6",
      "sequencers 5-6",
      "m3:1 5-6",
    ]);
    expect(gap.deadline).to.equal(100);
  });

  it("begins with the sequencers again when the gap has become smaller", () => {
    const { gap, asked, ask } = aGap();
    for (const now of [0, 20, 40]) ask(now, 4, 6);
    asked.length = 0;
    ask(60, 5, 6);
    expect([asked, gap.tries]).to.deep.equal([["sequencers 6-6"], 0]);
  });

  it("calls a gap long that is long, and one that stays open", () => {
    const { gap, ask } = aGap({ resendEntriesMax: 3, resendTriesMax: 2 });
    gap.open(0, 3);
    expect(gap.isLong).to.equal(false);
    gap.open(0, 4);
    expect(gap.isLong).to.equal(true);
    gap.close();
    expect(gap.isLong).to.equal(false);
    for (const now of [0, 20, 40]) ask(now, 4, 6);
    expect(gap.isLong).to.equal(false);
    ask(60, 4, 6);
    expect(gap.isLong).to.equal(true);
  });
});

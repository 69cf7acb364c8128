import { expect } from "chai";
import { genesisDigest } from "../../protocol/history.ts";
import { Log } from "../../replica-manager/log.ts";
import { anEntry } from "./an-entry.ts";

function logTo(last: number): Log {
  const log = new Log();
  for (let n = 1; n <= last; n++) log.append(anEntry(n));
  return log;
}

describe("log", () => {
  it("starts behind nothing", () => {
    const log = new Log();
    expect([log.base, log.last, log.lastDigest]).to.deep.equal([0, 0, genesisDigest]);
    expect(log.digestAt(0)).to.equal(genesisDigest);
  });

  it("takes only the entry that follows the last one", () => {
    expect(() => logTo(2).append(anEntry(4))).to.throw("no gap");
    expect(() => logTo(2).append(anEntry(2))).to.throw("no gap");
  });

  it("forgets up to a cut and remembers the digest there", () => {
    const log = logTo(5);
    log.cut(3);
    expect([log.base, log.last, log.lastDigest]).to.deep.equal([3, 5, "h5"]);
    expect([log.at(3), log.digestAt(2), log.digestAt(3)]).to.deep.equal([undefined, undefined, "h3"]);
    expect(log.at(4)).to.deep.equal(anEntry(4));
    log.append(anEntry(6));
    expect(log.last).to.equal(6);
  });

  it("can be cut at its end, and not beyond it", () => {
    const log = logTo(2);
    log.cut(2);
    expect([log.base, log.last, log.lastDigest]).to.deep.equal([2, 2, "h2"]);
    expect(() => log.cut(3)).to.throw("cut at an entry that it has");
    log.cut(1);
    expect(log.base).to.equal(2);
  });

  it("starts anew behind a snapshot, whatever it had", () => {
    const log = logTo(2);
    log.restart(9, "h9", 90);
    expect([log.base, log.last, log.lastDigest, log.at(2)]).to.deep.equal([9, 9, "h9", undefined]);
    expect(log.lastMoment).to.deep.equal({ time: 90, businessDate: "" });
    log.append(anEntry(10));
    expect(log.digestAt(10)).to.equal("h10");
  });

  it("takes back what is behind a number, and goes on there with something else", () => {
    const log = logTo(5);
    log.rollback(3);
    expect([log.last, log.lastDigest, log.at(4), log.digestAt(4)]).to.deep.equal([3, "h3", undefined, undefined]);
    const other = { ...anEntry(4), historyDigest: "other" };
    log.append(other);
    expect([log.lastDigest, log.at(4)]).to.deep.equal(["other", other]);
  });

  it("is rolled back to what it keeps, its base included, and to nothing else", () => {
    const log = logTo(5);
    log.cut(2);
    expect(() => log.rollback(1)).to.throw("rolled back to an entry that it has");
    expect(() => log.rollback(6)).to.throw("rolled back to an entry that it has");
    log.rollback(2);
    expect([log.base, log.last, log.lastDigest]).to.deep.equal([2, 2, "h2"]);
  });

  it("knows when its last entry was numbered, though it no longer keeps that", () => {
    const log = logTo(4);
    expect(log.lastMoment).to.include({ time: 4, businessDate: "2023-05-12" });
    log.cut(4);
    expect(log.lastMoment).to.deep.equal({ time: 4, businessDate: "2023-05-12" });
    log.append(anEntry(5));
    log.rollback(4);
    expect(log.lastMoment.time).to.equal(4);
    expect(new Log().lastMoment).to.deep.equal({ time: 0, businessDate: "" });
  });
});

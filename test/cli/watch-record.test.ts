import { expect } from "chai";
import type { ServiceStatus } from "../../cli/service-status.ts";
import { WatchRecord } from "../../cli/watch-record.ts";
import { healthyStatus, statusUnderTest } from "./status-under-test.ts";

const away = { kind: "unreachable", detail: "ECONNREFUSED" } as const;

function statusOf(answered: number, given: Partial<ServiceStatus> = {}) {
  const counts = { ...healthyStatus.counts, answered };
  return { kind: "status", status: { ...healthyStatus, counts, ...given } } as const;
}

describe("what a watch keeps of a service", () => {
  it("is the last status, with the ages of now beside those that were told", () => {
    const record = new WatchRecord();
    record.take({ kind: "status", status: statusUnderTest }, 1000);
    const { seen } = record.view(1300);
    expect(seen?.ageMs).to.equal(300);
    expect(seen?.told).to.equal(statusUnderTest);
    expect(seen?.aged.managers.map(({ ageMs }) => ageMs)).to.deep.equal([320, 320, 320, null]);
    expect(seen?.aged.sequencers.map(({ ageMs }) => ageMs)).to.deep.equal([12_640, 320]);
    expect(seen?.aged.newest).to.deep.equal({ sequence: 120, ageMs: 320 });
  });

  it("counts per second over the last three seconds", () => {
    const record = new WatchRecord();
    record.take(statusOf(0, { newest: { sequence: 0, ageMs: 0 } }), 0);
    expect(record.view(0).rates).to.equal(undefined);
    record.take(statusOf(50, { newest: { sequence: 100, ageMs: 0 } }), 500);
    expect(record.view(500).rates).to.include({ answered: 100, ordered: 200, noAgreement: 0 });
    for (let at = 1000; at <= 10_000; at += 500) record.take(statusOf(50), at);
    expect(record.view(10_000).rates).to.include({ answered: 0 });
    record.take(statusOf(110), 10_000 + 500);
    expect(record.view(10_500).rates?.answered).to.equal(20);
  });

  it("keeps a bounded number of answers, however fast they come", () => {
    const record = new WatchRecord();
    record.take(statusOf(0), 0);
    for (let at = 1; at <= 200; at++) record.take(statusOf(1000), at);
    expect(record.view(200).rates?.answered).to.equal(0);
  });

  it("counts each kind for itself", () => {
    const record = new WatchRecord();
    const counts = { ...healthyStatus.counts, refused: 0, noAgreement: 0, chargesWrong: 0, chargesSilent: 0 };
    record.take(statusOf(0, { counts }), 0);
    const more = { refused: 2, noAgreement: 3, chargesWrong: 4, chargesSilent: 5 };
    record.take(statusOf(0, { counts: { ...counts, ...more } }), 1000);
    expect(record.view(1000).rates).to.deep.equal({ ordered: 0, answered: 0, ...more });
  });

  it("begins to count anew with another front end, and never counts backwards", () => {
    const record = new WatchRecord();
    record.take(statusOf(900), 0);
    record.take(statusOf(5, { frontends: [{ id: "bb", pid: 9 }] }), 500);
    expect(record.view(500).rates).to.equal(undefined);
    record.take(statusOf(0, { frontends: [{ id: "bb", pid: 9 }] }), 1000);
    expect(record.view(1000).rates?.answered).to.equal(0);
  });

  it("tells since when the service is away and why, with what was seen last and no counts", () => {
    const record = new WatchRecord();
    record.take(statusOf(0), 0);
    record.take(statusOf(50), 500);
    record.take(away, 1000);
    record.take({ ...away, detail: "ETIMEDOUT" }, 1500);
    const { seen, trouble, rates } = record.view(2000);
    expect(trouble).to.deep.equal({ detail: "ETIMEDOUT", forMs: 1000 });
    expect([seen?.ageMs, rates]).to.deep.equal([1500, undefined]);
    record.take(statusOf(60), 2500);
    expect(record.view(2500).trouble).to.equal(undefined);
    expect(record.view(2500).rates?.answered).to.equal(24);
  });
});

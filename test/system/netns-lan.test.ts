import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { canMakeLan, Lan } from "./netns-lan.ts";
import type { Heard } from "./netns-probe.ts";
import { type HeardInPeriod, Probes } from "./netns-probes.ts";
import { untilGone } from "./processes.ts";

const numbers = [1, 2, 3, 4];
const ways = ["group", "one"] as const;
const periodMs = 400;
const goneMsMax = 5000;

describe("a network of hosts in namespaces", function suite() {
  this.timeout(30_000);
  if (!canMakeLan("netns-lan.test.ts")) return;
  let lan: Lan;
  let probes: Probes;
  let pids: readonly number[] = [];

  before(async () => {
    lan = await Lan.make(numbers.length);
    probes = new Probes(lan);
    pids = [...probes.pids, ...lan.pids];
    await probes.untilAllHear();
  });

  afterEach(async () => {
    await lan.heal();
    await probes.untilAllHear();
  });

  after(async () => {
    await probes?.end();
    await lan?.end();
    await untilGone(pids, goneMsMax);
  });

  it("a host that is down is heard by nobody and hears nobody, and the others go on", async () => {
    lan.takeDown(2);
    expectHeard(await probes.during(periodMs), (hearer, sayer) => hearer !== 2 && sayer !== 2);
  });

  it("hosts that are parted from the others hear each other", async () => {
    const isFar = (number: number) => number === 1 || number === 4;
    lan.part(numbers.filter(isFar));
    expectHeard(await probes.during(periodMs), (hearer, sayer) => isFar(hearer) === isFar(sayer));
  });

  it("a deaf host hears nobody, and is heard by all", async () => {
    lan.deafen(3);
    expectHeard(await probes.during(periodMs), (hearer) => hearer !== 3);
  });

  it("a mute host hears all, and is heard by nobody", async () => {
    await lan.mute(3);
    expectHeard(await probes.during(periodMs), (_, sayer) => sayer !== 3);
  });

  it("without multicast, hosts still reach each other one by one", async () => {
    lan.dropMulticast();
    expectHeard(await probes.during(periodMs), (_, __, way) => way === "one");
  });

  it("a rough switch loses, doubles, delays and reorders, each host's frames by themselves", async () => {
    await lan.roughen({ delayMs: 20, jitterMs: 10, lost: 0.05, doubled: 0.05, hasty: 0.25 });
    const heard = await probes.during(2000);
    for (const way of ways) {
      const lists = links().map(([hearer, sayer]) => heard(hearer, sayer, way));
      const said = links().reduce((sum, [, sayer]) => sum + heard(sayer, sayer, "parent").length, 0);
      const all = lists.flat();
      const different = lists.reduce((sum, list) => sum + new Set(momentsOf(list)).size, 0);
      expect(1 - different / said, `share that ${way} lost`).to.be.within(0.02, 0.1);
      expect(all.length / different - 1, `share that ${way} doubled`).to.be.within(0.02, 0.1);
      expect(lists.every(isOutOfOrder), `${way} is out of order`).to.equal(true);
      const meanMs = all.reduce((sum, { saidMs, heardMs }) => sum + heardMs - saidMs, 0) / all.length;
      expect(meanMs, `mean delay of ${way}`).to.be.above(14);
    }
    const [some, other] = [heard(1, 2, "group"), heard(3, 2, "group")].map((list) =>
      momentsOf(list).toSorted(byNumber),
    );
    expect(some, "what two hosts heard of the same").to.not.deep.equal(other);
  });

  it("nothing stays behind of a test that is killed", async () => {
    const maker = fork(fileURLToPath(new URL("netns-maker.js", import.meta.url)));
    const [made] = (await once(maker, "message")) as [readonly number[]];
    expect(made).to.have.length(7);
    maker.kill("SIGKILL");
    await untilGone(made, goneMsMax);
  });

  /** Every ordered pair of two hosts. */
  function links(): readonly (readonly [hearer: number, sayer: number])[] {
    return numbers.flatMap((hearer) =>
      numbers.filter((sayer) => sayer !== hearer).map((sayer) => [hearer, sayer] as const),
    );
  }

  function expectHeard(heard: HeardInPeriod, isHeard: (hearer: number, sayer: number, way: string) => boolean): void {
    for (const [hearer, sayer] of links()) {
      const saidCount = heard(sayer, sayer, "parent").length;
      expect(saidCount, `what ${sayer} said`).to.be.above(5);
      for (const way of ways) {
        const count = heard(hearer, sayer, way).length;
        const message = `${sayer} heard by ${hearer} by ${way}`;
        // A host that gets no processor for long loses a few.
        if (isHeard(hearer, sayer, way)) expect(count, message).to.be.above(saidCount / 2);
        else expect(count, message).to.equal(0);
      }
    }
  }
});

function momentsOf(list: readonly Heard[]): readonly number[] {
  return list.map(({ saidMs }) => saidMs);
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function isOutOfOrder(list: readonly Heard[]): boolean {
  return momentsOf(list).some((moment, at, moments) => moment < (moments[at - 1] ?? 0));
}

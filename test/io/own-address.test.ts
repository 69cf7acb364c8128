import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { expect } from "chai";
import { isEveryHost, ownHostTowards } from "../../io/own-address.ts";
import { addressOf, familyOf, PeerAddresses } from "../../io/peer-addresses.ts";
import type { Address } from "../../protocol/ids.ts";
import { until } from "../sequencer/until.ts";

/** Never a host, by RFC 6761. */
const nowhere = "nowhere.invalid:1";

const loopback = { host: "127.0.0.1", port: 9 };

function expectNoLoopback(found: string | undefined): void {
  if (found === undefined) return;
  expect([isIP(found), isEveryHost(found), found.startsWith("127.")]).to.deep.equal([4, false, false]);
}

describe("the address of this machine", () => {
  it("towards a process here is loopback", async () => {
    expect(await ownHostTowards([loopback], 4)).to.equal("127.0.0.1");
    const both = [loopback, { host: "localhost", port: 8 }];
    expect(await ownHostTowards(both, 4)).to.equal("127.0.0.1");
  });

  it("towards nobody is none that stands for every address", async () => {
    expectNoLoopback(await ownHostTowards([{ host: "nowhere.invalid", port: 9 }], 4));
    expectNoLoopback(await ownHostTowards([loopback, { host: "nowhere.invalid", port: 9 }], 4));
  });

  it("towards others is not loopback, though the own name of this machine leads there", async function test() {
    const own = await lookup(hostname(), 4).catch(() => undefined);
    if (own?.address.startsWith("127.") !== true || hostname() === "localhost") this.skip();
    expectNoLoopback(await ownHostTowards([{ host: hostname(), port: 9 }], 4));
  });
});

describe("addresses of peers", () => {
  it("have numbers for names, of the family that is asked for", async () => {
    expect(await addressOf("localhost:5", 4)).to.match(/^127\.\d+\.\d+\.\d+:5$/);
    expect(await addressOf("10.0.0.1:5", 4)).to.equal("10.0.0.1:5");
    expect(await addressOf(nowhere, 4)).to.equal(undefined);
    expect([familyOf("[::1]:1"), familyOf("127.0.0.1:1"), familyOf("host:1")]).to.deep.equal([6, 4, 4]);
  });

  it("are told once, without those whose names lead nowhere, and not any more once it is stopped", async () => {
    const told: (readonly Address[])[] = [];
    const peers = new PeerAddresses([nowhere, "10.0.0.1:5", "10.0.0.2:6"], 4, (addresses) => told.push(addresses));
    const stopped = new PeerAddresses(["10.0.0.3:7"], 4, (addresses) => told.push(addresses));
    stopped.start();
    stopped.stop();
    peers.start();
    await until("they were told", () => told.length > 0);
    peers.stop();
    expect(told).to.deep.equal([["10.0.0.1:5", "10.0.0.2:6"]]);
  });
});

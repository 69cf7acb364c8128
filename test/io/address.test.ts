import { expect } from "chai";
import fc from "fast-check";
import { formatAddress, isAddress, parseAddress } from "../../io/address.ts";

describe("an address", () => {
  it("of a host and a port is taken apart to the same host and port", () => {
    const hosts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant("fe80::1%eth0"));
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        expect(parseAddress(formatAddress({ host, port }))).to.deep.equal({ host, port });
      }),
    );
  });

  it("is none without a host or a port from 1 to 65,535", () => {
    const words = [
      "",
      "a",
      ":1",
      "a:",
      "a:0",
      "a:65536",
      "a:-1",
      "a:1.5",
      "a:0x1",
      "a:1e3",
      "a: 1",
      "a b:1",
      "::1:80",
      "[]:1",
    ];
    for (const word of words) {
      expect(isAddress(word), word).to.equal(false);
      expect(() => parseAddress(word), word).to.throw("is not host:port");
    }
  });

  it("is any text or none: asking never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (isAddress(text)) expect(parseAddress(text).port).to.be.within(1, 65_535);
        else expect(() => parseAddress(text)).to.throw();
      }),
      { numRuns: 1000 },
    );
  });
});

import { expect } from "chai";
import type { Decoded } from "../../protocol/contract.ts";
import { booking, contract, decode, envelope, refusal, request } from "./contract-under-test.ts";

const good = envelope(request("bookMovieTickets", booking));

function nested(depth: number): string {
  // The envelope and its header are the first two.
  return envelope(request("bookMovieTickets", booking), "<x>".repeat(depth - 2) + "</x>".repeat(depth - 2));
}

function decodeBytes(body: Uint8Array, charset?: string): Decoded {
  return contract.decode({ soapVersion: "1.1", charset, body });
}

function utf16(text: string, isBigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
}

describe("soap: XML", () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["a document type", `<!DOCTYPE s>${good}`, /document type/],
    [
      "an entity of a document type",
      `<!DOCTYPE s [<!ENTITY a "ATWC1234">]>${good.replace("ATWC1234", "&a;")}`,
      /document type/,
    ],
    ["an external entity", `<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>${good}`, /document type/],
    ["an entity that is not declared", good.replace("Avatar", "&lol;"), /undefined entity/],
    ["an entity named like a part of every object", good.replace("Avatar", "&__proto__;&constructor;"), /entity/],
    ["a processing instruction", `<?xml version="1.0"?><?php 1?>${good}`, /Processing instructions/],
    ["a processing instruction inside", good.replace("Avatar", "<?x y?>Avatar"), /Processing instructions/],
    ["what ends too early", good.slice(0, -3), /not well-formed/],
    ["two roots", good + good, /not well-formed/],
    ["nothing", "", /not well-formed/],
    ["what is no XML", "{}", /not well-formed/],
    ["a prefix without a namespace", good.replace("<s:Body>", "<s:Body><q:x/>"), /not well-formed/],
    ["an attribute twice", good.replace("<s:Body>", '<s:Body a="1" a="2">'), /not well-formed/],
    ["a control character", good.replace("Avatar", "A\u0001"), /not well-formed/],
    ["a reference to a control character", good.replace("Avatar", "A&#1;"), /not well-formed/],
    ["XML 1.1", `<?xml version="1.1"?>${good}`, /XML 1\.0/],
    ["another encoding", `<?xml version="1.0" encoding="ISO-8859-1"?>${good}`, /encoding/],
    ["a declaration of UTF-16 on UTF-8", `<?xml version="1.0" encoding="UTF-16"?>${good}`, /encoding/],
    ["33 elements inside each other", nested(33), /more than 32 deep/],
    ["more than 10,000 elements", envelope("", "<x/>".repeat(9998)), /more than 10000 elements/],
  ];
  for (const [title, text, expected] of refused) {
    it(`refuses ${title}, and reads the next envelope as if nothing had been`, () => {
      expect(refusal(decode(text)))
        .to.match(expected)
        .and.to.match(/^INVALID_REQUEST: /);
      expect(decode(good).kind).to.equal("call");
    });
  }

  it("takes 32 elements inside each other, and 10,000 of them", () => {
    expect(decode(nested(32)).kind).to.equal("call");
    expect(decode(envelope(request("bookMovieTickets", booking), "<x/>".repeat(9992))).kind).to.equal("call");
  });

  it("is not poisoned by names that every object has", () => {
    const poison = [
      'id="__proto__"',
      '__proto__="x"',
      'constructor="x"',
      'xmlns:__proto__="urn:x"',
      'id="constructor"',
    ];
    for (const attribute of poison) {
      expect(decode(good.replace("<s:Body>", `<s:Body ${attribute}>`)).kind, attribute).to.equal("call");
      expect(decode(good.replace("<movieID>", `<movieID ${attribute}>`)).kind).to.equal(
        attribute.startsWith("xmlns") ? "call" : "refused",
      );
      expect(decode(good.replace(/movieID/g, "__proto__")).kind).to.equal("refused");
      expect(decode(good).kind).to.equal("call");
    }
    expect(({} as Record<string, unknown>)["x"]).to.equal(undefined);
  });

  it("puts text, CDATA and references of one value together", () => {
    const text = good.replace("Avatar", "A<!-- no --><![CDATA[v&]]>&#97;&amp;");
    expect(decode(text)).to.have.nested.property("call.args.movieName", "Av&a&");
  });

  it("reads UTF-8 and UTF-16 in both byte orders, by mark, charset or first bytes", () => {
    const text = good.replace("Avatar", "Amélie 😀");
    const declared = `<?xml version="1.0" encoding="UTF-16"?>${text}`;
    const bodies: readonly (readonly [Uint8Array, string?])[] = [
      [Buffer.from(text)],
      [Buffer.from(`\ufeff${text}`), "utf-8"],
      [Buffer.from(`<?xml version="1.0" encoding="utf-8"?>${text}`), "UTF-8"],
      [utf16(`\ufeff${declared}`, false)],
      [utf16(`\ufeff${declared}`, true), "utf-16"],
      [utf16(declared, false)],
      [utf16(text, true), "utf-16"],
      [utf16(text, false), "utf-16le"],
    ];
    for (const [body, charset] of bodies) {
      expect(decodeBytes(body, charset)).to.have.nested.property("call.args.movieName", "Amélie 😀");
    }
  });

  it("refuses bytes that are not of their encoding", () => {
    const broken: readonly (readonly [Uint8Array, string?])[] = [
      [Uint8Array.of(0xff)],
      [Buffer.concat([Buffer.from(good), Uint8Array.of(0xc3)])],
      [Buffer.from(good.replace("Avatar", "\u00e9"), "latin1"), "utf-8"],
      [Buffer.from(good), "iso-8859-1"],
      [utf16(good, false).subarray(1), "utf-16le"],
      [utf16(`\ufeff${good.replace("Avatar", "\ud800")}`, false)],
    ];
    for (const [body, charset] of broken) expect(refusal(decodeBytes(body, charset))).to.match(/^INVALID_REQUEST: /);
  });

  it("refuses a namespace name with white space at its ends, which the parser would cut off", () => {
    expect(refusal(decode(good.replace('xmlns:s="', 'xmlns:s=" ')))).to.match(/white space/);
  });
});

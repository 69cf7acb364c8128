import { expect } from "chai";
import { AssertionFailed } from "../../protocol/assert.ts";
import { compileContract } from "../../soap/contract.ts";
import { compilePattern } from "../../soap/simple-type.ts";
import { sources } from "./contract-under-test.ts";

/** Compiles the contract after a change to its schema. */
function compileWith(found: string, replacement: string): void {
  if (!sources.schema.includes(found)) throw new Error(`the schema has no ${found}`);
  compileContract({ ...sources, schema: sources.schema.replace(found, replacement) }, { theatres: ["ATW"] });
}

describe("soap: schema", () => {
  const unknown: readonly (readonly [string, string, string])[] = [
    ["a facet", '<xs:maxLength value="1000"/>', '<xs:totalDigits value="3"/>'],
    ["a type", 'type="tns:Count"', 'type="xs:decimal"'],
    ["a choice", "<xs:sequence>", "<xs:choice/><xs:sequence>"],
    ["an attribute of an element", 'name="bookingCapacity"', 'name="bookingCapacity" nillable="true"'],
    ["unqualified elements", ' elementFormDefault="qualified"', ""],
    ["an operation without an element", '<xs:element name="cancelMovieTickets">', '<xs:element name="cancel">'],
    ["a global component", "<xs:simpleType name=", '<xs:include schemaLocation="a"/><xs:simpleType name='],
    [
      "two patterns of one type",
      '<xs:pattern value="[A-Z]{3}C[0-9]{4}"/>',
      '<xs:pattern value="a"/><xs:pattern value="b"/>',
    ],
  ];
  for (const [title, found, replacement] of unknown) {
    it(`stops at ${title} that it would have to pass over`, () => {
      expect(() => compileWith(found, replacement)).to.throw(AssertionFailed);
    });
  }

  it("stops at a WSDL that binds other operations than the contract has", () => {
    const wsdl = sources.wsdl.replace("urn:quartet:booking:v1/cancelMovieTickets", "");
    expect(() => compileContract({ ...sources, wsdl }, { theatres: ["ATW"] })).to.throw(AssertionFailed);
  });

  it("takes only the part of a pattern that means the same in both languages", () => {
    for (const pattern of ["\\d", "\\w", "\\i", ".", "^a", "a$", "\\p{L}", "[\\s]", "[a-z-[b]]"]) {
      expect(() => compilePattern(pattern), pattern).to.throw(AssertionFailed);
    }
    expect(compilePattern("\\S\\s").test("a\u00a0")).to.equal(false);
    expect(compilePattern("[^a.]\\s").test("b\n")).to.equal(true);
  });
});

import { expect } from "chai";
import fc from "fast-check";
import { type CallFault, faultCodes } from "../../protocol/call.ts";
import { contract, invalidity, textAt } from "./contract-under-test.ts";

const anyFault: fc.Arbitrary<CallFault> = fc.record(
  {
    kind: fc.constant("fault" as const),
    code: fc.constantFrom(...faultCodes),
    message: fc.string({ unit: "binary", maxLength: 50 }),
    applied: fc.constantFrom("applied" as const, "notApplied" as const, "unknown" as const),
    retryAfterSeconds: fc.integer({ min: 1, max: 3600 }),
  },
  { requiredKeys: ["kind", "code", "message", "applied"] },
);

const busy: CallFault = {
  kind: "fault",
  code: "BUSY",
  message: "Wait & try.",
  applied: "notApplied",
  retryAfterSeconds: 2,
};
const detail = "//*[local-name()='BookingFault']";

describe("soap: fault renderer", () => {
  it("writes a typed detail that is valid for the schema, in both versions", () => {
    fc.assert(
      fc.property(fc.constantFrom("1.1" as const, "1.2" as const), anyFault, (version, fault) => {
        const text = contract.renderFault(version, fault);
        expect(invalidity(text, detail), text).to.equal(undefined);
        expect(textAt(text, `${detail}/*[local-name()='code']`)).to.equal(fault.code);
      }),
    );
  });

  it("writes SOAP 1.1 faults with unqualified children in their order", () => {
    const text = contract.renderFault("1.1", busy);
    expect(text).to.match(
      /<soap:Body><soap:Fault><faultcode>soap:Server<\/faultcode><faultstring>Wait &amp; try\.<\/faultstring><detail><BookingFault xmlns="urn:quartet:booking:v1"><code>BUSY<\/code><message>Wait &amp; try\.<\/message><applied>notApplied<\/applied><retryAfterSeconds>2<\/retryAfterSeconds><\/BookingFault><\/detail><\/soap:Fault><\/soap:Body>/,
    );
  });

  it("writes SOAP 1.2 faults with a code, a reason in English and a detail", () => {
    const text = contract.renderFault("1.2", busy);
    expect(text).to.match(
      /<soap:Fault><soap:Code><soap:Value>soap:Receiver<\/soap:Value><\/soap:Code><soap:Reason><soap:Text xml:lang="en">Wait &amp; try\.<\/soap:Text><\/soap:Reason><soap:Detail><BookingFault .*<\/BookingFault><\/soap:Detail><\/soap:Fault>/,
    );
  });

  it("blames the sender for what the sender can change, and else the service", () => {
    const receivers = new Set(["BUSY", "NO_AGREEMENT", "OUTCOME_UNKNOWN"]);
    for (const code of faultCodes) {
      const fault: CallFault = { kind: "fault", code, message: "m", applied: "unknown" };
      const isReceiver = receivers.has(code);
      expect(contract.renderFault("1.1", fault)).to.contain(isReceiver ? "soap:Server" : "soap:Client");
      expect(contract.renderFault("1.2", fault)).to.contain(isReceiver ? "soap:Receiver" : "soap:Sender");
    }
  });

  it("names the header that was not understood in SOAP 1.2", () => {
    const header = { kind: "mustUnderstand", namespace: "urn:a&b", name: "Trace" } as const;
    const text = contract.renderFault("1.2", { ...busy, code: "INVALID_REQUEST" }, header);
    expect(textAt(text, "//*[local-name()='Value']")).to.equal("soap:MustUnderstand");
    expect(textAt(text, "//*[local-name()='NotUnderstood']/@qname")).to.equal("h:Trace");
    expect(text).to.contain('xmlns:h="urn:a&amp;b"');
  });
});

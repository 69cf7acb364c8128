import { readFileSync } from "node:fs";
import { expect } from "chai";
import { reasons } from "../../protocol/answer.ts";
import { faultCodes } from "../../protocol/call.ts";
import { bodyContent, contract, decode, invalidity, textAt } from "./contract-under-test.ts";

const page = readFileSync(new URL("../../../docs/soap.md", import.meta.url), "utf8");
const samples = [...page.matchAll(/```xml\n([\s\S]*?)```/g)].map(([, sample]) => sample ?? "");

describe("docs: soap.md", () => {
  it("shows envelopes that are valid for the schema, and calls that are taken", () => {
    const kinds = samples.map((sample) => {
      const isFault = sample.includes("<soap:Fault>");
      expect(invalidity(sample, isFault ? "//*[local-name()='BookingFault']" : bodyContent), sample).to.equal(
        undefined,
      );
      if (isFault) return "fault";
      if (sample.includes("Response>")) return "reply";
      expect(decode(sample).kind, sample).to.equal("call");
      return "call";
    });
    expect(kinds).to.deep.equal(["call", "reply", "reply", "fault", "call", "reply"]);
  });

  it("shows the refusal as the service writes it", () => {
    const sample = samples.find((text) => text.includes("REFUSED")) ?? "";
    const answer = { outcome: "REFUSED", reason: "SHOW_FULL" } as const;
    const reply = contract.renderReply("1.1", { kind: "answer", operation: "bookMovieTickets", sequence: 1, answer });
    const message = "//*[local-name()='message']";
    expect(textAt(sample, message)).to.equal(textAt(reply, message));
  });

  it("names every fault code and every reason that a well-formed call can meet, and no other", () => {
    const named = new Set([...page.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, word]) => word));
    const known = [...faultCodes, ...reasons.filter((reason) => reason !== "INVALID")];
    const words = ["OK", "REFUSED", "M", "A", "E", "C", "POST", "GET", "EXECUTED"];
    for (const code of known) expect(named, code).to.include(code);
    expect([...named].filter((word) => !known.includes(word as never) && !words.includes(word ?? ""))).to.deep.equal(
      [],
    );
  });
});

import { expect } from "chai";
import type { SoapVersion } from "../../protocol/contract.ts";
import { booking, decode, envelope, namespace, refusal, request } from "./contract-under-test.ts";

const wsa = 'xmlns:wsa="http://www.w3.org/2005/08/addressing"';
const wsse = 'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"';
const wsu = 'xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"';
const passwordText = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

function call(
  header: string,
  fields: Readonly<Record<string, string | number>> = booking,
  soapVersion: SoapVersion = "1.1",
) {
  return decode(envelope(request("bookMovieTickets", fields), header, soapVersion), { soapVersion });
}

function requestIdOf(header: string, fields?: Readonly<Record<string, string | number>>): string | undefined {
  const decoded = call(header, fields);
  if (decoded.kind !== "call") throw new Error(decoded.fault.message);
  return decoded.call.requestId;
}

describe("soap: header blocks", () => {
  it("takes wsa:MessageID for the requestId where the element is absent", () => {
    expect(requestIdOf(`<wsa:MessageID ${wsa}> urn:uuid:6f9619ff-8b86-d011 </wsa:MessageID>`)).to.equal(
      "urn:uuid:6f9619ff-8b86-d011",
    );
    expect(requestIdOf(`<wsa:MessageID ${wsa}>m/1</wsa:MessageID>`, { ...booking, requestId: "r1" })).to.equal("r1");
    expect(requestIdOf("")).to.equal(undefined);
  });

  it("refuses a wsa:MessageID that cannot serve as a requestId, rather than passing it over", () => {
    for (const id of ["", "http://a/1", "x".repeat(65), "a b"]) {
      expect(refusal(call(`<wsa:MessageID ${wsa}>${id}</wsa:MessageID>`))).to.match(/^INVALID_REQUEST: wsa:MessageID/);
    }
  });

  it("asks nothing of the wsa:MessageID of a read", () => {
    const list = request("listMovieShowsAvailability", { movieName: "Avatar" });
    const decoded = decode(envelope(list, `<wsa:MessageID ${wsa}>http://a/1</wsa:MessageID>`));
    expect(decoded).to.deep.include({
      call: { operation: "listMovieShowsAvailability", args: { movieName: "Avatar" } },
    });
  });

  it("refuses a wsa:Action that contradicts the body, and answers that should go elsewhere", () => {
    const good = `<wsa:Action ${wsa}>${namespace}/bookMovieTickets</wsa:Action>`;
    const anonymous = `<wsa:ReplyTo ${wsa}><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>`;
    const elsewhere = `<wsa:ReplyTo ${wsa}><wsa:Address>http://127.0.0.1:1/</wsa:Address></wsa:ReplyTo>`;
    expect(call(good + anonymous).kind).to.equal("call");
    expect(refusal(call(`<wsa:Action ${wsa}>${namespace}/cancelMovieTickets</wsa:Action>`))).to.match(/wsa:Action/);
    expect(refusal(call(elsewhere))).to.match(/anonymous/);
    expect(refusal(call(good + good))).to.match(/more than one wsa:Action/);
  });

  it("reads the name and password of a UsernameToken", () => {
    const token = (password: string) =>
      `<wsse:Security ${wsse} ${wsu} s:mustUnderstand="1"><wsu:Timestamp/><wsse:UsernameToken><wsse:Username>ATWC1234</wsse:Username>${password}</wsse:UsernameToken></wsse:Security>`;
    expect(call(token(`<wsse:Password Type="${passwordText}"> p&amp;w </wsse:Password>`))).to.deep.include({
      credentials: { username: "ATWC1234", password: " p&w " },
    });
    expect(refusal(call(token('<wsse:Password Type="x#PasswordDigest">p</wsse:Password>')))).to.match(/PasswordText/);
    expect(refusal(call(token("")))).to.match(/one Username and one Password/);
    expect(refusal(call(token("<wsse:Password>p</wsse:Password>").repeat(2)))).to.match(/more than one UsernameToken/);
  });

  it("refuses a header that must be understood and is not known, by name", () => {
    for (const soapVersion of ["1.1", "1.2"] as const) {
      for (const yes of ["1", "true", " 1 "]) {
        const decoded = call(`<x:Trace xmlns:x="urn:x" s:mustUnderstand="${yes}"/>`, booking, soapVersion);
        expect(decoded).to.deep.include({ envelope: { kind: "mustUnderstand", namespace: "urn:x", name: "Trace" } });
      }
    }
    expect(
      refusal(call(`<wsse:Security ${wsse} s:mustUnderstand="1"><wsse:BinarySecurityToken/></wsse:Security>`)),
    ).to.match(/Security/);
    expect(refusal(call('<x:Trace xmlns:x="urn:x" s:mustUnderstand="yes"/>'))).to.match(/mustUnderstand is "yes"/);
  });

  it("passes over headers that need not be understood, or are meant for somebody else", () => {
    const other = 's:actor="urn:other"';
    const role = 's:role="http://www.w3.org/2003/05/soap-envelope/role/none"';
    expect(call('<x:Trace xmlns:x="urn:x"/><x:Trace xmlns:x="urn:x" s:mustUnderstand="0"/>').kind).to.equal("call");
    expect(call(`<x:Trace xmlns:x="urn:x" s:mustUnderstand="1" ${other}/>`).kind).to.equal("call");
    expect(call(`<x:Trace xmlns:x="urn:x" s:mustUnderstand="true" ${role}/>`, booking, "1.2").kind).to.equal("call");
  });
});

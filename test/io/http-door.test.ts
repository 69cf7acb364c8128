import { expect } from "chai";
import type { CallFault } from "../../protocol/call.ts";
import { booking, contract, envelope, namespace, request } from "../soap/contract-under-test.ts";
import { closeDoors, openDoor, post, raw, send } from "./http-door-under-test.ts";

const body = envelope(request("bookMovieTickets", booking));
const soap12 = { "Content-Type": `application/soap+xml; charset=utf-8; action="${namespace}/bookMovieTickets"` };

describe("io: http door", () => {
  afterEach(closeDoors);

  it("answers a call in SOAP 1.1 with its length and keeps the connection for more than 60 s", async () => {
    const door = await openDoor();
    const { status, headers, text } = await post(door, body, {
      SOAPAction: `"${namespace}/bookMovieTickets"`,
      Connection: "keep-alive",
    });
    expect(status).to.equal(200);
    expect(headers["content-type"]).to.equal("text/xml; charset=utf-8");
    expect(headers["content-length"]).to.equal(String(Buffer.byteLength(text)));
    expect(Number(/timeout=(\d+)/.exec(String(headers["keep-alive"]))?.[1])).to.be.greaterThan(60);
    expect(text).to.contain("<held>2</held>");
    expect(door.calls).to.deep.equal([
      { call: { operation: "bookMovieTickets", args: booking }, caller: { remoteAddress: "127.0.0.1" } },
    ]);
  });

  it("answers a call in SOAP 1.2 at its own path", async () => {
    const door = await openDoor();
    const { status, headers, text } = await send(door, {
      method: "POST",
      path: "/soap12/v1",
      headers: soap12,
      body: envelope(request("bookMovieTickets", booking), "", "1.2"),
    });
    expect(status).to.equal(200);
    expect(headers["content-type"]).to.equal("application/soap+xml; charset=utf-8");
    expect(text).to.contain("http://www.w3.org/2003/05/soap-envelope");
  });

  it("counts the action of the Content-Type and a SOAPAction header as one thing in SOAP 1.2", async () => {
    const door = await openDoor();
    const sent = {
      method: "POST",
      path: "/soap12/v1",
      body: envelope(request("bookMovieTickets", booking), "", "1.2"),
    };
    const good = { ...soap12, SOAPAction: `"${namespace}/bookMovieTickets"` };
    expect((await send(door, { ...sent, headers: good })).status).to.equal(200);
    const spoofed = await send(door, { ...sent, headers: { ...soap12, SOAPAction: "urn:other" } });
    expect(spoofed.status).to.equal(500);
    expect(spoofed.text).to.contain("<code>INVALID_REQUEST</code>");
  });

  it("answers a refused envelope with HTTP 500 and a typed fault, and makes no call", async () => {
    const door = await openDoor();
    const { status, text } = await post(door, body, { SOAPAction: `"${namespace}/cancelMovieTickets"` });
    expect(status).to.equal(500);
    expect(text).to.contain("<faultcode>soap:Client</faultcode>").and.to.contain("<code>INVALID_REQUEST</code>");
    expect(door.calls).to.deep.equal([]);
  });

  it("answers BUSY with the seconds to wait in the detail and in Retry-After", async () => {
    const busy: CallFault = { kind: "fault", code: "BUSY", message: "m", applied: "notApplied", retryAfterSeconds: 3 };
    const door = await openDoor({}, async () => busy);
    const { status, headers, text } = await post(door, body);
    expect([status, headers["retry-after"]]).to.deep.equal([500, "3"]);
    expect(text).to.contain("<retryAfterSeconds>3</retryAfterSeconds>");
  });

  it("answers a change that failed inside as one whose outcome is unknown, and says so to its owner", async () => {
    const errors: unknown[] = [];
    const door = await openDoor({ onError: (error) => errors.push(error) }, async () => {
      throw new Error("inside");
    });
    expect((await post(door, body)).text)
      .to.contain("<code>OUTCOME_UNKNOWN</code>")
      .and.to.contain("<applied>unknown</applied>");
    const list = envelope(request("listMovieShowsAvailability", { movieName: "Avatar" }));
    expect((await post(door, list)).text)
      .to.contain("<code>NO_AGREEMENT</code>")
      .and.to.contain("<applied>notApplied</applied>");
    expect(errors.map(String)).to.deep.equal(["Error: inside", "Error: inside"]);
  });

  it("passes on the credentials of HTTP Basic, and those of a UsernameToken before them", async () => {
    const door = await openDoor();
    const basic = { Authorization: `Basic ${Buffer.from("ATWC1234:pä:ss").toString("base64")}` };
    const wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    const token = `<w:Security xmlns:w="${wsse}"><w:UsernameToken><w:Username>u</w:Username><w:Password>p</w:Password></w:UsernameToken></w:Security>`;
    await post(door, body, basic);
    await post(door, envelope(request("bookMovieTickets", booking), token), basic);
    await post(door, body, { Authorization: "Basic %%%" });
    expect(door.calls.map(({ caller }) => caller.credentials)).to.deep.equal([
      { username: "ATWC1234", password: "pä:ss" },
      { username: "u", password: "p" },
      undefined,
    ]);
  });

  it("serves the contract of each version with the configured address", async () => {
    const door = await openDoor({ publicUrl: "https://tickets.example/" });
    expect(door.url).to.equal("https://tickets.example");
    expect(door.soapUrls).to.deep.equal({
      "1.1": "https://tickets.example/soap/v1",
      "1.2": "https://tickets.example/soap12/v1",
    });
    for (const [path, soapVersion] of [
      ["/soap/v1", "1.1"],
      ["/soap12/v1", "1.2"],
    ] as const) {
      for (const query of ["?wsdl", "?WSDL", "?wsdl=1"]) {
        const { status, headers, text } = await send(door, { path: path + query });
        expect([status, headers["content-type"]]).to.deep.equal([200, "text/xml; charset=utf-8"]);
        expect(text).to.equal(contract.wsdl(soapVersion, `https://tickets.example${path}`));
      }
    }
    const head = await send(door, { method: "HEAD", path: "/soap/v1?wsdl" });
    expect([head.status, head.text]).to.deep.equal([200, ""]);
  });

  it("takes bodies in UTF-16 and bodies in pieces", async () => {
    const door = await openDoor();
    const bytes = Buffer.from(`\ufeff${body}`, "utf16le");
    expect((await post(door, bytes, { "Content-Type": "text/xml; charset=utf-16" })).status).to.equal(200);
    const chunks = [body.slice(0, 100), body.slice(100)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const head =
      "POST /soap/v1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    expect(await raw(door, `${head}${chunks.join("")}0\r\n\r\n`)).to.match(/^HTTP\/1\.1 200 /);
  });

  it("tells a client that waits for it to send its body, and keeps the connection", async () => {
    const door = await openDoor();
    const { status, headers } = await post(door, body, { Expect: "100-continue", Connection: "keep-alive" });
    expect([status, headers.connection]).to.deep.equal([200, "keep-alive"]);
  });

  it("tells a client that waits with a body that is too long not to send it", async () => {
    const door = await openDoor();
    const { status } = await post(door, "", { Expect: "100-continue", "Content-Length": "300000" });
    expect(status).to.equal(413);
  });

  it("rejects with the code of the system when its port is taken", async () => {
    const door = await openDoor();
    const error = await openDoor({ port: door.port }).catch((reason: NodeJS.ErrnoException) => reason.code);
    expect(error).to.equal("EADDRINUSE");
  });

  it("lets an answer under way go out when it closes, and ends the connection", async () => {
    let answer: (fault: CallFault) => void = () => undefined;
    let tell: () => void = () => undefined;
    const called = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const door = await openDoor({ limits: { closeMs: 60_000 } }, () => {
      tell();
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const head = `POST /soap/v1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n`;
    const answered = raw(door, head + body);
    await called;
    const closed = door.close();
    answer({ kind: "fault", code: "NO_AGREEMENT", message: "m", applied: "notApplied" });
    await closed;
    expect(await answered).to.contain("NO_AGREEMENT");
  });
});

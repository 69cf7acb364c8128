import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { booking, envelope, request } from "../soap/contract-under-test.ts";
import { closeDoors, type DoorUnderTest, openDoor, post, raw, send } from "./http-door-under-test.ts";

const body = envelope(request("bookMovieTickets", booking));
const head = "POST /soap/v1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n";

describe("io: http door under attack", () => {
  let door: DoorUnderTest;
  beforeEach(async () => {
    door = await openDoor({ limits: { headersMs: 150, requestMs: 200, slowCheckMs: 50, connectionsMax: 20 } });
  });
  afterEach(async () => {
    expect((await post(door, body)).status, "the door still answers").to.equal(200);
    await closeDoors();
  });

  const targets = [
    "//[",
    "//",
    "/%",
    "/soap/v1/",
    "/soap/v1%00",
    "/soap/v2",
    "*",
    "http://",
    "http://[",
    "/?",
    "/../../etc/passwd",
    "/__proto__",
  ];
  for (const target of targets) {
    it(`answers the request line GET ${target} with 404`, async () => {
      expect(await raw(door, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).to.match(
        /^HTTP\/1\.1 40[04] /,
      );
    });
  }

  it("takes the absolute form of a request line for its path", async () => {
    expect(await raw(door, "GET http://a/soap/v1?wsdl HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).to.match(
      /^HTTP\/1\.1 200 /,
    );
  });

  it("answers what is not HTTP with 400 and ends the connection", async () => {
    for (const text of ["\u0000\u0001\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", `${head}Content-Length: x\r\n\r\n`]) {
      expect(await raw(door, text)).to.match(/^HTTP\/1\.1 400 /);
    }
  });

  it("answers headers that are too long with 431", async () => {
    expect(await raw(door, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`)).to.match(
      /^HTTP\/1\.1 431 /,
    );
  });

  it("answers other methods with 405 and the ones there are", async () => {
    for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]) {
      const { status, headers } = await send(door, { method, path: "/soap/v1" });
      expect([status, headers.allow], method).to.deep.equal([405, "GET, HEAD, POST"]);
    }
    const get = await send(door, { path: "/soap/v1" });
    expect([get.status, get.headers.allow]).to.deep.equal([405, "POST"]);
  });

  it("refuses every Content-Encoding with 415, true or not, without looking inside", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
    for (const encoded of [bomb, gzipSync(body), body]) {
      expect((await post(door, encoded, { "Content-Encoding": "gzip" })).status).to.equal(415);
    }
    expect(door.calls).to.deep.equal([]);
  });

  it("refuses Content-Types that are not its version's with 415", async () => {
    const types = [
      "",
      "text/html",
      "application/soap+xml",
      "application/json",
      "multipart/related; type=text/xml",
      "text/xml/x",
      "text/xml; =",
    ];
    for (const type of types) expect((await post(door, body, { "Content-Type": type })).status, type).to.equal(415);
    const soap12 = await send(door, {
      method: "POST",
      path: "/soap12/v1",
      headers: { "Content-Type": "text/xml" },
      body,
    });
    expect(soap12.status).to.equal(415);
  });

  it("takes a body of 256 kB and refuses one byte more with 413, announced or counted", async () => {
    const bytesMax = 256 * 1024;
    const padded = (bytes: number) => body + " ".repeat(bytes - Buffer.byteLength(body));
    expect((await post(door, padded(bytesMax))).status).to.equal(200);
    expect((await post(door, padded(bytesMax + 1))).status).to.equal(413);
    const chunk = `${(bytesMax + 1).toString(16)}\r\n${padded(bytesMax + 1)}\r\n`;
    expect(await raw(door, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`)).to.match(/^HTTP\/1\.1 413 /);
  });

  it("answers 413 while a body without end is still being sent", async () => {
    const status = await new Promise<string>((resolve) => {
      const socket = connect(door.port, "127.0.0.1", () => {
        socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
        const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
        const more = () => {
          while (socket.writable && socket.write(chunk));
        };
        socket.on("drain", more);
        more();
      });
      socket.once("data", (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.on("error", () => resolve("reset"));
    });
    expect(status).to.match(/^HTTP\/1\.1 413 /);
  });

  it("refuses two lengths, and a length with chunks", async () => {
    for (const lengths of [
      "Content-Length: 1\r\nContent-Length: 2",
      "Content-Length: 1\r\nTransfer-Encoding: chunked",
    ]) {
      expect(await raw(door, `${head}${lengths}\r\n\r\nx`)).to.match(/^HTTP\/1\.1 400 /);
    }
  });

  it("cuts off senders of slow headers and of slow bodies", async () => {
    const [headers, slowBody] = await Promise.all([
      raw(door, "POST /soap/v1 HTTP/1.1\r\nHo"),
      raw(door, `${head}Content-Length: 100\r\n\r\n<`),
    ]);
    expect(headers).to.match(/^HTTP\/1\.1 408 /);
    expect(slowBody).to.match(/^HTTP\/1\.1 408 /);
    expect(door.calls).to.deep.equal([]);
  });

  it("forgets a client that goes away in the middle of its body", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(door.port, "127.0.0.1", () => {
        socket.write(`${head}Content-Length: 100\r\n\r\n<`, () => socket.destroy());
      });
      socket.on("close", () => resolve());
    });
    expect(door.calls).to.deep.equal([]);
  });

  it("closes connections over its limit at once and serves those it has", async () => {
    const sockets = Array.from({ length: 20 }, () => connect(door.port, "127.0.0.1"));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    expect(await raw(door, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).to.equal("");
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  });

  it("is not poisoned by names that every object has", async () => {
    for (const attribute of ['id="__proto__"', '__proto__="x"', 'id="constructor"']) {
      await post(door, body.replace("<movieID>", `<movieID ${attribute}>`));
      await post(door, body.replace("<s:Body>", `<s:Body ${attribute}>`));
      expect((await post(door, body)).status).to.equal(200);
    }
    expect((await send(door, { path: "/__proto__?__proto__=x" })).status).to.equal(404);
  });

  it("refuses calls that a browser sends for a page of another site", async () => {
    expect((await post(door, body, { Origin: "http://evil.example" })).status).to.equal(403);
    expect((await post(door, body, { Origin: "null" })).status).to.equal(403);
    expect((await post(door, body, { Origin: door.url })).status).to.equal(200);
  });
});

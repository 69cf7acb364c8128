import { connect } from "node:net";
import { expect } from "chai";
import type { HttpAnswer, Route, RouteRequest } from "../../io/http-answer.ts";
import { closeDoors, type DoorUnderTest, type HttpResult, openDoor, raw, send } from "./http-door-under-test.ts";

const json = { "Content-Type": "application/json" };

function echo(method: Route["method"], path: string): Route {
  const handle = async (asked: RouteRequest): Promise<HttpAnswer> => ({
    kind: "json",
    status: 200,
    value: { path, ...asked },
  });
  return { method, path, handle };
}

describe("io: http door routes", () => {
  let door: DoorUnderTest;
  const errors: unknown[] = [];
  const sends: ((text: string) => void)[] = [];
  const stops: string[] = [];

  const start = (sendText: (text: string) => void) => {
    sends.push(sendText);
    sendText("id: 7\ndata: x\n\n");
    return () => {
      stops.push("stopped");
    };
  };
  const routes: readonly Route[] = [
    echo("GET", "/api/requests/:n"),
    echo("GET", "/api/faults"),
    echo("POST", "/api/faults"),
    echo("DELETE", "/api/faults"),
    echo("DELETE", "/api/faults/:id"),
    echo("GET", "/console/*"),
    {
      method: "GET",
      path: "/metrics",
      handle: async () => ({ kind: "content", status: 200, contentType: "text/plain", content: "é 1\n" }),
    },
    {
      method: "GET",
      path: "/problem",
      handle: async () => ({ kind: "problem", status: 409, title: "No.", detail: "Because." }),
    },
    {
      method: "GET",
      path: "/events",
      handle: async () => ({ kind: "stream", contentType: "text/event-stream", start }),
    },
    {
      method: "GET",
      path: "/broken",
      handle: () => {
        throw new Error("inside");
      },
    },
  ];

  beforeEach(async () => {
    stops.length = 0;
    door = await openDoor({
      routes,
      onError: (error) => errors.push(error),
      limits: { streamsMax: 1, jsonBodyBytesMax: 100 },
    });
  });
  afterEach(closeDoors);

  function parsed({ text }: HttpResult): Record<string, unknown> {
    return JSON.parse(text) as Record<string, unknown>;
  }

  it("gives a route the parameters of its path and of its query, decoded", async () => {
    const result = await send(door, { path: "/api/requests/a%2Fb%20c?sequence=4&sequence=5&x=%zz+y&__proto__=1" });
    expect(result.headers["content-type"]).to.equal("application/json; charset=utf-8");
    expect(result.headers["content-length"]).to.equal(String(Buffer.byteLength(result.text)));
    const value = parsed(result);
    expect(value["params"]).to.deep.equal({ n: "a/b c" });
    expect(value["query"]).to.deep.include({ sequence: "4", x: "%zz y" });
    expect(parsed(await send(door, { path: "/console/a/b.js" }))["params"]).to.deep.equal({ "*": "a/b.js" });
  });

  it("answers paths that are not there with 404, and malformed ones too", async () => {
    for (const path of [
      "/",
      "/api",
      "/api/requests",
      "/api/requests/",
      "/api/requests/a/b",
      "/api/requests/%ff",
      "/console",
      "/api/faults/",
    ]) {
      const { status, headers } = await send(door, { path });
      expect([status, headers["content-type"]], path).to.deep.equal([404, "application/problem+json"]);
    }
  });

  it("answers other methods of a path with 405 and the ones there are", async () => {
    const { status, headers } = await send(door, { method: "PUT", path: "/api/faults" });
    expect([status, headers.allow]).to.deep.equal([405, "GET, HEAD, POST, DELETE"]);
  });

  it("gives a POST its JSON, and a DELETE without a body none", async () => {
    const posted = await send(door, {
      method: "POST",
      path: "/api/faults",
      headers: json,
      body: '{"slot":3,"__proto__":{}}',
    });
    expect(posted.text).to.contain('"slot":3');
    const deleted = await send(door, { method: "DELETE", path: "/api/faults/f1" });
    expect(parsed(deleted)).to.deep.include({ path: "/api/faults/:id", params: { id: "f1" } });
  });

  it("refuses bodies that are not JSON, not said to be, encoded, or too long", async () => {
    const tries: readonly (readonly [Record<string, string>, string, number])[] = [
      [json, "{", 400],
      [json, "", 400],
      [{ "Content-Type": "text/plain" }, "{}", 415],
      [{}, "{}", 415],
      [{ ...json, "Content-Encoding": "gzip" }, "{}", 415],
      [json, `"${"x".repeat(100)}"`, 413],
    ];
    for (const [headers, body, expected] of tries) {
      expect(
        (await send(door, { method: "POST", path: "/api/faults", headers, body })).status,
        `${body} ${expected}`,
      ).to.equal(expected);
    }
  });

  it("refuses changes that a browser makes for another site, or under a name that is not the service's", async () => {
    const foreign = [
      { Origin: "http://evil.example" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { Host: "evil.example:8080" },
      { Host: "localhost.evil.example" },
    ];
    for (const headers of foreign) {
      for (const method of ["POST", "DELETE"]) {
        const body = method === "POST" ? { body: "{}" } : {};
        const { status } = await send(door, { method, path: "/api/faults", headers: { ...json, ...headers }, ...body });
        expect(status, JSON.stringify(headers)).to.equal(403);
      }
    }
    const own = [
      { Origin: door.url },
      { "Sec-Fetch-Site": "same-origin" },
      { Host: "localhost:1" },
      { Host: "[::1]:80" },
      { Host: "10.0.0.7" },
    ];
    for (const headers of own) {
      const { status } = await send(door, {
        method: "POST",
        path: "/api/faults",
        headers: { ...json, ...headers },
        body: "{}",
      });
      expect(status, JSON.stringify(headers)).to.equal(200);
    }
  });

  it("takes the configured public name for its own", async () => {
    const named = await openDoor({ routes, publicUrl: "https://Tickets.example:444" });
    const headers = { ...json, Host: "tickets.example", Origin: "https://tickets.example:444" };
    expect((await send(named, { method: "POST", path: "/api/faults", headers, body: "{}" })).status).to.equal(200);
  });

  it("sends text, problems, and a problem where a handler fails", async () => {
    expect(await send(door, { path: "/metrics" })).to.deep.include({ status: 200, text: "é 1\n" });
    expect(parsed(await send(door, { path: "/problem" }))).to.deep.equal({
      type: "about:blank",
      title: "No.",
      status: 409,
      detail: "Because.",
    });
    const broken = await send(door, { path: "/broken" });
    expect([broken.status, broken.headers["content-type"]]).to.deep.equal([500, "application/problem+json"]);
    expect(errors.map(String)).to.include("Error: inside");
  });

  it("streams events, refuses one stream too many, and ends them when it closes", async () => {
    const first = raw(door, "GET /events HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 6\r\n\r\n");
    while (sends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await send(door, { path: "/events" })).status).to.equal(503);
    sends[0]?.("data: y\n\n");
    await door.close();
    expect(await first).to.match(
      /^HTTP\/1\.1 200 [\s\S]*text\/event-stream[\s\S]*id: 7\ndata: x\n\n[\s\S]*data: y\n\n/,
    );
    expect(stops).to.have.length(1);
  });

  it("cuts off a reader of a stream that is too slow", async () => {
    const slow = await openDoor({ routes, limits: { streamBytesMax: 100_000 } });
    sends.length = 0;
    const socket = connect(slow.port, "127.0.0.1", () => socket.write("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    socket.pause();
    socket.on("error", () => undefined);
    const event = `data: ${"x".repeat(50_000)}\n\n`;
    for (let sent = 0; sent < 2000 && stops.length === 0; sent++) {
      sends[0]?.(event);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.destroy();
    expect(stops).to.have.length(1);
  });
});

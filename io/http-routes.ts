import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpAnswer, Route, RouteRequest } from "./http-answer.ts";
import { isWaiting, readBody } from "./http-body.ts";
import { hostOfOrigin, type IsOwnHost } from "./http-hosts.ts";
import { readMediaType } from "./http-media-type.ts";
import { sendContent } from "./http-send.ts";
import type { StreamSender } from "./http-stream.ts";
import type { HttpTarget } from "./http-target.ts";

/** What the routes need from the door. */
export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly isOwnHost: IsOwnHost;
  readonly bodyBytesMax: number;
  readonly streams: StreamSender;
  /** Told what a handler rejected with. */
  readonly onError: (error: unknown) => void;
}

interface Match {
  readonly params: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
}

/** The JSON interface: finds the route of a request, checks what comes with it, sends what the route answers. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Answers a request for any path; never throws. */
  handle(request: IncomingMessage, response: ServerResponse, target: HttpTarget): void {
    // Who waits to be told to send a body, and is answered instead, may send it or not: no other request can follow.
    const isKept = response.shouldKeepAlive;
    if (isWaiting(request)) response.shouldKeepAlive = false;
    const match = this.#find(target.path);
    if (match === undefined) return sendProblem(response, 404, "Nothing is at this path.");
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = match.routes.find((candidate) => candidate.method === method);
    if (route === undefined) {
      const allowed = match.routes.map((candidate) => (candidate.method === "GET" ? "GET, HEAD" : candidate.method));
      return sendProblem(response, 405, "This path knows other methods.", undefined, ["Allow", allowed.join(", ")]);
    }
    const asked = { params: match.params, query: readQuery(target.query), ...lastEventIdOf(request) };
    if (route.method === "GET") return this.#run(route, { ...asked, body: undefined }, response);
    if (this.#isForeign(request)) {
      return sendProblem(response, 403, "This comes from another site.", "Call the service by its own address.");
    }
    response.shouldKeepAlive = isKept;
    readBody(request, response, this.#options.bodyBytesMax, (body) =>
      this.#withBody(request, response, route, asked, body),
    );
  }

  #find(path: string): Match | undefined {
    const segments = path.split("/");
    let found: Match | undefined;
    for (const route of this.#options.routes) {
      const params = matchPath(route.path.split("/"), segments);
      if (params !== undefined) found = { params: found?.params ?? params, routes: [...(found?.routes ?? []), route] };
    }
    return found;
  }

  /** A change that a page of another site makes a browser send, or that came to a name that is not ours. */
  #isForeign({ headers }: IncomingMessage): boolean {
    const { origin, host = "" } = headers;
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") return true;
    if (origin !== undefined && !this.#options.isOwnHost(hostOfOrigin(origin))) return true;
    return !this.#options.isOwnHost(host);
  }

  #withBody(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    asked: Omit<RouteRequest, "body">,
    bytes: Buffer,
  ): void {
    if (bytes.length === 0 && route.method === "DELETE") {
      return this.#run(route, { ...asked, body: undefined }, response);
    }
    const type = readMediaType(request.headers["content-type"] ?? "")?.type;
    if (type !== "application/json" || request.headers["content-encoding"] !== undefined) {
      return sendProblem(response, 415, "Send JSON with the Content-Type application/json, not encoded.");
    }
    const body = parseJson(bytes);
    if (body === undefined) return sendProblem(response, 400, "The body is not JSON.");
    this.#run(route, { ...asked, body: body.value }, response);
  }

  #run(route: Route, asked: RouteRequest, response: ServerResponse): void {
    const fail = (error: unknown): void => {
      this.#options.onError(error);
      sendProblem(response, 500, "The service failed while it worked on this.");
    };
    // A handler that throws before its first await rejects like any other.
    Promise.resolve(asked)
      .then(route.handle)
      .then((answer) => this.#send(response, answer))
      .catch(fail);
  }

  #send(response: ServerResponse, answer: HttpAnswer): void {
    switch (answer.kind) {
      case "json":
        return sendContent(response, answer.status, jsonType, JSON.stringify(answer.value), noStore);
      case "content":
        return sendContent(
          response,
          answer.status,
          answer.contentType,
          answer.content,
          Object.entries(answer.headers ?? {}).flat(),
        );
      case "problem":
        return sendProblem(response, answer.status, answer.title, answer.detail);
      case "stream":
        return this.#options.streams.send(response, answer.contentType, answer.start);
    }
  }
}

const jsonType = "application/json; charset=utf-8";
const noStore = ["Cache-Control", "no-store"];

/** Says what is wrong in the form of RFC 9457. */
function sendProblem(
  response: ServerResponse,
  status: number,
  title: string,
  detail?: string,
  headers: readonly string[] = [],
): void {
  const value = { type: "about:blank", title, status, ...(detail === undefined ? {} : { detail }) };
  sendContent(response, status, "application/problem+json", JSON.stringify(value), headers);
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const hasRest = pattern[pattern.length - 1] === "*";
  if (hasRest ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const params: Record<string, string> = Object.create(null);
  for (const [index, part] of pattern.entries()) {
    if (part === "*" && index === pattern.length - 1) return setParam(params, "*", segments.slice(index).join("/"));
    const segment = segments[index] as string;
    if (!part.startsWith(":")) {
      if (part !== segment) return undefined;
    } else if (segment === "" || setParam(params, part.slice(1), segment) === undefined) return undefined;
  }
  return params;
}

/** A segment that is not percent-encoded UTF-8 is at no path. */
function setParam(params: Record<string, string>, name: string, encoded: string): Record<string, string> | undefined {
  try {
    params[name] = decodeURIComponent(encoded);
    return params;
  } catch {
    return undefined;
  }
}

function readQuery(query: string): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null);
  if (query === "") return fields;
  for (const [name, value] of new URLSearchParams(query)) fields[name] ??= value;
  return fields;
}

function lastEventIdOf({ headers }: IncomingMessage): { readonly lastEventId?: string } {
  const id = headers["last-event-id"];
  return typeof id === "string" ? { lastEventId: id } : {};
}

function parseJson(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bytes.toString("utf8")) };
  } catch {
    return undefined;
  }
}

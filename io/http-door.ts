import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Contract, SoapVersion } from "../protocol/contract.ts";
import type { Route } from "./http-answer.ts";
import { hostOfOrigin, ownHosts } from "./http-hosts.ts";
import { Router } from "./http-routes.ts";
import { sendPlainAndClose } from "./http-send.ts";
import { type MakeCall, SoapEndpoint } from "./http-soap.ts";
import { StreamSender } from "./http-stream.ts";
import { splitTarget } from "./http-target.ts";

const soapPaths: Readonly<Record<SoapVersion, string>> = { "1.1": "/soap/v1", "1.2": "/soap12/v1" };

/** Bounds of the door. */
export interface HttpDoorLimits {
  /** Bytes of the body of a SOAP request. */
  readonly soapBodyBytesMax: number;
  /** Bytes of the body of a JSON request. */
  readonly jsonBodyBytesMax: number;
  /** Bytes of a request line and its headers. */
  readonly headerBytesMax: number;
  /** Connections open at the same time; one more is closed at once. */
  readonly connectionsMax: number;
  /** Event streams open at the same time. */
  readonly streamsMax: number;
  /** Bytes waiting for a slow reader of a stream before it is cut off. */
  readonly streamBytesMax: number;
  /** Milliseconds in which the headers of a request have to be there. */
  readonly headersMs: number;
  /** Milliseconds in which a whole request has to be there. */
  readonly requestMs: number;
  /** Milliseconds between two looks for requests that are too slow. */
  readonly slowCheckMs: number;
  /** Milliseconds that an idle connection is kept. */
  readonly keepAliveMs: number;
  /** Milliseconds without a byte in either direction after which a connection is closed. */
  readonly silenceMs: number;
  /** Milliseconds that answers under way have when the door closes. */
  readonly closeMs: number;
}

/** The limits of a door unless its configuration says otherwise. */
const defaultHttpDoorLimits: HttpDoorLimits = {
  soapBodyBytesMax: 256 * 1024,
  jsonBodyBytesMax: 64 * 1024,
  headerBytesMax: 16 * 1024,
  connectionsMax: 4096,
  streamsMax: 64,
  streamBytesMax: 1024 * 1024,
  headersMs: 10_000,
  requestMs: 20_000,
  slowCheckMs: 1000,
  keepAliveMs: 75_000,
  silenceMs: 120_000,
  closeMs: 3000,
};

/** What a door is started with. */
export interface HttpDoorOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Scheme, host and port that clients are told; made from host and port when left out. */
  readonly publicUrl?: string;
  readonly contract: Contract;
  readonly call: MakeCall;
  readonly routes: readonly Route[];
  readonly limits?: Partial<HttpDoorLimits>;
  /** PEM texts; with them the door speaks HTTPS only. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Told what `call` or a route rejected with: always a mistake of ours. */
  readonly onError?: (error: unknown) => void;
}

/** An open door. */
export interface HttpDoor {
  readonly port: number;
  /** Scheme, host and port that clients are told, without a path. */
  readonly url: string;
  /** Scheme, host and port where it listens, without a path. */
  readonly localUrl: string;
  /** Where each version of SOAP is spoken. */
  readonly soapUrls: Readonly<Record<SoapVersion, string>>;
  /** Takes no more calls, ends idle connections and streams, lets answers under way go out. */
  close(): Promise<void>;
}

/** Listens for SOAP calls and for the JSON interface; rejects with the system's `code` (EADDRINUSE) when it cannot. */
export async function startHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const limits = { ...defaultHttpDoorLimits, ...options.limits };
  const server = makeServer(limits, options.tls);
  const port = await listen(server, options.port, options.host);
  const localUrl = urlOf(options, port);
  const url = options.publicUrl?.replace(/\/+$/, "") ?? localUrl;
  const streams = new StreamSender(limits);
  const door = makeListener(options, limits, url, streams);
  server.on("request", door.handle);
  server.on("checkContinue", door.handle);
  const soapUrls = { "1.1": url + soapPaths["1.1"], "1.2": url + soapPaths["1.2"] };
  return { port, url, localUrl, soapUrls, close: () => closeDoor(server, door, streams, limits.closeMs) };
}

function makeServer(limits: HttpDoorLimits, tls: HttpDoorOptions["tls"]): Server {
  const bounds: ServerOptions = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.slowCheckMs,
    keepAliveTimeout: limits.keepAliveMs,
    noDelay: true,
  };
  const server: Server = tls === undefined ? createServer(bounds) : createTlsServer({ ...bounds, ...tls });
  server.maxConnections = limits.connectionsMax;
  server.timeout = limits.silenceMs;
  return server;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function urlOf({ host, tls }: HttpDoorOptions, port: number): string {
  return `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

interface Listener {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  isClosing: boolean;
}

function makeListener(options: HttpDoorOptions, limits: HttpDoorLimits, url: string, streams: StreamSender): Listener {
  const { contract, call, routes, onError = () => undefined } = options;
  const isOwnHost = ownHosts([options.host, hostOfOrigin(url)]);
  const router = new Router({ routes, isOwnHost, streams, onError, bodyBytesMax: limits.jsonBodyBytesMax });
  const endpoints = new Map(
    (["1.1", "1.2"] as const).map((soapVersion) => {
      const path = soapPaths[soapVersion];
      const wsdl = contract.wsdl(soapVersion, url + path);
      const { soapBodyBytesMax: bodyBytesMax } = limits;
      return [path, new SoapEndpoint({ soapVersion, contract, wsdl, call, onError, bodyBytesMax })];
    }),
  );
  const listener: Listener = { handle, isClosing: false };
  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (listener.isClosing) response.setHeader("Connection", "close");
    const target = splitTarget(request.url ?? "");
    const endpoint = endpoints.get(target.path);
    if (endpoint === undefined) return router.handle(request, response, target);
    // SOAP clients send no Origin; a browser does, and pages of others have no business here.
    const { origin } = request.headers;
    if (origin === undefined || isOwnHost(hostOfOrigin(origin)))
      return endpoint.handle(request, response, target.query);
    sendPlainAndClose(request, response, 403, "This comes from a page of another site.");
  }
  return listener;
}

const idleSweepMs = 20;

async function closeDoor(server: Server, listener: Listener, streams: StreamSender, closeMs: number): Promise<void> {
  listener.isClosing = true;
  streams.close();
  const timer = setTimeout(() => server.closeAllConnections(), closeMs);
  // A connection whose answer was under way is idle after it, and would be kept for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(timer);
}

import { randomBytes } from "node:crypto";
import { isBooked, type LoadShow, loadPath, loadShows } from "./booking-load.ts";
import type { RetriedRequest } from "./takeover-client.ts";

/** What a load asks for: bookings of one seat each, or puts of one key each. */
export type RequestKind = "bookings" | "puts";

/** A request with what it has changed once it is answered. */
export interface LoadRequest extends RetriedRequest {
  /** A booking: customer and show; a put: its key. */
  readonly key: string;
  /** The number that an answer carries, which no other answer may carry. */
  readonly numberOf: (body: string) => string | undefined;
}

/** Customers of the load, each with its own schedule to be counted. */
export const takeoverCustomers: readonly string[] = Array.from({ length: 2000 }, (_, at) => `ATWC${1000 + at}`);
/** Where a put goes, and its keys are counted. */
export const etcdPaths = { put: "/v3/kv/put", range: "/v3/kv/range" } as const;
/** What all keys of the load begin with. */
export const keyPrefix = "booking/";

const valueBytes = 200;
const idPrefix = randomBytes(6).toString("hex");
let drawn = 0;

/** Makes the next request of a kind; `businessDate` is that of the shows that are booked. */
export function nextRequest(kind: RequestKind, businessDate: string): LoadRequest {
  return kind === "bookings" ? nextBooking(loadShows(businessDate)) : nextPut();
}

function nextBooking(shows: readonly LoadShow[]): LoadRequest {
  const customerID = pick(takeoverCustomers);
  const { movieID, movieName } = pick(shows);
  const parameters =
    `<customerID>${customerID}</customerID><movieID>${movieID}</movieID><movieName>${movieName}</movieName>` +
    `<numberOfTickets>1</numberOfTickets><requestId>${idPrefix}-${drawn++}</requestId>`;
  return {
    key: `${customerID} ${movieName}`,
    path: loadPath,
    soapAction: "urn:quartet:booking:v1/bookMovieTickets",
    body:
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` +
      `<bookMovieTickets xmlns="urn:quartet:booking:v1">${parameters}</bookMovieTickets></e:Body></e:Envelope>`,
    isDone: ({ status, body }) => isBooked(status, body),
    numberOf: (body) => /<sequence>(\d+)</.exec(body)?.[1],
  };
}

function nextPut(): LoadRequest {
  const key = `${keyPrefix}${idPrefix}-${drawn++}`;
  const value = randomBytes(valueBytes).toString("base64");
  return {
    key,
    path: etcdPaths.put,
    soapAction: "",
    body: JSON.stringify({ key: Buffer.from(key).toString("base64"), value }),
    isDone: ({ status }) => status === 200,
    numberOf: (body) => /"revision":"(\d+)"/.exec(body)?.[1],
  };
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}

import { type Answer, reasons } from "./answer.ts";
import type { Operation } from "./operation.ts";

type Check = (value: unknown) => boolean;
type Row = readonly (readonly [name: string, check: Check])[];

const itemsMax = 1_000_000;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";

const movedRow: Row = [
  ["customerID", isText],
  ["movieID", isText],
  ["numberOfTickets", isCount],
];
const droppedRow: Row = [
  ["customerID", isText],
  ["numberOfTickets", isCount],
];
const showRow: Row = [
  ["movieID", isText],
  ["movieName", isText],
  ["capacity", isCount],
  ["available", isCount],
];
const bookingRow: Row = [
  ["movieID", isText],
  ["movieName", isText],
  ["numberOfTickets", isCount],
];
const seatsRow: Row = [
  ["held", isCount],
  ["available", isCount],
];

const dataRows: { readonly [Name in Operation]: Row } = {
  addMovieSlots: [
    ["created", isFlag],
    ["capacity", isCount],
    ["available", isCount],
  ],
  removeMovieSlots: [
    ["moved", isListOf(movedRow)],
    ["dropped", isListOf(droppedRow)],
  ],
  listMovieShowsAvailability: [["shows", isListOf(showRow)]],
  bookMovieTickets: seatsRow,
  getBookingSchedule: [["bookings", isListOf(bookingRow)]],
  cancelMovieTickets: seatsRow,
  exchangeTickets: [
    ["heldOld", isCount],
    ["heldNew", isCount],
    ["availableOld", isCount],
    ["availableNew", isCount],
  ],
};

const itemRows: { readonly [name: string]: Row } = {
  moved: movedRow,
  dropped: droppedRow,
  shows: showRow,
  bookings: bookingRow,
};

/**
 * The one text of an answer: JSON without spaces, keys in the order of the contract, nothing beside them. Equal answers
 * have equal texts whatever version gave them. `undefined` for what is no answer to that operation.
 */
export function canonicalAnswer(operation: Operation, value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  if (value["outcome"] === "REFUSED") return canonicalRefusal(value);
  const row = dataRows[operation];
  if (value["outcome"] !== "OK" || Object.keys(value).length !== row.length + 1 || !fits(row, value)) return undefined;
  let text = '{"outcome":"OK"';
  for (const [name] of row) text += `,"${name}":${canonicalField(name, value[name])}`;
  return `${text}}`;
}

/** The answer that a canonical text stands for; the text was made by `canonicalAnswer`. */
export function parseAnswer(text: string): Answer {
  return JSON.parse(text) as Answer;
}

function canonicalRefusal(value: Readonly<Record<string, unknown>>): string | undefined {
  const reason = value["reason"];
  if (Object.keys(value).length !== 2 || !(reasons as readonly unknown[]).includes(reason)) return undefined;
  return `{"outcome":"REFUSED","reason":${JSON.stringify(reason)}}`;
}

function canonicalField(name: string, value: unknown): string {
  const row = itemRows[name];
  if (row === undefined || !Array.isArray(value)) return JSON.stringify(value);
  let text = "[";
  for (const item of value as readonly Record<string, unknown>[]) {
    text += text.length === 1 ? "{" : ",{";
    let separator = "";
    for (const [field] of row) {
      text += `${separator}"${field}":${JSON.stringify(item[field])}`;
      separator = ",";
    }
    text += "}";
  }
  return `${text}]`;
}

function isListOf(row: Row): Check {
  return (value) =>
    Array.isArray(value) &&
    value.length <= itemsMax &&
    value.every((item) => isObject(item) && Object.keys(item).length === row.length && fits(row, item));
}

function fits(row: Row, value: Readonly<Record<string, unknown>>): boolean {
  for (const [name, check] of row) {
    if (!check(value[name])) return false;
  }
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

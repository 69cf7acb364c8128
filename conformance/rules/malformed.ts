import type { Operation } from "../../protocol/operation.ts";
import { add, book, type Case, given, list, request, schedule } from "../step.ts";

type Values = readonly unknown[];

const notText: Values = [undefined, null, 7, true, "", [], {}, ["ATWM120523"]];

const brokenAdmins: Values = [
  ...notText,
  "XYZA1234",
  "atwA1234",
  "ATWa1234",
  "ATWB1234",
  "ATWA123",
  "ATWA12345",
  "ATWA12E4",
  "ATWA١٢٣٤",
  " ATWA1234",
  "ATWA1234\n",
  "XYZC1234",
];

const brokenCustomers: Values = [
  ...notText,
  "ATWA1234",
  "XYZC1234",
  "atwC1234",
  "ATWc1234",
  "ATWC123",
  "ATWC12345",
  "ATWC1２34",
  "ATWC12.4",
  "ATWC1234 ",
  "ATWC1234\n",
];

const brokenMovies: Values = [
  ...notText,
  "XYZM120523",
  "atwM120523",
  "ATWm120523",
  "ATWN120523",
  "ATWM12052",
  "ATWM1205230",
  "ATWM 20523",
  "ATWM+20523",
  "ATWM1205２3",
  "ATWM120523\n",
  "ATWM000523",
  "ATWM320523",
  "ATWM310623",
  "ATWM120023",
  "ATWM121323",
  "ATWM290223",
  "ATWM300224",
  "ATWM290299",
];

/** A name is handed over trimmed and in NFC; a replica does not mend it. */
const brokenNames: Values = [
  undefined,
  null,
  7,
  true,
  "",
  " ",
  " \t ",
  " Avatar",
  "Avatar ",
  "Cafe\u0301",
  "\ud83d",
  "Ava\udc00tar",
  "x".repeat(121),
  "🎬".repeat(121),
  ["Avatar"],
  {},
];

const brokenCounts: Values = [undefined, null, 0, -1, 0.5, 1.5, 1_000_001, 1e300, -1e300, "2", "", true, [2], {}];

interface WellFormed {
  readonly operation: Operation;
  readonly args: Readonly<Record<string, unknown>>;
  readonly broken: Readonly<Record<string, Values>>;
}

const show = { movieID: "ATWM120523", movieName: "Avatar" };
const newShow = { newMovieID: "ATWA120523", newMovieName: "Avatar" };
const brokenShow = { movieID: brokenMovies, movieName: brokenNames };
const ticketArguments = {
  args: { customerID: "ATWC1234", ...show, numberOfTickets: 1 },
  broken: { customerID: brokenCustomers, ...brokenShow, numberOfTickets: brokenCounts },
};

const operations: readonly WellFormed[] = [
  {
    operation: "addMovieSlots",
    args: { adminID: "ATWA1234", ...show, bookingCapacity: 5 },
    broken: { adminID: brokenAdmins, ...brokenShow, bookingCapacity: brokenCounts },
  },
  {
    operation: "removeMovieSlots",
    args: { adminID: "ATWA1234", ...show },
    broken: { adminID: brokenAdmins, ...brokenShow },
  },
  { operation: "listMovieShowsAvailability", args: { movieName: "Avatar" }, broken: { movieName: brokenNames } },
  { operation: "bookMovieTickets", ...ticketArguments },
  { operation: "getBookingSchedule", args: { customerID: "ATWC1234" }, broken: { customerID: brokenCustomers } },
  { operation: "cancelMovieTickets", ...ticketArguments },
  {
    operation: "exchangeTickets",
    args: { ...ticketArguments.args, ...newShow },
    broken: { ...ticketArguments.broken, newMovieID: brokenMovies, newMovieName: brokenNames },
  },
];

const state = given(
  [
    ["ATWM120523", "Avatar", 10],
    ["ATWA120523", "Avatar", 10],
  ],
  [["ATWC1234", "ATWM120523", "Avatar", 2]],
);

/** One case for each field of each operation, with every way in which it can be malformed. */
const brokenFields: readonly Case[] = operations.flatMap(({ operation, args, broken }) =>
  Object.entries(broken).map(([field, values]) => ({
    rule: `${operation} is INVALID when ${field} is malformed`,
    state,
    steps: values.map((value) => request(operation, { ...args, [field]: value }).isRefused("INVALID")),
  })),
);

const longName = "x".repeat(120);
const longWideName = "🎬".repeat(120);

/** What is malformed, and the edges of what is not. */
export const malformed: readonly Case[] = [
  ...brokenFields,
  {
    rule: "a request without arguments is INVALID for every operation",
    steps: operations.map(({ operation }) => request(operation, {}).isRefused("INVALID")),
  },
  {
    rule: "an operation that does not exist is INVALID",
    steps: ["", "bookmovietickets", "toString", "constructor", "__proto__"].map((operation) => ({
      operation,
      args: ticketArguments.args,
      expected: { outcome: "REFUSED", reason: "INVALID" },
    })),
  },
  {
    rule: "INVALID comes before every other reason",
    steps: [
      request("addMovieSlots", { adminID: "VERA1000", ...show, bookingCapacity: 0 }).isRefused("INVALID"),
      request("addMovieSlots", { adminID: "ATWC1000", ...show, bookingCapacity: 0 }).isRefused("INVALID"),
      request("removeMovieSlots", { adminID: "VERA1000", movieID: "ATWM310223", movieName: "Avatar" }).isRefused(
        "INVALID",
      ),
      book("ATWC1000", "ATWM120523", "Nothing", 0).isRefused("INVALID"),
    ],
  },
  {
    rule: "a customer's id as adminID is well-formed and NOT_PERMITTED",
    steps: [
      request("addMovieSlots", { adminID: "ATWC1234", ...show, bookingCapacity: 5 }).isRefused("NOT_PERMITTED"),
      request("removeMovieSlots", { adminID: "ATWC1234", ...show }).isRefused("NOT_PERMITTED"),
    ],
  },
  {
    rule: "counts of 1 and of 1,000,000 are well-formed",
    steps: [
      add("ATWM120523", "Avatar", 1).gives({ created: true, capacity: 1, available: 1 }),
      add("ATWM120523", "Avatar", 1_000_000).gives({ created: false, capacity: 1_000_000, available: 1_000_000 }),
      book("ATWC0000", "ATWM120523", "Avatar", 1_000_000).gives({ held: 1_000_000, available: 0 }),
    ],
  },
  {
    rule: "a movie name has up to 120 characters, whatever their width",
    steps: [
      add("ATWM120523", longName, 5).gives({ created: true, capacity: 5, available: 5 }),
      add("ATWM120523", longWideName, 5).gives({ created: true, capacity: 5, available: 5 }),
      book("ATWC9999", "ATWM120523", longWideName, 1).gives({ held: 1, available: 4 }),
      list(longName).gives({ shows: [{ movieID: "ATWM120523", movieName: longName, capacity: 5, available: 5 }] }),
    ],
  },
  {
    rule: "names that mean something to a programming language are names",
    steps: ["__proto__", "constructor", "toString", "'; DROP TABLE shows; --", 'a\\"b/ü', "0", "null"].flatMap(
      (name) => [
        list(name).gives({ shows: [] }),
        book("ATWC1234", "ATWM120523", name, 1).isRefused("NO_SUCH_SHOW"),
        add("ATWM120523", name, 5).gives({ created: true, capacity: 5, available: 5 }),
        book("ATWC1234", "ATWM120523", name, 1).gives({ held: 1, available: 4 }),
        list(name).gives({ shows: [{ movieID: "ATWM120523", movieName: name, capacity: 5, available: 4 }] }),
      ],
    ),
  },
  {
    rule: "a customer that nobody heard of has an empty schedule",
    steps: [schedule("OUTC0000").gives({ bookings: [] })],
  },
];

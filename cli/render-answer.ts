import type { CallArgumentsOf, CallOperation } from "../protocol/call.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./render-table.ts";
import { readShowId } from "./show-id.ts";
import type { ServiceAnswer, ServiceCall } from "./soap-client.ts";

/** An answer that was not refused. */
type Done<Name extends CallOperation> = Extract<ServiceAnswer<Name>, { readonly outcome: "OK" }>;

type Render<Name extends CallOperation> = (args: CallArgumentsOf[Name], answer: Done<Name>) => string;

/** An answer for people, as whole lines; the last one names the request and its number in the order. */
export function renderAnswer<Name extends CallOperation>(call: ServiceCall<Name>, answer: ServiceAnswer<Name>): string {
  const { requestId, sequence } = answer;
  const foot = requestId === undefined ? "" : `request ${requestId}, sequence ${sequence}\n`;
  if (answer.outcome === "REFUSED") return `refused: ${printable(answer.message)} (${answer.reason})\n${foot}`;
  const render: Render<Name> = renderers[call.operation];
  return render(call.args, answer) + foot;
}

const renderers: { readonly [Name in CallOperation]: Render<Name> } = {
  addMovieSlots: ({ movieID, movieName }, { created, capacity, available }) =>
    `${created ? "added" : "changed"} ${titleOf(movieID, movieName)}: ${seats(capacity)}, ${available} free\n`,
  removeMovieSlots: renderRemoval,
  listMovieShowsAvailability: renderShows,
  bookMovieTickets: ({ customerID, movieID, movieName, numberOfTickets }, answer) =>
    `booked ${tickets(numberOfTickets)} of ${titleOf(movieID, movieName)} for ${customerID}: ${holding(answer)}\n`,
  getBookingSchedule: renderSchedule,
  cancelMovieTickets: ({ customerID, movieID, movieName, numberOfTickets }, answer) =>
    `gave back ${tickets(numberOfTickets)} of ${titleOf(movieID, movieName)} for ${customerID}: ${holding(answer)}\n`,
  exchangeTickets: renderExchange,
  getRequestOutcome: renderOutcome,
};

const showColumns = [{ head: "SHOW" }, { head: "THEATRE" }, { head: "DATE" }, { head: "TIME" }] as const;

function showCells(movieID: string): readonly string[] {
  const { theatre, date, slot } = readShowId(movieID) ?? { theatre: "", date: "", slot: "" };
  return [movieID, theatre, date, slot];
}

function renderShows(
  { movieName }: CallArgumentsOf["listMovieShowsAvailability"],
  { shows }: Done<"listMovieShowsAvailability">,
): string {
  if (shows.length === 0) return `no shows of ${printable(movieName)}\n`;
  const columns = [...showColumns, { head: "FREE", isNumber: true }, { head: "CAPACITY", isNumber: true }];
  const rows = shows.map((show) => [...showCells(show.movieID), String(show.available), String(show.capacity)]);
  return renderTable(columns, rows);
}

function renderSchedule(
  { customerID }: CallArgumentsOf["getBookingSchedule"],
  { bookings }: Done<"getBookingSchedule">,
): string {
  if (bookings.length === 0) return `${customerID} holds no tickets\n`;
  const columns = [...showColumns, { head: "TICKETS", isNumber: true }, { head: "MOVIE" }];
  const rows = bookings.map((one) => [...showCells(one.movieID), String(one.numberOfTickets), one.movieName]);
  return renderTable(columns, rows);
}

function renderRemoval(
  { movieID, movieName }: CallArgumentsOf["removeMovieSlots"],
  { moved, dropped }: Done<"removeMovieSlots">,
): string {
  const moves = moved.map((one) => `${one.customerID}: ${tickets(one.numberOfTickets)} moved to ${one.movieID}\n`);
  const drops = dropped.map(
    (one) => `${one.customerID}: ${tickets(one.numberOfTickets)} dropped, no later show has room\n`,
  );
  return [`removed ${titleOf(movieID, movieName)}\n`, ...moves, ...drops].join("");
}

function renderExchange(args: CallArgumentsOf["exchangeTickets"], answer: Done<"exchangeTickets">): string {
  const { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets } = args;
  const old = holding({ held: answer.heldOld, available: answer.availableOld });
  const renewed = holding({ held: answer.heldNew, available: answer.availableNew });
  return (
    `exchanged ${tickets(numberOfTickets)} for ${customerID}\n` +
    `from ${titleOf(movieID, movieName)}: ${old}\n` +
    `to ${titleOf(newMovieID, newMovieName)}: ${renewed}\n`
  );
}

function renderOutcome({ requestId }: CallArgumentsOf["getRequestOutcome"], answer: Done<"getRequestOutcome">): string {
  if (answer.state !== "EXECUTED") return `request ${requestId} was not executed\n`;
  const { operation, executedOutcome, executedReason, executedSequence } = answer;
  const reason = executedReason === undefined ? "" : ` (${executedReason})`;
  return `request ${requestId} was executed: ${operation} ${executedOutcome}${reason}, sequence ${executedSequence}\n`;
}

function titleOf(movieID: string, movieName: string): string {
  // The service cuts white space off the ends, too.
  return `${printable(movieName.trim())} at ${movieID}`;
}

function holding({ held, available }: { readonly held: number; readonly available: number }): string {
  return `${held} held, ${available} free`;
}

function tickets(count: number): string {
  return count === 1 ? "1 ticket" : `${count} tickets`;
}

function seats(count: number): string {
  return count === 1 ? "1 seat" : `${count} seats`;
}

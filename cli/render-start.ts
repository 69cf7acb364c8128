import { commandLine, quoteWord } from "./command-line.ts";
import type { CommandFailure } from "./command-outcome.ts";

/** The version of the shape of every JSON line of `start`. */
export const startJsonVersion = 1;

/** The line that says that the service answers. */
export function renderReady(url: string, isJson: boolean): string {
  if (!isJson) return `ready ${url}\n`;
  const paths = { soap: `${url}/soap/v1`, soap12: `${url}/soap12/v1`, console: `${url}/console`, api: `${url}/api` };
  return `${JSON.stringify({ event: "ready", url, ...paths, version: startJsonVersion })}\n`;
}

/** The JSON line of a service that could not be started. */
export function renderStartError({ kind: _kind, ...error }: CommandFailure): string {
  return `${JSON.stringify({ event: "error", ...error, version: startJsonVersion })}\n`;
}

/** What people are told when another port than the wanted one is used; nothing when it is the wanted one or any. */
export function renderPort(wanted: number, url: string): string {
  const port = Number(new URL(url).port);
  if (wanted === 0 || port === 0 || port === wanted) return "";
  return `port ${wanted} is taken, so the service listens on ${port}; name it to the other commands: --url ${url}\n`;
}

/** What there is to try with: a show, or the date on which one can be made. */
export type ExampleOf =
  | { readonly kind: "show"; readonly movieID: string; readonly movieName: string }
  | { readonly kind: "date"; readonly businessDate: string; readonly theatre: string; readonly movieName: string }
  | { readonly kind: "nothing" };

/** One line for a POSIX shell that does something real, and the command that shows what came of it. */
export function renderExample(url: string, example: ExampleOf): string {
  const look = commandLine(["status"], url);
  if (example.kind === "nothing") return `\nTry:\n\ncurl -s ${quoteWord(`${url}/api/status`)}\n\nor ${look}\n`;
  const body = example.kind === "show" ? bookingOf(example) : showOf(example);
  const title = example.kind === "show" ? "Book two tickets" : "Make a show";
  return `\n${title}:\n\n${curlLine(url, body)}\n\nLook at the replicas: ${look}\n`;
}

function curlLine(url: string, content: string): string {
  const envelope = "http://schemas.xmlsoap.org/soap/envelope/";
  const body = `<e:Envelope xmlns:e="${envelope}"><e:Body>${content}</e:Body></e:Envelope>`;
  const type = quoteWord("Content-Type: text/xml; charset=utf-8");
  // Without -g curl takes the brackets of an IPv6 address for a range.
  return `curl -sg -H ${type} -d ${quoteWord(body)} ${quoteWord(`${url}/soap/v1`)}`;
}

function bookingOf({ movieID, movieName }: Extract<ExampleOf, { readonly kind: "show" }>): string {
  const customerID = `${movieID.slice(0, 3)}C1234`;
  return elementOf("bookMovieTickets", { customerID, movieID, movieName, numberOfTickets: "2" });
}

function showOf({ businessDate, theatre, movieName }: Extract<ExampleOf, { readonly kind: "date" }>): string {
  const [year = "", month, day] = businessDate.split("-");
  const movieID = `${theatre}E${day}${month}${year.slice(2)}`;
  return elementOf("addMovieSlots", { adminID: `${theatre}A1234`, movieID, movieName, bookingCapacity: "50" });
}

/** Of texts that need no escaping. */
function elementOf(name: string, fields: Readonly<Record<string, string>>): string {
  const content = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`);
  return `<${name} xmlns="urn:quartet:booking:v1">${content.join("")}</${name}>`;
}

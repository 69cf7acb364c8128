/** One show that the load books seats of. */
export interface LoadShow {
  readonly movieID: string;
  readonly movieName: string;
}

/** What every client of the benchmark calls, on either server. */
export const loadPath = "/soap/v1";
/** Seats of each show: more than any run can sell. */
export const loadCapacity = 1_000_000;
const showCount = 50;
const administrator = "ATWA0001";
const customers = 10_000;

/** The shows of the load: all in one theatre on one day, so that no rule but the capacity can refuse a booking at home. */
export function loadShows(businessDate: string): readonly LoadShow[] {
  const [year = "", month = "", day = ""] = businessDate.slice(2).split("-");
  const movieID = `ATWE${day}${month}${year}`;
  return Array.from({ length: showCount }, (_, index) => ({ movieID, movieName: `Load ${index + 1}` }));
}

/** The envelope that makes a show. */
export function addShowEnvelope({ movieID, movieName }: LoadShow): string {
  return envelope(
    "addMovieSlots",
    `<adminID>${administrator}</adminID><movieID>${movieID}</movieID><movieName>${movieName}</movieName>` +
      `<bookingCapacity>${loadCapacity}</bookingCapacity>`,
  );
}

/** The envelope that lists the shows of a movie. */
export function listEnvelope(movieName: string): string {
  return envelope("listMovieShowsAvailability", `<movieName>${movieName}</movieName>`);
}

/** The envelope that books one seat for a customer drawn at random. */
export function bookEnvelope({ movieID, movieName }: LoadShow): string {
  const customer = String(Math.floor(Math.random() * customers)).padStart(4, "0");
  return envelope(
    "bookMovieTickets",
    `<customerID>ATWC${customer}</customerID><movieID>${movieID}</movieID><movieName>${movieName}</movieName>` +
      "<numberOfTickets>1</numberOfTickets>",
  );
}

/** True for a reply of either server that says OK, whatever prefix it gives its elements. */
export function isBooked(status: number, body: string): boolean {
  return status === 200 && /<(?:\w+:)?outcome>OK</.test(body);
}

function envelope(operation: string, parameters: string): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?>` +
    `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
    `<${operation} xmlns="urn:quartet:booking:v1">${parameters}</${operation}></soap:Body></soap:Envelope>`
  );
}

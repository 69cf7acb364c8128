import { sha256 } from "../io/sha256.ts";

/** Movies of the sample, each with its slot of the day. */
const movies = [
  { name: "Avatar", slot: "M", capacity: 50 },
  { name: "Avengers", slot: "A", capacity: 40 },
  { name: "Titanic", slot: "E", capacity: 30 },
] as const;
const sampleDays = 3;
const dayMs = 86_400_000;

/** As many replicas have to say that it is empty. */
const agreeingMin = 2;

/** Digest of the state without shows and bookings, `[[],[]]`. */
const emptyStateDigest = sha256("[[],[]]");

/** Makes shows of the next days in every theatre where there is no show and no booking of anything yet. */
export async function addSampleShows(url: string, theatres: readonly string[]): Promise<void> {
  const { sequence, businessDate } = await ask<{ sequence: number; businessDate: string }>(`${url}/api/status`);
  if (sequence > 0 && !(await isEmpty(url))) return;
  const calls: Promise<string>[] = [];
  for (const theatre of theatres) {
    for (let day = 0; day < sampleDays; day++) {
      for (const movie of movies) calls.push(addShow(url, theatre, movie, dateAfter(businessDate, day)));
    }
  }
  await Promise.all(calls);
}

/** Tells it by the digest of the whole state: what any list shows is only of one movie. */
async function isEmpty(url: string): Promise<boolean> {
  const { digests } = await ask<{ digests: readonly { digest: string | null }[] }>(`${url}/api/digests`);
  return digests.filter(({ digest }) => digest === emptyStateDigest).length >= agreeingMin;
}

function addShow(url: string, theatre: string, movie: (typeof movies)[number], date: string): Promise<string> {
  const movieID = `${theatre}${movie.slot}${date}`;
  return callSoap(
    url,
    "addMovieSlots",
    `<adminID>${theatre}A0001</adminID><movieID>${movieID}</movieID><movieName>${movie.name}</movieName>` +
      `<bookingCapacity>${movie.capacity}</bookingCapacity><requestId>sample-${movieID}</requestId>`,
  );
}

/** One call of the service like any client's. */
async function callSoap(url: string, operation: string, parameters: string): Promise<string> {
  const response = await fetch(`${url}/soap/v1`, {
    method: "POST",
    headers: { "Content-Type": "text/xml; charset=utf-8" },
    body:
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` +
      `<${operation} xmlns="urn:quartet:booking:v1">${parameters}</${operation}></e:Body></e:Envelope>`,
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`the sample shows could not be made: ${body}`);
  return body;
}

async function ask<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the sample shows could not be made: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** `ddMMyy` of the civil date that comes so many days after another. */
function dateAfter(date: string, days: number): string {
  const [year, month, day] = new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs)
    .toISOString()
    .slice(2, 10)
    .split("-");
  return `${day}${month}${year}`;
}

/** Movies of the sample, each with its slot of the day. */
const movies = [
  { name: "Avatar", slot: "M", capacity: 50 },
  { name: "Avengers", slot: "A", capacity: 40 },
  { name: "Titanic", slot: "E", capacity: 30 },
] as const;
const sampleDays = 3;
const dayMs = 86_400_000;

/** Makes shows of the next days in every theatre, where no movie of the sample has any yet. */
export async function addSampleShows(url: string, theatres: readonly string[]): Promise<void> {
  const listed = await Promise.all(movies.map(({ name }) => listShows(url, name)));
  if (listed.some((body) => body.includes("<show>"))) return;
  const businessDate = await readBusinessDate(url);
  const calls: Promise<string>[] = [];
  for (const theatre of theatres) {
    for (let day = 0; day < sampleDays; day++) {
      for (const movie of movies) calls.push(addShow(url, theatre, movie, dateAfter(businessDate, day)));
    }
  }
  await Promise.all(calls);
}

function listShows(url: string, movieName: string): Promise<string> {
  return callSoap(url, "listMovieShowsAvailability", `<movieName>${movieName}</movieName>`);
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

async function readBusinessDate(url: string): Promise<string> {
  const response = await fetch(`${url}/api/status`);
  const { businessDate } = (await response.json()) as { readonly businessDate: string };
  return businessDate;
}

/** `ddMMyy` of the civil date that comes so many days after another. */
function dateAfter(date: string, days: number): string {
  const [year, month, day] = new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs)
    .toISOString()
    .slice(2, 10)
    .split("-");
  return `${day}${month}${year}`;
}

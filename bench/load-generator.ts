import { bookEnvelope, isBooked, type LoadShow } from "./booking-load.ts";
import { KeepAliveClient } from "./keep-alive-client.ts";

/** A round of load: connections that each send their next booking as soon as the last one is answered. */
export interface Round {
  readonly url: string;
  readonly shows: readonly LoadShow[];
  readonly connections: number;
  readonly seconds: number;
}

/** What became of a round. */
export interface RoundResult {
  readonly booked: number;
  /** Why the first request that was not booked was not; `null` when all were. */
  readonly failure: string | null;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const soapAction = "urn:quartet:booking:v1/bookMovieTickets";
const answerMsMax = 15_000;

process.on("message", (round) => {
  void runRound(round as Round).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit());

async function runRound(round: Round): Promise<RoundResult> {
  const startedAt = performance.now();
  const endAt = startedAt + 1000 * round.seconds;
  const tookMs: number[] = [];
  const clients = Array.from({ length: round.connections }, () => runClient(round, endAt, tookMs));
  const failures = (await Promise.all(clients)).filter((failure) => failure !== undefined);
  const seconds = (performance.now() - startedAt) / 1000;
  tookMs.sort((a, b) => a - b);
  const quantile = (part: number) => tookMs[Math.floor(part * tookMs.length)] ?? Number.NaN;
  return { booked: tookMs.length, failure: failures[0] ?? null, seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

/** Resolves when its last answer is there, or with why it gave up. */
function runClient({ url, shows }: Round, endAt: number, tookMs: number[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    let sentAt = 0;
    const end = (failure?: string) => {
      clearTimeout(timer);
      client.close();
      resolve(failure);
    };
    const client = new KeepAliveClient(new URL(url), soapAction, end);
    const timer = setTimeout(() => end("no answer in time"), endAt - performance.now() + answerMsMax);
    const send = () => {
      sentAt = performance.now();
      client.post(bookEnvelope(shows[Math.floor(Math.random() * shows.length)] as LoadShow), ({ status, body }) => {
        if (!isBooked(status, body)) return end(`${status} ${body.slice(0, 500)}`);
        tookMs.push(performance.now() - sentAt);
        if (performance.now() < endAt) send();
        else end();
      });
    };
    send();
  });
}

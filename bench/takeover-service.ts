import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import { defaultStartOptions } from "../cluster/start-options.ts";
import type { StatusView } from "../frontend/status-view.ts";
import { openProcessLog } from "../io/process-log.ts";
import { loadPath } from "./booking-load.ts";
import { LoadRound } from "./load-round.ts";
import type { Tally } from "./takeover-load.ts";
import { type TakeoverPeer, untilThere } from "./takeover-peer.ts";
import { takeoverCustomers } from "./takeover-requests.ts";

/** Longer than the front end takes by its own deadline: it is the one that sends again. */
const tryMsMax = 15_000;
const schedulesAtOnce = 32;
const bookingOfSchedule = /<movieName>([^<]*)<\/movieName>.*?<numberOfTickets>(\d+)</gs;

/** A service with two sequencers and durable logs under `directory`. */
export async function startTakeoverService(directory = tmpdir()): Promise<TakeoverPeer> {
  const dataDirectory = mkdtempSync(join(directory, "quartet-takeover-"));
  const options = { ...defaultStartOptions, port: 0, dataDirectory, sequencers: 2 };
  const cluster = await startCluster(options, openProcessLog("benchmark"));
  const round = await LoadRound.open(cluster.localUrl);
  const businessDate = (await statusOf(cluster)).businessDate ?? "";
  return {
    name: "Quartet, two sequencers",
    load: { kind: "bookings", urls: [cluster.localUrl], businessDate, tryMsMax },
    untilWhole: () => untilThere("one sequencer leads, another stands by, all vote", () => leaderOf(cluster)),
    check: (tally) => checkBookings(cluster.localUrl, round, tally),
    stop: async () => {
      round.close();
      await cluster.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function leaderOf(cluster: Cluster): Promise<number | undefined> {
  const { sequencers, managers } = await statusOf(cluster);
  const active = sequencers.filter(({ state }) => state === "active");
  const standby = sequencers.filter(({ pid, state }) => state === "standby" && isAlive(pid));
  const isWhole = active.length === 1 && standby.length === 1 && managers.every(({ state }) => state === "voting");
  return isWhole ? active[0]?.pid : undefined;
}

/** What a status says of a process may be as old as the last question. */
function isAlive(pid: number): boolean {
  return process.kill(pid, 0);
}

async function statusOf({ localUrl }: Cluster): Promise<StatusView> {
  return (await (await fetch(`${localUrl}/api/status`)).json()) as StatusView;
}

/** By the schedule of each customer and by the seats of each show. */
async function checkBookings(url: string, round: LoadRound, { keys, numbersTwice }: Tally): Promise<string> {
  if (numbersTwice > 0) throw new Error(`${numbersTwice} numbers were given to two bookings`);
  const answered = keys.reduce((sum, [, count]) => sum + count, 0);
  const sold = await round.countSold();
  if (sold !== answered) throw new Error(`${answered} bookings were answered with OK and ${sold} seats are sold`);
  const expected = new Map(keys);
  const customers = takeoverCustomers.values();
  const check = async () => {
    for (const customer of customers) await checkSchedule(url, customer, expected);
  };
  await Promise.all(Array.from({ length: schedulesAtOnce }, check));
  if (expected.size > 0) throw new Error(`lost: ${[...expected.keys()].slice(0, 10).join(", ")}`);
  return `${answered} bookings were answered with OK, each under a number of its own, and each is in its customer's schedule once`;
}

/** Takes what is there off `expected`. */
async function checkSchedule(url: string, customer: string, expected: Map<string, number>): Promise<void> {
  const body =
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` +
    `<getBookingSchedule xmlns="urn:quartet:booking:v1"><customerID>${customer}</customerID></getBookingSchedule>` +
    `</e:Body></e:Envelope>`;
  const headers = { "Content-Type": "text/xml; charset=utf-8" };
  const text = await (await fetch(`${url}${loadPath}`, { method: "POST", headers, body })).text();
  if (!text.includes("<outcome>OK<")) throw new Error(text);
  for (const [, movieName, tickets] of text.matchAll(bookingOfSchedule)) {
    const key = `${customer} ${movieName}`;
    const count = expected.get(key) ?? 0;
    if (count !== Number(tickets)) throw new Error(`${key}: ${count} answered with OK, ${tickets} booked`);
    expected.delete(key);
  }
}

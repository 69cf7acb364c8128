import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { addShowEnvelope, type LoadShow, listEnvelope, loadCapacity, loadPath, loadShows } from "./booking-load.ts";
import type { Round, RoundResult } from "./load-generator.ts";

/** The load on one service: its shows, rounds of bookings, and the count of what is sold. */
export class LoadRound {
  readonly #url: string;
  readonly #shows: readonly LoadShow[];
  readonly #generator: ChildProcess;

  private constructor(url: string, shows: readonly LoadShow[]) {
    this.#url = url;
    this.#shows = shows;
    this.#generator = fork(fileURLToPath(new URL("load-generator.js", import.meta.url)));
  }

  /** Makes the shows of the load and a generator for them. */
  static async open(url: string): Promise<LoadRound> {
    const round = await LoadRound.reopen(url);
    for (const show of round.#shows) await post(url, addShowEnvelope(show));
    return round;
  }

  /** A generator for a service that has the shows already. */
  static async reopen(url: string): Promise<LoadRound> {
    const { businessDate } = (await (await fetch(`${url}/api/status`)).json()) as { readonly businessDate: string };
    return new LoadRound(url, loadShows(businessDate));
  }

  /** The same load on another server that answers the same calls. */
  async runOn(url: string, load: { readonly connections: number; readonly seconds: number }): Promise<RoundResult> {
    this.#generator.send({ url: `${url}${loadPath}`, shows: this.#shows, ...load } satisfies Round);
    const [result] = (await once(this.#generator, "message")) as [RoundResult];
    if (result.failure !== null) throw new Error(`a booking failed: ${result.failure}`);
    return result;
  }

  /** Runs one round; rejects when a booking failed. */
  async run(load: { readonly connections: number; readonly seconds: number }): Promise<RoundResult> {
    return await this.runOn(this.#url, load);
  }

  /** Seats that are sold by the service's own word. */
  async countSold(): Promise<number> {
    let sold = 0;
    for (const { movieName } of this.#shows) {
      const available = /<available>(\d+)</.exec(await post(this.#url, listEnvelope(movieName)))?.[1];
      sold += loadCapacity - Number(available);
    }
    return sold;
  }

  /** Ends the generator. */
  close(): void {
    this.#generator.kill();
  }
}

async function post(url: string, body: string): Promise<string> {
  const headers = { "Content-Type": "text/xml; charset=utf-8" };
  const response = await fetch(`${url}${loadPath}`, { method: "POST", headers, body });
  const text = await response.text();
  if (!response.ok || !text.includes("<outcome>OK<")) throw new Error(text);
  return text;
}

import { setTimeout as delay } from "node:timers/promises";
import { Chance } from "../../protocol/chance.ts";
import { type DurableService, withDurable } from "./durable-service.ts";
import { MixedLoad } from "./mixed-load.ts";
import type { Service } from "./service.ts";
import { expectSameAnswer, isChange, settle } from "./settlement.ts";

/** More of them for a long run: `QUARTET_CUTS=50 node tools/test.mjs test/system/power-cut.test.ts`. */
const cuts = Number(process.env["QUARTET_CUTS"] ?? 4);
/** Of when the cuts come; another run with the same one cuts at about the same moments. */
const seed = Number(process.env["QUARTET_SEED"] ?? Date.now() % 2 ** 32);
const secondsMax = 30 + 15 * cuts;
/** Milliseconds of load before a cut, and of a start before the cut of every other one. */
const loadMs = [100, 1500] as const;
const startMs = [0, 900] as const;
/** Calls that are asked again after each cut: the last ones, and some of all that were answered before. */
const askedAgain = { last: 150, earlier: 50 } as const;
/** So short that cuts also come between a snapshot and what it lets go. */
const limits = { checkpointEveryEntries: 300, logBatchBytesMax: 64 * 1024, logFileBytes: 512 * 1024 };

type Answered = MixedLoad["answered"][number];

describe("a power cut", () => {
  const title = `${cuts} cuts under load: what was answered is there with its number, and what was not is done once or never`;
  it(title, async function test() {
    this.timeout(1000 * secondsMax);
    const runnable = this.test as Mocha.Runnable;
    runnable.title += `, seed ${seed}`;
    await withDurable({ limits }, async (durable) => {
      const run = new PowerCuts(durable);
      let service = await durable.start();
      for (let cut = 1; cut <= cuts; cut++) {
        await run.cutUnderLoad(service, cut);
        if (cut % 2 === 0) await run.cutAtStart();
        service = await durable.start();
        await run.expectEverything(service);
      }
      runnable.title += `: ${run.figures}`;
    });
  });
});

/** Cuts the power again and again, and knows what has to be there. */
class PowerCuts {
  readonly #durable: DurableService;
  readonly #chance = new Chance(seed);
  readonly #answered: Answered[] = [];
  #load: MixedLoad | undefined;
  #unanswered = 0;
  #done = 0;

  constructor(durable: DurableService) {
    this.#durable = durable;
  }

  get figures(): string {
    const { length } = this.#answered;
    return `${length} changes answered, ${this.#unanswered} not, of which ${this.#done} had been done`;
  }

  async cutUnderLoad(service: Service, cut: number): Promise<void> {
    this.#load = new MixedLoad(service, { clients: 24, callsMax: 100_000, idsFrom: `cut-${cut}-`, seed: cut });
    const lost = this.#load.lost();
    await delay(this.#chance.between(...loadMs));
    await this.#durable.cut();
    await lost;
  }

  /** A cut while the processes read their data. */
  async cutAtStart(): Promise<void> {
    this.#durable.launch();
    await delay(this.#chance.between(...startMs));
    await this.#durable.cut();
  }

  async expectEverything(service: Service): Promise<void> {
    const { answered, unanswered } = this.#load as MixedLoad;
    this.#answered.push(...answered.filter(isChange));
    const settled = await Promise.all(unanswered.filter(isChange).map((call) => settle(service, call)));
    this.#unanswered += settled.length;
    this.#done += settled.filter((wasDone) => wasDone).length;
    await Promise.all(this.#someAnswered().map((call) => expectSameAnswer(service, call)));
    await service.untilAllAgree(10_000);
  }

  #someAnswered(): readonly Answered[] {
    const earlier = Array.from(
      { length: askedAgain.earlier },
      () => this.#answered[this.#chance.between(0, this.#answered.length - 1)],
    );
    return [...earlier, ...this.#answered.slice(-askedAgain.last)].filter((call) => call !== undefined);
  }
}

import { expect } from "chai";
import type { StatusView } from "../../frontend/status-view.ts";
import { type LoadOptions, MixedLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import type { Service } from "./service.ts";
import { expectSameAnswer, isChange } from "./settlement.ts";
import { untilCalls } from "./under-way.ts";

/** Asked of each front end at the same time. */
const load: LoadOptions = { clients: 6, callsMax: 20_000 };
const callsBetween = 40;
const repeated = 5;
/** How long another sequencer may take to lead, and managers to catch up. */
const leadsMsMax = 15_000;
const agreeMsMax = 20_000;

/** A load on each of two front ends. */
export interface BothLoads {
  /** Waits until each has made some calls more. */
  untilBothCalled(): Promise<void>;
}

/** Two front ends of one cluster, whose clients are checked against one history. */
export class FrontEnds {
  readonly #first: Service;
  readonly #second: Service;
  #loads = 0;

  constructor(first: Service, second: Service) {
    this.#first = first;
    this.#second = second;
  }

  /**
   * Runs a load on both while something happens; whatever that is, every call has to be answered. Then sends some of
   * the changes again, each through the other front end, and expects the first answer. Resolves with how long the
   * slowest answer took.
   */
  async underLoad(happen: (loads: BothLoads) => Promise<void>): Promise<{ readonly slowestMs: number }> {
    const start = (service: Service) => {
      const seed = ++this.#loads;
      return new MixedLoad(service, { ...load, idsFrom: `load-${seed}-`, seed });
    };
    const [first, second] = [start(this.#first), start(this.#second)];
    const both = [first, second];
    try {
      await happen({
        untilBothCalled: async () => void (await Promise.all(both.map((one) => untilCalls(one, callsBetween)))),
      });
    } finally {
      await Promise.all(both.map((one) => one.stop()));
    }
    await expectAlike(first, this.#second);
    await expectAlike(second, this.#first);
    return { slowestMs: Math.max(first.slowestMs, second.slowestMs) };
  }

  /** Waits until both show that all four managers vote and have the state of the history. */
  async untilAllAgree(): Promise<void> {
    await this.#first.untilAllAgree(agreeMsMax);
    await this.#second.untilAllAgree(agreeMsMax);
  }

  /** Id of the sequencer that leads; rejects while none does. */
  async leader(): Promise<number> {
    return activeOf(await this.#first.status()).id;
  }

  /** Waits until both can answer, which is when a sequencer leads and they know it. */
  async untilReady(): Promise<void> {
    await until("both front ends can answer", leadsMsMax, async () => {
      const answers = await Promise.all([this.#first.send("GET", "/readyz"), this.#second.send("GET", "/readyz")]);
      return answers.every(({ status }) => status === 200) ? true : undefined;
    });
  }

  /** Waits until another sequencer leads. */
  async untilAnotherLeads(before: number): Promise<void> {
    await until(`another sequencer than ${before} leads`, leadsMsMax, async () =>
      (await this.leader()) === before ? undefined : true,
    );
  }

  /** Waits until a sequencer is heard that leads no longer. */
  async untilStandsBy(id: number): Promise<void> {
    await until(`sequencer ${id} stands by`, leadsMsMax, async () => {
      const { sequencers } = await this.#first.status();
      return sequencers.find((one) => one.id === id)?.state === "standby" ? true : undefined;
    });
  }
}

function activeOf({ sequencers }: StatusView): StatusView["sequencers"][number] {
  const active = sequencers.find(({ state }) => state === "active");
  if (active === undefined) throw new Error(`no sequencer is active: ${JSON.stringify(sequencers)}`);
  return active;
}

async function expectAlike({ answered }: MixedLoad, through: Service): Promise<void> {
  const changes = answered.filter(isChange).slice(-repeated);
  expect(changes).to.have.length(repeated);
  for (const change of changes) await expectSameAnswer(through, change);
}

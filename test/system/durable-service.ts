import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { managerDirectory } from "../../cluster/data-directory.ts";
import { defaultStartOptions, type StartOptions } from "../../cluster/start-options.ts";
import type { Slot } from "../../protocol/ids.ts";
import { History } from "./history.ts";
import { LaunchedCluster } from "./launched-cluster.ts";
import { until } from "./polling.ts";
import { untilGone } from "./processes.ts";
import { businessDate, Service } from "./service.ts";

const startMsMax = 20_000;
const goneMsMax = 5000;

/** What is started unless a test says otherwise: small log files, so that making them takes no time. */
const startOptions: StartOptions = {
  ...defaultStartOptions,
  port: 0,
  isLab: true,
  businessDate,
  limits: { ...defaultStartOptions.limits, logFileBytes: 4 * 1024 * 1024 },
};

/** One data directory, and the clusters that run on it one after the other, with all that was called of them. */
export class DurableService {
  readonly dataDirectory = mkdtempSync(join(tmpdir(), "quartet-test-"));
  readonly history: History;
  readonly #options: StartOptions;
  readonly #lines: string[] = [];
  #cluster: LaunchedCluster | undefined;

  /** Starts nothing yet. */
  constructor(given: Partial<StartOptions> = {}) {
    const limits = { ...startOptions.limits, ...given.limits };
    this.#options = { ...startOptions, ...given, limits, dataDirectory: this.dataDirectory };
    this.history = new History(this.#options.theatres, businessDate);
  }

  /** The cluster that was launched last. */
  get cluster(): LaunchedCluster {
    if (this.#cluster === undefined) throw new Error("nothing is launched");
    return this.#cluster;
  }

  /** What all its processes have written so far, a line each. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The directory of one manager. */
  directoryOf(slot: Slot): string {
    return managerDirectory(this.dataDirectory, slot);
  }

  /** Starts a cluster on the data, whatever state that is in, and does not wait for it. */
  launch(): LaunchedCluster {
    this.#cluster = new LaunchedCluster(this.#options, (line) => this.#lines.push(line));
    return this.#cluster;
  }

  /** Starts a cluster on the data and resolves when it answers; rejects when it never does, and says how it stands. */
  async start(): Promise<Service> {
    const startedAt = performance.now();
    const launched = this.launch();
    const late = delay(startMsMax, undefined, { ref: false }).then(() => {
      throw new Error(`not ready within ${startMsMax} ms: ${JSON.stringify(launched.waitings.at(-1))}`);
    });
    const cluster = await Promise.race([launched.ready, late]);
    return Service.of({ cluster, options: this.#options, history: this.history, startedAt });
  }

  /** Kills every process at once. */
  async cut(): Promise<void> {
    await this.#cluster?.cut();
  }

  /** Kills processes of the cluster, and does something before others are started in their place. */
  async whileDead(pids: readonly (number | null)[], act: () => Promise<void>): Promise<void> {
    await this.cluster.withoutRestarts(async () => {
      for (const pid of pids) process.kill(pid as number, "SIGKILL");
      await untilGone(pids as readonly number[], goneMsMax);
      await act();
    });
  }

  /** Waits until some process has written a line that matches, after the first `from` lines; that line. */
  async untilLine(pattern: RegExp, withinMs: number, from = 0): Promise<string> {
    return await until(`a line like ${pattern}`, withinMs, () =>
      this.#lines.slice(from).find((line) => pattern.test(line)),
    );
  }

  /** Ends everything by force and removes the data. */
  async end(): Promise<void> {
    await this.cut();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}

/** Runs a test on a data directory of its own; when it fails, shows what the processes wrote. */
export async function withDurable(
  given: Partial<StartOptions>,
  act: (durable: DurableService) => Promise<void>,
): Promise<void> {
  const durable = new DurableService(given);
  try {
    await act(durable);
  } catch (error) {
    process.stderr.write(`${durable.lines.join("\n")}\n`);
    throw error;
  } finally {
    await durable.end();
  }
}

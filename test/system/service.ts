import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../../cluster/cluster.ts";
import { defaultStartOptions, type StartOptions } from "../../cluster/start-options.ts";
import type { StatusView } from "../../frontend/status-view.ts";
import { openProcessLog } from "../../io/process-log.ts";
import type { CallArgumentsOf, CallOperation } from "../../protocol/call.ts";
import type { FaultName } from "../../protocol/fault.ts";
import type { Slot } from "../../protocol/ids.ts";
import { History } from "./history.ts";
import { until } from "./polling.ts";
import { untilGone } from "./processes.ts";
import { callSoap, type SoapResult } from "./soap-caller.ts";

/** The civil date of every run but those that say otherwise: a Friday, so that three days later another week begins. */
export const businessDate = "2023-05-12";

/** How long a cluster has to start, and to end. */
export const lifeMsMax = { ready: 5000, end: 5000 } as const;

/** One manager, as the service shows it. */
export type ManagerView = StatusView["managers"][number];

/** A cluster that a service stands for. */
export interface Running {
  readonly cluster: Cluster;
  readonly options: StartOptions;
  /** What was called of the same data before. */
  readonly history: History;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/** A cluster of real processes, on free ports and a data directory of its own, with all that was called of it. */
export class Service {
  /** Scheme, host and port that clients are told. */
  readonly url: string;
  /** Where it is called. */
  readonly localUrl: string;
  readonly options: StartOptions;
  readonly history: History;
  readonly readyMs: number;
  readonly #stop: () => Promise<void>;
  readonly #pids = new Set<number>();

  private constructor({ cluster, options, history, startedAt }: Running) {
    this.url = cluster.url;
    this.localUrl = cluster.localUrl;
    this.options = options;
    this.readyMs = performance.now() - startedAt;
    this.history = history;
    this.#stop = cluster.stop;
  }

  /** One on a cluster that answers since now; whoever started that removes its data. */
  static of(running: Running): Service {
    return new Service(running);
  }

  /** Starts one; the lab and its clock are on unless `given` says otherwise. */
  static async start(given: Partial<StartOptions> = {}): Promise<Service> {
    process.env["QUARTET_LOG"] ??= "error";
    const dataDirectory = mkdtempSync(join(tmpdir(), "quartet-test-"));
    const limits = { ...defaultStartOptions.limits, ...given.limits };
    const options = { ...defaultStartOptions, port: 0, dataDirectory, isLab: true, businessDate, ...given, limits };
    const history = new History(options.theatres, businessDate);
    const startedAt = performance.now();
    const remove = () => rmSync(dataDirectory, { recursive: true, force: true });
    try {
      const cluster = await startCluster(options, openProcessLog("start"));
      const stop = () => cluster.stop().finally(remove);
      return new Service({ cluster: { ...cluster, stop }, options, history, startedAt });
    } catch (error) {
      remove();
      throw error;
    }
  }

  /** Every process of the cluster that was ever seen. */
  get pids(): readonly number[] {
    return [...this.#pids];
  }

  /** Makes a call and keeps it in the history. */
  async call<Name extends CallOperation>(
    operation: Name,
    args: CallArgumentsOf[Name],
    requestId?: string,
  ): Promise<SoapResult> {
    const startedAt = performance.now();
    const result = await callSoap(this.localUrl, operation, args, requestId);
    this.history.add({ operation, args, result, startedAt, endedAt: performance.now() });
    return result;
  }

  /** What the service says of itself. */
  async status(): Promise<StatusView> {
    const status = (await this.#get("/api/status")).body as StatusView;
    const { sequencers, frontends, managers } = status;
    for (const { pid } of [...sequencers, ...frontends]) this.#pids.add(pid);
    for (const { pid, replicaPid } of managers) {
      for (const known of [pid, replicaPid]) if (known !== null) this.#pids.add(known);
    }
    return status;
  }

  /** What the service says of one manager. */
  async manager(slot: Slot): Promise<ManagerView> {
    return (await this.status()).managers[slot - 1] as ManagerView;
  }

  /** Every replica's state digest at one number of the order that all have reached. */
  async digests(): Promise<{ readonly sequence: number; readonly digests: readonly (string | null)[] }> {
    const { status, body } = await this.#get("/api/digests");
    if (status !== 200) throw new Error(JSON.stringify(body));
    const { sequence, digests } = body as { sequence: number; digests: readonly { digest: string | null }[] };
    return { sequence, digests: digests.map(({ digest }) => digest) };
  }

  /** Sends to the status interface; the status code and the body. */
  async send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${this.localUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
      signal: AbortSignal.timeout(lifeMsMax.end),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Has the replica of a slot misbehave; its id. */
  async inject(slot: Slot, fault: FaultName, forSeconds = 120): Promise<string> {
    const { status, body } = await this.send("POST", "/api/faults", { slot, fault, forSeconds });
    if (status !== 202) throw new Error(JSON.stringify(body));
    return (body as { readonly id: string }).id;
  }

  /** Waits until all four vote, each with its digest equal to the others' and to that of the history. */
  async untilAllAgree(withinMs: number): Promise<void> {
    await until("all four vote", withinMs, async () => {
      const { managers } = await this.status();
      return managers.every(({ state }) => state === "voting") ? true : undefined;
    });
    const expected = this.history.check();
    await until("all four digests are those of the history", withinMs, async () => {
      const { digests } = await this.digests();
      if (digests.every((digest) => digest === expected)) return true;
      throw new Error(`expected ${expected}, got ${digests.join(", ")}`);
    });
  }

  /** Ends the cluster; rejects when a process stays behind. */
  async stop(): Promise<void> {
    await this.status().catch(() => {});
    await this.#stop();
    await untilGone(this.pids, lifeMsMax.end);
  }

  async #get(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    return await this.send("GET", path);
  }
}

/** Starts a cluster before the tests of a suite and ends it after them, whatever became of them. */
export function useService(given: Partial<StartOptions> = {}): () => Service {
  let service: Service | undefined;
  before(async function startService() {
    this.timeout(20_000);
    service = await Service.start(given);
  });
  after(async function stopService() {
    this.timeout(20_000);
    await service?.stop();
  });
  return () => {
    if (service === undefined) throw new Error("the service runs only during the tests of its suite");
    return service;
  };
}

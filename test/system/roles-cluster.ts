import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PortBlock, takePortBlock } from "../../cluster/port-block.ts";
import { defaultStartOptions } from "../../cluster/start-options.ts";
import { makeClusterKey } from "../../io/seal.ts";
import type { Slot } from "../../protocol/ids.ts";
import { History } from "./history.ts";
import { type ProcessEnd, RoleProcess } from "./role-process.ts";
import { businessDate, lifeMsMax, Service } from "./service.ts";

const openMsMax = 20_000;
const groupHost = "239.255.77.81";
/** Places of the block of ports. */
const places = { group: 0, role: 2 } as const;

/** How the roles of a test find each other. */
export type FindBy = "multicast" | "peers";

/** A cluster of roles that were started one by one, each on a loopback address of its own. */
export class RolesCluster {
  readonly history = new History(defaultStartOptions.theatres, businessDate);
  readonly directory = mkdtempSync(join(tmpdir(), "quartet-roles-"));
  readonly #findBy: FindBy;
  readonly #ports: PortBlock;
  readonly #running = new Set<RoleProcess>();

  private constructor(findBy: FindBy, ports: PortBlock) {
    this.#findBy = findBy;
    this.#ports = ports;
    makeClusterKey(this.keyFile);
  }

  /** One without any process. */
  static async make(findBy: FindBy): Promise<RolesCluster> {
    return new RolesCluster(findBy, await takePortBlock("127.0.0.1"));
  }

  get keyFile(): string {
    return join(this.directory, "cluster.key");
  }

  /** Where a role on that host listens; two roles have two hosts. */
  addressOn(host: number): string {
    return `127.0.0.${host}:${this.#ports.port(places.role)}`;
  }

  /** Starts a role on a host, 1 to 254. */
  start(host: number, words: readonly string[], keyFile = this.keyFile): RoleProcess {
    const where = ["--key", keyFile, "--bind", this.addressOn(host)];
    const started = new RoleProcess([...words, ...where, ...this.#common]);
    this.#running.add(started);
    return started;
  }

  startManager(host: number, slot: Slot): RoleProcess {
    return this.start(host, ["replica-manager", "--slot", `${slot}`, "--data", this.directory]);
  }

  /** Starts a sequencer, which may found the cluster. */
  startSequencer(host: number, id: number): RoleProcess {
    return this.start(host, ["sequencer", "--id", `${id}`, "--found"]);
  }

  /** Starts a front end, and resolves when it answers. */
  async startFrontend(host: number): Promise<{ readonly role: RoleProcess; readonly service: Service }> {
    const startedAt = performance.now();
    const role = this.start(host, ["frontend", "--port", "0"]);
    const url = await role.untilSaid(/^ready (.+)/, openMsMax);
    const cluster = { url, localUrl: url, stop: async () => void (await this.stop(role)) };
    const options = { ...defaultStartOptions, businessDate, isLab: true };
    return { role, service: Service.of({ cluster, options, history: this.history, startedAt }) };
  }

  /** Ends one role in order. */
  async stop(role: RoleProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<ProcessEnd> {
    this.#running.delete(role);
    return await role.end(signal, 2 * lifeMsMax.end);
  }

  /** Ends all that runs in order, and removes the data. */
  async end(): Promise<readonly ProcessEnd[]> {
    const ends = await Promise.all([...this.#running].map((role) => this.stop(role)));
    await this.#ports.release();
    rmSync(this.directory, { recursive: true, force: true });
    return ends;
  }

  /** Every role is told two that it may ask: one of them is enough. */
  get #common(): readonly string[] {
    const lab = ["--lab", "--business-date", businessDate];
    const group = `${groupHost}:${this.#ports.port(places.group)}`;
    if (this.#findBy === "multicast") return [...lab, "--group", group];
    return [...lab, "--no-multicast", "--peers", `${this.addressOn(1)},localhost:${this.#ports.port(places.role)}`];
  }
}

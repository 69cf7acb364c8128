import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatAddress } from "../io/address.ts";
import type { ClusterSettings, RoleSettings } from "../io/cluster-settings.ts";
import type { ChildReport } from "../io/process-life.ts";
import type { ProcessLog } from "../io/process-log.ts";
import { readOrMakeClusterKey } from "../io/seal.ts";
import { type Address, type Slot, slots } from "../protocol/ids.ts";
import { Child, type RoleName } from "./child.ts";
import { type PortBlock, takePortBlock } from "./port-block.ts";
import { addSampleShows } from "./sample-shows.ts";
import type { StartOptions } from "./start-options.ts";

const loopback = "127.0.0.1";
const multicastGroup = "239.255.77.77";

/** A cluster that answers. */
export interface Cluster {
  /** Scheme, host and port that clients are told. */
  readonly url: string;
  /** Scheme, host and port where this machine reaches the front end. */
  readonly localUrl: string;
  /** Ends all processes in order. */
  readonly stop: () => Promise<void>;
}

/** Starts every process of a cluster on this machine and resolves when it answers. */
export async function startCluster(options: StartOptions, log: ProcessLog): Promise<Cluster> {
  const keyFile = prepareData(resolve(options.dataDirectory));
  const ports = await takePortBlock(loopback);
  const running = new Running(options, settingsOf(options, keyFile, ports), ports, log);
  try {
    const { url, localUrl } = await running.ready;
    if (options.hasSample) await addSampleShows(localUrl, options.theatres);
    return { url, localUrl, stop: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Makes the data directory and the cluster key where they are missing; returns the path of the key. */
function prepareData(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    const keyFile = join(directory, "cluster.key");
    readOrMakeClusterKey(keyFile);
    return keyFile;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the data directory ${directory} cannot be used: ${why}; name another one with --data`, {
      cause: error,
    });
  }
}

type Listening = Extract<ChildReport, { readonly kind: "listening" }>;

/** The processes of one cluster, from their start to their end. */
class Running {
  /** Where the front end listens, when two managers and a sequencer can answer through it. */
  readonly ready: Promise<Listening>;
  readonly #settings: ClusterSettings;
  readonly #ports: PortBlock;
  readonly #log: ProcessLog;
  readonly #children: readonly Child[];
  #listening: Listening | undefined;
  #resolveReady: (listening: Listening) => void = () => {};
  #rejectReady: (error: Error) => void = () => {};

  constructor(options: StartOptions, settings: ClusterSettings, ports: PortBlock, log: ProcessLog) {
    this.#settings = settings;
    this.#ports = ports;
    this.#log = log;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    const { host, publicUrl } = options;
    this.#children = [
      this.#start("sequencer", 1, () => ({ address: settings.sequencers[0] as Address, id: 1 })),
      ...slots.map((slot) =>
        this.#start("replica-manager", slot, () => ({ address: settings.managers[slot], id: slot })),
      ),
      this.#start("frontend", 0, () => {
        // A front end that is started again comes back on the port that clients know.
        const port = this.#listening?.port ?? options.port;
        return { address: at(ports.port(1)), id: 0, http: { host, port, publicUrl } };
      }),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
    await this.#ports.release();
  }

  #start(roleName: RoleName, id: number, role: () => RoleSettings): Child {
    return new Child({
      roleName,
      cluster: this.#settings,
      role,
      // A sequencer that comes back would have to ask the managers where the order stands: it cannot do that yet.
      isRestarted: roleName !== "sequencer",
      onReport: (report) => this.#onReport(report),
      onEnded: (cause) => this.#onEnded(roleName, id, cause),
    });
  }

  #onReport(report: ChildReport): void {
    if (report.kind === "failed") this.#rejectReady(new Error(report.why));
    else if (report.kind === "listening") this.#listening = report;
    else if (this.#listening !== undefined) this.#resolveReady(this.#listening);
  }

  #onEnded(roleName: RoleName, id: number, cause: string): void {
    this.#log.note({ level: "warn", text: `${roleName} ${id} ended: ${cause}` });
    if (roleName === "sequencer") this.#log.note({ level: "error", text: sequencerIsGone });
    // Once the service is ready this rejects nobody any more.
    const isNeeded = roleName === "sequencer" || (roleName === "frontend" && this.#listening === undefined);
    if (isNeeded) this.#rejectReady(new Error(`the ${roleName} could not start: ${cause}`));
  }
}

const sequencerIsGone = "the sequencer is gone: nothing can be ordered any more; stop the service and start it again";

function settingsOf(options: StartOptions, keyFile: string, ports: PortBlock): ClusterSettings {
  const managers = Object.fromEntries(slots.map((slot) => [slot, at(ports.port(2 + slot))])) as Record<Slot, Address>;
  return {
    keyFile,
    group: options.hasMulticast ? formatAddress({ host: multicastGroup, port: ports.port(0) }) : null,
    sequencers: [at(ports.port(2))],
    managers,
    versions: options.versions,
    theatres: options.theatres,
    zone: options.zone,
    businessDate: options.businessDate,
    isLab: options.isLab,
    limits: options.limits,
  };
}

function at(port: number): Address {
  return formatAddress({ host: loopback, port });
}

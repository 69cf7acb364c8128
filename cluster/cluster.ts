import { resolve } from "node:path";
import { formatAddress } from "../io/address.ts";
import type { ClusterSettings, RoleSettings } from "../io/cluster-settings.ts";
import type { ChildReport, Waiting } from "../io/process-life.ts";
import type { ProcessLog } from "../io/process-log.ts";
import { lockDirectory } from "../io/storage/directory-lock.ts";
import { type Address, type Slot, slots } from "../protocol/ids.ts";
import { Child, type RoleName } from "./child.ts";
import { clusterKeyFile, isFounded, managerDirectory, markFounded, prepareDataDirectory } from "./data-directory.ts";
import { type PortBlock, takePortBlock } from "./port-block.ts";
import { addSampleShows } from "./sample-shows.ts";
import { launchedSequencersMax, type StartOptions, shadowSlot } from "./start-options.ts";

const loopback = "127.0.0.1";
const multicastGroup = "239.255.77.77";

/** Places of a block of ports: a manager is at its slot behind `manager`, a sequencer at its id behind `sequencer`. */
const places = { group: 0, frontend: 1, manager: 1, sequencer: 5 } as const;

/** A cluster that answers. */
export interface Cluster {
  /** Scheme, host and port that clients are told. */
  readonly url: string;
  /** Scheme, host and port where this machine reaches the front end. */
  readonly localUrl: string;
  /** Ends all processes in order. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts every process of a cluster on this machine and resolves when it answers. `onWaiting` is told what the
 * processes say of themselves until then, each time that it changes.
 */
export async function startCluster(
  options: StartOptions,
  log: ProcessLog,
  onWaiting: (waiting: Waiting) => void = () => {},
): Promise<Cluster> {
  if (!(options.sequencers >= 1 && options.sequencers <= launchedSequencersMax)) {
    throw new RangeError(`there are 1 to ${launchedSequencersMax} sequencers`);
  }
  const dataDirectory = resolve(options.dataDirectory);
  prepareDataDirectory(dataDirectory);
  // Managers lock theirs too; this one says it before anything is started.
  const lock = await lockDirectory(dataDirectory);
  const ports = await takePortBlock(loopback).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const running = new Running({ ...options, dataDirectory }, ports, log, onWaiting);
  const stop = async () => {
    await running.stop();
    await lock.release();
  };
  try {
    const { url, localUrl } = await running.ready;
    markFounded(dataDirectory);
    if (options.hasSample) await addSampleShows(localUrl, options.theatres);
    return { url, localUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Listening = Extract<ChildReport, { readonly kind: "listening" }>;

/** The processes of one cluster, from their start to their end. */
class Running {
  /** Where the front end listens, when two managers and a sequencer can answer through it. */
  readonly ready: Promise<Listening>;
  readonly #options: StartOptions;
  readonly #settings: ClusterSettings;
  readonly #ports: PortBlock;
  readonly #log: ProcessLog;
  readonly #onWaiting: (waiting: Waiting) => void;
  readonly #children: readonly Child[];
  #listening: Listening | undefined;
  #resolveReady: (listening: Listening) => void = () => {};
  #rejectReady: (error: Error) => void = () => {};

  constructor(options: StartOptions, ports: PortBlock, log: ProcessLog, onWaiting: (waiting: Waiting) => void) {
    this.#options = options;
    this.#settings = settingsOf(options, ports);
    this.#ports = ports;
    this.#log = log;
    this.#onWaiting = onWaiting;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.#children = [
      ...this.#settings.sequencers.map((address, at) =>
        this.#start("sequencer", at + 1, () => this.#sequencerRole(address)),
      ),
      ...slots.map((slot) => this.#start("replica-manager", slot, () => this.#managerRole(slot))),
      this.#start("frontend", 0, () => this.#frontendRole()),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
    await this.#ports.release();
  }

  /** The place of an address is its id, and the highest id ranks first. */
  #sequencerRole(address: Address): RoleSettings {
    const all = this.#settings.sequencers;
    const id = 1 + all.indexOf(address);
    const mayFound = !isFounded(this.#options.dataDirectory);
    return { address, id, election: { ranksAbove: all.length - id, mayFound } };
  }

  #managerRole(slot: Slot): RoleSettings {
    const { isDurable, dataDirectory, shadow } = this.#options;
    return {
      address: at(this.#ports.port(places.manager + slot)),
      id: slot,
      ...(isDurable ? { dataDirectory: managerDirectory(dataDirectory, slot) } : {}),
      ...(shadow !== null && slot === shadowSlot ? { shadow } : {}),
    };
  }

  #frontendRole(): RoleSettings {
    const { host, publicUrl } = this.#options;
    // A front end that is started again comes back on the port that clients know.
    const port = this.#listening?.port ?? this.#options.port;
    return {
      address: at(this.#ports.port(places.frontend)),
      id: 0,
      http: { host, port, publicUrl, takesNextPort: true },
    };
  }

  #start(roleName: RoleName, id: number, role: () => RoleSettings): Child {
    return new Child({
      roleName,
      cluster: this.#settings,
      role,
      onReport: (report) => this.#onReport(report),
      onEnded: (cause) => this.#onEnded(roleName, id, cause),
    });
  }

  #onReport(report: ChildReport): void {
    if (report.kind === "failed") this.#rejectReady(new Error(report.why));
    else if (report.kind === "listening") this.#listening = report;
    else if (report.kind === "waiting") this.#onWaiting(report);
    else if (report.kind === "ready" && this.#listening !== undefined) this.#resolveReady(this.#listening);
  }

  /** The others can do without one of them, and it is started again: only a front end that cannot listen is fatal. */
  #onEnded(roleName: RoleName, id: number, cause: string): void {
    this.#log.note({ level: "warn", text: `${roleName} ${id} ended: ${cause}` });
    const isFatal = roleName === "frontend" && this.#listening === undefined;
    if (isFatal) this.#rejectReady(new Error(`the ${roleName} could not start: ${cause}`));
  }
}

function settingsOf(options: StartOptions, ports: PortBlock): ClusterSettings {
  const managers = slots.map((slot) => [slot, at(ports.port(places.manager + slot))]);
  const ids = Array.from({ length: options.sequencers }, (_, at) => 1 + at);
  return {
    keyFile: clusterKeyFile(options.dataDirectory),
    group: options.hasMulticast ? formatAddress({ host: multicastGroup, port: ports.port(places.group) }) : null,
    sequencers: ids.map((id) => at(ports.port(places.sequencer + id))),
    managers: Object.fromEntries(managers) as Record<Slot, Address>,
    discovery: null,
    versions: options.versions,
    quorums: options.quorums,
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

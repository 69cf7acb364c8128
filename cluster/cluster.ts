import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatAddress } from "../io/address.ts";
import type { ClusterSettings, RoleSettings } from "../io/cluster-settings.ts";
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
  /** Scheme, host and port of the front end. */
  readonly url: string;
  /** Ends all processes in order. */
  stop(): Promise<void>;
}

/** Starts every process of a cluster on this machine and resolves when it answers. */
export async function startCluster(options: StartOptions, log: ProcessLog): Promise<Cluster> {
  const dataDirectory = resolve(options.dataDirectory);
  mkdirSync(dataDirectory, { recursive: true });
  const keyFile = join(dataDirectory, "cluster.key");
  readOrMakeClusterKey(keyFile);
  const ports = await takePortBlock(loopback);
  const running = new Running(options, settingsOf(options, keyFile, ports), ports, log);
  try {
    const url = await running.ready;
    if (options.hasSample) await addSampleShows(url, options.theatres);
    return { url, stop: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** The processes of one cluster, from their start to their end. */
class Running {
  /** The front end's URL, when two managers and a sequencer can answer through it. */
  readonly ready: Promise<string>;
  readonly #ports: PortBlock;
  readonly #children: Child[];

  constructor(options: StartOptions, settings: ClusterSettings, ports: PortBlock, log: ProcessLog) {
    this.#ports = ports;
    let url = "";
    let resolveReady: (url: string) => void = () => {};
    let rejectReady: (error: Error) => void = () => {};
    this.ready = new Promise((resolve, reject) => {
      resolveReady = resolve;
      rejectReady = reject;
    });
    const start = (roleName: RoleName, role: RoleSettings): Child =>
      new Child({
        roleName,
        cluster: settings,
        role,
        // A sequencer that comes back would have to ask the managers where the order stands: it cannot do that yet.
        isRestarted: roleName !== "sequencer",
        onReport: (report) => {
          if (report.kind === "listening") url = report.url;
          else resolveReady(url);
        },
        onEnded: (cause) => {
          log.note({ level: "warn", text: `${roleName} ${role.id} ended: ${cause}` });
          if (roleName === "sequencer") log.note({ level: "error", text: sequencerIsGone });
          if (roleName === "frontend" && url === "") rejectReady(new Error(`the front end could not start: ${cause}`));
        },
      });
    const http = { host: options.host, port: options.port, publicUrl: options.publicUrl };
    this.#children = [
      start("sequencer", { address: settings.sequencers[0] as Address, id: 1 }),
      ...slots.map((slot) => start("replica-manager", { address: settings.managers[slot], id: slot })),
      start("frontend", { address: at(ports.port(1)), id: 0, http }),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
    await this.#ports.release();
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

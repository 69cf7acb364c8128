import { randomInt } from "node:crypto";
import type { Address } from "../protocol/ids.ts";
import type { MessageKind, Place, Received } from "../protocol/message.ts";
import type { NoteEffect } from "../protocol/role.ts";
import { parseAddress } from "./address.ts";
import type { ProcessSettings } from "./cluster-settings.ts";
import { DatagramTransport, type Dropped, type GroupPath } from "./datagram-transport.ts";
import { Directory } from "./directory.ts";
import { Discovery, type DiscoveryEffect, type DiscoveryInput } from "./discovery.ts";
import { familyOf, PeerAddresses } from "./peer-addresses.ts";
import { now, RoleDriver } from "./role-driver.ts";
import { readClusterKey, Seal } from "./seal.ts";

/** What a transport of a process tells it. */
export interface ClusterTransportEvents {
  /** Called at most once a turn with all that arrived in it and is for the core, in order. */
  readonly onMessages: (messages: readonly Received[]) => void;
  /** The directory leads elsewhere than before: how many of the known sequencers rank above this process now. */
  readonly onRanks?: (above: number) => void;
  readonly note: (note: Pick<NoteEffect, "level" | "text">) => void;
}

/** Kinds of messages that only a process of that role says of itself. */
const signs: ReadonlyMap<MessageKind, Place["role"]> = new Map([
  ...(["heartbeat", "prepare", "start", "sequencerStatus"] as const).map((kind) => [kind, "sequencer"] as const),
  ...(["stored", "promise", "adopted", "join", "managerStatus"] as const).map((kind) => [kind, "manager"] as const),
]);
/** Signs of one role are passed on so seldom, since they come thousands of times a second. */
const signEveryMs = 100;

type DiscoveryDriver = RoleDriver<DiscoveryInput, Extract<DiscoveryEffect, { kind: "moved" }>>;

/** The transport of one process of a cluster: its sockets, its directory, and the search for the others. */
export class ClusterTransport {
  readonly #settings: ProcessSettings;
  readonly #events: ClusterTransportEvents;
  readonly #directory: Directory;
  readonly #transport: DatagramTransport;
  readonly #discovery: DiscoveryDriver | undefined;
  readonly #peers: PeerAddresses | undefined;
  readonly #signAt = new Map<Place["role"], number>();

  constructor(settings: ProcessSettings, role: Place["role"], events: ClusterTransportEvents) {
    const { cluster, role: own, limits } = settings;
    const { address, bind } = own;
    const directory = new Directory(cluster, limits.sequencersMax);
    this.#settings = settings;
    this.#events = events;
    this.#directory = directory;
    this.#transport = new DatagramTransport({
      address,
      ...(bind === undefined ? {} : { bind }),
      group: groupPath(settings),
      directory,
      isMember: role === "manager",
      seal: new Seal(readClusterKey(cluster.keyFile)),
      limits,
      onMessages: (messages) => this.#onMessages(messages),
      note: events.note,
    });
    if (cluster.discovery === null) return;
    this.#discovery = this.#makeDiscovery(role, cluster.discovery.meeting);
    this.#peers = new PeerAddresses(cluster.discovery.peers, familyOf(address), (addresses) =>
      this.#discovery?.input({ kind: "peers", addresses }),
    );
  }

  /** Datagrams dropped since the start. */
  get dropped(): Dropped {
    return this.#transport.dropped;
  }

  /** Binds all sockets and begins to look for the others; rejects with the system's `code` when a port is taken. */
  async open(): Promise<void> {
    await this.#transport.open();
    this.#discovery?.input({ kind: "wake" });
    this.#peers?.start();
  }

  /** Puts a message on its way. */
  send: DatagramTransport["send"] = (to, message) => this.#transport.send(to, message);

  /** Closes all sockets. */
  async close(): Promise<void> {
    this.#peers?.stop();
    this.#discovery?.stop();
    await this.#transport.close();
  }

  #makeDiscovery(role: Place["role"], meeting: Address | null): DiscoveryDriver {
    const { role: own, limits } = this.#settings;
    const start = { startedAt: now(), nonce: randomInt(0x1_0000_0000) };
    const id = role === "frontend" ? randomInt(0x1_0000_0000) : own.id;
    const self = { role, id, ...start, address: own.address };
    return new RoleDriver({
      role: new Discovery({ self, meeting, directory: this.#directory, limits }),
      transport: this.#transport,
      wake: { kind: "wake" },
      note: this.#events.note,
      perform: () => this.#events.onRanks?.(this.#directory.ranksAbove(own.id)),
    });
  }

  #onMessages(messages: readonly Received[]): void {
    if (this.#discovery === undefined) return this.#events.onMessages(messages);
    const found = messages.filter(isOfDiscovery);
    if (found.length > 0) this.#discovery.input({ kind: "messages", messages: found });
    const rest = found.length === 0 ? messages : messages.filter((one) => !isOfDiscovery(one));
    this.#takeSigns(rest);
    if (rest.length > 0) this.#events.onMessages(rest);
  }

  #takeSigns(messages: readonly Received[]): void {
    const at = now();
    for (const { message } of messages) {
      const role = signs.get(message.kind);
      if (role === undefined || at - (this.#signAt.get(role) ?? -Infinity) < signEveryMs) continue;
      this.#signAt.set(role, at);
      this.#discovery?.input({ kind: "sign", role });
    }
  }
}

function isOfDiscovery({ message }: Received): boolean {
  return message.kind === "discover" || message.kind === "here";
}

function groupPath({ cluster, role }: ProcessSettings): GroupPath {
  const { group, discovery } = cluster;
  if (group === null) return { kind: "unicast" };
  const localHost = role.interface ?? parseAddress(role.address).host;
  const meeting = discovery?.meeting ?? null;
  return { kind: "multicast", group, localHost, ...(meeting === null ? {} : { meeting }) };
}

import { randomInt } from "node:crypto";
import { DgramAsPromised, type SocketAsPromised } from "dgram-as-promised";
import { assert } from "../protocol/assert.ts";
import { Packer, Unpacker } from "../protocol/datagram.ts";
import type { Address } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import { bulkKinds, type Message, type Received } from "../protocol/message.ts";
import type { Destination, NoteEffect } from "../protocol/role.ts";
import { decodeMessage, encodeMessage } from "../protocol/wire.ts";
import { type Endpoint, formatAddress, isAddress, parseAddress } from "./address.ts";
import { sendTransfer, startTransferServer, type TransferServer } from "./bulk-transfer.ts";
import type { Directory } from "./directory.ts";
import { anywhere, isRefusal, Refusals, refusal } from "./refusals.ts";
import { now } from "./role-driver.ts";
import type { Seal } from "./seal.ts";

/** How messages to all managers travel: one datagram to a multicast group, or one to each of them. */
export type GroupPath =
  | {
      readonly kind: "multicast";
      readonly group: Address;
      /** The address of the interface that the group is reached by. */
      readonly localHost: string;
      /** Another group, in which every process hears who is there. */
      readonly meeting?: Address;
    }
  | { readonly kind: "unicast" };

/** What a transport is told. */
export interface TransportOptions {
  /** Where this process is reached, by UDP and by TCP. */
  readonly address: Address;
  /** Where it listens, when that is not `address`. */
  readonly bind?: Address;
  readonly group: GroupPath;
  /** Where names of processes lead to. */
  readonly directory: Directory;
  /** Whether this process belongs to the group. */
  readonly isMember: boolean;
  readonly seal: Seal;
  readonly limits: Limits;
  /** Called at most once a turn with all that arrived in it, in order. */
  readonly onMessages: (messages: readonly Received[]) => void;
  /** Takes what an operator should read. */
  readonly note?: (note: Pick<NoteEffect, "level" | "text">) => void;
  /** Fault injection of tests: datagrams from where this says true are lost. */
  readonly isCut?: (from: Address) => boolean;
}

/** Datagrams that were dropped, by why. */
export interface Dropped {
  readonly badMac: number;
  readonly malformed: number;
}

const receiveBufferBytes = 4 * 1024 * 1024;

/**
 * Carries messages between processes: small ones packed into authenticated datagrams, all of one turn for one
 * destination together; bulk ones over TCP. Loss, doubling and reordering are left to the cores.
 */
export class DatagramTransport {
  readonly #options: TransportOptions;
  readonly #packer: Packer;
  readonly #unpacker: Unpacker;
  readonly #outbox = new Map<string, Uint8Array[]>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #refusals: Refusals;
  readonly #groups: ReadonlySet<Address>;
  #inbox: Received[] = [];
  #socket: SocketAsPromised | undefined;
  #groupSockets: readonly SocketAsPromised[] = [];
  #transfers: TransferServer | undefined;
  #isFlushDue = false;
  /** Datagrams that the system has not taken yet. */
  #underWay = 0;
  #onIdle: () => void = () => {};
  readonly #onSent = () => {
    if (--this.#underWay === 0) this.#onIdle();
  };
  #dropped = { badMac: 0, malformed: 0 };
  #isClosed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#packer = new Packer(randomInt(0x1_0000_0000), options.limits);
    this.#unpacker = new Unpacker(options.limits);
    this.#refusals = new Refusals(options.limits);
    this.#groups = groupsOf(options.group);
  }

  /** Datagrams dropped since the start. */
  get dropped(): Dropped {
    return this.#dropped;
  }

  /** Binds all sockets; rejects with the system's `code` when a port is taken. */
  async open(): Promise<void> {
    const { address, bind, group, limits, seal } = this.#options;
    const own = parseAddress(bind ?? address);
    this.#socket = await this.#bind(own, false);
    if (group.kind === "multicast") {
      this.#socket.socket.setMulticastInterface(group.localHost);
      this.#socket.socket.setMulticastLoopback(true);
      const joined = [...this.#groups].filter((one) => this.#options.isMember || one !== group.group);
      this.#groupSockets = await Promise.all(joined.map((one) => this.#join(parseAddress(one), group.localHost)));
    }
    const onBytes = (bytes: Uint8Array, from: string) => this.#takeMessage(bytes, from);
    this.#transfers = await startTransferServer({ endpoint: own, seal, bytesMax: limits.transferBytesMax, onBytes });
  }

  /** Puts a message on its way; it leaves at the end of this turn. */
  send(to: Destination, message: Message): void {
    if (this.#isClosed) return;
    const { group, directory, address: own } = this.#options;
    const isToGroup = to === "managers" && group.kind === "multicast";
    const addresses = isToGroup ? [group.group] : directory.resolve(to);
    const bytes = encodeMessage(message);
    assert(!bulkKinds.has(message.kind) || !isToGroup, "bulk messages go to one process");
    for (const address of addresses) {
      if (to === "sequencers" && address === own) continue;
      const endpoint = this.#endpointOf(address);
      // What another process named as its address may be none: whoever cannot be reached is lost, and no reason to end.
      if (endpoint === undefined) continue;
      if (bulkKinds.has(message.kind)) void sendTransfer(endpoint, this.#options.seal, bytes);
      else this.#queue(address, bytes);
    }
  }

  /** Sends what is still to be sent, and closes all sockets. */
  async close(): Promise<void> {
    this.#flush();
    this.#isClosed = true;
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    const sockets = [this.#socket, ...this.#groupSockets];
    await Promise.all([...sockets.map((socket) => socket?.close()), this.#transfers?.close()]);
  }

  #queue(to: Address, bytes: Uint8Array): void {
    const queued = this.#outbox.get(to);
    if (queued === undefined) this.#outbox.set(to, [bytes]);
    else queued.push(bytes);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushDue = false;
    const socket = this.#socket?.socket;
    if (socket === undefined || this.#isClosed) return;
    const at = now();
    for (const [to, messages] of this.#outbox) {
      this.#refusals.onSent(at, this.#groups.has(to) ? anywhere : to);
      const { host, port } = this.#endpointOf(to) as Endpoint;
      for (const datagram of this.#packer.pack(messages)) {
        this.#underWay++;
        // A datagram that the system refuses to send is one that was lost.
        socket.send([datagram, this.#options.seal.sign(datagram)], port, host, this.#onSent);
      }
    }
    this.#outbox.clear();
  }

  #endpointOf(to: Address): Endpoint | undefined {
    const known = this.#endpoints.get(to);
    if (known !== undefined) return known;
    if (!isAddress(to)) return undefined;
    const endpoint = parseAddress(to);
    if (this.#endpoints.size >= 1024) this.#endpoints.clear();
    this.#endpoints.set(to, endpoint);
    return endpoint;
  }

  #onDatagram(sealed: Uint8Array, from: Address): void {
    if (this.#options.isCut?.(from) === true) return;
    const datagram = this.#options.seal.open(sealed);
    if (datagram === undefined) {
      this.#onStranger(sealed, from);
      return;
    }
    const messages = this.#unpacker.unpack(datagram);
    if (messages === undefined) this.#dropped.malformed++;
    else for (const bytes of messages) this.#takeMessage(bytes, from);
  }

  /** What is said to a stranger leaves by the socket that the others know, whichever of them got the datagram. */
  #onStranger(datagram: Uint8Array, from: Address): void {
    if (isRefusal(datagram)) return this.#warn(this.#refusals.onRefusal(now(), from));
    this.#dropped.badMac++;
    const { isAnswered, note } = this.#refusals.onStranger(now(), from, datagram);
    this.#warn(note);
    // A forged datagram may come from port 0, to which nothing can be sent.
    const to = this.#endpointOf(from);
    if (isAnswered && to !== undefined && !this.#isClosed) this.#socket?.socket.send(refusal, to.port, to.host, ignore);
  }

  #warn(text: string | undefined): void {
    if (text !== undefined) this.#options.note?.({ level: "warn", text });
  }

  #takeMessage(bytes: Uint8Array, from: Address): void {
    const message = decodeMessage(bytes);
    if (message === undefined) {
      this.#dropped.malformed++;
      return;
    }
    this.#inbox.push({ from, message });
    if (this.#inbox.length === 1) setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    const messages = this.#inbox;
    this.#inbox = [];
    if (!this.#isClosed) this.#options.onMessages(messages);
  }

  async #bind({ host, port }: Endpoint, isShared: boolean): Promise<SocketAsPromised> {
    const type = host.includes(":") ? "udp6" : "udp4";
    const socket = DgramAsPromised.createSocket({ type, reuseAddr: isShared }, (bytes, from) =>
      this.#onDatagram(bytes, formatAddress({ host: from.address, port: from.port })),
    );
    await socket.bind({ address: host, port });
    socket.socket.setRecvBufferSize(receiveBufferBytes);
    socket.socket.setSendBufferSize(receiveBufferBytes);
    return socket;
  }

  /** Bound to the group's own address where the system allows it, so that other traffic on its port stays out. */
  async #join(group: Endpoint, localHost: string): Promise<SocketAsPromised> {
    const host = process.platform === "win32" ? "0.0.0.0" : group.host;
    const socket = await this.#bind({ host, port: group.port }, true);
    socket.socket.addMembership(group.host, localHost);
    return socket;
  }
}

function groupsOf(group: GroupPath): ReadonlySet<Address> {
  if (group.kind === "unicast") return new Set();
  return new Set(group.meeting === undefined ? [group.group] : [group.group, group.meeting]);
}

function ignore(): void {}

import { randomBytes } from "node:crypto";
import { type PortBlock, takePortBlock } from "../../cluster/port-block.ts";
import { Calls } from "../../frontend/calls.ts";
import type { FrontendEffect, FrontendInput } from "../../frontend/effect.ts";
import { Frontend } from "../../frontend/frontend.ts";
import { formatAddress } from "../../io/address.ts";
import { DatagramTransport, type GroupPath } from "../../io/datagram-transport.ts";
import { Directory } from "../../io/directory.ts";
import { now, RoleDriver } from "../../io/role-driver.ts";
import { Seal } from "../../io/seal.ts";
import { sha256 } from "../../io/sha256.ts";
import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import { callerOf } from "../../protocol/caller.ts";
import { type Address, type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import type { Received } from "../../protocol/message.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";
import type { ManagerEffect, ManagerInput, Recovered } from "../../replica-manager/effect.ts";
import { Manager } from "../../replica-manager/manager.ts";
import type { SequencerInput } from "../../sequencer/effect.ts";
import { requestIdOf } from "./numbered-calls.ts";
import { RecordingReplica } from "./recording-replica.ts";
import { until } from "./until.ts";
import { WatchedSequencer } from "./watched-sequencer.ts";

const host = "127.0.0.1";
const multicastHost = "239.255.77.78";
const frontendCount = 2;

/** How a cluster of the tests is made. */
export interface SocketClusterOptions {
  readonly path: GroupPath["kind"];
  readonly datagramBytesMax: number;
  /** Shows in each listing. */
  readonly showsListed?: number;
}

/** One process of the cluster without the process: its sockets, and how it is closed. */
interface Member {
  readonly address: Address;
  readonly transport: DatagramTransport;
  readonly stop: () => void;
}

/** A message as it arrived at one member. */
export interface Arrival extends Received {
  readonly to: Address;
}

/**
 * A sequencer, four managers with replicas that record, and two front ends in this process, which speak over real
 * sockets. `cuts` loses every datagram from one address to another.
 */
export class SocketCluster {
  readonly sequencer: WatchedSequencer;
  readonly arrivals: Arrival[] = [];
  readonly #options: SocketClusterOptions;
  readonly #limits: Limits;
  readonly #ports: PortBlock;
  readonly #key = randomBytes(32);
  readonly #cuts = new Set<string>();
  readonly #members: Member[] = [];
  readonly #starts: (() => void)[] = [];
  readonly #replicas = new Map<Slot, RecordingReplica>();
  /** Records that each manager has stored. */
  readonly #appended = new Map<Slot, number>();
  readonly #frontends: Frontend[] = [];
  readonly #calls: Calls[] = [];
  #guests = 0;
  #callCount = 0;

  private constructor(options: SocketClusterOptions, ports: PortBlock) {
    this.#options = options;
    this.#ports = ports;
    this.#limits = { ...defaultLimits, datagramBytesMax: options.datagramBytesMax, statusEveryMs: 20 };
    this.sequencer = new WatchedSequencer({
      id: 1,
      pid: process.pid,
      nonce: randomBytes(16).toString("hex"),
      address: this.sequencerAddress,
      ranksAbove: 0,
      mayFound: true,
      managers: this.#managers,
      limits: this.#limits,
      sha256,
      seed: 1,
    });
  }

  /** Opens a cluster whose managers all vote. */
  static async open(options: SocketClusterOptions): Promise<SocketCluster> {
    const cluster = new SocketCluster(options, await takePortBlock(host));
    cluster.#addSequencer();
    for (const slot of slots) cluster.#addManager(slot);
    for (let place = 0; place < frontendCount; place++) cluster.#addFrontend(place);
    await Promise.all(cluster.#members.map((member) => member.transport.open()));
    for (const start of cluster.#starts) start();
    await until("all four managers vote", () =>
      cluster.#frontends.every((one) => one.status(now()).agreement === "4 of 4"),
    );
    return cluster;
  }

  get sequencerAddress(): Address {
    return this.#at(1);
  }

  /** Makes a call through one of the front ends, in turn. */
  call(call: Call): Promise<CallReply | CallFault> {
    const calls = this.#calls[this.#callCount++ % frontendCount] as Calls;
    return calls.call(call, callerOf(call));
  }

  managerAddress(slot: Slot): Address {
    return this.#at(1 + slot);
  }

  /** Request ids in the order in which the replica of a manager executed them. */
  executedBy(slot: Slot): readonly string[] {
    return (this.#replicas.get(slot)?.executed ?? []).map(({ args }) => requestIdOf(args));
  }

  /** Resolves when every replica executed as many changes. */
  async untilExecuted(count: number): Promise<void> {
    await until(`every replica executed ${count} changes`, () =>
      slots.every((slot) => this.executedBy(slot).length >= count),
    );
  }

  /** Loses every datagram between two addresses. */
  cut(one: Address, two: Address): void {
    this.#cuts.add(`${one} ${two}`).add(`${two} ${one}`);
  }

  /** Loses every datagram between a manager and all others. */
  isolate(slot: Slot): void {
    for (const { address } of this.#members) this.cut(address, this.managerAddress(slot));
  }

  heal(one: Address, two: Address): void {
    this.#cuts.delete(`${one} ${two}`);
    this.#cuts.delete(`${two} ${one}`);
  }

  /** Datagrams that each member dropped because of their code. */
  badMacs(): readonly number[] {
    return this.#members.map((member) => member.transport.dropped.badMac);
  }

  /** Opens a transport beside those of the cluster, with its key or with another one. */
  async openGuest(hasKey: boolean): Promise<DatagramTransport> {
    const key = hasKey ? this.#key : randomBytes(32);
    const guest = this.#makeTransport(this.#at(10 + this.#guests++), key, false, () => {});
    await guest.open();
    this.#members.push({ address: this.#at(9 + this.#guests), transport: guest, stop: () => {} });
    return guest;
  }

  /** Closes everything. */
  async close(): Promise<void> {
    for (const member of this.#members) member.stop();
    await Promise.all(this.#members.map((member) => member.transport.close()));
    await this.#ports.release();
  }

  #addSequencer(): void {
    const transport = this.#makeTransport(this.sequencerAddress, this.#key, false, (messages) =>
      driver.input({ kind: "messages", messages }),
    );
    const driver = new RoleDriver<SequencerInput, never>({
      role: this.sequencer,
      transport,
      wake: { kind: "wake" },
      note: () => {},
      perform: () => {},
    });
    this.#starts.push(() => driver.input({ kind: "businessDate", date: "2023-05-12" }));
    this.#members.push({ address: this.sequencerAddress, transport, stop: () => driver.stop() });
  }

  #addManager(slot: Slot): void {
    const address = this.managerAddress(slot);
    const managers = this.#managers;
    const incarnation = randomBytes(16).toString("hex");
    const limits = this.#limits;
    const config = { slot, incarnation, pid: process.pid, address, managers, limits, sha256, seed: slot };
    const transport = this.#makeTransport(address, this.#key, true, (messages) =>
      driver.input({ kind: "messages", messages }),
    );
    const driver: RoleDriver<ManagerInput, ManagerEffect> = new RoleDriver<ManagerInput, ManagerEffect>({
      role: new Manager({ ...config, versions: ["recording"], isLab: false }),
      transport,
      wake: { kind: "wake" },
      note: () => {},
      perform: (effect) => this.#performOf(slot, effect, (input) => driver.input(input)),
    });
    const recovered: Recovered = { summary: emptySummary, entries: [], snapshots: [], table: [] };
    this.#starts.push(() => driver.input({ kind: "recovered", recovered }));
    this.#members.push({ address, transport, stop: () => driver.stop() });
  }

  /** Carries an effect out for a manager whose disk stores at once. */
  #performOf(slot: Slot, effect: ManagerEffect, input: (input: ManagerInput) => void): void {
    if (effect.kind === "startReplica") {
      this.#replicas.set(slot, new RecordingReplica(this.#options.showsListed));
      input({ kind: "replicaStarted", generation: effect.generation, pid: 1 });
    } else if (effect.kind === "writeReplica") {
      const line = (this.#replicas.get(slot) as RecordingReplica).take(effect.line);
      input({ kind: "replicaLines", generation: effect.generation, lines: [line] });
    } else if (effect.kind === "append") {
      const position = (this.#appended.get(slot) ?? 0) + effect.records.length;
      this.#appended.set(slot, position);
      input({ kind: "appended", position });
    } else if (effect.kind === "save") {
      input({ kind: "saved", checkpoint: { ...effect.snapshot.digests, time: effect.snapshot.time } });
    }
  }

  #addFrontend(place: number): void {
    const address = this.#at(6 + place);
    const [managers, limits] = [this.#managers, this.#limits];
    const id = randomBytes(8).toString("hex");
    const frontend = new Frontend({
      id,
      pid: process.pid,
      address,
      managers,
      limits,
      quorums: defaultQuorums,
      sha256,
      seed: 9 + place,
    });
    const transport = this.#makeTransport(address, this.#key, false, (messages) =>
      driver.input({ kind: "messages", messages }),
    );
    const calls = new Calls(
      (input) => driver.input(input),
      () => randomBytes(16).toString("hex"),
    );
    const driver = new RoleDriver<FrontendInput, Extract<FrontendEffect, { kind: "answer" | "digests" }>>({
      role: frontend,
      transport,
      wake: { kind: "wake" },
      note: () => {},
      perform: (effect) => calls.perform(effect),
    });
    this.#frontends.push(frontend);
    this.#calls.push(calls);
    this.#starts.push(() => driver.input({ kind: "wake" }));
    this.#members.push({ address, transport, stop: () => driver.stop() });
  }

  #makeTransport(
    address: Address,
    key: Uint8Array,
    isMember: boolean,
    onMessages: (messages: readonly Received[]) => void,
  ): DatagramTransport {
    return new DatagramTransport({
      address,
      group: this.#group,
      directory: new Directory({ managers: this.#managers, sequencers: [this.sequencerAddress] }, 1),
      isMember,
      seal: new Seal(key),
      limits: this.#limits,
      onMessages: (messages) => {
        for (const { from, message } of messages) this.arrivals.push({ from, to: address, message });
        onMessages(messages);
      },
      isCut: (from) => this.#cuts.has(`${from} ${address}`),
    });
  }

  get #group(): GroupPath {
    if (this.#options.path === "unicast") return { kind: "unicast" };
    return {
      kind: "multicast",
      group: formatAddress({ host: multicastHost, port: this.#ports.port(0) }),
      localHost: host,
    };
  }

  get #managers(): Readonly<Record<Slot, Address>> {
    return {
      1: this.managerAddress(1),
      2: this.managerAddress(2),
      3: this.managerAddress(3),
      4: this.managerAddress(4),
    };
  }

  #at(place: number): Address {
    return formatAddress({ host, port: this.#ports.port(place) });
  }
}

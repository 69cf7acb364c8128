import { execFileSync } from "node:child_process";
import { Namespace } from "./netns-namespace.ts";
import { type Roughness, RoughSwitch } from "./netns-rough-switch.ts";

/** One host of a network: a namespace with one interface, `eth0`. */
export interface Host {
  /** From 1. */
  readonly number: number;
  readonly address: string;
  readonly namespace: Namespace;
}

/** Kept for tests of networks by RFC 2544; it leads nowhere from here, since nothing joins the namespaces to the machine. */
const network = "198.18.0";

/** Fails where namespaces, bridges or veth pairs are not permitted. */
const trial =
  "ip link add name br0 type bridge && ip link add name p1 type veth peer name e1 && ip link set p1 master br0";

/**
 * True where a network can be made, which is found out by trying; else it says why nothing is tested. Where `CI` is set
 * it is true without a trial, so that whoever makes one fails.
 */
export function canMakeLan(testFile: string): boolean {
  if (process.env["CI"] !== undefined) return true;
  try {
    execFileSync("unshare", ["--net", "sh", "-c", trial], { stdio: ["ignore", "ignore", "pipe"] });
    execFileSync("setpriv", ["--pdeathsig", "KILL", "python3", "-c", "import socket; socket.AF_PACKET"]);
    return true;
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: Buffer };
    const why = String(stderr ?? "").trim() || message;
    process.stderr.write(`${testFile}: nothing is tested here, since no network of hosts can be made: ${why}\n`);
    return false;
  }
}

/**
 * Hosts in network namespaces of their own, joined by a bridge that floods multicast to all. They reach each other and
 * nothing else. The end of port N of the bridge is the end of the cable of host N.
 */
export class Lan {
  readonly hosts: readonly Host[];
  readonly #bridges: Namespace;
  readonly #down = new Set<number>();
  #rough: RoughSwitch | undefined;

  private constructor(bridges: Namespace, hosts: readonly Host[]) {
    this.#bridges = bridges;
    this.hosts = hosts;
  }

  /** Makes one of so many hosts, which hear each other at once. */
  static async make(count: number): Promise<Lan> {
    const numbers = Array.from({ length: count }, (_, at) => 1 + at);
    const [bridges, ...namespaces] = await Promise.all([0, ...numbers].map(() => Namespace.make()));
    const hosts = namespaces.map((namespace, at) => ({ number: 1 + at, address: `${network}.${1 + at}`, namespace }));
    const lan = new Lan(bridges as Namespace, hosts);
    for (const name of ["near", "far"]) {
      lan.#ip(`link add name ${name} type bridge mcast_snooping 0`, `link set ${name} up`);
    }
    for (const host of hosts) lan.#plugIn(host);
    return lan;
  }

  /** Every process that keeps it. */
  get pids(): readonly number[] {
    const namespaces = [this.#bridges, ...this.hosts.map(({ namespace }) => namespace)];
    return [...namespaces.map(({ pid }) => pid), ...(this.#rough === undefined ? [] : [this.#rough.pid])];
  }

  /** The host with a number. */
  host(number: number): Host {
    const host = this.hosts[number - 1];
    if (host === undefined) throw new RangeError(`there is no host ${number}`);
    return host;
  }

  /** Takes the only interface of a host down, as its administrator would: it sends nothing and hears nothing. */
  takeDown(number: number): void {
    this.host(number).namespace.ip("link set eth0 down");
    this.#down.add(number);
  }

  /** Lets nothing through to a host any more, while everything that it sends arrives. */
  deafen(number: number): void {
    this.#ip(flooding(number, "off"), `link set port${number} type bridge_slave fdb_flush`);
  }

  /** Lets no multicast through to any host. */
  dropMulticast(): void {
    this.#ip(...this.hosts.map(({ number }) => `link set port${number} type bridge_slave mcast_flood off`));
  }

  /** Moves hosts to a bridge of their own: they hear each other, and the others hear each other. */
  part(numbers: readonly number[]): void {
    this.#ip(...numbers.map((number) => `link set port${number} master far`));
  }

  /** Lets nothing through from a host any more, while it hears everything. */
  async mute(number: number): Promise<void> {
    await this.#switchOver({ delayMs: 0, jitterMs: 0, lost: 0, doubled: 0, hasty: 0 }, number);
  }

  /** Delays, loses, doubles and reorders. */
  async roughen(roughness: Roughness): Promise<void> {
    await this.#switchOver(roughness);
  }

  /** Ends all trouble. */
  async heal(): Promise<void> {
    await this.#rough?.end();
    this.#rough = undefined;
    for (const number of this.#down) this.host(number).namespace.ip("link set eth0 up");
    this.#down.clear();
    this.#ip(
      ...this.hosts.map(({ number }) => `link set port${number} master near`),
      ...this.hosts.map(({ number }) => flooding(number, "on")),
    );
  }

  /** Removes it; programs in its hosts have to be ended before. */
  async end(): Promise<void> {
    await this.#rough?.end();
    await Promise.all([this.#bridges, ...this.hosts.map(({ namespace }) => namespace)].map((one) => one.end()));
  }

  /** A switch of our own takes the place of the bridge. */
  async #switchOver(roughness: Roughness, mute?: number): Promise<void> {
    this.#ip(...this.hosts.map(({ number }) => `link set port${number} nomaster`));
    const ports = this.hosts.map(({ number }) => ({
      port: `port${number}`,
      mac: macOf(number),
      isMute: number === mute,
    }));
    this.#rough = await RoughSwitch.start(this.#bridges, ports, roughness);
  }

  #plugIn({ number, address, namespace }: Host): void {
    const end = `address ${macOf(number)} netns ${namespace.pid}`;
    this.#ip(
      `link add name port${number} type veth peer name eth0 ${end}`,
      `link set port${number} master near addrgenmode none up`,
    );
    // One segment of TCP a frame, so that losing a frame is what it is on a real cable.
    namespace.ip(
      "link set eth0 addrgenmode none gso_max_segs 1",
      `address add ${address}/24 dev eth0`,
      "link set eth0 up",
    );
  }

  #ip(...commands: readonly string[]): void {
    this.#bridges.ip(...commands);
  }
}

/** Locally administered. */
function macOf(number: number): string {
  return `02:00:00:00:00:${String(number).padStart(2, "0")}`;
}

/** A port that learns nothing and floods nothing passes nothing to its host. */
function flooding(number: number, state: "on" | "off"): string {
  const flags = ["flood", "mcast_flood", "bcast_flood", "learning"].map((flag) => `${flag} ${state}`);
  return `link set port${number} type bridge_slave ${flags.join(" ")}`;
}

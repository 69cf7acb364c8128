import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Tally } from "./takeover-load.ts";
import { type TakeoverPeer, untilThere } from "./takeover-peer.ts";
import { etcdPaths, keyPrefix } from "./takeover-requests.ts";

interface Member {
  readonly name: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  /** `undefined` until it is started. */
  process: ChildProcess | undefined;
}

interface MemberStatus {
  readonly header: { readonly member_id: string };
  readonly leader?: string;
  readonly raftIndex: string;
}

/** As soon as the launcher of the service starts a sequencer again. */
const restartMs = 50;
/** A put that was handed to a leader that is gone is answered, with an error, after 7 s. */
const tryMsMax = 1000;
const endMs = 3000;

/** What `etcd` says of its version, or `undefined` where there is none. */
export function etcdVersion(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? /Version: (\S+)/.exec(stdout)?.[1] : undefined;
}

/** How long a member of etcd waits for its leader unless it is told, in milliseconds; its heartbeat is a tenth of that. */
export const etcdElectionMs = 1000;

/** Where three members of etcd come from, and what they are told. */
export interface EtcdOptions {
  readonly program: string;
  readonly version: string;
  /** Their data directories are under this one. */
  readonly directory?: string;
  readonly electionMs?: number;
}

/** Three members of etcd on loopback ports, with settings of etcd's own but for that time. */
export async function startEtcd(given: EtcdOptions): Promise<TakeoverPeer> {
  const { program, version, directory = tmpdir(), electionMs = etcdElectionMs } = given;
  const data = mkdtempSync(join(directory, "etcd-takeover-"));
  const cluster = new EtcdCluster(program, data, await freePorts(6), electionMs);
  const urls = cluster.start();
  return {
    name: `etcd ${version}, three members`,
    load: { kind: "puts", urls, businessDate: "", tryMsMax },
    untilWhole: () => untilThere("three members follow one leader", () => cluster.leader()),
    check: (tally) => checkKeys(urls[0] as string, tally),
    stop: async () => {
      await cluster.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The processes of one cluster: each is started again when it dies. */
class EtcdCluster {
  readonly #program: string;
  readonly #data: string;
  readonly #members: readonly Member[];
  readonly #electionMs: number;
  #isEnding = false;

  constructor(program: string, data: string, ports: readonly number[], electionMs: number) {
    this.#program = program;
    this.#electionMs = electionMs;
    this.#data = data;
    const url = (port: number | undefined) => `http://127.0.0.1:${port}`;
    // Nothing stays behind when this program breaks off.
    process.once("exit", () => this.#members.forEach((member) => void member.process?.kill("SIGKILL")));
    this.#members = [0, 1, 2].map((at) => ({
      name: `m${at + 1}`,
      clientUrl: url(ports[2 * at]),
      peerUrl: url(ports[2 * at + 1]),
      process: undefined,
    }));
  }

  /** Starts all; where each is called. */
  start(): readonly string[] {
    for (const member of this.#members) this.#start(member);
    return this.#members.map(({ clientUrl }) => clientUrl);
  }

  /** The process of the leader, when all three know it and have the same log. */
  async leader(): Promise<number | undefined> {
    const statuses = await Promise.all(this.#members.map(({ clientUrl }) => statusOf(clientUrl)));
    const [first] = statuses;
    const isWhole = statuses.every(
      ({ leader, raftIndex }) => leader === first?.leader && raftIndex === first?.raftIndex,
    );
    const at = statuses.findIndex(({ header }) => header.member_id === first?.leader);
    return isWhole ? this.#members[at]?.process?.pid : undefined;
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#members.map(({ process }) => end(process)));
  }

  #start(member: Member): void {
    if (this.#isEnding) return;
    const { name, clientUrl, peerUrl } = member;
    const options = {
      name,
      "data-dir": join(this.#data, name),
      "listen-client-urls": clientUrl,
      "advertise-client-urls": clientUrl,
      "listen-peer-urls": peerUrl,
      "initial-advertise-peer-urls": peerUrl,
      "initial-cluster": this.#members.map((one) => `${one.name}=${one.peerUrl}`).join(","),
      "heartbeat-interval": Math.round(this.#electionMs / 10),
      "election-timeout": this.#electionMs,
      logger: "zap",
      "log-level": "fatal",
    };
    const args = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
    member.process = spawn(this.#program, args, { stdio: ["ignore", "inherit", "inherit"] });
    member.process.once("exit", () => setTimeout(() => this.#start(member), restartMs));
  }
}

/** By the count of keys under the prefix: a put that is done twice leaves one key. */
async function checkKeys(url: string, { keys }: Tally): Promise<string> {
  const key = (text: string) => Buffer.from(text).toString("base64");
  const behind = `${keyPrefix.slice(0, -1)}${String.fromCharCode(keyPrefix.charCodeAt(keyPrefix.length - 1) + 1)}`;
  const range = { key: key(keyPrefix), range_end: key(behind), count_only: true };
  const { count } = (await post(url, etcdPaths.range, range)) as { readonly count: string };
  if (Number(count) !== keys.length) throw new Error(`${keys.length} puts were answered and ${count} keys are there`);
  return `${keys.length} puts were answered, and each key is there`;
}

async function statusOf(url: string): Promise<MemberStatus> {
  return (await post(url, "/v3/maintenance/status", {})) as MemberStatus;
}

async function post(url: string, path: string, body: object): Promise<unknown> {
  const signal = AbortSignal.timeout(endMs);
  const response = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body), signal });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return await response.json();
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const isEnded = await Promise.race([ended.then(() => true), delay(endMs, false)]);
  if (!isEnded) child.kill("SIGKILL");
  await ended;
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

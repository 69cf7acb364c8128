import { randomBytes, randomInt } from "node:crypto";
import { readProcessSettings } from "../io/cluster-settings.ts";
import { ClusterTransport } from "../io/cluster-transport.ts";
import { managerNames } from "../io/directory.ts";
import { liveUntilEnd, report } from "../io/process-life.ts";
import { openProcessLog } from "../io/process-log.ts";
import { ReplicaRunner } from "../io/replica-runner.ts";
import { RoleDriver } from "../io/role-driver.ts";
import { sha256 } from "../io/sha256.ts";
import { type ManagerStorage, openManagerStorage } from "../io/storage/manager-storage.ts";
import { openMemoryStorage } from "../io/storage/memory-storage.ts";
import { isSlot } from "../protocol/ids.ts";
import type { ManagerEffect, ReplicaEffect } from "./effect.ts";
import { versionsFrom } from "./spare-versions.ts";
import { type StartingInput, StartingManager } from "./starting-manager.ts";

const droppedEveryMs = 1000;
const settings = readProcessSettings();
const { cluster, role, limits } = settings;
const slot = role.id;
if (!isSlot(slot)) throw new Error(`there is no slot ${slot}`);
const log = openProcessLog(`manager ${slot}`);
const manager = new StartingManager({
  slot,
  pid: process.pid,
  address: role.address,
  managers: managerNames,
  versions: versionsFrom(cluster.versions, slot),
  limits,
  sha256,
  seed: randomInt(0x1_0000_0000),
  isLab: cluster.isLab,
  ...(role.shadow === undefined ? {} : { shadow: role.shadow }),
});
const transport = new ClusterTransport(settings, "manager", {
  onMessages: (messages) => driver.input({ kind: "messages", messages }),
  note: (note) => log.note(note),
});
const replicas = new ReplicaRunner(cluster, limits, log, (event) => driver.input(event));
const shadow =
  role.shadow === undefined
    ? undefined
    : new ReplicaRunner(cluster, limits, log, (event) => driver.input({ kind: "shadow", event }), true);
const carryOut = (runner: ReplicaRunner, effect: ReplicaEffect) => {
  if (effect.kind === "startReplica") runner.start(effect.generation, effect.version);
  else if (effect.kind === "endReplica") runner.end(effect.generation);
  else runner.write(effect.generation, effect.line);
};
let storage: ManagerStorage | undefined;
const driver = new RoleDriver<StartingInput, ManagerEffect>({
  role: manager,
  transport,
  wake: { kind: "wake" },
  note: (note) => log.note(note),
  perform: (effect) => {
    if (effect.kind === "startReplica" || effect.kind === "endReplica" || effect.kind === "writeReplica") {
      carryOut(replicas, effect);
    } else if (effect.kind === "shadow" && shadow !== undefined) carryOut(shadow, effect.effect);
    else if (effect.kind === "append") storage?.append(effect.records);
    else if (effect.kind === "save") storage?.save(effect.snapshot, effect.intervals);
    else if (effect.kind === "keep") storage?.keep(effect);
    else if (effect.kind === "endManager") process.kill(process.pid, "SIGKILL");
  },
});

await transport.open();
report({ kind: "open", address: role.address });
const droppedTimer = setInterval(() => driver.input({ kind: "dropped", ...transport.dropped }), droppedEveryMs);
liveUntilEnd(log, async () => {
  clearInterval(droppedTimer);
  driver.stop();
  replicas.endAll();
  shadow?.endAll();
  await transport.close();
  await storage?.close();
});
const events = {
  onProgress: (done: number, total: number) => driver.input({ kind: "loading", done, total }),
  onAppended: (position: number) => driver.input({ kind: "appended", position }),
  onSaved: (checkpoint: Extract<StartingInput, { kind: "saved" }>["checkpoint"]) =>
    driver.input({ kind: "saved", checkpoint }),
  onRoom: (hasRoom: boolean) => driver.input({ kind: "room", hasRoom }),
  // A write that failed may have been lost, and no later one tells: only what is read again is known to be there.
  onFailed: (error: Error) => {
    process.nextTick(() => {
      throw error;
    });
  },
  note: (note: Parameters<typeof log.note>[0]) => log.note(note),
};
const directory = role.dataDirectory;
storage =
  directory === undefined
    ? openMemoryStorage(events, randomBytes(16).toString("hex"))
    : await openManagerStorage(directory, { limits, sha256, ...events });
driver.input({ kind: "opened", incarnation: storage.incarnation, recovered: storage.recovered });

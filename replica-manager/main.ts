import { randomBytes, randomInt } from "node:crypto";
import { readProcessSettings } from "../io/cluster-settings.ts";
import { makeClusterTransport } from "../io/cluster-transport.ts";
import { liveWithParent } from "../io/process-life.ts";
import { openProcessLog } from "../io/process-log.ts";
import { ReplicaRunner } from "../io/replica-runner.ts";
import { RoleDriver } from "../io/role-driver.ts";
import { sha256 } from "../io/sha256.ts";
import { isSlot } from "../protocol/ids.ts";
import type { ManagerEffect, ManagerInput } from "./effect.ts";
import { Manager } from "./manager.ts";
import { versionsFrom } from "./spare-versions.ts";

const droppedEveryMs = 1000;
const settings = readProcessSettings();
const { cluster, role, limits } = settings;
const slot = role.id;
if (!isSlot(slot)) throw new Error(`there is no slot ${slot}`);
const log = openProcessLog(`manager ${slot}`);
const manager = new Manager({
  slot,
  incarnation: randomBytes(16).toString("hex"),
  pid: process.pid,
  address: role.address,
  managers: cluster.managers,
  sequencers: cluster.sequencers,
  versions: versionsFrom(cluster.versions, slot),
  limits,
  sha256,
  seed: randomInt(0x1_0000_0000),
  isLab: cluster.isLab,
});
const transport = makeClusterTransport(settings, true, (messages) => driver.input({ kind: "messages", messages }));
const replicas = new ReplicaRunner(cluster, limits, log, (event) => driver.input(event));
const driver = new RoleDriver<ManagerInput, ManagerEffect>({
  role: manager,
  transport,
  wake: { kind: "wake" },
  note: (note) => log.note(note),
  perform: (effect) => {
    if (effect.kind === "startReplica") replicas.start(effect.generation, effect.version);
    else if (effect.kind === "endReplica") replicas.end(effect.generation);
    else if (effect.kind === "writeReplica") replicas.write(effect.generation, effect.line);
    // The log of this version lives in memory: what is appended is as durable as it gets.
    else if (effect.kind === "append") driver.input({ kind: "appended", last: effect.entries.at(-1)?.n ?? 0 });
    else if (effect.kind === "endManager") process.kill(process.pid, "SIGKILL");
  },
});

await transport.open();
driver.input({ kind: "wake" });
const droppedTimer = setInterval(() => driver.input({ kind: "dropped", ...transport.dropped }), droppedEveryMs);
liveWithParent(log, async () => {
  clearInterval(droppedTimer);
  driver.stop();
  replicas.endAll();
  await transport.close();
});

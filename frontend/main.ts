import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { readProcessSettings } from "../io/cluster-settings.ts";
import { ClusterTransport } from "../io/cluster-transport.ts";
import { managerNames } from "../io/directory.ts";
import { startHttpDoor } from "../io/http-door.ts";
import { listenFrom } from "../io/listen.ts";
import { liveUntilEnd, report } from "../io/process-life.ts";
import { openProcessLog } from "../io/process-log.ts";
import { now, RoleDriver } from "../io/role-driver.ts";
import { sha256 } from "../io/sha256.ts";
import { callerOf } from "../protocol/caller.ts";
import { compileContract } from "../soap/contract.ts";
import { Calls } from "./calls.ts";
import type { FrontendEffect, FrontendInput } from "./effect.ts";
import { Frontend } from "./frontend.ts";
import { statusApi } from "./status-api.ts";
import { waitingOf } from "./waiting.ts";

const readyEveryMs = 25;
const defaultHttp = { host: "127.0.0.1", port: 0, publicUrl: null, takesNextPort: true };
const settings = readProcessSettings();
const { cluster, role, limits } = settings;
const { host, port, publicUrl, takesNextPort } = role.http ?? defaultHttp;
const log = openProcessLog("frontend");
const wsdlFile = (name: string) => readFileSync(new URL(`../../wsdl/${name}`, import.meta.url), "utf8");
const sources = { schema: wsdlFile("booking.xsd"), wsdl: wsdlFile("booking.wsdl") };
const contract = compileContract(sources, { theatres: cluster.theatres });
const frontend = new Frontend({
  id: randomBytes(8).toString("hex"),
  pid: process.pid,
  address: role.address,
  managers: managerNames,
  limits,
  quorums: cluster.quorums,
  sha256,
  seed: randomInt(0x1_0000_0000),
});
const idPrefix = randomBytes(12).toString("hex");
let idsDrawn = 0;
const freshId = () => `${idPrefix}-${(idsDrawn++).toString(36)}`;
const calls = new Calls((input) => driver.input(input), freshId);
const transport = new ClusterTransport(settings, "frontend", {
  onMessages: (messages) => driver.input({ kind: "messages", messages }),
  note: (note) => log.note(note),
});
const driver = new RoleDriver<FrontendInput, Extract<FrontendEffect, { kind: "answer" | "digests" }>>({
  role: frontend,
  transport,
  wake: { kind: "wake" },
  note: (note) => log.note(note),
  perform: (effect) => calls.perform(effect),
});
const routes = statusApi({
  status: () => frontend.status(now()),
  digests: () => calls.digests(),
  requests: (countMax, isDisagreedOnly) => frontend.recentVotes(countMax, isDisagreedOnly),
  request: (sequence) => frontend.vote(sequence),
  input: (input) => driver.input(input),
  theatres: cluster.theatres,
  isLab: cluster.isLab,
  freshId: () => `f${randomBytes(4).toString("hex")}`,
  freshSeed: () => randomInt(0x1_0000_0000),
  isoTime: (ms) => new Date(ms).toISOString(),
});
const makeDoor = (tried: number) =>
  startHttpDoor({
    host,
    port: tried,
    ...(publicUrl === null ? {} : { publicUrl }),
    contract,
    call: (call) => calls.call(call, callerOf(call)),
    routes,
  });

await transport.open();
report({ kind: "open", address: role.address });
const door = await (takesNextPort ? listenFrom(port, makeDoor) : makeDoor(port)).catch(
  (error: NodeJS.ErrnoException) => {
    report({ kind: "failed", why: `cannot listen on ${host}:${port}: ${error.code ?? error.message}` });
    process.exit(1);
  },
);
report({ kind: "listening", url: door.url, localUrl: door.localUrl, port: door.port });
driver.input({ kind: "wake" });
let told = "";
const readyTimer = setInterval(() => {
  const status = frontend.status(now());
  if (!status.isReady) {
    const waiting = waitingOf(status);
    if (told !== JSON.stringify(waiting)) report({ kind: "waiting", ...waiting });
    told = JSON.stringify(waiting);
    return;
  }
  clearInterval(readyTimer);
  report({ kind: "ready" });
}, readyEveryMs);
const droppedTimer = setInterval(() => driver.input({ kind: "dropped", ...transport.dropped }), 1000);
liveUntilEnd(log, async () => {
  clearInterval(readyTimer);
  clearInterval(droppedTimer);
  driver.stop();
  await Promise.all([door.close(), transport.close()]);
});

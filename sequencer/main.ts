import { randomBytes, randomInt } from "node:crypto";
import { businessDateEveryMs, makeBusinessClock } from "../io/business-date.ts";
import { readProcessSettings } from "../io/cluster-settings.ts";
import { ClusterTransport } from "../io/cluster-transport.ts";
import { managerNames } from "../io/directory.ts";
import { liveUntilEnd, report } from "../io/process-life.ts";
import { openProcessLog } from "../io/process-log.ts";
import { RoleDriver } from "../io/role-driver.ts";
import { sha256 } from "../io/sha256.ts";
import type { SequencerInput } from "./effect.ts";
import { Sequencer } from "./sequencer.ts";

const settings = readProcessSettings();
const { cluster, role, limits } = settings;
if (role.election === undefined) throw new Error("a sequencer is told of the others");
const log = openProcessLog(`sequencer ${role.id}`);
const sequencer = new Sequencer({
  id: role.id,
  pid: process.pid,
  nonce: randomBytes(16).toString("hex"),
  address: role.address,
  ranksAbove: role.election.ranksAbove,
  mayFound: role.election.mayFound,
  managers: managerNames,
  limits,
  sha256,
  seed: randomInt(0x1_0000_0000),
});
const transport = new ClusterTransport(settings, "sequencer", {
  onMessages: (messages) => driver.input({ kind: "messages", messages }),
  onRanks: (above) => driver.input({ kind: "ranks", above }),
  note: (note) => log.note(note),
});
const driver = new RoleDriver<SequencerInput, never>({
  role: sequencer,
  transport,
  wake: { kind: "wake" },
  note: (note) => log.note(note),
  perform: () => {},
});
const businessDate = makeBusinessClock(cluster.zone, cluster.businessDate ?? undefined);

await transport.open();
report({ kind: "open", address: role.address });
const tellDate = () => {
  driver.input({ kind: "businessDate", date: businessDate() });
  driver.input({ kind: "dropped", ...transport.dropped });
};
const dateTimer = setInterval(tellDate, businessDateEveryMs);
tellDate();
liveUntilEnd(log, async () => {
  clearInterval(dateTimer);
  driver.input({ kind: "resign" });
  driver.stop();
  await transport.close();
});

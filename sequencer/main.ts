import { randomBytes, randomInt } from "node:crypto";
import { businessDateEveryMs, makeBusinessClock } from "../io/business-date.ts";
import { readProcessSettings } from "../io/cluster-settings.ts";
import { makeClusterTransport } from "../io/cluster-transport.ts";
import { liveWithParent } from "../io/process-life.ts";
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
  sequencers: role.election.others,
  ranksAbove: role.election.ranksAbove,
  mayFound: role.election.mayFound,
  managers: cluster.managers,
  limits,
  sha256,
  seed: randomInt(0x1_0000_0000),
});
const transport = makeClusterTransport(settings, false, (messages) => driver.input({ kind: "messages", messages }));
const driver = new RoleDriver<SequencerInput, never>({
  role: sequencer,
  transport,
  wake: { kind: "wake" },
  note: (note) => log.note(note),
  perform: () => {},
});
const businessDate = makeBusinessClock(cluster.zone, cluster.businessDate ?? undefined);

await transport.open();
const tellDate = () => {
  driver.input({ kind: "businessDate", date: businessDate() });
  driver.input({ kind: "dropped", ...transport.dropped });
};
const dateTimer = setInterval(tellDate, businessDateEveryMs);
tellDate();
liveWithParent(log, async () => {
  clearInterval(dateTimer);
  driver.stop();
  await transport.close();
});

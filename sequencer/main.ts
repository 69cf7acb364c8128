import { randomBytes } from "node:crypto";
import { businessDateEveryMs, makeBusinessClock } from "../io/business-date.ts";
import { readProcessSettings } from "../io/cluster-settings.ts";
import { makeClusterTransport } from "../io/cluster-transport.ts";
import { liveWithParent } from "../io/process-life.ts";
import { openProcessLog } from "../io/process-log.ts";
import { RoleDriver } from "../io/role-driver.ts";
import { sha256 } from "../io/sha256.ts";
import { Sequencer, type SequencerInput } from "./sequencer.ts";

const settings = readProcessSettings();
const { cluster, role, limits } = settings;
const log = openProcessLog(`sequencer ${role.id}`);
const sequencer = new Sequencer({
  id: role.id,
  pid: process.pid,
  epoch: { number: 1, nonce: randomBytes(16).toString("hex") },
  limits,
  sha256,
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

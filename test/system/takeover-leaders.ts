import type { StatusView } from "../../frontend/status-view.ts";
import { until } from "./polling.ts";
import type { Service } from "./service.ts";

/** One sequencer, as the service shows it. */
export type SequencerView = StatusView["sequencers"][number];

/** How long another sequencer has to lead, and one that is started again to stand by, on a busy machine too. */
export const leadsMsMax = 10_000;

/** The sequencer that leads, but none of these processes: one that is frozen seems to lead until it was silent for long. */
export function activeOf({ sequencers }: StatusView, except: readonly number[] = []): SequencerView {
  const active = sequencers.find(({ state, pid }) => state === "active" && !except.includes(pid));
  if (active === undefined) throw new Error(`no sequencer is active: ${JSON.stringify(sequencers)}`);
  return active;
}

/** Waits until a process other than these leads a later epoch than before. */
export async function untilAnotherLeads(
  service: Service,
  before: StatusView,
  except: readonly number[] = [activeOf(before).pid],
): Promise<StatusView> {
  return await until("another sequencer leads a later epoch", leadsMsMax, async () => {
    const status = await service.status();
    const isLater = (status.epoch?.number ?? 0) > (before.epoch?.number ?? 0);
    return isLater && activeOf(status, except) ? status : undefined;
  });
}

/** Waits until one sequencer leads and another stands by, neither of them one of these processes. */
export async function untilPaired(service: Service, except: readonly number[] = []): Promise<StatusView> {
  return await until("one sequencer leads and another stands by", leadsMsMax, async () => {
    const status = await service.status();
    const states = status.sequencers.filter(({ pid }) => !except.includes(pid)).map(({ state }) => state);
    return states.toSorted().join() === "active,standby" ? status : undefined;
  });
}

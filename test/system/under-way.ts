import { setTimeout as delay } from "node:timers/promises";
import type { Slot } from "../../protocol/ids.ts";
import type { MixedLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import type { ManagerView, Service } from "./service.ts";

const callsMsMax = 30_000;

/** Waits until a load has made so many calls more than when the waiting began. */
export async function untilCalls(load: MixedLoad, count: number): Promise<void> {
  const calls = load.calls + count;
  await until(`${count} calls more`, callsMsMax, () => (load.calls >= calls ? true : undefined));
}

/** Waits until another process has taken the place of a manager's and votes. */
export async function untilBack(service: Service, before: ManagerView, withinMs: number): Promise<ManagerView> {
  return await until(`manager ${before.slot} votes again in a new process`, withinMs, async () => {
    const manager = await service.manager(before.slot);
    return manager.state === "voting" && manager.pid !== before.pid ? manager : undefined;
  });
}

/** Waits until a manager votes and has executed what was ordered when the waiting began. */
export async function untilVotesAt(service: Service, slot: Slot, withinMs: number): Promise<ManagerView> {
  const { sequence } = await service.status();
  return await until(`manager ${slot} votes behind number ${sequence}`, withinMs, async () => {
    const manager = await service.manager(slot);
    return manager.state === "voting" && manager.executed >= sequence ? manager : undefined;
  });
}

/** Freezes a process, as a machine that hangs does, and lets it go on after a time, and not before something happened. */
export async function freeze(
  pid: number | null | undefined,
  ms: number,
  happen?: () => Promise<unknown>,
): Promise<void> {
  process.kill(pid as number, "SIGSTOP");
  try {
    await Promise.all([delay(ms), happen?.()]);
  } finally {
    process.kill(pid as number, "SIGCONT");
  }
}

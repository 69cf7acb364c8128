import type { Entry } from "../../protocol/entry.ts";
import { slots } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

const settleMsMax = 40_000;

/** The end of a run, when all four managers are as one. */
export interface Settled {
  readonly entries: readonly Entry[];
  readonly stateDigest: string;
}

/** Goes on until one sequencer leads and all four managers vote, are members and have executed the whole order. */
export function awaitAllVoting(world: World, msMax = settleMsMax): void {
  world.runUntil(
    () => areAllVoting(world),
    msMax,
    () => `all four managers vote: ${describe(world)}`,
  );
}

/** After all faults: everybody votes again, on states that are equal. */
export function settle(world: World): Settled {
  const until = world.now + settleMsMax;
  for (;;) {
    // A replica that hangs is found only when it is asked something.
    world.call(0, { operation: "getBookingSchedule", args: { customerID: "ATWC0001" } }, "ATWC0001", () => {});
    world.runFor(100);
    const settled = areAllVoting(world) ? settledAs(world, digestsOf(world)) : undefined;
    if (settled !== undefined) return settled;
    if (world.now >= until) throw new Violation("converges", `not as one within ${settleMsMax} ms: ${describe(world)}`);
    world.runFor(100);
  }
}

function settledAs(world: World, digests: readonly (string | null)[]): Settled | undefined {
  const [stateDigest] = digests;
  const isEqual = digests.length === slots.length && digests.every((digest) => digest === stateDigest);
  if (!isEqual || typeof stateDigest !== "string") return undefined;
  const ends = world.managers.map(({ disk }) => `${disk.durable.summary.last} ${disk.durable.lastDigest}`);
  if (ends.some((end) => end !== ends[0])) return undefined;
  const { summary, lastDigest } = world.managers[0]!.disk.durable;
  return { stateDigest, entries: world.logs.entriesTo({ n: summary.last, digest: lastDigest }) };
}

/** The state digests of all four at one number; empty where no two agree. */
function digestsOf(world: World): readonly (string | null)[] {
  let digests: readonly (string | null)[] | undefined;
  world.frontends[0]!.digests((answer) => {
    digests = answer !== undefined && "digests" in answer ? answer.digests.map((one) => one.digest) : [];
  });
  world.runUntil(
    () => digests !== undefined,
    settleMsMax,
    () => `the state digests are told: ${describe(world)}`,
  );
  return digests!;
}

function areAllVoting(world: World): boolean {
  if (!world.sequencers.some((sequencer) => sequencer.status?.state === "active")) return false;
  const statuses = world.managers.map((manager) => manager.status);
  const last = Math.max(...statuses.map((status) => status?.last ?? 0));
  return world.managers.every((manager, index) => {
    const status = statuses[index];
    if (status === undefined || manager.replica?.isHung !== false) return false;
    return (
      status.state === "voting" && status.isMember && status.hasRoom && status.last === last && status.executed === last
    );
  });
}

/** How every process stands, for people. */
export function describe(world: World): string {
  const managers = world.managers.map((manager) =>
    describeManager(manager.slot, manager.status, manager.replica?.isHung),
  );
  const sequencers = world.sequencers.map(({ id, status }) => {
    return `sequencer ${id} ${status?.state} ${status?.epoch?.number} last ${status?.last} strangers ${status?.strangers.join(" ")}`;
  });
  return ["", ...managers, ...sequencers].join("\n  ");
}

function describeManager(slot: number, status: MessageOf<"managerStatus"> | undefined, isHung?: boolean): string {
  if (status === undefined) return `manager ${slot} is away`;
  const { state, isMember, hasRoom, epoch, promised, last, executed, durable, progress, generation } = status;
  const terms = `epoch ${epoch?.number} promised ${promised?.number}`;
  const log = `last ${last} durable ${durable} executed ${executed}`;
  const doing = progress === null ? "" : `, ${progress.what} ${progress.done}/${progress.total}`;
  const flags = `member=${isMember} room=${hasRoom} hung=${isHung} generation=${generation}`;
  return `manager ${slot} ${state}${doing}, ${terms}, ${log}, ${flags}`;
}

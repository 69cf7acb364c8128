import type { Waiting } from "../io/process-life.ts";

/** How far something has come, in percent of what there is; not 100 before it is done. */
export function percentOf({ done, total }: { readonly done: number; readonly total: number }): number {
  return Math.floor((100 * Math.min(done, total)) / Math.max(1, total));
}

/** What `remarkOf` reads of a manager. */
interface Remarked {
  readonly state: string;
  readonly isMember: boolean;
  readonly hasRoom: boolean;
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
}

/** What is special about a manager, in words of an operator; empty where nothing is, or nothing is known. */
export function remarkOf({ state, isMember, hasRoom, progress }: Remarked): string {
  if (state === "unreachable") return "";
  const remarks = [
    ...(progress === null ? [] : [`${progress.what} ${percentOf(progress)} %`]),
    // What is being read from the disk may well make it a member.
    ...(isMember || progress?.what === "loading" ? [] : ["new disk, waits to be admitted"]),
    ...(hasRoom ? [] : ["disk full"]),
  ];
  return remarks.join(", ");
}

/** What the managers that have something to load are doing; empty while none has. */
export function renderRecovering({ managers }: Waiting): string {
  const busy = managers.flatMap(({ slot, progress }) =>
    progress === null ? [] : [`manager ${slot} ${progress.what} ${percentOf(progress)} %`],
  );
  return busy.length === 0 ? "" : `recovering: ${busy.join(", ")}`;
}

/** The JSON line of the same. */
export function recoveringJson({ managers }: Waiting, version: number): string {
  const busy = managers.flatMap(({ slot, progress }) =>
    progress === null ? [] : [{ slot, ...progress, percent: percentOf(progress) }],
  );
  return `${JSON.stringify({ event: "recovering", managers: busy, version })}\n`;
}

/** What every process of a cluster that does not answer says of itself. */
export function renderWaiting({ sequencers, managers }: Waiting): string {
  const heard = sequencers.map(({ id, state }) => `sequencer ${id} is ${state}`);
  const stand = managers.map((manager) => {
    const remark = remarkOf(manager);
    return `manager ${manager.slot} is ${manager.state}${remark === "" ? "" : ` (${remark})`}`;
  });
  return [...(heard.length === 0 ? ["no sequencer is heard"] : heard), ...stand].join(", ");
}

import type { ManagerState, Progress } from "../protocol/message.ts";
import type { ProcessLog } from "./process-log.ts";

/** What a child tells the process that started it. */
export type ChildReport =
  /** Where the other processes of the cluster reach it. */
  | { readonly kind: "open"; readonly address: string }
  /** `url` is what clients are told, `localUrl` where this machine reaches it; neither has a path. */
  | { readonly kind: "listening"; readonly url: string; readonly localUrl: string; readonly port: number }
  | { readonly kind: "ready" }
  | ({ readonly kind: "waiting" } & Waiting)
  | { readonly kind: "failed"; readonly why: string };

/** Why a cluster does not answer yet: what each process says of itself. */
export interface Waiting {
  readonly sequencers: readonly { readonly id: number; readonly state: string }[];
  readonly managers: readonly {
    readonly slot: number;
    readonly state: ManagerState | "suspect" | "unreachable";
    readonly isMember: boolean;
    readonly hasRoom: boolean;
    readonly progress: Progress | null;
  }[];
}

/** Milliseconds that an end in order may take; after that the process ends as it is. */
const closeMsMax = 4000;

/**
 * Lets a process live until it is told to end, which it does in order, or until its parent is gone in any way, where it
 * has one; it ends at once when something failed that it cannot mend. An interrupt from the terminal is the business of
 * the parent, if there is one.
 */
export function liveUntilEnd(log: ProcessLog, close: () => Promise<void>): void {
  let isClosing = false;
  const end = () => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(0), closeMsMax).unref();
    void close().then(() => process.exit(0), endFailed);
  };
  const endFailed = (reason: unknown) => {
    log.note({ level: "error", text: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason) });
    // The log is written behind our back.
    setTimeout(() => process.exit(1), 50);
  };
  const fail = (reason: unknown) => {
    // What broke its own rules says nothing more.
    isClosing = true;
    void close().catch(() => {});
    endFailed(reason);
  };
  process.on("SIGINT", process.send === undefined ? end : () => {});
  process.on("SIGTERM", end);
  process.on("disconnect", end);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  // A parent that went while this process was starting said so to nobody.
  if (process.connected === undefined || process.connected) return;
  end();
}

let takeReport = (report: ChildReport): void => void process.send?.(report);

/** Has what this process reports taken here, because nobody else started it. */
export function takeReports(take: (report: ChildReport) => void): void {
  takeReport = take;
}

/** Tells whoever started this process something: its parent, or the command that runs in it. */
export function report(what: ChildReport): void {
  takeReport(what);
}

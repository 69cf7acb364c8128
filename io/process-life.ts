import type { ManagerState, Progress } from "../protocol/message.ts";
import type { ProcessLog } from "./process-log.ts";

/** What a child tells the process that started it. */
export type ChildReport =
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
 * Ties a child's life to that of its parent: it ends in order when the parent says so or is gone in any way, and at
 * once when something failed that it cannot mend. An interrupt from the terminal is the parent's business.
 */
export function liveWithParent(log: ProcessLog, close: () => Promise<void>): void {
  let isClosing = false;
  const end = () => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(0), closeMsMax).unref();
    void close().finally(() => process.exit(0));
  };
  const fail = (reason: unknown) => {
    log.note({ level: "error", text: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason) });
    // What broke its own rules says nothing more while the log is written, which happens behind our back.
    isClosing = true;
    void close().catch(() => {});
    setTimeout(() => process.exit(1), 50);
  };
  process.on("SIGINT", () => {});
  process.on("SIGTERM", end);
  process.on("disconnect", end);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  // A parent that went while this process was starting said so to nobody.
  if (process.connected === undefined || process.connected) return;
  end();
}

/** Tells the parent something, where there is one. */
export function reportToParent(report: ChildReport): void {
  process.send?.(report);
}

import type { CheckpointDigests } from "../protocol/checkpoint.ts";
import type { Sequence } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Ordering } from "./ordering.ts";
import { newShadowStatus } from "./shadow-status.ts";
import type { Supervision } from "./supervision.ts";

/** Where a manager's status comes from. */
export interface StatusSources {
  readonly config: ManagerConfig;
  readonly ordering: Ordering;
  readonly supervision: Supervision;
  readonly executed: Sequence;
  readonly checkpoint: CheckpointDigests | null;
  readonly fault: MessageOf<"managerStatus">["fault"];
  readonly shadow: MessageOf<"managerStatus">["shadow"];
  readonly dropped: MessageOf<"managerStatus">["dropped"];
}

/** The word of a manager about itself. */
export function managerStatus(sources: StatusSources): MessageOf<"managerStatus"> {
  const { config, ordering, supervision, executed, checkpoint, fault, shadow, dropped } = sources;
  const { epoch, promised, isOutside } = ordering.terms;
  return {
    kind: "managerStatus",
    slot: config.slot,
    incarnation: config.incarnation,
    generation: supervision.generation,
    pid: config.pid,
    state: supervision.state,
    version: supervision.version,
    replicaPid: supervision.pid,
    epoch,
    promised,
    isMember: !isOutside,
    hasRoom: ordering.hasRoom,
    last: ordering.log.last,
    executed,
    durable: ordering.durable,
    progress: supervision.progress,
    replacements: supervision.replacements,
    lastReplacement: supervision.lastReplacement,
    checkpoint,
    fault,
    shadow,
    dropped,
  };
}

/** The word of a manager that is still reading its data, so many bytes of so many. */
export function loadingStatus(
  config: Omit<ManagerConfig, "incarnation">,
  loading: { readonly done: number; readonly total: number },
): MessageOf<"managerStatus"> {
  return {
    kind: "managerStatus",
    slot: config.slot,
    incarnation: "0".repeat(32),
    generation: 0,
    pid: config.pid,
    state: "recovering",
    version: config.versions[0] ?? "",
    replicaPid: null,
    epoch: null,
    promised: null,
    isMember: true,
    hasRoom: true,
    last: 0,
    executed: 0,
    durable: 0,
    progress: { what: "loading", done: loading.done, total: Math.max(1, loading.total) },
    replacements: 0,
    lastReplacement: null,
    checkpoint: null,
    fault: null,
    shadow: config.shadow === undefined ? null : newShadowStatus(config.shadow),
    dropped: { badMac: 0, malformed: 0, otherEpoch: 0 },
  };
}

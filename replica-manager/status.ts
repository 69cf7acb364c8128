import type { Sequence } from "../protocol/ids.ts";
import type { CheckpointDigests, MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Ordering } from "./ordering.ts";
import type { Supervision } from "./supervision.ts";

/** Where a manager's status comes from. */
export interface StatusSources {
  readonly config: ManagerConfig;
  readonly ordering: Ordering;
  readonly supervision: Supervision;
  readonly executed: Sequence;
  readonly durable: Sequence;
  readonly checkpoint: CheckpointDigests | null;
  readonly fault: MessageOf<"managerStatus">["fault"];
  readonly dropped: MessageOf<"managerStatus">["dropped"];
}

/** The word of a manager about itself. */
export function managerStatus(sources: StatusSources): MessageOf<"managerStatus"> {
  const { config, ordering, supervision, executed, durable, checkpoint, fault, dropped } = sources;
  return {
    kind: "managerStatus",
    slot: config.slot,
    incarnation: config.incarnation,
    generation: supervision.generation,
    pid: config.pid,
    state: supervision.state,
    version: supervision.version,
    replicaPid: supervision.pid,
    epoch: ordering.epoch,
    last: ordering.log.last,
    executed,
    durable,
    replacements: supervision.replacements,
    lastReplacement: supervision.lastReplacement,
    checkpoint,
    fault,
    dropped,
  };
}

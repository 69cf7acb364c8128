import type { Epoch, Incarnation, InstantMs } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { SequencerConfig } from "./config.ts";
import type { Leadership } from "./leadership.ts";
import type { Moment } from "./numbering.ts";
import type { Strangers } from "./strangers.ts";

/** What a sequencer knows that its status tells. */
export interface StatusView {
  readonly state: MessageOf<"sequencerStatus">["state"];
  readonly epoch: Epoch | null;
  /** `null` while it does not lead. */
  readonly leadership: Leadership | null;
  /** The last sign of life of another one. */
  readonly heard: MessageOf<"heartbeat"> | null;
  readonly members: readonly Incarnation[];
  readonly strangers: Strangers;
  readonly moment: Moment;
  readonly dropped: MessageOf<"sequencerStatus">["dropped"];
}

/** How a sequencer is; one that does not lead tells what it heard last from the one that does. */
export function statusOf(config: SequencerConfig, view: StatusView, now: InstantMs): MessageOf<"sequencerStatus"> {
  const { state, epoch, leadership, heard, members, strangers, moment, dropped } = view;
  return {
    kind: "sequencerStatus",
    id: config.id,
    pid: config.pid,
    epoch,
    state,
    members,
    strangers: leadership === null ? [] : strangers.all(now).map(({ slot }) => slot),
    last: leadership?.last ?? heard?.last ?? 0,
    commitPoint: leadership?.committed ?? heard?.commitPoint ?? 0,
    ...moment,
    stored: leadership?.stored ?? [],
    dropped,
  };
}

import { type Epoch, isSameEpoch } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";

/** How far a process has come: what still matters to it. */
export type Stage =
  | { readonly kind: "manager"; readonly promised: Epoch | null; readonly adopted: Epoch | null }
  | {
      readonly kind: "sequencer";
      readonly step: "standby" | "prepare" | "start" | "active";
      readonly epoch: Epoch | null;
    };

/**
 * False for a message that leaves such a process as it is, now and whatever comes before it, in an eager search: there
 * nobody is told that what it says is out of date.
 */
export function isOfUse(message: Message, stage: Stage, sender: Stage): boolean {
  if (!("epoch" in message) || message.epoch === null) return true;
  const { kind, epoch } = message;
  // Who has adopted that epoch, or may not any more, needs nothing that it asked for to do so.
  if (kind === "fetchEntries" && sender.kind === "manager" && !mayAdopt(epoch, sender)) return false;
  if (stage.kind === "sequencer") return isOfUseToSequencer(kind, epoch, stage);
  if (kind === "prepare" || kind === "start" || kind === "entries") return mayAdopt(epoch, stage);
  return mayAdopt(epoch, stage) || isAdopted(epoch, stage);
}

type ManagerStage = Extract<Stage, { kind: "manager" }>;

/** True for an epoch that is not adopted and that no later promise forbids. */
function mayAdopt(epoch: Epoch, stage: ManagerStage): boolean {
  const { promised } = stage;
  const isAdmitted = promised === null || epoch.number > promised.number || isSameEpoch(epoch, promised);
  return isAdmitted && !isAdopted(epoch, stage);
}

function isAdopted(epoch: Epoch, { promised, adopted }: ManagerStage): boolean {
  return adopted !== null && isSameEpoch(epoch, adopted) && promised !== null && isSameEpoch(epoch, promised);
}

/** Only of its own epoch, and of that only what it waits for. */
function isOfUseToSequencer(
  kind: Message["kind"],
  epoch: Epoch,
  stage: Extract<Stage, { kind: "sequencer" }>,
): boolean {
  if (stage.epoch === null || !isSameEpoch(stage.epoch, epoch)) return false;
  return kind === "promise" ? stage.step === "prepare" : stage.step === "prepare" || stage.step === "start";
}

import { isLaterEpoch } from "../../protocol/epoch.ts";
import { type Epoch, isSameEpoch, type Sequence, type Slot } from "../../protocol/ids.ts";
import type { Message, MessageOf } from "../../protocol/message.ts";
import type { FoldedLog } from "./folded-log.ts";
import type { LogWitness } from "./log-witness.ts";
import { Violation } from "./violation.ts";

/** Fails when a manager says what its disk does not bear out: it could be gone after the next crash. */
export function checkSpeech(slot: Slot, message: Message, durable: FoldedLog, logs: LogWitness): void {
  switch (message.kind) {
    case "promise":
      return checkPromise(slot, message, durable);
    case "adopted":
      return checkAdopted(slot, message, durable);
    case "stored":
      return checkStored(slot, message, durable, logs);
    case "reply":
      return checkReply(slot, message, durable, logs);
    default:
  }
}

function checkPromise(slot: Slot, { epoch, isGranted, isTrial }: MessageOf<"promise">, durable: FoldedLog): void {
  if (!isGranted || isTrial) return;
  // Who has adopted an epoch has promised it, too.
  const { promised, adoption } = durable.summary;
  if (![promised, adoption?.epoch ?? null].some((stored) => stored !== null && !isLaterEpoch(epoch, stored))) {
    tooEarly(slot, `promises epoch ${epoch.number}, its disk has promised ${promised?.number ?? "none"}`);
  }
}

function checkAdopted(slot: Slot, { epoch }: MessageOf<"adopted">, durable: FoldedLog): void {
  const { adoption, base } = durable.summary;
  if (adoption === null || !isSameEpoch(adoption.epoch, epoch)) {
    return tooEarly(slot, `says that it adopted epoch ${epoch.number}, its disk does not`);
  }
  if (base <= adoption.base && durable.digestAt(adoption.base) !== adoption.baseDigest) {
    tooEarly(slot, `says that it adopted epoch ${epoch.number}, and its disk does not have the log up to its base`);
  }
}

function checkStored(slot: Slot, message: MessageOf<"stored">, durable: FoldedLog, logs: LogWitness): void {
  const { epoch, durable: n } = message;
  const { last } = durable.summary;
  if (!isTermStored(epoch, n, durable, logs) || last < n) {
    tooEarly(slot, `says that ${n} is stored in epoch ${epoch.number}, its disk has ${last}`);
  }
}

function checkReply(slot: Slot, message: MessageOf<"reply">, durable: FoldedLog, logs: LogWitness): void {
  const { epoch, n, historyDigest, requestId } = message;
  if (!logs.isActive(epoch)) {
    throw new Violation(
      "activeBeforeAnswered",
      `manager ${slot} answers in epoch ${epoch.number}, which is not active`,
    );
  }
  if (requestId.startsWith("?")) return;
  const { base, last } = durable.summary;
  const isStored = last >= n && (n < base || durable.digestAt(n) === historyDigest);
  if (!isTermStored(epoch, n, durable, logs) || !isStored) {
    tooEarly(slot, `answers at ${n} in epoch ${epoch.number}, its disk has ${last}`);
  }
}

/** What is on enough disks, once the epoch counts at all, may be spoken of before the own adoption is durable. */
function isTermStored(epoch: Epoch, n: Sequence, durable: FoldedLog, logs: LogWitness): boolean {
  const { adoption } = durable.summary;
  const settled = Math.max(logs.settled, logs.baseOf(epoch));
  return n <= settled || (adoption !== null && !isLaterEpoch(epoch, adoption.epoch));
}

function tooEarly(slot: Slot, what: string): void {
  throw new Violation("durableBeforeSaid", `manager ${slot} ${what}`);
}

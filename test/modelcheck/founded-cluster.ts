import { genesisDigest } from "../../protocol/history.ts";
import { type Epoch, type Slot, slots } from "../../protocol/ids.ts";
import type { Message, MessageOf } from "../../protocol/message.ts";
import type { Bounds } from "./bounds.ts";
import type { Chain } from "./chain.ts";
import type { Beginning } from "./local-state.ts";
import { addressOf, incarnationOf, managerCount } from "./model-addresses.ts";
import { ModelManager } from "./model-manager.ts";
import { ModelSequencer } from "./model-sequencer.ts";
import type { OpenedCores } from "./opened-cores.ts";
import type { LocalInput } from "./process.ts";

/**
 * Where a search begins: the first sequencer leads epoch 1, which all four managers have adopted with an empty log, and
 * the other sequencers have heard of it. The cores are led there by real inputs; those messages are gone.
 */
export function foundedCluster(cores: OpenedCores, bounds: Bounds, chain: Chain): Beginning {
  const nonce = bounds.mutant === "reuseEpoch" ? "0".repeat(32) : "1".padStart(32, "0");
  const epoch: Epoch = { number: 1, nonce };
  return {
    make: (process) =>
      process < managerCount
        ? new ModelManager((process + 1) as Slot, { cores, bounds, chain })
        : new ModelSequencer(process - managerCount, bounds, chain, cores),
    script: (process) => {
      if (process < managerCount) return managerScript(epoch);
      if (process === managerCount) return leaderScript(epoch);
      return candidateScript(epoch, bounds.candidates[process - managerCount - 1] ?? 2);
    },
    opening: (process) => {
      if (process === managerCount) return voicesOf(epoch).map((voice) => deliver({ kind: "adopted", ...voice }));
      return bounds.isEager && process > managerCount ? [{ kind: "campaign" }] : [];
    },
  };
}

function managerScript(epoch: Epoch): readonly LocalInput[] {
  const replyTo = addressOf(managerCount);
  // From nobody: all four are the same.
  const log = { base: 0, baseDigest: genesisDigest, source: "" };
  const members = slots.map((slot) => incarnationOf(slot));
  const steps = [
    deliver({ kind: "prepare", epoch, isTrial: false, follows: null, replyTo }),
    deliver({ kind: "start", epoch, members, ...log, replyTo }),
  ];
  return [...steps.flatMap((step) => [step, { kind: "write" } as const]), deliver(heartbeat(epoch))];
}

function leaderScript(epoch: Epoch): readonly LocalInput[] {
  return [{ kind: "campaign" }, ...voicesOf(epoch).map((voice) => deliver(firstPromise(voice)))];
}

function voicesOf(epoch: Epoch): readonly Pick<MessageOf<"adopted">, "slot" | "incarnation" | "epoch">[] {
  return slots.map((slot) => ({ slot, incarnation: incarnationOf(slot), epoch }));
}

/** Hears of epoch 1, and that somebody asks for the one before its own. */
function candidateScript(epoch: Epoch, number: number): readonly LocalInput[] {
  const rival = { epoch: { number: number - 1, nonce: "f".repeat(32) }, isTrial: false, follows: null, replyTo: "" };
  return [deliver(heartbeat(epoch)), ...(number > 2 ? [deliver({ kind: "prepare", ...rival })] : [])];
}

function firstPromise(voice: Pick<MessageOf<"promise">, "slot" | "incarnation" | "epoch">): Message {
  const log = {
    promised: voice.epoch,
    adoption: null,
    last: 0,
    historyDigest: genesisDigest,
    time: 0,
    businessDate: "",
  };
  return { kind: "promise", ...voice, isTrial: false, isGranted: true, ...log };
}

function heartbeat(epoch: Epoch): Message {
  const log = { last: 0, historyDigest: genesisDigest, commitPoint: 0 };
  return { kind: "heartbeat", id: 1, epoch, time: 0, businessDate: "2026-01-01", ...log };
}

function deliver(message: Message): LocalInput {
  return { kind: "deliver", message };
}

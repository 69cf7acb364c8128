import { type Accused, isSameReplica } from "../protocol/accused.ts";
import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import { type InstantMs, isSlot, type Slot } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { Command } from "../protocol/request.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";

/** Whom an entry condemns, and why. */
export interface Sentence {
  readonly accused: Accused;
  readonly cause: string;
  readonly ending: "wrong" | "unwanted";
}

/** Something a judge found: submit it to the order. */
export type Submit = (command: Command) => void;

interface Probe {
  readonly accused: Accused;
  readonly token: number;
  until: InstantMs;
  sendAt: InstantMs;
}

const verdictsToCondemn = 2;
/** How often a replica is probed before it counts as crashed: one lost datagram is no verdict. */
const probesMax = 5;

/**
 * Judges ordered charges and verdicts, the same at every manager: three wrong answers in a row condemn a replica, and
 * so do two verdicts *crashed*. It probes what others call silent and says what it found.
 */
export class Judge {
  readonly #config: ManagerConfig;
  readonly #submit: Submit;
  readonly #verdicts = new Map<Slot, { readonly accused: Accused; readonly judges: Map<number, InstantMs> }>();
  readonly #probes = new Map<Slot, Probe>();
  #nextToken = 1;
  #polledAt: InstantMs = 0;

  constructor(config: ManagerConfig, submit: Submit) {
    this.#config = config;
    this.#submit = submit;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    let deadline = Number.POSITIVE_INFINITY;
    for (const probe of this.#probes.values()) deadline = Math.min(deadline, probe.until, probe.sendAt);
    return deadline;
  }

  /** Judges an entry as it enters the log; returns whom it condemns and why. `isRecent` entries are acted upon. */
  judge(now: InstantMs, entry: Entry, isRecent: boolean, emit: Emit): Sentence | undefined {
    const { command } = entry.request;
    if (command.kind === "wrong") return this.#onWrong(command);
    if (command.kind === "verdict") return this.#onVerdict(command, entry.time);
    if (command.kind === "silent" && isRecent) this.#probe(now, command, emit);
    return undefined;
  }

  /** An accused replica answered a probe: it is alive. */
  onProbed(message: MessageOf<"probed">): void {
    if (!isSlot(message.slot)) return;
    const probe = this.#probes.get(message.slot);
    if (probe === undefined || probe.token !== message.token) return;
    this.#close(probe, false);
  }

  /** Probes again, and gives up on probes whose time is over. */
  poll(now: InstantMs, emit: Emit): void {
    // Who was paused itself has not read yet what came in the meantime.
    const wasAway = now - this.#polledAt >= this.#config.limits.probeMs;
    this.#polledAt = now;
    if (wasAway) for (const probe of this.#probes.values()) probe.until = now + this.#config.limits.probeMs;
    for (const probe of this.#probes.values()) {
      if (now >= probe.until) this.#close(probe, true);
      else if (now >= probe.sendAt) this.#send(now, probe, emit);
    }
  }

  #onWrong(command: Extract<Command, { kind: "wrong" }>): Sentence | undefined {
    if (!isSlot(command.slot)) return undefined;
    if (command.run.length < this.#config.limits.wrongRunMax) return undefined;
    return { accused: command, cause: `${command.run.length} wrong answers in a row`, ending: "wrong" };
  }

  /** Verdicts of other times say nothing of one and the same silence. */
  #onVerdict(command: Extract<Command, { kind: "verdict" }>, time: InstantMs): Sentence | undefined {
    if (!isSlot(command.slot)) return undefined;
    const known = this.#verdicts.get(command.slot);
    const judges =
      known !== undefined && isSameReplica(known.accused, command) ? known.judges : new Map<number, InstantMs>();
    if (command.isCrashed && command.judge !== command.slot) judges.set(command.judge, time);
    else judges.delete(command.judge);
    for (const [judge, at] of judges) if (time - at > this.#config.limits.verdictMs) judges.delete(judge);
    this.#verdicts.set(command.slot, { accused: command, judges });
    if (judges.size < verdictsToCondemn) return undefined;
    return { accused: command, cause: "silent: two verdicts crashed", ending: "unwanted" };
  }

  #probe(now: InstantMs, accused: Accused, emit: Emit): void {
    if (!isSlot(accused.slot) || accused.slot === this.#config.slot || this.#probes.has(accused.slot)) return;
    const token = this.#nextToken++;
    const { slot, incarnation, generation } = accused;
    const until = now + this.#config.limits.probeMs;
    const probe = { accused: { slot, incarnation, generation }, token, until, sendAt: now };
    this.#probes.set(slot, probe);
    this.#send(now, probe, emit);
  }

  #send(now: InstantMs, probe: Probe, emit: Emit): void {
    const { accused, token } = probe;
    assert(isSlot(accused.slot), "only managers are probed");
    probe.sendAt = now + Math.ceil(this.#config.limits.probeMs / probesMax);
    const message = { kind: "probe", ...accused, token, replyTo: this.#config.address } as const;
    emit({ kind: "send", to: this.#config.managers[accused.slot], message });
  }

  #close(probe: Probe, isCrashed: boolean): void {
    assert(isSlot(probe.accused.slot), "only managers are probed");
    this.#probes.delete(probe.accused.slot);
    this.#submit({ kind: "verdict", ...probe.accused, judge: this.#config.slot, isCrashed });
  }
}

import type { Chance } from "../../protocol/chance.ts";
import type { Address } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import type { Destination } from "../../protocol/role.ts";

/** What every simulated process needs of the world around it. */
export interface Surroundings {
  readonly now: number;
  readonly limits: Limits;
  /** The rule that every core leaves out. */
  readonly mutant: Mutant | undefined;
  /** Milliseconds by which the clocks of processes differ at most when they start. */
  readonly skewMs: number;
  readonly processChance: Chance;
  readonly diskChance: Chance;
  readonly replicaChance: Chance;
  at(time: number, run: () => void): void;
  send(from: Address, to: Destination, message: Message): void;
  onStep(name: string, input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void;
  onNote(name: string, text: string): void;
}

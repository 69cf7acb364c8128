import type { Fact } from "./facts.ts";
import type { Claim, Living, LocalInput } from "./process.ts";
import type { Stage } from "./stage.ts";

/** A state, and what happened there. */
export interface Origin {
  readonly id: number;
  readonly input: LocalInput;
  /** The input, as text. */
  readonly key: string;
}

/** One state of one process, with all that it ever said and that is still of use. Equal numbers mean equal things. */
export interface LocalState {
  readonly process: number;
  /** What led here first; nothing for the first one. */
  readonly from: Origin | undefined;
  /** Parcels that it has sent, by number. */
  readonly sent: readonly number[];
  /** The number of `sent`. */
  readonly saidId: number;
  readonly facts: readonly Fact[];
  readonly factsId: number;
  /** The number of all that decides what it does from here on. */
  readonly coreId: number;
  readonly stage: Stage;
  readonly stageId: number;
  readonly crashes: number;
  readonly choices: readonly LocalInput[];
  readonly claim: Claim | undefined;
  readonly isSettled: boolean;
  /** The state that this is without some parcels that are of no use any more. */
  readonly whole: number | undefined;
  /** What its core asserted in vain. */
  readonly broken: string | undefined;
}

/** How the processes begin. */
export interface Beginning {
  make(process: number): Living;
  /** What leads a process to where the search begins; what it says on the way is lost. */
  script(process: number): readonly LocalInput[];
  /** What it does before all others, and says to them. */
  opening(process: number): readonly LocalInput[];
}

/** No state: that input is impossible there. */
export const impossible = -1;

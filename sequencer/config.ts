import type { Address, Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { Sha256 } from "../protocol/role.ts";

/** What a sequencer is told when it is made. */
export interface SequencerConfig {
  /** Rank among the sequencers. */
  readonly id: number;
  readonly pid: number;
  /** 128 random bits in lower-case hexadecimal, fresh for each process: the nonce of each epoch that it asks for. */
  readonly nonce: string;
  /** Where this sequencer is reached. */
  readonly address: Address;
  /** How many of the other sequencers have a higher rank, by what is known at the start. */
  readonly ranksAbove: number;
  /** Whether there may be no configuration yet; false once a service on this data has answered. */
  readonly mayFound: boolean;
  readonly managers: Readonly<Record<Slot, Address>>;
  readonly limits: Limits;
  readonly sha256: Sha256;
  /** Seed of the jitter. */
  readonly seed: number;
  /** The rule that is left out; only tests set one. */
  readonly mutant?: Mutant;
}

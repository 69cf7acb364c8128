import type { Address, Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { Quorums } from "../protocol/quorum.ts";
import type { Sha256 } from "../protocol/role.ts";

/** What a front end is told when it is made. */
export interface FrontendConfig {
  /** Random, of this process. */
  readonly id: string;
  readonly pid: number;
  /** Where replies reach this front end. */
  readonly address: Address;
  readonly managers: Readonly<Record<Slot, Address>>;
  readonly limits: Limits;
  /** How many equal replies decide, by class of operations. */
  readonly quorums: Quorums;
  readonly sha256: Sha256;
  /** Seed of the jitter. */
  readonly seed: number;
  /** A rule that is left out, in tests of the tests. */
  readonly mutant?: Mutant;
}

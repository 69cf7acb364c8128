import type { Address, Incarnation, Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { Sha256 } from "../protocol/role.ts";

/** What a replica manager is told when it is made. */
export interface ManagerConfig {
  readonly slot: Slot;
  readonly incarnation: Incarnation;
  readonly pid: number;
  /** Where this manager is reached. */
  readonly address: Address;
  /** Every manager, by slot, this one too. */
  readonly managers: Readonly<Record<Slot, Address>>;
  /** The version to start with, then those that take its place, in their order. */
  readonly versions: readonly string[];
  /** Command line of a replica that runs beside and is compared, where there is one: words with single spaces between. */
  readonly shadow?: string;
  readonly limits: Limits;
  readonly sha256: Sha256;
  /** Seed of the jitter. */
  readonly seed: number;
  /** Whether faults may be injected. */
  readonly isLab: boolean;
  /** A rule that is left out, in tests of the tests. */
  readonly mutant?: Mutant;
}

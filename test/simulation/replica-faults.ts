import type { Chance } from "../../protocol/chance.ts";
import type { FaultName } from "../../protocol/fault.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import { pick } from "./chance-streams.ts";
import type { FaultEvent } from "./schedule.ts";
import type { SimulatedManager } from "./simulated-manager.ts";

const lies: readonly FaultName[] = ["random-answers", "capacity-off-by-one", "unsorted-list", "lists-lie"];
const lieOnceMs = 20;

interface Wrong {
  readonly slot: Slot;
  /** The newest checkpoint that does not yet tell of what was wrong; infinite while it lies. */
  provenBehind: number;
}

/** What faults of replicas are done to. */
export interface ReplicaFaultHost {
  readonly now: number;
  readonly managers: readonly SimulatedManager[];
  at(time: number, run: () => void): void;
}

/** Breaks replicas: at most one slot is wrong and one other is dead at the same time, until both are right again. */
export class ReplicaFaults {
  readonly #host: ReplicaFaultHost;
  readonly #endAt: number;
  /** Every start of a replica that was wrong. */
  readonly #wrongLives = new Set<string>();
  #wrong: Wrong | undefined;
  #dead: Slot | undefined;

  constructor(host: ReplicaFaultHost, endAt: number) {
    this.#host = host;
    this.#endAt = endAt;
  }

  get isAnyDead(): boolean {
    this.#release();
    return this.#dead !== undefined;
  }

  /** The slot whose replica is wrong, or may still hold what was. */
  get wrongSlot(): Slot | undefined {
    this.#release();
    return this.#wrong?.slot;
  }

  /** True while that manager does not vote, or is far behind the others. */
  isBehind(slot: Slot): boolean {
    return !this.#isUp(this.#managerOf(slot));
  }

  isWrong(slot: Slot): boolean {
    return this.#wrong?.slot === slot || this.#wrongLives.has(this.#managerOf(slot).life);
  }

  strike(event: FaultEvent, chance: Chance, until: number): boolean {
    this.#release();
    const slot = event.target as Slot;
    const manager = this.#managerOf(slot);
    if (manager.replica === undefined || this.#wrong?.slot === slot || this.#dead === slot) return false;
    switch (event.kind) {
      case "lieOnce":
        return this.#lie(manager, chance, Math.min(until, this.#host.now + lieOnceMs));
      case "lie":
        return this.#lie(manager, chance, until);
      case "corrupt":
        if (this.#wrong !== undefined || !this.#isUp(manager) || !manager.replica.corrupt()) return false;
        this.#markWrong(manager, (manager.status?.last ?? 0) + 1);
        return true;
      default:
        return this.#kill(event, manager);
    }
  }

  #lie(manager: SimulatedManager, chance: Chance, until: number): boolean {
    if (this.#wrong !== undefined || !this.#isUp(manager)) return false;
    const { replica } = manager;
    replica?.lie(pick(chance, lies), chance.u32());
    const wrong = this.#markWrong(manager, Number.POSITIVE_INFINITY);
    this.#host.at(Math.min(until, this.#endAt), () => {
      replica?.stopLying();
      const lasts = this.#host.managers.map((one) => one.status?.last ?? 0);
      wrong.provenBehind = Math.max(...lasts) + 1;
    });
    return true;
  }

  #kill({ kind }: FaultEvent, manager: SimulatedManager): boolean {
    if (this.#dead !== undefined || !this.#isUp(manager)) return false;
    this.#dead = manager.slot;
    if (kind === "crashReplica") manager.replica?.crash();
    else if (kind === "hangReplica") manager.replica?.hang();
    else manager.replica?.babble();
    return true;
  }

  #markWrong(manager: SimulatedManager, provenBehind: number): Wrong {
    this.#wrong = { slot: manager.slot, provenBehind };
    this.#wrongLives.add(manager.life);
    return this.#wrong;
  }

  #release(): void {
    if (this.#dead !== undefined && this.#isUp(this.#managerOf(this.#dead))) this.#dead = undefined;
    if (this.#wrong !== undefined && this.#isRight(this.#wrong)) this.#wrong = undefined;
  }

  /** A checkpoint has to tell that what was wrong left nothing behind, neither in the replica nor on the disk. */
  #isRight({ slot, provenBehind }: Wrong): boolean {
    const manager = this.#managerOf(slot);
    const own = manager.status?.checkpoint;
    if (!this.#isUp(manager) || own === undefined || own === null || own.n < provenBehind) return false;
    const others = slots.filter((other) => other !== slot).map((other) => this.#managerOf(other));
    const isEqual = (a: { stateDigest: string; tableDigest: string; n: number }, b: typeof a) =>
      a.n === b.n && a.stateDigest === b.stateDigest && a.tableDigest === b.tableDigest;
    const equal = others.filter((other) => {
      const checkpoint = other.status?.checkpoint;
      return checkpoint !== undefined && checkpoint !== null && isEqual(checkpoint, own);
    });
    return equal.length >= 2 && manager.disk.snapshots.every(({ digests }) => digests.n >= provenBehind);
  }

  /** Votes, and is as far as the others: one that came back and heard of nothing yet thinks that it is. */
  #isUp(manager: SimulatedManager): boolean {
    const { status } = manager;
    const last = Math.max(...this.#host.managers.map((other) => other.status?.last ?? 0));
    return status?.state === "voting" && status.executed >= last - 8 && manager.replica?.isHung === false;
  }

  #managerOf(slot: Slot): SimulatedManager {
    return this.#host.managers[slot - 1] as SimulatedManager;
  }
}

import type { Chance } from "../../protocol/chance.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import type { Network } from "./network.ts";
import { managerAddress, type SimulatedManager } from "./simulated-manager.ts";

/** What a replica or a manager can suffer. */
export const faultKinds = ["lie", "corrupt", "crash", "hang", "babble", "cut", "kill"] as const;

/** What a replica or a manager can suffer. */
export type FaultKind = (typeof faultKinds)[number];

const lies = ["random-answers", "capacity-off-by-one", "unsorted-list", "lists-lie"] as const;

interface Active {
  readonly slot: Slot;
  readonly life: string;
  /** The newest checkpoint that is told of replicas that may have been wrong. */
  readonly n: number;
}

/** What a plan needs of the world around it. */
export interface FaultHost {
  readonly now: number;
  readonly chance: Chance;
  readonly network: Network;
  readonly managers: readonly SimulatedManager[];
  after(delayMs: number, run: () => void): void;
}

/** Breaks things: at most one slot is wrong and one other is dead at the same time, until both are right again. */
export class FaultPlan {
  readonly counts: Record<FaultKind, number> = { lie: 0, corrupt: 0, crash: 0, hang: 0, babble: 0, cut: 0, kill: 0 };
  /** Starts of replicas that were made to answer wrongly. */
  readonly wrong = new Set<string>();
  /** Starts of replicas that were hung or out of reach for a while. */
  readonly silent = new Set<string>();
  readonly #host: FaultHost;
  readonly #kinds: readonly FaultKind[];
  #wrong: Active | undefined;
  #dead: Active | undefined;
  #isOver = false;

  constructor(host: FaultHost, kinds: readonly FaultKind[]) {
    this.#host = host;
    this.#kinds = kinds;
    this.#later();
  }

  /** Names one start of one replica. */
  static nameOf(manager: SimulatedManager): string {
    return `${manager.slot}.${manager.life}`;
  }

  /** Injects nothing from now on; what is broken is healed by its own. */
  end(): void {
    this.#isOver = true;
  }

  #later(): void {
    this.#host.after(this.#host.chance.between(50, 600), () => {
      if (this.#isOver) return;
      this.#poke();
      this.#later();
    });
  }

  #poke(): void {
    this.#release();
    const { chance } = this.#host;
    const kind = this.#kinds[chance.between(0, this.#kinds.length - 1)];
    const manager = this.#host.managers[chance.between(0, 3)]!;
    const { slot } = manager;
    const isTaken = this.#wrong?.slot === slot || this.#dead?.slot === slot;
    if (kind === undefined || isTaken || !this.#isUp(manager)) return;
    const isWrong = kind === "lie" || kind === "corrupt";
    if ((isWrong ? this.#wrong : this.#dead) !== undefined) return;
    if (!this.#inject(kind, manager)) return;
    this.counts[kind]++;
  }

  #inject(kind: FaultKind, manager: SimulatedManager): boolean {
    const active = { slot: manager.slot, life: manager.life, n: 0 };
    const name = FaultPlan.nameOf(manager);
    if (kind === "lie" || kind === "corrupt") {
      if (!this.#makeWrong(kind, manager)) return false;
      this.#wrong = active;
      this.wrong.add(name);
    } else {
      this.#dead = active;
      this.silent.add(name);
      this.#kill(kind, manager);
    }
    return true;
  }

  #makeWrong(kind: "lie" | "corrupt", manager: SimulatedManager): boolean {
    const { chance } = this.#host;
    const { replica, slot, life } = manager;
    if (kind === "corrupt") return replica?.corrupt() === true;
    replica?.lie(lies[chance.between(0, lies.length - 1)]!, chance.u32());
    this.#host.after(chance.between(100, 3000), () => {
      replica?.stopLying();
      const isStillThere = this.#wrong?.slot === slot && this.#wrong.life === life && manager.life === life;
      // What it said while it lied shows in no later checkpoint than the next one.
      if (isStillThere) this.#wrong = { slot, life, n: (manager.status?.last ?? 0) + 1 };
    });
    return true;
  }

  #kill(kind: FaultKind, manager: SimulatedManager): void {
    const { chance, network } = this.#host;
    const address = managerAddress(manager.slot);
    if (kind === "crash") manager.replica?.crash();
    else if (kind === "hang") manager.replica?.hang();
    else if (kind === "babble") manager.replica?.babble();
    else if (kind === "cut") {
      network.cut(address);
      this.#host.after(chance.between(50, 4000), () => network.heal(address));
    } else if (kind === "kill") {
      manager.end();
      this.#host.after(chance.between(50, 2000), () => manager.restart());
    }
  }

  #release(): void {
    if (this.#dead !== undefined && this.#isDeadOver(this.#dead)) this.#dead = undefined;
    if (this.#wrong !== undefined && this.#isWrongOver(this.#wrong)) this.#wrong = undefined;
  }

  #isDeadOver(dead: Active): boolean {
    const manager = this.#host.managers[dead.slot - 1]!;
    return !this.#host.network.isCut(managerAddress(dead.slot)) && this.#isUp(manager) && !manager.replica!.isHung;
  }

  /** A new replica is proven before it votes; else a checkpoint has to tell that lies left nothing behind. */
  #isWrongOver(wrong: Active): boolean {
    const manager = this.#host.managers[wrong.slot - 1]!;
    if (!this.#isUp(manager)) return false;
    if (manager.life !== wrong.life) return true;
    const own = manager.status?.checkpoint;
    if (wrong.n === 0 || own === undefined || own === null || own.n < wrong.n) return false;
    const others = slots.map((slot) => this.#host.managers[slot - 1]?.status?.checkpoint);
    const equal = others.filter(
      (other) => other?.n === own.n && other.tableDigest === own.tableDigest && other.stateDigest === own.stateDigest,
    );
    return equal.length >= 3;
  }

  /** Votes and is as far as the others: one that came back and heard of nothing yet thinks that it is. */
  #isUp(manager: SimulatedManager): boolean {
    const status = manager.status;
    const last = Math.max(...this.#host.managers.map((other) => other.status?.last ?? 0));
    return status?.state === "voting" && status.executed >= last - 8;
  }
}

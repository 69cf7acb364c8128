import type { Coincidence } from "./coincidences.ts";
import { awaitAllVoting, describe, settle } from "./liveness.ts";
import { Oracle } from "./oracle.ts";
import type { Profile } from "./profile.ts";
import type { FaultKind } from "./schedule.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";
import { Violation } from "./violation.ts";
import { startMs, World } from "./world.ts";

/** What one run did, for the proof that it did something. */
export interface Outcome {
  readonly seed: number;
  readonly trace: string;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly calls: number;
  readonly changes: Oracle["counts"];
  readonly elections: number;
  readonly condemned: number;
  readonly network: SimulatedNetwork["counts"];
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly coincidences: Readonly<Record<Coincidence, number>>;
}

const calmMs = 200;
const pendingMsMax = 30_000;

/** Runs a cluster through trouble and out of it again, and checks all that must hold; throws a `Violation`. */
export function run(profile: Profile, log?: (line: string) => void): Outcome {
  const world = new World(profile, log);
  awaitAllVoting(world);
  const workload = world.begin();
  world.runFor(profile.troubleMs);
  world.runFor(calmMs);
  workload.end();
  world.runUntil(
    () => workload.pending === 0,
    pendingMsMax,
    () => {
      const waiting = workload.made.filter(({ reply }) => reply === undefined).map(({ call }) => JSON.stringify(call));
      return `every call is answered: ${waiting.slice(0, 3).join(" ")} ${describe(world)}`;
    },
  );
  const { entries, stateDigest } = settle(world);
  const oracle = new Oracle(profile.limits);
  oracle.check(entries, workload.made);
  if (oracle.digest !== stateDigest) throw new Violation("rightAnswer", "the state of all four is not the right one");
  return {
    seed: profile.seed,
    trace: world.trace.digest,
    steps: world.trace.steps,
    simulatedMs: world.now - startMs,
    calls: workload.made.length,
    changes: oracle.counts,
    elections: world.logs.activations,
    condemned: world.condemned,
    network: world.network.counts,
    faults: world.faults!.counts,
    coincidences: world.coincidences.counts,
  };
}

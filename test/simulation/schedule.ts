import type { Chance } from "../../protocol/chance.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import { pick, streamOf } from "./chance-streams.ts";
import { drawStory } from "./mutant-stories.ts";
import { drawRareStory } from "./rare-stories.ts";

/** Whom each kind of fault strikes, in the number that an event carries as its target. */
const targetsOf = {
  // A manager, by slot.
  crashManager: 4,
  pauseManager: 4,
  slowManager: 4,
  jumpManagerClock: 4,
  slowDisk: 4,
  fullDisk: 4,
  failedFsync: 4,
  loseDisk: 4,
  rotDisk: 4,
  isolateManager: 4,
  deafManager: 4,
  muteManager: 4,
  // The replica of a manager, by slot.
  lieOnce: 4,
  lie: 4,
  corrupt: 4,
  crashReplica: 4,
  hangReplica: 4,
  babble: 4,
  // A sequencer, by id.
  crashSequencer: 2,
  pauseSequencer: 2,
  slowSequencer: 2,
  jumpSequencerClock: 2,
  isolateSequencer: 2,
  deafSequencer: 2,
  pauseAtSwap: 2,
  // A front end, by id.
  crashFrontend: 2,
  pauseFrontend: 2,
  // Everybody; the target says which way.
  powerCut: 1,
  halves: 3,
  minority: 4,
  losses: 1,
  doubles: 1,
  replays: 1,
  lates: 1,
  reordering: 1,
  corruption: 1,
  partialMulticast: 1,
  burst: 1,
} as const;

/** What can happen to a cluster. */
export type FaultKind = keyof typeof targetsOf;

/** Every kind of fault. */
export const faultKinds = Object.keys(targetsOf) as readonly FaultKind[];

/** What only a story tells of. */
export const toldKinds: readonly FaultKind[] = ["deafSequencer", "pauseAtSwap"];

/** What is drawn for any run. */
export const drawnKinds = faultKinds.filter((kind) => !toldKinds.includes(kind));

/** What makes a replica wrong. */
export const wrongKinds: ReadonlySet<FaultKind> = new Set(["lie", "lieOnce", "corrupt"]);

/** One thing that happens; whatever else it needs is taken from `draw`. */
export interface FaultEvent {
  /** Milliseconds after the trouble began. */
  readonly at: number;
  readonly kind: FaultKind;
  readonly target: number;
  readonly forMs: number;
  /** 32 bits of chance. */
  readonly draw: number;
}

/** Draws all that will happen in a run, by time: what is left out later leaves the rest as it is. */
export function drawSchedule(seed: number, troubleMs: number, mutant: Mutant | undefined): readonly FaultEvent[] {
  const chance = streamOf(seed, "schedule");
  // Some runs are without any fault: nothing may be condemned, lost or late in them.
  if (seed % 16 === 0 && mutant === undefined) return [];
  const events = mutant === undefined ? drawRareStory(seed, streamOf(seed, "schedule", 1)) : drawStory(mutant, chance);
  const all = drawnKinds.filter(() => chance.happens(0.3));
  // With two managers far behind and a wrong one among the other two, nobody can tell any more which of these is right.
  const kinds = all.includes("halves") ? all.filter((kind) => !wrongKinds.has(kind)) : all;
  const count = kinds.length === 0 || (events.length > 0 && chance.happens(0.5)) ? 0 : chance.between(3, 14);
  const drawn = Array.from({ length: count }, () => drawEvent(chance, pick(chance, kinds), troubleMs));
  return [...events, ...drawn].sort((a, b) => a.at - b.at);
}

/** The event in one line, for people. */
export function describeEvent({ at, kind, target, forMs, draw }: FaultEvent): string {
  return `${String(at).padStart(5)} ms ${kind} ${target}, for ${forMs} ms (draw ${draw})`;
}

function drawEvent(chance: Chance, kind: FaultKind, troubleMs: number): FaultEvent {
  return {
    at: chance.between(0, troubleMs - 200),
    kind,
    target: chance.between(1, targetsOf[kind]),
    forMs: pick(chance, [20, 80, 250, 600, 1200]) + chance.between(0, 100),
    draw: chance.u32(),
  };
}

import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { type LogReport, verifyLog } from "../io/storage/verify-log.ts";
import { type Slot, slots } from "../protocol/ids.ts";
import { type Comparison, compareData } from "./compare-data.ts";
import { managerDirectory } from "./data-directory.ts";
import { LogDigests } from "./log-digests.ts";

/** What was found in the directory of one manager. */
export interface ManagerReport extends LogReport {
  readonly slot: Slot;
  /** `reduced`: right, but for something of which something older takes the place. */
  readonly condition: "right" | "reduced" | "damaged" | "missing";
}

/** What was found in a data directory. */
export interface DataReport {
  readonly directory: string;
  readonly managers: readonly ManagerReport[];
  /** Each manager against the one that is ahead; empty where there is no other. */
  readonly comparisons: readonly Comparison[];
  /** Directories that were set aside as damaged. */
  readonly setAside: readonly string[];
  /** True when nothing is damaged, missing or different. */
  readonly isRight: boolean;
}

/** Reads and verifies the data of all managers, or of one, and changes nothing; a service may run on it. */
export async function verifyData(dataDirectory: string, only?: Slot): Promise<DataReport> {
  const directory = resolve(dataDirectory);
  const managers: ManagerReport[] = [];
  for (const slot of only === undefined ? slots : [only]) {
    const report = await verifyLog(managerDirectory(directory, slot), sha256);
    managers.push({ slot, condition: conditionOf(report), ...report });
  }
  const whole = managers.filter(({ condition }) => condition === "right" || condition === "reduced");
  const comparisons = await compareData(whole, new LogDigests(directory));
  const areEqual = comparisons.every(({ verdict }) => verdict !== "different");
  const isRight = whole.length === managers.length && areEqual;
  return { directory, managers, comparisons, setAside: listSetAside(directory), isRight };
}

function conditionOf({ incarnation, damage, troubles }: LogReport): ManagerReport["condition"] {
  if (damage !== null) return "damaged";
  if (incarnation === null) return "missing";
  return troubles.length > 0 ? "reduced" : "right";
}

function listSetAside(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => /^manager-[1-4]\.damaged-/.test(name));
  } catch {
    return [];
  }
}

import type { MakeReplica } from "./contract.ts";

/** A folder of `replicas/` as a module. */
export interface VersionModule {
  readonly makeReplica: MakeReplica;
}

/** Every version of this project and how it is loaded: only the one that is asked for costs time and memory. */
export const versions = {
  table: (): Promise<VersionModule> => import("./table/replica.ts"),
  ledger: (): Promise<VersionModule> => import("./ledger/replica.ts"),
  grid: (): Promise<VersionModule> => import("./grid/replica.ts"),
  sql: (): Promise<VersionModule> => import("./sql/replica.ts"),
} as const;

/** The name of a version: the folder that it lives in. */
export type VersionName = keyof typeof versions;

/** Every version, in the order in which managers try them. */
export const versionNames = Object.keys(versions) as readonly VersionName[];

/** True for the name of a version of this project. */
export function isVersionName(name: unknown): name is VersionName {
  return (versionNames as readonly unknown[]).includes(name);
}

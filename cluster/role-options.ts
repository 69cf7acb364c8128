import type { Address, BusinessDate, Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Quorums } from "../protocol/quorum.ts";
import { defaultStartOptions } from "./start-options.ts";

/** Which role a process has, with what only that role is told. */
export type RoleChoice =
  | {
      readonly kind: "sequencer";
      /** From 1; the highest ranks first. */
      readonly id: number;
      /** Whether four managers without data make a new cluster. */
      readonly mayFound: boolean;
    }
  | {
      readonly kind: "replica-manager";
      readonly slot: Slot;
      /** The manager keeps a directory of its own in it. */
      readonly dataDirectory: string;
      /** Command line of a replica that is compared and never votes: words with single spaces between. */
      readonly shadow: string | null;
    }
  | {
      readonly kind: "frontend";
      /** Where it listens for clients. */
      readonly host: string;
      /** 0 takes a free one. */
      readonly port: number;
      readonly publicUrl: string | null;
    };

/** How one role is started by itself, on whatever host. */
export interface RoleOptions {
  readonly role: RoleChoice;
  readonly keyFile: string;
  /** Where it listens for the other processes. */
  readonly bind: Address;
  /** Where they reach it; `null` for where it listens. */
  readonly advertise: Address | null;
  /** Multicast group of the cluster; the next port is for finding each other. */
  readonly group: Address;
  /** The address of the interface that reaches the group; `null` for that of `advertise`. */
  readonly interface: string | null;
  readonly hasMulticast: boolean;
  /** Other processes of the cluster to ask who is there. */
  readonly peers: readonly Address[];
  readonly isLab: boolean;
  readonly businessDate: BusinessDate | null;
  readonly zone: string;
  readonly versions: readonly string[];
  readonly theatres: readonly string[];
  /** How many equal replies decide, by class of operations: what a front end goes by. */
  readonly quorums: Quorums;
  readonly limits: Partial<Limits>;
}

/** Ports of the roles on a host of their own: the number of a process stands behind that of its role. */
const ports = { group: 7400, frontend: 7402, manager: 7410, sequencer: 7420 } as const;

/** The group of a cluster that names none; its next port belongs to it too. */
const defaultGroup: Address = `239.255.77.77:${ports.group}`;

/** Where a role listens that is not told. */
export function defaultBind(role: RoleChoice): Address {
  return `0.0.0.0:${defaultPort(role)}`;
}

/** What all roles are told alike when nothing is said. */
export const defaultRoleOptions = {
  advertise: null,
  group: defaultGroup,
  interface: null,
  hasMulticast: true,
  peers: [],
  isLab: defaultStartOptions.isLab,
  businessDate: null,
  zone: defaultStartOptions.zone,
  versions: defaultStartOptions.versions,
  theatres: defaultStartOptions.theatres,
  quorums: defaultStartOptions.quorums,
  // Between hosts a datagram has to fit every path.
  limits: {},
} as const satisfies Partial<RoleOptions>;

function defaultPort(role: RoleChoice): number {
  if (role.kind === "frontend") return ports.frontend;
  return role.kind === "sequencer" ? ports.sequencer + role.id : ports.manager + role.slot;
}

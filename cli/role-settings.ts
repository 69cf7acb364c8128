import { isIP } from "node:net";
import { defaultBind, defaultRoleOptions, type RoleChoice, type RoleOptions } from "../cluster/role-options.ts";
import { defaultStartOptions } from "../cluster/start-options.ts";
import { parseAddress } from "../io/address.ts";
import { familyOf } from "../io/peer-addresses.ts";
import { unreachable } from "../protocol/assert.ts";
import type { Address, Slot } from "../protocol/ids.ts";
import { contradictionIn, defaultLimits, type Limits } from "../protocol/limits.ts";
import type { Quorums } from "../protocol/quorum.ts";
import { commandLine } from "./command-line-setting.ts";
import * as readers from "./setting-readers.ts";
import {
  type GivenValues,
  optionOf,
  type ReadersOf,
  readGivenValues,
  type SettingsSources,
} from "./setting-sources.ts";
import { isLoopback } from "./start-settings.ts";

/** What a role was told. */
export type RoleSettings =
  | {
      readonly kind: "settings";
      readonly options: RoleOptions;
      readonly isJson: boolean;
      /** What does no harm by itself and should be known: whole sentences. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "problem"; readonly message: string };

/**
 * The settings of all roles as they are called in a configuration file, which may be the same for all: what is of
 * another role is left out.
 */
interface Values {
  readonly id: number;
  readonly found: boolean;
  readonly slot: Slot;
  readonly data: string;
  readonly shadow: string;
  readonly host: string;
  readonly port: number;
  readonly credentials: boolean;
  readonly publicUrl: string;
  readonly key: string;
  readonly bind: Address;
  readonly advertise: Address;
  readonly group: Address;
  readonly interface: string;
  readonly multicast: boolean;
  readonly peers: readonly Address[];
  readonly json: boolean;
  readonly lab: boolean;
  readonly businessDate: string;
  readonly zone: string;
  readonly versions: readonly string[];
  readonly theatres: readonly string[];
  readonly quorum: Quorums;
  readonly limits: Partial<Limits>;
}

type Given = Extract<GivenValues<Values>, { readonly kind: "values" }>["values"];

/** Names of the settings of all roles, as in a configuration file, in the order in which they are shown. */
export function roleSettingNames(): readonly string[] {
  return Object.keys(readersOf([]));
}

/** Puts the sources together for one role. A value that is not of its form is a problem wherever it stands. */
export function readRoleSettings(kind: RoleChoice["kind"], sources: SettingsSources): RoleSettings {
  const given = readGivenValues(readersOf(sources.versionNames), sources);
  if (given.kind === "problem") return given;
  const role = roleOf(kind, given.values);
  if (typeof role === "string") return problem(`${role} is not said: it has to be`);
  if (given.values.key === undefined) {
    return problem(`${optionOf("key")} is not said: name the file with the cluster key; quartet key FILE makes one`);
  }
  const options = optionsOf(role, given.values, given.values.key);
  const wrong = contradictionOf(options);
  if (wrong !== undefined) return problem(wrong);
  const open = openHost(options);
  if (open !== undefined && given.values.credentials !== false) return problem(`${open}${howToOpen}`);
  const warnings = open === undefined ? given.warnings : [...given.warnings, open];
  return { kind: "settings", options, isJson: given.values.json ?? false, warnings };
}

function readersOf(versionNames: readonly string[]): ReadersOf<Values> {
  return {
    id: readers.numberWithin(1, 99),
    found: readers.flag,
    slot: readers.slotNumber,
    data: readers.text,
    shadow: commandLine,
    host: readers.host,
    port: readers.port,
    credentials: readers.flag,
    publicUrl: readers.publicUrl,
    key: readers.text,
    bind: readers.address,
    advertise: readers.address,
    group: readers.multicastGroup,
    interface: readers.ownHost,
    multicast: readers.flag,
    peers: readers.addresses(defaultLimits.peersMax),
    json: readers.flag,
    lab: readers.flag,
    businessDate: readers.civilDate,
    zone: readers.zone,
    versions: readers.versionOfEachSlot(versionNames),
    theatres: readers.theatres,
    quorum: readers.quorums,
    limits: readers.limits,
  };
}

/** The role with what it needs, or the option that has to be given. */
function roleOf(kind: RoleChoice["kind"], given: Given): RoleChoice | string {
  const byDefault = defaultStartOptions;
  switch (kind) {
    case "sequencer":
      return given.id === undefined ? optionOf("id") : { kind, id: given.id, mayFound: given.found ?? false };
    case "replica-manager": {
      if (given.slot === undefined) return optionOf("slot");
      const { slot, data: dataDirectory = byDefault.dataDirectory, shadow = byDefault.shadow } = given;
      return { kind, slot, dataDirectory, shadow };
    }
    case "frontend": {
      const { host = byDefault.host, port = byDefault.port, publicUrl = null } = given;
      return { kind, host, port, publicUrl };
    }
    default:
      return unreachable(kind);
  }
}

function optionsOf(role: RoleChoice, given: Given, keyFile: string): RoleOptions {
  const byDefault = defaultRoleOptions;
  return {
    role,
    keyFile,
    bind: given.bind ?? defaultBind(role),
    advertise: given.advertise ?? byDefault.advertise,
    group: given.group ?? byDefault.group,
    interface: given.interface ?? byDefault.interface,
    hasMulticast: given.multicast ?? byDefault.hasMulticast,
    peers: given.peers ?? byDefault.peers,
    isLab: given.lab ?? byDefault.isLab,
    businessDate: given.businessDate ?? byDefault.businessDate,
    zone: given.zone ?? byDefault.zone,
    versions: given.versions ?? byDefault.versions,
    theatres: given.theatres ?? byDefault.theatres,
    quorums: given.quorum ?? byDefault.quorums,
    limits: { ...byDefault.limits, ...given.limits },
  };
}

function contradictionOf(options: RoleOptions): string | undefined {
  const { businessDate, isLab, hasMulticast, peers, limits } = options;
  if (businessDate !== null && !isLab) return "--business-date is the clock of the lab: add --lab";
  if (!hasMulticast && peers.length === 0) {
    return "without multicast nobody is found: name other processes of the cluster with --peers HOST:PORT,HOST:PORT";
  }
  const contradiction = contradictionIn({ ...defaultLimits, ...limits });
  return contradiction === undefined ? otherFamily(options) : `limits: ${contradiction}`;
}

/** A socket sends by one version of the Internet Protocol, and what it cannot send is lost without a word. */
function otherFamily({ bind, advertise, hasMulticast, peers }: RoleOptions): string | undefined {
  const family = familyOf(bind);
  if (hasMulticast && family === 6)
    return `--bind ${bind}: multicast is by IPv4; say --no-multicast and --peers beside`;
  const unreached = (address: Address) => ![0, family].includes(isIP(parseAddress(address).host));
  const byOption = [["--advertise", advertise], ...peers.map((peer) => ["--peers", peer])] as const;
  const wrong = byOption.find(([, address]) => address != null && unreached(address));
  return wrong && `${wrong[0]} ${wrong[1]}: --bind ${bind} is by IPv${family}, and one process speaks by one of both`;
}

const howToOpen =
  "; listen on 127.0.0.1, the default, or say --no-credentials where nobody but such a proxy can reach it";

/** What it means that other machines reach a front end; nothing for one that only this machine reaches. */
function openHost({ role, isLab }: RoleOptions): string | undefined {
  if (role.kind !== "frontend" || isLoopback(role.host)) return undefined;
  const acts = isLab ? "acts as anyone and may break replicas" : "acts as anyone";
  return `whoever reaches ${role.host} ${acts}: there is neither TLS nor credentials, so let only a proxy that has both reach it`;
}

function problem(message: string): RoleSettings {
  return { kind: "problem", message };
}

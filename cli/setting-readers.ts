import { isIP, isIPv4 } from "node:net";
import { isAddress, parseAddress } from "../io/address.ts";
import type { Address, Slot } from "../protocol/ids.ts";
import { defaultLimits, type Limits } from "../protocol/limits.ts";
import { defaultQuorums, type Quorum, type Quorums, quorumClasses } from "../protocol/quorum.ts";

/** Reads one value as a person wrote it: a text, or from a file any JSON. `undefined` when it is not of the form. */
export interface SettingReader<Value> {
  readonly read: (given: unknown) => Value | undefined;
  /** The form, for people: "a whole number from 0 to 65535". */
  readonly expected: string;
  /** What exactly is wrong with a value that is not of the form, where that helps. */
  readonly explain?: (given: unknown) => string | undefined;
}

/** A text that is not empty. */
export const text: SettingReader<string> = {
  expected: "a text",
  read: (given) => (typeof given === "string" && given !== "" ? given : undefined),
};

/** A host name or an address; an IPv6 address with or without brackets. */
export const host: SettingReader<string> = {
  expected: "a host name or an address",
  read: (given) => {
    const name = typeof given === "string" ? given.replace(/^\[(.*)\]$/, "$1") : "";
    return /^[\w.:-]{1,253}$/.test(name) ? name : undefined;
  },
};

/** A TCP port; 0 takes a free one. */
export const port: SettingReader<number> = {
  expected: "a whole number from 0 to 65535",
  read: (given) => {
    const number = typeof given === "string" && /^\d{1,5}$/.test(given) ? Number(given) : given;
    return Number.isInteger(number) && Number(number) >= 0 && Number(number) <= 65_535 ? Number(number) : undefined;
  },
};

/** A whole number of a range. */
export function numberWithin(min: number, max: number): SettingReader<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    read: (given) => {
      const number = typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : given;
      return Number.isInteger(number) && Number(number) >= min && Number(number) <= max ? Number(number) : undefined;
    },
  };
}

/** The number of a slot. */
export const slotNumber = numberWithin(1, 4) as SettingReader<Slot>;

/** A host and a port of at least 1. */
export const address: SettingReader<Address> = {
  expected: "HOST:PORT, like 10.0.0.1:7411",
  read: (given) => (typeof given === "string" && isAddress(given) ? given : undefined),
};

/** A multicast address of IPv4 and a port that has another one behind it. */
export const multicastGroup: SettingReader<Address> = {
  expected: "a multicast address and a port, like 239.255.77.77:7400",
  read: (given) => {
    const { host, port: number } = typeof given === "string" && isAddress(given) ? parseAddress(given) : nowhere;
    const first = isIPv4(host) ? Number(host.split(".")[0]) : 0;
    return first >= 224 && first <= 239 && number < 65_535 ? (given as Address) : undefined;
  },
};

/** An address of this machine. */
export const ownHost: SettingReader<string> = {
  expected: "an address of this machine in numbers, like 10.0.0.1",
  read: (given) => (typeof given === "string" && isIP(given) !== 0 ? given : undefined),
};

/** Addresses of other processes, each once. */
export function addresses(countMax: number): SettingReader<readonly Address[]> {
  return {
    expected: `1 to ${countMax} of HOST:PORT, like 10.0.0.1:7411,10.0.0.2:7412`,
    read: (given) => {
      const all = readWords(given);
      return all.length > 0 && all.length <= countMax && all.every(isAddress) ? [...new Set(all)] : undefined;
    },
  };
}

/** Yes or no. */
export const flag: SettingReader<boolean> = {
  expected: "true or false",
  read: (given) => {
    if (given === true || given === "true" || given === "1") return true;
    if (given === false || given === "false" || given === "0") return false;
    return undefined;
  },
};

/** A civil date, `YYYY-MM-DD`, that exists. */
export const civilDate: SettingReader<string> = {
  expected: "a date that exists, as YYYY-MM-DD",
  read: (given) => {
    if (typeof given !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(given)) return undefined;
    const day = new Date(`${given}T00:00:00Z`);
    return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(given) ? given : undefined;
  },
};

/** A time zone of the IANA database. */
export const zone: SettingReader<string> = {
  expected: "a time zone of the IANA database, like America/Toronto",
  read: (given) => {
    if (typeof given !== "string") return undefined;
    try {
      new Intl.DateTimeFormat("en-CA", { timeZone: given }).resolvedOptions();
      return given;
    } catch {
      return undefined;
    }
  },
};

/** Scheme, host and port. */
export const publicUrl: SettingReader<string> = {
  expected: "scheme, host and port, like https://tickets.example",
  read: (given) => {
    if (typeof given !== "string" || !URL.canParse(given)) return undefined;
    const { protocol, origin, pathname, search, hash } = new URL(given);
    const isOrigin = /^https?:$/.test(protocol) && pathname === "/" && search === "" && hash === "";
    return isOrigin ? origin : undefined;
  },
};

/** Codes of theatres, each once. */
export const theatres: SettingReader<readonly string[]> = {
  expected: "theatres of three capital letters each, like ATW,VER,OUT",
  read: (given) => {
    const codes = readWords(given);
    const areCodes = codes.length > 0 && codes.every((code) => /^[A-Z]{3}$/.test(code));
    return areCodes && new Set(codes).size === codes.length ? codes : undefined;
  },
};

/** One of the known versions for each of the four slots. */
export function versionOfEachSlot(known: readonly string[]): SettingReader<readonly string[]> {
  return {
    expected: `a version for each of the four slots out of ${known.join(", ")}`,
    read: (given) => {
      const names = readWords(given);
      return names.length === 4 && names.every((name) => known.includes(name)) ? names : undefined;
    },
  };
}

/** The quorum of all operations, or of each class that is named. */
export const quorums: SettingReader<Quorums> = {
  expected: `2 or 3, or that by class, like bookings=3,shows=3,reads=2`,
  read: (given) => {
    if (given === 2 || given === 3 || given === "2" || given === "3") return quorumOfEach(Number(given) as Quorum);
    const entries = typeof given === "string" ? given.split(",").map((part) => part.split("=")) : entriesOf(given);
    const named = new Map(entries.map(([name, number]) => [String(name).trim(), Number(number)]));
    const isKnown = [...named].every(([name, number]) => isQuorumClass(name) && (number === 2 || number === 3));
    const isEachOnce = named.size > 0 && named.size === entries.length;
    return isKnown && isEachOnce ? { ...defaultQuorums, ...Object.fromEntries(named) } : undefined;
  },
};

/** Limits by their names in `protocol/limits.ts`, each of the shape of its default. */
export const limits: SettingReader<Partial<Limits>> = {
  expected: "an object of limits by name",
  explain: (given) => (isObject(given) ? Object.entries(given).map(wrongLimit).find(isText) : undefined),
  read: (given) => (isObject(given) && !Object.entries(given).map(wrongLimit).some(isText) ? given : undefined),
};

const nowhere = { host: "", port: 0 };

function quorumOfEach(quorum: Quorum): Quorums {
  return { reads: quorum, bookings: quorum, shows: quorum };
}

function isQuorumClass(name: string): boolean {
  return (quorumClasses as readonly string[]).includes(name);
}

function entriesOf(given: unknown): readonly (readonly unknown[])[] {
  return isObject(given) ? Object.entries(given) : [];
}

function wrongLimit([name, value]: readonly [string, unknown]): string | undefined {
  if (!Object.hasOwn(defaultLimits, name)) return `there is no limit ${name}`;
  const byDefault: unknown = defaultLimits[name as keyof Limits];
  if (!Array.isArray(byDefault)) return isPositive(value) ? undefined : `${name} is a number over 0`;
  const isRange = Array.isArray(value) && value.length === byDefault.length && value.every(isPositive);
  return isRange ? undefined : `${name} is a list of ${byDefault.length} numbers over 0`;
}

function isObject(given: unknown): given is object {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

/** A list, or its words with commas between. */
function readWords(given: unknown): readonly string[] {
  const words: readonly unknown[] = typeof given === "string" ? given.split(",") : asList(given);
  return words.map((word) => (typeof word === "string" ? word.trim() : ""));
}

function asList(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [];
}

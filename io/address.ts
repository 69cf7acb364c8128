import type { Address } from "../protocol/ids.ts";

/** A host and a port, taken apart. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Takes `host:port` apart; the host of IPv6 stands in brackets. Throws for what is no address. */
export function parseAddress(address: Address): Endpoint {
  if (!isAddress(address)) throw new Error(`"${address}" is not host:port`);
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** True for a host, which is not looked at, a colon and a port from 1 to 65,535. */
export function isAddress(text: string): boolean {
  const port = /^[^\s:[\]]+:(\d{1,5})$|^\[[^\s\]]+\]:(\d{1,5})$/.exec(text);
  const number = Number(port?.[1] ?? port?.[2] ?? 0);
  return number >= 1 && number <= 65_535;
}

/** Puts host and port together. */
export function formatAddress({ host, port }: Endpoint): Address {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

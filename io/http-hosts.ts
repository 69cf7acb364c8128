import { isIP } from "node:net";

/** Tells whether a name that a browser used for this service is one of its own. */
export type IsOwnHost = (hostAndPort: string) => boolean;

/**
 * Names that a page of somebody else cannot point at this service: loopback, addresses written as numbers, and the
 * configured one. Any other name may have been pointed here by its owner (DNS rebinding).
 */
export function ownHosts(configured: readonly string[]): IsOwnHost {
  const known = new Set(["localhost", ...configured.map((name) => hostName(name))]);
  return (hostAndPort) => {
    const name = hostName(hostAndPort);
    return known.has(name) || name.endsWith(".localhost") || isIP(name.replace(/^\[|\]$/g, "")) !== 0;
  };
}

/** The host of an `Origin` header; empty for `null` and whatever is not an origin. */
export function hostOfOrigin(origin: string): string {
  return /^https?:\/\/([^/?#@]+)$/i.exec(origin)?.[1] ?? "";
}

function hostName(hostAndPort: string): string {
  return hostAndPort.replace(/:[0-9]*$/, "").toLowerCase();
}

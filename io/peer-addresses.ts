import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Address } from "../protocol/ids.ts";
import { formatAddress, parseAddress } from "./address.ts";

/** Version of the Internet Protocol: a socket sends by one of them. */
export type IpFamily = 4 | 6;

/** Milliseconds between two looks at where names lead. */
const lookEveryMs = 5000;
/** The same while one of them leads nowhere. */
const retryMs = 1000;

/**
 * Follows where names of hosts lead. One is looked up after the other: each takes a thread of those few that also write
 * to the disk, and may hold it for seconds.
 */
export class PeerAddresses {
  readonly #names: readonly Address[];
  readonly #family: IpFamily;
  readonly #onAddresses: (addresses: readonly Address[]) => void;
  #timer: NodeJS.Timeout | undefined;
  #told = "";
  #isStopped = false;

  /** `onAddresses` is told the addresses at the start and each time that they change. */
  constructor(names: readonly Address[], family: IpFamily, onAddresses: (addresses: readonly Address[]) => void) {
    this.#names = names;
    this.#family = family;
    this.#onAddresses = onAddresses;
  }

  /** Looks now and again and again. */
  start(): void {
    void this.#look();
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const found: Address[] = [];
    for (const name of this.#names) {
      const address = await addressOf(name, this.#family);
      if (address !== undefined) found.push(address);
    }
    if (this.#isStopped) return;
    if (this.#told !== found.join()) this.#onAddresses(found);
    this.#told = found.join();
    if (this.#names.every(isNumeric)) return;
    this.#timer = setTimeout(() => void this.#look(), found.length < this.#names.length ? retryMs : lookEveryMs);
  }
}

/** The address with a number for the name of its host, or `undefined` when the name leads nowhere in that family. */
export async function addressOf(name: Address, family: IpFamily): Promise<Address | undefined> {
  if (isNumeric(name)) return name;
  const { host, port } = parseAddress(name);
  return await lookup(host, family).then(
    ({ address }) => formatAddress({ host: address, port }),
    () => undefined,
  );
}

/** The version by which an address is reached; 4 for a name. */
export function familyOf(address: Address): IpFamily {
  return isIP(parseAddress(address).host) === 6 ? 6 : 4;
}

function isNumeric(name: Address): boolean {
  return isIP(parseAddress(name).host) !== 0;
}

import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import { closeSync, existsSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { macBytes } from "../protocol/datagram.ts";

const keyBytes = 32;

/** Signs and checks what travels between the processes of one cluster: HMAC-SHA-256, cut to `macBytes`. */
export class Seal {
  readonly #key: KeyObject;

  /** `key` is at least 32 random bytes that all processes of the cluster share. */
  constructor(key: Uint8Array) {
    if (key.length < keyBytes) throw new RangeError(`a cluster key has at least ${keyBytes} bytes`);
    this.#key = createSecretKey(key);
  }

  /** The code over these bytes. */
  sign(bytes: Uint8Array): Uint8Array {
    return createHmac("sha256", this.#key).update(bytes).digest().subarray(0, macBytes);
  }

  /** What stands before the code at the end, or `undefined` when the code is not of this cluster. */
  open(sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < macBytes) return undefined;
    const bytes = sealed.subarray(0, sealed.length - macBytes);
    return timingSafeEqual(this.sign(bytes), sealed.subarray(sealed.length - macBytes)) ? bytes : undefined;
  }
}

/** Reads the cluster key from a file, and makes it with its directory where there is none; only its owner may read it. */
export function readOrMakeClusterKey(path: string): Uint8Array {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    makeKey(path);
  }
  return readKey(path, "restore it, or remove it to have a new one made");
}

/**
 * Makes a cluster key in a file that only its owner may read; returns false, and changes nothing, where there is one.
 * The directory has to be there.
 */
export function makeClusterKey(path: string): boolean {
  return !existsSync(path) && makeKey(path);
}

/** Reads the cluster key that a process was given: 64 hexadecimal digits, the same for all processes of the cluster. */
export function readClusterKey(path: string): Uint8Array {
  return readKey(path, "put a copy of the one in its place that the other processes of the cluster have");
}

function readKey(path: string, whatToDo: string): Uint8Array {
  const text = readFileSync(path, "utf8").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Error(`the cluster key ${path} is not 64 hexadecimal digits; ${whatToDo}`);
  }
  return Buffer.from(text, "hex");
}

/** Written beside and linked into place, so that two that start at once end with one whole key: true for whose it is. */
function makeKey(path: string): boolean {
  // A name of its own: one that a crash left behind must not be in the way of a process with the same id.
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  writeFileSync(file, `${randomBytes(keyBytes).toString("hex")}\n`);
  closeSync(file);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

import type { Digest } from "../protocol/ids.ts";
import type { Sha256 } from "../protocol/role.ts";

/** The state of a replica as canonical JSON, and its digest. */
export interface ExportedState {
  readonly text: string;
  readonly digest: Digest;
}

const head = '{"state":';
const tail = /^,"digest":"([0-9a-f]{64})"\}$/;
const tailChars = ',"digest":""}'.length + 64;

/**
 * Reads the line that a replica answers an export with, or `undefined` when it is none. Where the digest that the
 * replica gives is that of the very characters of its state, those are the canonical ones, and a state of many
 * megabytes need not be parsed; else it is brought into its canonical form first.
 */
export function readExportedState(line: string, sha256: Sha256): ExportedState | undefined {
  const claimed = tail.exec(line.slice(-tailChars))?.[1];
  if (line.startsWith(head) && claimed !== undefined) {
    const text = line.slice(head.length, -tailChars);
    if (sha256(text) === claimed) return { text, digest: claimed };
  }
  const state = parseState(line);
  if (state === undefined) return undefined;
  const text = JSON.stringify(state);
  return { text, digest: sha256(text) };
}

function parseState(line: string): readonly unknown[] | undefined {
  try {
    const value = JSON.parse(line) as { readonly state?: unknown; readonly digest?: unknown } | null;
    return Array.isArray(value?.state) && typeof value.digest === "string" ? value.state : undefined;
  } catch {
    return undefined;
  }
}

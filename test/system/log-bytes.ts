import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endOfContent, fileHeaderBytes } from "../../io/storage/log-format.ts";

/** More zeros than any whole write ends with. */
const zerosMax = 16;

/** Spoils the bytes of one file; what is written within its content and behind it stands in the file then. */
export type Spoil = (bytes: Buffer, end: number) => void;

/** Flips a bit in the middle of what was written: many whole writes stand behind it. */
export const flipInTheMiddle: Spoil = (bytes, end) => {
  bytes[end >> 1] = (bytes[end >> 1] as number) ^ 0x10;
};

/** The last bytes that were written never reached the disk. */
export const loseTheEnd: Spoil = (bytes, end) => void bytes.fill(0, end - 10, end);

/** A write was under way, and some of it reached the disk, but not its beginning. */
export const beginAnother: Spoil = (bytes, end) => void bytes.fill(0xa5, end + zerosMax, end + zerosMax + 300);

/** Spoils the file of a manager's log that was written on last. */
export function spoilLog(directory: string, spoil: Spoil): void {
  const used = readdirSync(join(directory, "log"))
    .sort()
    .map((name) => join(directory, "log", name))
    .filter((path) => endOfContent(readFileSync(path), fileHeaderBytes) > fileHeaderBytes);
  spoilFile(used.at(-1) as string, spoil);
}

/** Spoils the newest of a manager's snapshots. */
export function spoilSnapshot(directory: string, spoil: Spoil): void {
  const names = readdirSync(join(directory, "snapshots")).filter((name) => name.endsWith(".json"));
  spoilFile(join(directory, "snapshots", names.sort().at(-1) as string), spoil);
}

function spoilFile(path: string, spoil: Spoil): void {
  const bytes = readFileSync(path);
  spoil(bytes, endOfContent(bytes, 0));
  writeFileSync(path, bytes);
}

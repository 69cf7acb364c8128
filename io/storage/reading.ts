import { setImmediate } from "node:timers/promises";
import type { Sha256 } from "../../protocol/role.ts";
import type { Disk } from "./disk.ts";

/** Bytes of work after which other work of the process gets its turn. */
const turnBytes = 256 * 1024;

/** One reading of a directory: where from, how far, and what was met. */
export class Reading {
  readonly disk: Disk;
  readonly directory: string;
  readonly sha256: Sha256;
  readonly #onProgress: (done: number, total: number) => void;
  #total = 0;
  #done = 0;
  #sinceTurn = 0;

  constructor(
    source: { readonly disk: Disk; readonly directory: string; readonly sha256: Sha256 },
    onProgress: (done: number, total: number) => void = () => {},
  ) {
    this.disk = source.disk;
    this.directory = source.directory;
    this.sha256 = source.sha256;
    this.#onProgress = onProgress;
  }

  /** Bytes of all files that are read. */
  get total(): number {
    return this.#total;
  }

  /** So many bytes are going to be read. */
  expect(bytes: number): void {
    this.#total += bytes;
  }

  /** So many bytes were read. */
  advance(bytes: number): void {
    this.#done += bytes;
    this.#onProgress(this.#done, this.#total);
  }

  /** Lets other work of the process have its turn, once there was enough of this. */
  async turn(bytes: number): Promise<void> {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < turnBytes) return;
    this.#sinceTurn = 0;
    await setImmediate();
  }
}

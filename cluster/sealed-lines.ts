import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/** Why a file is not read: where, and what is wrong there. */
export class SnapshotFileError extends Error {
  override readonly name = "SnapshotFileError";
}

const chunkBytes = 1024 * 1024;
/** Of a line: the largest row, escaped as JSON, is far below. */
const lineBytesMax = 64 * chunkBytes;

/** Writes lines into a new file, and the SHA-256 of all of them as the last one. */
export class SealedLineWriter {
  readonly #file: number;
  readonly #hash: Hash = createHash("sha256");
  #waiting = "";

  constructor(path: string) {
    this.#file = openSync(path, "wx", 0o600);
  }

  /** Adds a line; the text holds no line feed. */
  line(text: string): void {
    this.#waiting += `${text}\n`;
    if (this.#waiting.length >= chunkBytes) this.#flush();
  }

  /** Seals the file and makes its content durable. */
  end(): void {
    this.#flush();
    this.#waiting = `"sha256":"${this.#hash.copy().digest("hex")}"}\n`;
    this.#flush();
    fsyncSync(this.#file);
  }

  /** Lets go of the file. */
  close(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = "";
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }
}

/** Reads such lines one by one: a file may be larger than the longest text of the platform. */
export class SealedLineReader {
  readonly #path: string;
  readonly #file: number;
  readonly #hash: Hash = createHash("sha256");
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #number = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "r");
  }

  /** The next line, without its end. */
  line(): string {
    const bytes = this.#next();
    this.#hash.update(bytes);
    return bytes.toString("utf8", 0, bytes.length - 1);
  }

  /** The last line, which tells the digest of all others. */
  end(): void {
    const digest = this.#hash.copy().digest("hex");
    const isSealed = this.line() === `"sha256":"${digest}"}`;
    const isWhole = isSealed && this.#at === this.#bytes.length && !this.#fill();
    if (!isWhole) this.refuse("the file is not as it was written: its SHA-256 is another one");
  }

  /** The value of a JSON text that the line read last is part of. */
  json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return this.refuse("this is not as it was written");
    }
  }

  /** Throws a `SnapshotFileError` that names the line read last. */
  refuse(why: string): never {
    throw new SnapshotFileError(`${this.#path}, line ${this.#number}: ${why}`);
  }

  /** Lets go of the file. */
  close(): void {
    closeSync(this.#file);
  }

  #next(): Buffer {
    this.#number++;
    for (let from = this.#at; ; ) {
      const end = this.#bytes.indexOf(0x0a, from);
      if (end >= 0) {
        const line = this.#bytes.subarray(this.#at, end + 1);
        this.#at = end + 1;
        return line;
      }
      from = this.#bytes.length - this.#at;
      if (from > lineBytesMax || !this.#fill()) return this.refuse("the file ends here, or this line never does");
    }
  }

  /** Reads on; what was read of the line stands at the beginning from now on. */
  #fill(): boolean {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const count = readSync(this.#file, chunk);
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), chunk.subarray(0, count)]);
    this.#at = 0;
    return count > 0;
  }
}

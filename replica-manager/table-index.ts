import { assert } from "../protocol/assert.ts";
import { ByteWriter } from "../protocol/bytes.ts";
import type { Sequence } from "../protocol/ids.ts";
import { encodeKey, hashKey, type KeySource, keyBytesMax, keyOfText, type RowIds, textOfKey } from "./table-key.ts";
import type { TableRows } from "./table-rows.ts";

/** Places of one bucket, whose hashes fill one line of a processor's cache. */
const bucketPlaces = 16;
/** Rows for each bucket, on average, beyond which there are twice as many buckets. */
const bucketRowsMax = bucketPlaces / 2;
const bucketsMin = 64;

/** What stands in a place instead of a hash (`hashKey`): no row stood there yet, or the one that did was taken out. */
const unused = 0;
const takenOut = 1;

/**
 * The numbers of closed changes by their request ids. It keeps a hash of each id and no copy: the ids stand in the rows,
 * whose owner says by `isKeyOf` whether a key is that of the row of a number.
 *
 * Clients choose the ids, and may choose many of one hash. What finds its bucket full goes to a map of the platform,
 * whose hashes nobody foresees, so that no search is longer than one bucket.
 */
export class TableIndex {
  readonly #isKeyOf: (key: Uint8Array, n: Sequence) => boolean;
  readonly #writer = new ByteWriter(keyBytesMax);
  /** By place, bucket by bucket; behind an unused place of a bucket all others are unused. */
  #hashes: Int32Array;
  #numbers: Float64Array;
  #placed = 0;
  /** By `textOfKey`. */
  #overflow = new Map<string, Sequence>();

  /** An empty one with room for so many rows; more make it grow. */
  constructor(isKeyOf: (key: Uint8Array, n: Sequence) => boolean, rows = 0) {
    let buckets = bucketsMin;
    while (buckets * bucketRowsMax < rows) buckets *= 2;
    this.#isKeyOf = isKeyOf;
    this.#hashes = new Int32Array(buckets * bucketPlaces);
    this.#numbers = new Float64Array(buckets * bucketPlaces);
  }

  /** Ids that are known. */
  get size(): number {
    return this.#placed + this.#overflow.size;
  }

  /** The number of the row with those ids. */
  find(ids: RowIds): Sequence | undefined {
    const key = encodeKey(this.#writer, ids);
    const hash = hashKey(key, 0, key.length);
    const place = this.#find(hash, { keyAt: () => key }, 0);
    if (place >= 0) return this.#numbers[place];
    return this.#mayOverflow(hash) ? this.#overflow.get(textOfKey(key)) : undefined;
  }

  /** Adds a row, in the place of one with the same ids. */
  set(row: RowIds & { readonly n: Sequence }): void {
    const key = encodeKey(this.#writer, row);
    this.#set(hashKey(key, 0, key.length), row.n, { keyAt: () => key }, 0);
  }

  /** The same for all rows of an interval. */
  setRows(rows: TableRows): void {
    while (!this.#hasRoomFor(rows.length)) this.#grow();
    const [hashes, numbers] = [this.#hashes, this.#numbers];
    for (let index = 0; index < rows.length; index++) {
      const hash = rows.hashAt(index);
      let place = this.#firstOf(hash);
      const end = place + bucketPlaces;
      while (place < end && hashes[place] !== unused && hashes[place] !== hash) place++;
      if (place < end && hashes[place] === unused) {
        hashes[place] = hash;
        numbers[place] = rows.numberAt(index);
        this.#placed++;
      } else this.#set(hash, rows.numberAt(index), rows, index);
    }
  }

  /** Takes out a row of an interval; false when its ids are not known, or as those of another row. */
  deleteRow(rows: TableRows, index: number): boolean {
    const [hash, n] = [rows.hashAt(index), rows.numberAt(index)];
    const first = this.#firstOf(hash);
    for (let place = first; place < first + bucketPlaces; place++) {
      if (this.#hashes[place] !== hash || this.#numbers[place] !== n) continue;
      this.#hashes[place] = takenOut;
      this.#placed--;
      return true;
    }
    if (!this.#mayOverflow(hash)) return false;
    const text = textOfKey(rows.keyAt(index));
    return this.#overflow.get(text) === n && this.#overflow.delete(text);
  }

  #set(hash: number, n: Sequence, keys: KeySource, index: number): void {
    const place = this.#find(hash, keys, index);
    if (place >= 0) {
      this.#numbers[place] = n;
      return;
    }
    const text = this.#mayOverflow(hash) ? textOfKey(keys.keyAt(index)) : undefined;
    if (text !== undefined && this.#overflow.has(text)) {
      this.#overflow.set(text, n);
      return;
    }
    if (!this.#hasRoomFor(1)) this.#grow();
    if (!this.#place(hash, n)) this.#overflow.set(textOfKey(keys.keyAt(index)), n);
  }

  /** The place of the row with that key; negative when its bucket has none. */
  #find(hash: number, keys: KeySource, index: number): number {
    const first = this.#firstOf(hash);
    for (let place = first; place < first + bucketPlaces; place++) {
      const other = this.#hashes[place];
      if (other === unused) return -1;
      if (other === hash && this.#isKeyOf(keys.keyAt(index), this.#numbers[place] as number)) return place;
    }
    return -1;
  }

  /** Puts a row whose ids are not known into its bucket; false when that is full. */
  #place(hash: number, n: Sequence): boolean {
    const first = this.#firstOf(hash);
    for (let place = first; place < first + bucketPlaces; place++) {
      const other = this.#hashes[place];
      if (other !== unused && other !== takenOut) continue;
      this.#hashes[place] = hash;
      this.#numbers[place] = n;
      this.#placed++;
      return true;
    }
    return false;
  }

  #hasRoomFor(rows: number): boolean {
    return (this.size + rows) * bucketPlaces <= this.#hashes.length * bucketRowsMax;
  }

  #firstOf(hash: number): number {
    return (hash & (this.#hashes.length / bucketPlaces - 1)) * bucketPlaces;
  }

  /** True when the bucket of that hash was full at some time, so that rows of it may have gone to the overflow. */
  #mayOverflow(hash: number): boolean {
    return this.#overflow.size > 0 && this.#hashes[this.#firstOf(hash) + bucketPlaces - 1] !== unused;
  }

  #grow(): void {
    const [hashes, numbers, overflow] = [this.#hashes, this.#numbers, this.#overflow];
    this.#hashes = new Int32Array(2 * hashes.length);
    this.#numbers = new Float64Array(2 * numbers.length);
    this.#overflow = new Map();
    this.#placed = 0;
    for (const [place, hash] of hashes.entries()) {
      const hasRoom = hash === unused || hash === takenOut || this.#place(hash, numbers[place] as number);
      assert(hasRoom, "what was in one bucket has room in two");
    }
    for (const [text, n] of overflow) {
      const key = keyOfText(text);
      if (!this.#place(hashKey(key, 0, key.length), n)) this.#overflow.set(text, n);
    }
  }
}

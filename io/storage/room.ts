/** What can lack room: a new file of the log, a snapshot, the records that wait for the disk. */
export type RoomReason = "log" | "snapshot" | "queue";

/** Runs something once after that many milliseconds; what it returns takes that back. */
export type After = (ms: number, run: () => void) => () => void;

/** Says when the disk has no room any more and when it has again, once each, and paces the tries in between. */
export class Room {
  readonly #retryMs: number;
  readonly #after: After;
  readonly #onRoom: (hasRoom: boolean) => void;
  readonly #lacking = new Set<RoomReason>();
  readonly #pauses = new Set<() => void>();
  #isClosed = false;

  constructor(retryMs: number, after: After, onRoom: (hasRoom: boolean) => void) {
    this.#retryMs = retryMs;
    this.#after = after;
    this.#onRoom = onRoom;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Something lacks room, or has it again. */
  set(reason: RoomReason, hasRoom: boolean): void {
    const before = this.#lacking.size === 0;
    if (hasRoom) this.#lacking.delete(reason);
    else this.#lacking.add(reason);
    const after = this.#lacking.size === 0;
    if (before !== after && !this.#isClosed) this.#onRoom(after);
  }

  /** Resolves when it is time for another try, and at once when there will be none. */
  pause(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        this.#pauses.delete(end);
        cancel();
        resolve();
      };
      const cancel = this.#after(this.#retryMs, end);
      this.#pauses.add(end);
    });
  }

  /** Ends all pauses, and says nothing from now on. */
  close(): void {
    this.#isClosed = true;
    for (const end of this.#pauses) end();
  }
}

import { emptySummary } from "../../protocol/log-record.ts";
import type { ManagerStorage, StorageEvents } from "./manager-storage.ts";

/** A store that forgets everything with its process: for measuring what the disk costs. */
export function openMemoryStorage(
  events: Pick<StorageEvents, "onAppended" | "onSaved">,
  incarnation: string,
): ManagerStorage {
  let position = 0;
  return {
    incarnation,
    recovered: { summary: emptySummary, entries: [], snapshots: [], table: [] },
    append: (records) => {
      position += records.length;
      events.onAppended(position);
    },
    save: ({ digests, time }) => events.onSaved({ ...digests, time }),
    keep: () => {},
    close: () => Promise.resolve(),
  };
}

import { journal } from "../ledger/journal.ts";

/** A version that leans on another. */
export const importsSibling = journal;

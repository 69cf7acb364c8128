/**
 * A rule of the protocol that is left out on purpose, so that the simulator proves that it would be missed. Only tests
 * set one; the number is that of the table in `docs/protocol.md`.
 */
export type Mutant =
  /** 1: a front end matches results of different epochs. */
  | "matchAcrossEpochs"
  /** 2: an election reads two managers. */
  | "electionOfTwo"
  /** 3: a new sequencer goes on from the highest number heard, without the log. */
  | "goOnWithoutLog"
  /** 4: it chooses the longest log, whatever its epoch. */
  | "longestLog"
  /** 5: a reply goes out before its entry is durable. */
  | "replyBeforeDurable"
  /** 6: a promise is not stored. */
  | "promiseInMemory"
  /** 7: a manager whose disk is lost counts as the one that it was. */
  | "amnesiacVotes"
  /** 8: a sequencer that starts again uses its epoch again. */
  | "reuseEpoch"
  /** 9: a manager keeps its longer log when a new epoch starts behind a shorter one. */
  | "keepSuffix"
  /** 10: a manager fills a gap with nothing by itself. */
  | "fillGaps"
  /** 11: an epoch is active before three of its managers have adopted it. */
  | "noBarrier"
  /** 12: promises of managers outside the configuration count. */
  | "strangersCount"
  /** 13: the client table is not rolled back together with the state. */
  | "keepTable"
  /** 14: a request stays in flight when its epoch ends. */
  | "keepInFlight"
  /** 15: a read has no stamp: each manager answers it where it is. */
  | "unstampedReads"
  /** 15: a read is answered whatever the epoch of its stamp. */
  | "readsOfAnyEpoch"
  /** 16: the client table forgets its oldest id when it is full, and executes that again. */
  | "forgetfulTable";

/** Why a numbered request was not executed: the same at every manager, voted on like an answer. */
export const refusedResults = {
  /** The id was used before, with another content. */
  reused: '{"refused":"REQUEST_ID_REUSED"}',
  /** The request is older than what the client table remembers. */
  tooOld: '{"refused":"REQUEST_TOO_OLD"}',
  /** It was executed, and its answer is larger than a message may be. */
  tooLarge: '{"refused":"RESULT_TOO_LARGE"}',
  /** The client table is full. */
  tableFull: '{"refused":"TABLE_FULL"}',
} as const;

/** The result of a charge, a verdict or a checkpoint that was only noted. */
export const notedResult = '{"outcome":"OK"}';

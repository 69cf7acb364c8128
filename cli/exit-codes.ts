/** What the exit code of every command means. */
export const exitCodes = {
  done: 0,
  /** The service said no; nothing changed. */
  refused: 1,
  /** The command line, or what it names, is not of the right form. */
  usage: 2,
  /** The replicas did not agree, the service was busy, or nobody knows whether the change took effect. */
  undecided: 3,
  unreachable: 4,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Every bound of the system, with its unit in its name: no queue, table or buffer grows past one of these. */
export interface Limits {
  /** Bytes of one datagram, all headers of ours included. 1,400 fits every Ethernet path. */
  readonly datagramBytesMax: number;
  /** Bytes of one message, in however many datagrams it travels. */
  readonly messageBytesMax: number;
  /** Messages being put together again at the same time, per process. */
  readonly reassemblyMessagesMax: number;
  /** Bytes of all messages being put together again, per process. */
  readonly reassemblyBytesMax: number;
  /** Bytes of one message of a bulk transfer (a snapshot, a range of the log). */
  readonly transferBytesMax: number;

  /** Numbers given out beyond the second-highest stored one before the sequencer says busy. */
  readonly windowEntriesMax: number;
  /** Last entries that the sequencer keeps for resending. */
  readonly ringEntriesMax: number;
  /** Entries that one resend message is answered with. */
  readonly resendEntriesMax: number;
  /** Milliseconds between two heartbeats of the active sequencer. */
  readonly heartbeatMs: number;
  /** Milliseconds without a sign of the active sequencer after which a manager lets another one take over. */
  readonly sequencerSilenceMs: number;
  /** Milliseconds between two signs of life of a manager that has nothing new to say to the sequencer. */
  readonly storedEveryMs: number;
  /** Milliseconds between two sends of one step of an election. */
  readonly electionRetryMs: number;
  /** Milliseconds for a whole election; after that a later epoch is asked for. */
  readonly electionMs: number;
  /** Doublings of that time after elections in vain: slow disks get their time. */
  readonly electionDoublingsMax: number;
  /** Sequencers that any process knows of. */
  readonly sequencersMax: number;
  /** Milliseconds that a candidate waits longer for each rank that is above it. */
  readonly rankDelayMs: number;
  /** Milliseconds without a sign of a member after which the manager that came in its place may be admitted by itself. */
  readonly admitAfterMs: number;
  /** Milliseconds that a busy front end is told to wait. */
  readonly busyRetryMs: number;

  /** Orders that a manager holds back while it waits for a gap to close. */
  readonly holdBackOrdersMax: number;
  /** Milliseconds of random delay, at least and at most, before a manager asks for a gap to be closed. */
  readonly resendJitterMs: readonly [min: number, max: number];
  /** Milliseconds before a gap is asked for again, from the next source. */
  readonly resendRetryMs: number;
  /** Tries to close a gap by datagrams without any progress before it is fetched over TCP. */
  readonly resendTriesMax: number;
  /** Milliseconds before a run of the log is asked for again, from another manager. */
  readonly fetchRetryMs: number;
  /** Entries that one manager sends to another in one message. */
  readonly transferEntriesMax: number;
  /** Characters of a piece of a state, and bytes of table rows after which an interval is closed. */
  readonly partBytesMax: number;
  /** Parts of a snapshot asked for and not there yet. */
  readonly partsInFlightMax: number;
  /** Bytes of one file of the log. */
  readonly logFileBytes: number;
  /** Bytes of records after which what follows is written by itself, when much waits for the disk. */
  readonly logBatchBytesMax: number;
  /** Bytes of records that wait for the disk; beyond that it counts as full. */
  readonly logQueueBytesMax: number;
  /** Milliseconds between two looks whether a full disk has room again. */
  readonly roomRetryMs: number;
  /** Milliseconds of rest after which the log confirms that its last write was durable. */
  readonly logSealMs: number;
  /** Entries that a manager keeps in its log; older ones are in a snapshot. */
  readonly logEntriesMax: number;
  /** Stamped reads that wait in a manager for their point in the order. */
  readonly readsWaitingMax: number;
  /** Requests handed to a replica and not answered yet. */
  readonly replicaInFlightMax: number;
  /** Characters of one line of a replica. */
  readonly replicaLineCharsMax: number;
  /** MiB of the heap of a replica; one that needs more ends. A state of 64 Mi characters needs about 1,000. */
  readonly replicaHeapMiB: number;
  /** MiB of all memory of a replica of its own, buffers outside the heap too, where the system can limit that. */
  readonly replicaMemoryMiB: number;
  /** Request ids that a manager remembers; when full, changes are refused and none is executed twice. */
  readonly clientTableEntriesMax: number;
  /** Milliseconds of log time for which a request id is remembered. */
  readonly clientHorizonMs: number;
  /** Changes after which a run of the client table ends, as it also does at each checkpoint. */
  readonly tableSpanRows: number;
  /** Entries between two checkpoints, while the history is short. */
  readonly checkpointEveryEntries: number;
  /** Characters of a state that one manager sends to another. */
  readonly stateCharsMax: number;
  /** Snapshots that a manager keeps, newest last. */
  readonly snapshotsMax: number;
  /** Checkpoint digests of each manager that a manager keeps for comparison. */
  readonly checkpointDigestsMax: number;
  /** Milliseconds that a manager whose state two others contradict waits for the word of the third of them. */
  readonly dissentMs: number;
  /** Milliseconds in which a probed replica has to answer, or it counts as crashed. */
  readonly probeMs: number;
  /** Milliseconds of log time for which a verdict counts: two judges have to find the same silence. */
  readonly verdictMs: number;
  /** Milliseconds between two tries of a step of recovery or replacement. */
  readonly recoveryRetryMs: number;
  /** Doublings of that time while nobody agrees: each try is an export at everybody. */
  readonly recoveryRetriesMax: number;
  /** Milliseconds after which a fetched snapshot that was not saved is saved again. */
  readonly saveRetryMs: number;
  /** Milliseconds without a line of a replica that is being built up after which it is given up. */
  readonly rebuildStallMs: number;
  /** Starts of one version that never came to vote before the next version is taken. */
  readonly startsInVainMax: number;
  /** Milliseconds between the end of a replica and its restart: the first and the longest. */
  readonly restartBackoffMs: readonly [min: number, max: number];

  /** Changes that a replica in shadow has yet to answer; one that is slower loses its place. */
  readonly shadowInFlightMax: number;
  /** Characters of those changes and of what the manager's own replica answered to them. */
  readonly shadowInFlightCharsMax: number;
  /** Milliseconds without a line of a replica in shadow that owes one, after which it is ended. */
  readonly shadowSilenceMs: number;
  /** Milliseconds between two states that a replica in shadow takes over, and between two checkpoints asked for it. */
  readonly shadowSyncMs: number;
  /** Milliseconds between two notes of one kind about a replica in shadow. */
  readonly shadowNoteMs: number;

  /** Characters of a result at most; of a larger one only that is told. */
  readonly resultCharsMax: number;
  /** Characters of a result above which only two of the four managers send it in full, the others its digest. */
  readonly resultEverywhereCharsMax: number;
  /** Large results that a manager sent only the digest of and keeps for being asked. */
  readonly largeRepliesMax: number;

  /** Calls that a front end has under way or under audit. */
  readonly ballotsMax: number;
  /** Milliseconds after which a call without agreement is answered with a fault. */
  readonly answerDeadlineMs: number;
  /** Milliseconds of a front end's patience with one manager, at least and at most. */
  readonly patienceMs: readonly [min: number, max: number];
  /** Tries before a manager that does not reply is charged. */
  readonly patienceTries: number;
  /** Milliseconds between two sends of one request: the first and the longest. */
  readonly resendBackoffMs: readonly [min: number, max: number];
  /** Replies of one manager that a front end keeps in their order until they are judged. */
  readonly runAnswersMax: number;
  /** Votes that a front end keeps for people who look at them. */
  readonly recentVotesMax: number;
  /** Characters of those votes. */
  readonly recentVoteCharsMax: number;
  /** Milliseconds between two questions of a front end for the state of each process. */
  readonly statusEveryMs: number;
  /** Milliseconds without a sign of life after which a process is called unreachable. */
  readonly silenceMs: number;
  /** Wrong answers in a row that condemn a replica. */
  readonly wrongRunMax: number;

  /** Milliseconds between two questions who is there, while somebody is missing: the first and the longest. */
  readonly discoverBackoffMs: readonly [min: number, max: number];
  /** Milliseconds between two such questions while nobody is missing. */
  readonly discoverEveryMs: number;
  /** Milliseconds without a sign of those that a process lives on after which it asks at once. */
  readonly contactMs: number;
  /** Milliseconds without a word of its own after which a sequencer or a front end is no longer counted. */
  readonly forgetMs: number;
  /** Milliseconds between two questions to a process whose name another one says to have. */
  readonly rivalAskMs: number;
  /** Such questions without an answer after which the other one has the name. */
  readonly rivalAsksMax: number;
  /** Front ends that a process knows of. */
  readonly frontendsMax: number;
  /** Addresses with which a process is configured to ask who is there. */
  readonly peersMax: number;
  /** Milliseconds between two refusals that are sent to one address. */
  readonly refusalEveryMs: number;
  /** Refusals sent in that time, to whomever. */
  readonly refusalsMax: number;
  /** Milliseconds between two notes about one address whose key is another one, or about two processes of one name. */
  readonly refusalNoteMs: number;
  /** Notes about other keys in that time, about whomever. */
  readonly refusalNotesMax: number;
  /** Milliseconds after a datagram to an address in which a refusal from there is believed. */
  readonly refusalHeedMs: number;
  /** Addresses that a process remembers to have refused, and to have sent to. */
  readonly refusalAddressesMax: number;
}

const kiB = 1024;
const MiB = 1024 * kiB;
const hourMs = 3_600_000;

/** The limits of a running system unless its configuration says otherwise. */
export const defaultLimits: Limits = {
  datagramBytesMax: 1400,
  messageBytesMax: 8 * MiB,
  reassemblyMessagesMax: 256,
  reassemblyBytesMax: 64 * MiB,
  transferBytesMax: 256 * MiB,

  windowEntriesMax: 1024,
  ringEntriesMax: 8192,
  resendEntriesMax: 512,
  heartbeatMs: 50,
  sequencerSilenceMs: 150,
  storedEveryMs: 500,
  electionRetryMs: 20,
  electionMs: 400,
  electionDoublingsMax: 4,
  sequencersMax: 8,
  rankDelayMs: 60,
  admitAfterMs: 2000,
  busyRetryMs: 20,

  holdBackOrdersMax: 4096,
  resendJitterMs: [1, 3],
  resendRetryMs: 20,
  resendTriesMax: 3,
  fetchRetryMs: 250,
  transferEntriesMax: 4096,
  partBytesMax: MiB,
  partsInFlightMax: 4,
  logFileBytes: 16 * MiB,
  logBatchBytesMax: MiB,
  logQueueBytesMax: 64 * MiB,
  roomRetryMs: 1000,
  logSealMs: 50,
  logEntriesMax: 65_536,
  readsWaitingMax: 4096,
  replicaInFlightMax: 2048,
  replicaLineCharsMax: 64 * MiB,
  replicaHeapMiB: 2048,
  replicaMemoryMiB: 2560,
  clientTableEntriesMax: 1_000_000,
  clientHorizonMs: 24 * hourMs,
  tableSpanRows: 2048,
  checkpointEveryEntries: 1000,
  stateCharsMax: 64 * MiB,
  snapshotsMax: 3,
  checkpointDigestsMax: 8,
  dissentMs: 1000,
  probeMs: 1000,
  verdictMs: 10_000,
  recoveryRetryMs: 1000,
  recoveryRetriesMax: 5,
  saveRetryMs: 5000,
  rebuildStallMs: 30_000,
  startsInVainMax: 3,
  restartBackoffMs: [10, 5000],

  shadowInFlightMax: 4096,
  shadowInFlightCharsMax: 16 * MiB,
  shadowSilenceMs: 30_000,
  shadowSyncMs: 10_000,
  shadowNoteMs: 10_000,

  resultCharsMax: 2 * MiB,
  resultEverywhereCharsMax: 4096,
  largeRepliesMax: 16,

  ballotsMax: 16_384,
  answerDeadlineMs: 10_000,
  patienceMs: [50, 10_000],
  patienceTries: 3,
  resendBackoffMs: [50, 1000],
  runAnswersMax: 16_384,
  recentVotesMax: 1000,
  recentVoteCharsMax: 16 * MiB,
  statusEveryMs: 250,
  silenceMs: 10_000,
  wrongRunMax: 3,

  discoverBackoffMs: [50, 1000],
  discoverEveryMs: 5000,
  contactMs: 1000,
  forgetMs: 30_000,
  rivalAskMs: 150,
  rivalAsksMax: 3,
  frontendsMax: 16,
  peersMax: 32,
  refusalEveryMs: 1000,
  refusalsMax: 16,
  refusalNoteMs: 60_000,
  refusalNotesMax: 16,
  refusalHeedMs: 10_000,
  refusalAddressesMax: 256,
};

type SingleLimit = { [Name in keyof Limits]: Limits[Name] extends number ? Name : never }[keyof Limits];
type RangeLimit = Exclude<keyof Limits, SingleLimit>;

/** One limit is at least so many times another one, and what would come of it otherwise. */
type Relation = readonly [large: SingleLimit, times: number, small: SingleLimit, otherwise: string];

const relations: readonly Relation[] = [
  ["ringEntriesMax", 1, "windowEntriesMax", "what no two managers have stored could not be sent again"],
  ["admitAfterMs", 2, "storedEveryMs", "a member that is there would be missed before it is heard"],
  ["admitAfterMs", 4, "rivalAskMs", "a member would be replaced before it is asked whether it is there"],
  ["sequencerSilenceMs", 1, "heartbeatMs", "a sequencer that is there would be missed before it is heard"],
  ["logEntriesMax", 1, "checkpointEveryEntries", "a log would be full before it can be cut"],
  ["logFileBytes", 4, "logBatchBytesMax", "what is written at once would not fit into a file of the log"],
  ["forgetMs", 2, "discoverEveryMs", "a process that is there would be forgotten before it is heard"],
  ["replicaMemoryMiB", 1, "replicaHeapMiB", "a replica would be without memory before its heap is full"],
  ["reassemblyBytesMax", 1, "messageBytesMax", "the largest messages could not be put together again"],
];
const ranges: readonly RangeLimit[] = [
  "resendJitterMs",
  "restartBackoffMs",
  "patienceMs",
  "resendBackoffMs",
  "discoverBackoffMs",
];

/** Which limits contradict each other, and what would come of it, for people; `undefined` when none do. */
export function contradictionIn(limits: Limits): string | undefined {
  for (const [large, times, small, otherwise] of relations) {
    if (limits[large] >= times * limits[small]) continue;
    const least = times === 1 ? small : `${times} times ${small}`;
    return `${large} (${limits[large]}) is less than ${least} (${limits[small]}): ${otherwise}`;
  }
  const turned = ranges.find((name) => limits[name][0] > limits[name][1]);
  return turned && `${turned} (${limits[turned].join(", ")}) ends before it begins`;
}

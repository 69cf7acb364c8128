import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open as openFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { openManagerStorage } from "../io/storage/manager-storage.ts";
import { ByteWriter } from "../protocol/bytes.ts";
import { genesisDigest } from "../protocol/history.ts";
import { defaultLimits } from "../protocol/limits.ts";
import { type LogRecord, logRecord } from "../protocol/log-record.ts";
import { spread } from "./spread.ts";

/**
 * What durable appends cost in several logs, each in a closed loop with so many records under way. Prints a table in
 * Markdown: medians of the rounds, least and most in brackets.
 */
interface Appender {
  readonly name: string;
  append(onDurable: () => void): void;
  close(): Promise<void>;
}

type Opening = (directory: string) => Promise<Appender>;

interface Figures {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly cpuUs: number;
}

interface Round extends Figures {
  readonly name: string;
  readonly count: number;
}

const roundsPerLog = 5;
const warmUpSeconds = 0.5;
const seconds = 2;
const outstanding = [1, 16, 256];
/** A folder with packages to compare with, which are no dependencies: `npm install lmdb classic-level` somewhere. */
const packages = process.env["QUARTET_BENCH_PACKAGES"];
const loadBefore = loadavg()[0] as number;
const parent = process.env["QUARTET_BENCH_DIRECTORY"] ?? tmpdir();

const openings: readonly Opening[] = [
  openOurs,
  openPlain,
  ...(packages === undefined ? [] : [openLmdb(packages), openClassicLevel(packages)]),
];

const rounds: Round[] = [];
for (let round = 0; round < roundsPerLog; round++) {
  for (const opening of openings) {
    for (const count of outstanding) rounds.push(await runRound(opening, count));
  }
}
process.stdout.write(`| log | outstanding | records/s | median ms | CPU µs a record |\n|---|---|---|---|---|\n`);
for (const count of outstanding) {
  for (const name of new Set(rounds.map(({ name }) => name))) {
    const own = rounds.filter((round) => round.name === name && round.count === count);
    const measured = (figure: keyof Figures, digits: number) =>
      spread(
        own.map((round) => round[figure]),
        digits,
      );
    const cells = [measured("perSecond", 0), measured("medianMs", 2), measured("cpuUs", 1)];
    process.stdout.write(`| ${name} | ${count} | ${cells.join(" | ")} |\n`);
  }
}
process.stdout.write(
  `\n${recordBytes()} bytes a record; load average before ${loadBefore.toFixed(2)}, after ${(loadavg()[0] as number).toFixed(2)}\n`,
);

async function runRound(opening: Opening, count: number): Promise<Round> {
  const directory = mkdtempSync(join(parent, "quartet-log-"));
  try {
    const appender = await opening(directory);
    await measure(appender, count, warmUpSeconds);
    const figures = await measure(appender, count, seconds);
    await appender.close();
    return { name: appender.name, count, ...figures };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A closed loop: each record that is durable is followed by another one. */
async function measure(appender: Appender, count: number, seconds: number): Promise<Figures> {
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  await new Promise<void>((resolve) => {
    let underWay = 0;
    const next = (): void => {
      underWay++;
      const at = performance.now();
      appender.append(() => {
        underWay--;
        const now = performance.now();
        latencies.push(now - at);
        if (now < endAt) next();
        else if (underWay === 0) resolve();
      });
    };
    for (let started = 0; started < count; started++) next();
  });
  const elapsed = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const medianMs = latencies.sort((a, b) => a - b)[latencies.length >> 1] as number;
  return { perSecond: latencies.length / elapsed, medianMs, cpuUs: (user + system) / latencies.length };
}

async function openOurs(directory: string): Promise<Appender> {
  const waiting: (() => void)[] = [];
  let durable = 0;
  let last = 0;
  const storage = await openManagerStorage(join(directory, "manager"), {
    limits: defaultLimits,
    sha256,
    onProgress: () => {},
    onAppended: (position) => {
      const done = waiting.splice(0, position - durable);
      durable = position;
      for (const run of done) run();
    },
    onSaved: () => {},
    onRoom: () => {},
    onFailed: (error) => {
      throw error;
    },
    note: () => {},
  });
  return {
    name: "our log",
    append: (onDurable) => {
      waiting.push(onDurable);
      storage.append([entry(++last)]);
    },
    close: () => storage.close(),
  };
}

/** Bytes of an entry as it is stored: what the other logs are given is as long, and encoded already. */
function recordBytes(): number {
  const writer = new ByteWriter();
  logRecord.write(writer, entry(1));
  return writer.length;
}

function entry(n: number): LogRecord {
  const args = '{"customerID":"ATWC1234","movieID":"ATWM120523","movieName":"Avatar","numberOfTickets":2}';
  return {
    kind: "entry",
    n,
    epoch: { number: 1, nonce: "0".repeat(32) },
    time: n,
    businessDate: "2023-05-12",
    request: {
      requestId: `request-${n}-0123456789`,
      caller: "ATWC1234",
      issuedAt: n,
      replyTo: "127.0.0.1:40000",
      command: { kind: "operation", operation: "bookMovieTickets", args },
    },
    historyDigest: genesisDigest,
  };
}

/** The least that can be done without preallocation: what waits is appended in one write, then synced. */
async function openPlain(directory: string): Promise<Appender> {
  const file: FileHandle = await openFile(join(directory, "log"), "a");
  const record = Buffer.alloc(recordBytes(), 1);
  let waiting: (() => void)[] = [];
  let isWriting = false;
  const write = async (): Promise<void> => {
    isWriting = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await file.write(Buffer.concat(batch.map(() => record)));
      await file.datasync();
      for (const run of batch) run();
    }
    isWriting = false;
  };
  return {
    name: "append and fdatasync",
    append: (onDurable) => {
      waiting.push(onDurable);
      if (!isWriting) void write();
    },
    close: () => file.close(),
  };
}

function openLmdb(folder: string): Opening {
  return async (directory) => {
    const lmdb = createRequire(join(folder, "index.js"))("lmdb") as {
      open(options: object): { put(key: number, value: Buffer): Promise<boolean>; close(): Promise<void> };
    };
    // By default it says that a record is stored before it is on the disk.
    const store = lmdb.open({ path: directory, encoding: "binary", keyEncoding: "uint32", overlappingSync: false });
    const record = Buffer.alloc(recordBytes(), 1);
    let last = 0;
    return {
      name: "lmdb",
      append: (onDurable) => void store.put(++last, record).then(onDurable),
      close: () => store.close(),
    };
  };
}

function openClassicLevel(folder: string): Opening {
  return async (directory) => {
    const { ClassicLevel } = createRequire(join(folder, "index.js"))("classic-level") as {
      ClassicLevel: new (
        path: string,
        options: object,
      ) => {
        open(): Promise<void>;
        put(key: string, value: Buffer, options: { readonly sync: boolean }): Promise<void>;
        close(): Promise<void>;
      };
    };
    const store = new ClassicLevel(directory, { valueEncoding: "buffer" });
    await store.open();
    const record = Buffer.alloc(recordBytes(), 1);
    let last = 0;
    return {
      name: "classic-level",
      append: (onDurable) => void store.put(String(++last).padStart(12, "0"), record, { sync: true }).then(onDurable),
      close: () => store.close(),
    };
  };
}

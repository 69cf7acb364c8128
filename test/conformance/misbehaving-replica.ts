import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { defaultLimits } from "../../protocol/limits.ts";
import { ReplicaSession } from "../../replicas/session.ts";
import { makeReplica } from "../../replicas/table/replica.ts";

/**
 * A right replica but for one habit, which is its argument and shows at each request to list a movie; `leaves-late` and
 * `leaves-badly` show at the end of its input. `waits` answers when nothing more comes, unless that was too much at once.
 */
const [habit = ""] = process.argv.slice(2);
const theatres = (process.env["QUARTET_THEATRES"] ?? "").split(",");
const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
const session = new ReplicaSession(makeReplica({ theatres }), sha256);
const restMs = 300;
let kept: string | undefined;
let waiting: string[] = [];
let rest: NodeJS.Timeout | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  const effect = session.take(line);
  if (effect?.kind !== "write") continue;
  if (line.includes('"listMovieShowsAvailability"')) behave(effect.text);
  else write(effect.text);
}
if (habit === "leaves-badly") process.exitCode = 3;
if (habit === "leaves-late") setInterval(() => {}, 1000);

function behave(text: string): void {
  switch (habit) {
    case "dies":
      process.stderr.write("one line\nout of\u001b[31m luck\n");
      process.exit(70);
      break;
    case "hangs":
      break;
    case "babbles":
      write("hello");
      break;
    case "swaps":
      // Keeps an answer back until the next one is written.
      if (kept === undefined) kept = text;
      else write(`${text}\n${kept}`);
      break;
    case "waits":
      waiting.push(text);
      clearTimeout(rest);
      rest = setTimeout(answerAll, restMs);
      break;
    case "repeats":
      write(`${text}\n${text}`);
      break;
    default:
      write(text);
  }
}

function answerAll(): void {
  write(waiting.length > defaultLimits.replicaInFlightMax ? "too much at once" : waiting.join("\n"));
  waiting = [];
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

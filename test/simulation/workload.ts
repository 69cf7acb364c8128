import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import { callerOf } from "../../protocol/caller.ts";
import type { Chance } from "../../protocol/chance.ts";
import { canonicalArguments, isOperation, isRead } from "../../protocol/operation.ts";
import { requestKey } from "../../protocol/request.ts";
import type { AnsweredAt } from "./answer-witness.ts";
import { drawCall, otherContent } from "./calls.ts";
import { pick, streamOf } from "./chance-streams.ts";

/** One call as a client made it, and what came of it. */
export interface Made {
  readonly call: Call;
  readonly caller: string;
  readonly madeAt: number;
  /** The highest number that any answer had named when this call was made. */
  readonly knownBefore: number;
  /** A request id that was used before, with the same content or with another. */
  readonly again: "no" | "same" | "other";
  /** The answer, or the fault that was final. */
  reply: CallReply | CallFault | undefined;
  /** Where two managers saw the answer. */
  at: AnsweredAt | undefined;
}

/** What comes back to a client; nothing when the front end is gone. */
export type OnReply = (reply: CallReply | CallFault | undefined, at: AnsweredAt | undefined) => void;

/** What clients need of the world around them. */
export interface WorkloadHost {
  readonly now: number;
  readonly seed: number;
  after(delayMs: number, run: () => void): void;
  /** Makes a call at the front end of that index. */
  call(frontend: number, call: Call, caller: string, onReply: OnReply): void;
}

/** How clients behave. */
export interface WorkloadProfile {
  readonly clients: number;
  readonly thinkMs: number;
  /** Calls that one client makes at most, repetitions included. */
  readonly callsMax: number;
}

const idsMax = 16;
/** A fault that says to come again later than that is one that waiting does not help within a run. */
const retrySecondsMax = 10;

/** Clients that book, cancel, exchange and look, repeat themselves, and ask again at another front end. */
export class Workload {
  readonly made: Made[] = [];
  readonly #host: WorkloadHost;
  readonly #profile: WorkloadProfile;
  readonly #chances: readonly Chance[];
  readonly #left: number[];
  /** Requests that were answered, to be made once more. */
  readonly #old: Made[] = [];
  #isOver = false;
  #known = 0;
  #nextId = 1;
  #pending = 0;

  constructor(host: WorkloadHost, profile: WorkloadProfile) {
    this.#host = host;
    this.#profile = profile;
    const clients = Array.from({ length: profile.clients }, (_, client) => client);
    this.#chances = clients.map((client) => streamOf(host.seed, "workload", client));
    this.#left = clients.map(() => profile.callsMax);
    for (const client of clients) host.after(this.#chances[client]!.between(0, 50), () => this.#next(client));
  }

  /** Calls that wait for their answer. */
  get pending(): number {
    return this.#pending;
  }

  /** Has the clients make no new call. */
  end(): void {
    this.#isOver = true;
  }

  /** So many bookings at once, each of its own. */
  burst(count: number): void {
    if (this.#isOver || this.#profile.clients === 0) return;
    for (let index = 0; index < count; index++) this.#call(index % this.#profile.clients);
  }

  #next(client: number): void {
    if (this.#isOver || this.#left[client]! <= 0) return;
    this.#left[client]!--;
    const chance = this.#chances[client]!;
    const made = this.#call(client);
    if (chance.happens(0.05)) this.#make(client + 1, made.call, "same");
    const isOldOne = this.#old.length > 0 && chance.happens(0.05);
    if (isOldOne) this.#make(client, pick(chance, this.#old).call, "same");
    this.#host.after(chance.between(1, 2 * this.#profile.thinkMs), () => this.#next(client));
  }

  #call(client: number): Made {
    const ids = this.#old.map(({ call }) => call.requestId as string);
    return this.#make(client, drawCall(this.#chances[client]!, `r-${this.#nextId++}`, ids), "no");
  }

  #make(client: number, call: Call, again: Made["again"]): Made {
    const madeAt = this.#host.now;
    const made: Made = {
      call,
      caller: callerOf(call),
      madeAt,
      knownBefore: this.#known,
      again,
      reply: undefined,
      at: undefined,
    };
    this.made.push(made);
    this.#pending++;
    this.#send(client, made);
    return made;
  }

  #send(client: number, made: Made): void {
    this.#host.call(client % 2, made.call, made.caller, (reply, at) => {
      if (reply === undefined || (reply.kind === "fault" && isWorthARetry(reply))) {
        // An unknown outcome is settled by the same request id, at the other front end.
        this.#host.after(reply === undefined ? 50 : 10, () => this.#send(client + 1, made));
      } else {
        this.#pending--;
        made.reply = reply;
        made.at = at;
        this.#onReply(client, made, reply);
      }
    });
  }

  #onReply(client: number, made: Made, reply: CallReply | CallFault): void {
    if (reply.kind === "answer") this.#known = Math.max(this.#known, reply.sequence);
    const isChange = isOperation(made.call.operation) && !isRead(made.call.operation);
    if (made.again !== "no" || !isChange || this.#isOver) return;
    if (reply.kind === "answer") this.#old.push(made);
    if (this.#old.length > idsMax) this.#old.shift();
    const chance = this.#chances[client % this.#profile.clients]!;
    if (chance.happens(0.1)) this.#make(client + chance.between(0, 1), made.call, "same");
    if (chance.happens(0.03)) this.#make(client, otherContent(made.call), "other");
  }
}

/** Key and content of the request of a call. */
export function requestOf({ call, caller }: Pick<Made, "call" | "caller">): {
  readonly key: string;
  readonly content: string;
} {
  const key = requestKey({ caller, requestId: call.requestId ?? "" });
  if (call.operation === "getRequestOutcome") return { key, content: "" };
  return { key, content: `${call.operation}${canonicalArguments(call.operation, { ...call.args })}` };
}

function isWorthARetry({ code, retryAfterSeconds = 0 }: CallFault): boolean {
  if (retryAfterSeconds > retrySecondsMax) return false;
  return code === "OUTCOME_UNKNOWN" || code === "NO_AGREEMENT" || code === "BUSY";
}

import type { CallFault } from "../protocol/call.ts";
import { faultMenu, faultNames, isFaultName } from "../protocol/fault.ts";
import { isSlot, type Sequence, type Slot } from "../protocol/ids.ts";
import type { DigestsAnswer, FrontendInput } from "./effect.ts";
import type { StatusView } from "./status-view.ts";
import type { VoteSummary, VoteView } from "./vote-view.ts";

/** What an HTTP route of the status interface is asked and answers; the door turns it into HTTP. */
export interface ApiRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly handle: (request: ApiRequest) => Promise<ApiAnswer>;
}

interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type ApiAnswer =
  | { readonly kind: "json"; readonly status: number; readonly value: unknown }
  | { readonly kind: "problem"; readonly status: number; readonly title: string; readonly detail?: string };

/** What the status interface looks at and acts upon. */
export interface StatusApiOptions {
  readonly status: () => StatusView;
  readonly digests: () => Promise<DigestsAnswer | CallFault>;
  /** The last votes, newest first: so many, or so many of those that disagreed. */
  readonly requests: (countMax: number, isDisagreedOnly: boolean) => readonly VoteSummary[];
  readonly request: (sequence: Sequence) => VoteView | undefined;
  readonly input: (input: FrontendInput) => void;
  /** The codes of the theatres. */
  readonly theatres: readonly string[];
  /** Whether faults may be injected. */
  readonly isLab: boolean;
  readonly freshId: () => string;
  readonly freshSeed: () => number;
  /** Renders UTC milliseconds as ISO 8601. */
  readonly isoTime: (ms: number) => string;
}

const requestsShownMax = 1000;
const faultSecondsMax = 3600;
const faultSecondsDefault = 60;

/** The routes under `/healthz`, `/readyz` and `/api`. */
export function statusApi(options: StatusApiOptions): readonly ApiRoute[] {
  const { status } = options;
  const get = (path: string, handle: ApiRoute["handle"]): ApiRoute => ({ method: "GET", path, handle });
  return [
    get("/healthz", async () => json(200, { status: "alive" })),
    get("/readyz", async () =>
      json(status().isReady ? 200 : 503, { ready: status().isReady, agreement: status().agreement }),
    ),
    get("/api/status", async () => json(200, renderStatus(status(), options))),
    get("/api/digests", ({ query }) => answerDigests(query["sequence"], options)),
    get("/api/requests", async ({ query }) => listRequests(query, options)),
    get("/api/requests/:sequence", async ({ params }) => showRequest(params["sequence"] ?? "", options)),
    get("/api/faults", async () => json(200, { faults: renderStatus(status(), options).faults })),
    get("/api/faults/menu", async () => json(200, { faults: faultMenu })),
    { method: "POST", path: "/api/faults", handle: async ({ body }) => inject(body, options) },
    { method: "DELETE", path: "/api/faults", handle: async () => clearAll(options) },
    { method: "DELETE", path: "/api/faults/:id", handle: async ({ params }) => clear(params["id"] ?? "", options) },
    { method: "POST", path: "/api/kill", handle: async ({ body }) => kill(body, options) },
    { method: "POST", path: "/api/replace", handle: async ({ body }) => replace(body, options) },
  ];
}

function renderStatus(view: StatusView, { isoTime }: StatusApiOptions) {
  const { isReady: _, ...shown } = view;
  return {
    ...shown,
    faults: view.faults.map((fault) => ({ ...fault, until: isoTime(fault.until) })),
    managers: view.managers.map((manager) => ({
      ...manager,
      lastReplacement:
        manager.lastReplacement === null
          ? null
          : { ...manager.lastReplacement, at: isoTime(manager.lastReplacement.at) },
    })),
  };
}

/** Now, by a marker in the order; or at a number of the past that is a checkpoint which managers still hold. */
function answerDigests(sequence: string | undefined, options: StatusApiOptions): Promise<ApiAnswer> {
  if (sequence !== undefined) return Promise.resolve(digestsAt(sequence, options));
  return options.digests().then((answer) => {
    if ("kind" in answer) return problem(503, "No agreement", answer.message);
    return json(200, { sequence: answer.sequence, digests: answer.digests, equal: areEqual(answer.digests) });
  });
}

function digestsAt(text: string, { status }: StatusApiOptions): ApiAnswer {
  if (!/^\d{1,15}$/.test(text)) return problem(400, "Bad sequence", "sequence is a whole number");
  const sequence = Number(text);
  const digests = status().managers.map(({ slot, checkpoint }) => ({
    slot,
    digest: checkpoint?.sequence === sequence ? checkpoint.digest : null,
  }));
  if (digests.every(({ digest }) => digest === null)) {
    const kept = [...new Set(status().managers.flatMap(({ checkpoint }) => checkpoint?.sequence ?? []))].join(", ");
    const detail = `Digests are kept of each manager's newest checkpoint (${kept || "none yet"}). Leave sequence out to have one made now.`;
    return problem(404, "No digest at that sequence", detail);
  }
  return json(200, { sequence, digests, equal: areEqual(digests) });
}

/** Newest first; `only=disagreed` leaves those out in which all who answered gave the same. */
function listRequests(query: Readonly<Record<string, string>>, options: StatusApiOptions): ApiAnswer {
  const { only, limit = String(requestsShownMax) } = query;
  if (only !== undefined && only !== "disagreed") return problem(400, "Bad only", "only is disagreed, or is left out");
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > requestsShownMax)
    return problem(400, "Bad limit", `limit is a whole number from 1 to ${requestsShownMax}`);
  const wanted = options.requests(Number(limit), only !== undefined);
  return json(200, { requests: wanted.map((one) => renderVote(one, options)) });
}

function showRequest(text: string, options: StatusApiOptions): ApiAnswer {
  if (!/^\d{1,15}$/.test(text)) return problem(400, "Bad sequence", "the number of a request is a whole number");
  const found = options.request(Number(text));
  if (found !== undefined) return json(200, { ...renderVote(found, options), theatres: options.theatres });
  const detail = "A front end keeps the last requests that it answered itself: GET /api/requests lists them.";
  return problem(404, "No vote on that number", detail);
}

function renderVote<View extends VoteSummary>(view: View, { isoTime }: StatusApiOptions) {
  return { ...view, startedAt: isoTime(view.startedAt) };
}

function areEqual(digests: readonly { readonly digest: string | null }[]): boolean {
  return digests[0]?.digest !== null && digests.every(({ digest }) => digest === digests[0]?.digest);
}

function inject(body: unknown, options: StatusApiOptions): ApiAnswer {
  if (!options.isLab) return notLab();
  const { slot, fault, forSeconds = faultSecondsDefault, owner = "" } = objectOf(body);
  if (!isSlot(slot)) return problem(400, "Bad slot", "slot is 1, 2, 3 or 4");
  if (!isFaultName(fault)) return problem(400, "Bad fault", `fault is one of ${faultNames.join(", ")}`);
  const isTimeRight = typeof forSeconds === "number" && forSeconds > 0 && forSeconds <= faultSecondsMax;
  if (!isTimeRight) return problem(400, "Bad time", `forSeconds is a number over 0 and at most ${faultSecondsMax}`);
  if (typeof owner !== "string" || owner.length > 64)
    return problem(400, "Bad owner", "owner is a text of at most 64 characters");
  const { managers } = options.status();
  const state = managers[slot - 1]?.state;
  if (state !== "voting" && state !== "suspect") {
    return problem(409, "No replica to inject into", `The manager of slot ${slot} is ${state}. Wait until it votes.`);
  }
  const id = options.freshId();
  options.input({
    kind: "inject",
    slot,
    fault,
    id,
    forMs: Math.round(1000 * forSeconds),
    seed: options.freshSeed(),
    owner,
  });
  return json(202, { id, slot, fault, forSeconds });
}

function clearAll(options: StatusApiOptions): ApiAnswer {
  if (!options.isLab) return notLab();
  const { faults } = options.status();
  for (const { slot, id } of faults) options.input({ kind: "clear", slot, id });
  return json(202, { cleared: faults.map(({ id }) => id) });
}

function clear(id: string, options: StatusApiOptions): ApiAnswer {
  if (!options.isLab) return notLab();
  const fault = options.status().faults.find((one) => one.id === id);
  if (fault === undefined) return problem(404, "No such fault", "GET /api/faults lists those that are active");
  options.input({ kind: "clear", slot: fault.slot, id });
  return json(202, { cleared: [id] });
}

function kill(body: unknown, options: StatusApiOptions): ApiAnswer {
  if (!options.isLab) return notLab();
  const { slot, target = "manager" } = objectOf(body);
  if (!isSlot(slot)) return problem(400, "Bad slot", "slot is 1, 2, 3 or 4");
  if (target !== "manager" && target !== "replica") return problem(400, "Bad target", "target is manager or replica");
  options.input({ kind: "kill", slot: slot satisfies Slot, target });
  return json(202, { slot, target });
}

/** Answers what the slot was like before, so that whoever asked can tell when it is done. */
function replace(body: unknown, options: StatusApiOptions): ApiAnswer {
  if (!options.isLab) return notLab();
  const { slot } = objectOf(body);
  if (!isSlot(slot)) return problem(400, "Bad slot", "slot is 1, 2, 3 or 4");
  const manager = options.status().managers[slot - 1];
  if (manager === undefined || manager.state === "unreachable" || manager.state === "stopped") {
    return problem(409, "No manager to tell", `The manager of slot ${slot} is ${manager?.state ?? "unknown"}.`);
  }
  options.input({ kind: "replace", slot });
  const { isMember, version, replacements } = manager;
  return json(202, { slot, isMember, version, replacements });
}

function objectOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

function notLab(): ApiAnswer {
  return problem(403, "Not a lab", "Start the service with --lab to inject faults, kill and replace");
}

function json(status: number, value: unknown): ApiAnswer {
  return { kind: "json", status, value };
}

function problem(status: number, title: string, detail: string): ApiAnswer {
  return { kind: "problem", status, title, detail };
}

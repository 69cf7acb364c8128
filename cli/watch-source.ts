import { isServiceStatus } from "./service-status.ts";
import { troubleOf } from "./service-trouble.ts";
import type { WatchAnswer } from "./watch-record.ts";

/** A service that answers later than this is shown as one that cannot be reached. */
const timeoutMs = 2000;
/** Characters of a status: a few thousand are usual. */
const statusCharsMax = 1_000_000;

/** Asks a service for its status; `ending` gives the question up. Never rejects. */
export async function askStatus(url: string, ending: AbortSignal): Promise<WatchAnswer> {
  // `AbortSignal.any` would leave something behind at the signal that lives on, twice a second.
  const question = new AbortController();
  const giveUp = (): void => question.abort();
  const late = setTimeout(() => question.abort(new DOMException("no answer", "TimeoutError")), timeoutMs);
  ending.addEventListener("abort", giveUp);
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(`${url}/api/status`, { headers, signal: question.signal, redirect: "manual" });
    const text = await response.text();
    const status = text.length > statusCharsMax ? undefined : parseJson(text);
    if (response.ok && isServiceStatus(status)) return { kind: "status", status };
    return { kind: "foreign", detail: `HTTP ${response.status} without our status` };
  } catch (error) {
    return troubleOf(error);
  } finally {
    clearTimeout(late);
    ending.removeEventListener("abort", giveUp);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { printable } from "./printable.ts";
import { renderLead } from "./render-status.ts";
import type { ServiceStatus } from "./service-status.ts";
import { changesBetween } from "./watch-changes.ts";
import { problemsOf } from "./watch-problems.ts";
import type { WatchAnswer } from "./watch-record.ts";

/** The version of the objects that `quartet watch --json` writes: what a version has stays, and more may come. */
const watchJsonVersion = 1;

/** What `quartet watch` writes where there is no screen: what changed, and nothing while nothing does. */
export class WatchLines {
  readonly #url: string;
  readonly #isJson: boolean;
  #status: ServiceStatus | undefined;
  #isReached = true;
  #changes = 0;

  constructor(url: string, isJson: boolean) {
    this.#url = url;
    this.#isJson = isJson;
  }

  /** How many changes there were since the first status. */
  get changes(): number {
    return this.#changes;
  }

  /** Whole lines on an answer that came at `at` (ISO 8601): one a change, with JSON one object for all of them. */
  take(answer: WatchAnswer, at: string): string {
    return answer.kind === "status" ? this.#onStatus(answer.status, at) : this.#onTrouble(answer.detail, at);
  }

  #onStatus(status: ServiceStatus, at: string): string {
    const [before, isBack] = [this.#status, !this.#isReached];
    this.#status = status;
    this.#isReached = true;
    const changes = before === undefined ? [] : changesBetween(before, status);
    this.#changes += changes.length;
    if (before !== undefined && !isBack && changes.length === 0) return "";
    if (this.#isJson) return jsonLine({ event: "status", at, changes, status });
    const first = before === undefined ? firstWords(status, this.#url) : [];
    const back = isBack ? [`reached ${this.#url} again`] : [];
    return linesAt(at, [...first, ...back, ...changes]);
  }

  #onTrouble(detail: string, at: string): string {
    if (!this.#isReached) return "";
    this.#isReached = false;
    this.#changes++;
    const message = `cannot reach ${this.#url}: ${detail}`;
    return this.#isJson ? jsonLine({ event: "unreachable", at, message }) : linesAt(at, [`${message}, trying on`]);
  }
}

function firstWords(status: ServiceStatus, url: string): readonly string[] {
  const stand = `agreement ${status.agreement}, epoch ${renderLead(status)}`;
  return [`watching ${url}: ${stand}`, ...problemsOf(status).map(({ text }) => text)];
}

function linesAt(at: string, texts: readonly string[]): string {
  return texts.map((text) => `${at} ${printable(text)}\n`).join("");
}

function jsonLine(event: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ ...event, version: watchJsonVersion })}\n`;
}

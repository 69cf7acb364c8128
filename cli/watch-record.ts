import type { ServiceStatus } from "./service-status.ts";
import type { ServiceTrouble } from "./service-trouble.ts";

/** What a question for the status came to. */
export type WatchAnswer = { readonly kind: "status"; readonly status: ServiceStatus } | ServiceTrouble;

/** Counts per second, over the last seconds; nothing where they were not seen long enough. */
export interface WatchRates {
  readonly ordered: number;
  readonly answered: number;
  readonly refused: number;
  readonly noAgreement: number;
  readonly chargesWrong: number;
  readonly chargesSilent: number;
}

/** What is known of a service at a moment. */
export interface WatchView {
  /** The last one that came, as it was told and with the ages of now, and how old it is. */
  readonly seen: { readonly told: ServiceStatus; readonly aged: ServiceStatus; readonly ageMs: number } | undefined;
  /** Present while the service cannot be reached: why, and for how long. */
  readonly trouble: { readonly detail: string; readonly forMs: number } | undefined;
  readonly rates: WatchRates | undefined;
}

interface Sample {
  readonly status: ServiceStatus;
  readonly at: number;
}

/** Rates are of so long: short enough to follow, long enough not to flicker. */
const windowMs = 3000;
const samplesMax = 32;

/** Keeps what was heard of a service; `now` in milliseconds of any clock that does not go back. */
export class WatchRecord {
  readonly #samples: Sample[] = [];
  #trouble: { readonly detail: string; readonly since: number } | undefined;

  /** Takes an answer in. */
  take(answer: WatchAnswer, now: number): void {
    if (answer.kind !== "status") {
      this.#trouble = { detail: answer.detail, since: this.#trouble?.since ?? now };
      return;
    }
    this.#trouble = undefined;
    const { status } = answer;
    // Another front end counts from zero.
    if (frontendOf(this.#samples.at(-1)?.status) !== frontendOf(status)) this.#samples.length = 0;
    this.#samples.push({ status, at: now });
    const isDue = (): boolean => this.#samples.length > samplesMax || now - (this.#samples[1]?.at ?? now) >= windowMs;
    while (isDue()) this.#samples.shift();
  }

  /** What is known now. */
  view(now: number): WatchView {
    const last = this.#samples.at(-1);
    const trouble = this.#trouble;
    return {
      seen: last && { told: last.status, aged: agedBy(now - last.at, last.status), ageMs: now - last.at },
      trouble: trouble && { detail: trouble.detail, forMs: now - trouble.since },
      rates: trouble === undefined ? this.#rates() : undefined,
    };
  }

  #rates(): WatchRates | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || first.at === last.at) return undefined;
    const seconds = (last.at - first.at) / 1000;
    // A takeover may leave numbers out again that nobody was answered for.
    const rate = (count: (status: ServiceStatus) => number): number =>
      Math.max(0, count(last.status) - count(first.status)) / seconds;
    return {
      ordered: rate(({ newest }) => newest?.sequence ?? 0),
      answered: rate(({ counts }) => counts.answered),
      refused: rate(({ counts }) => counts.refused),
      noAgreement: rate(({ counts }) => counts.noAgreement),
      chargesWrong: rate(({ counts }) => counts.chargesWrong),
      chargesSilent: rate(({ counts }) => counts.chargesSilent),
    };
  }
}

function frontendOf(status: ServiceStatus | undefined): string | undefined {
  return status?.frontends[0]?.id;
}

function agedBy(byMs: number, status: ServiceStatus): ServiceStatus {
  const { newest, sequencers, managers } = status;
  return {
    ...status,
    newest: newest && { ...newest, ageMs: newest.ageMs + byMs },
    sequencers: sequencers.map((one) => ({ ...one, ageMs: one.ageMs + byMs })),
    managers: managers.map((one) => ({ ...one, ageMs: one.ageMs === null ? null : one.ageMs + byMs })),
  };
}

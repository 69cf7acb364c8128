import type { BusinessDate, InstantMs } from "../protocol/ids.ts";

/** Milliseconds between two looks at the date. */
export const businessDateEveryMs = 1000;

/** Makes a clock of civil dates: in a time zone of the IANA database, or the fixed date of the lab. */
export function makeBusinessClock(
  zone: string,
  fixed: BusinessDate | undefined,
  now: () => InstantMs = Date.now,
): () => BusinessDate {
  if (fixed !== undefined) return () => fixed;
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return () => {
    const parts = Object.fromEntries(format.formatToParts(now()).map(({ type, value }) => [type, value]));
    return `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  };
}

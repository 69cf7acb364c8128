const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time for people, in milliseconds: `85 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function renderDuration(ms: number): string {
  if (ms < secondMs) return `${Math.floor(ms)} ms`;
  if (ms < minuteMs) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ${Math.floor((ms % minuteMs) / secondMs)} s`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ${Math.floor((ms % hourMs) / minuteMs)} min`;
  return `${Math.floor(ms / dayMs)} d ${Math.floor((ms % dayMs) / hourMs)} h`;
}

/** How long ago something was heard, for people, not finer than it can be looked at; `null` when it never was. */
export function renderAge(ageMs: number | null): string {
  if (ageMs === null) return "never";
  return ageMs < secondMs ? `0.${Math.floor(ageMs / 100)} s ago` : `${renderDuration(ageMs)} ago`;
}

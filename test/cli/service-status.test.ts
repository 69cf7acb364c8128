import { expect } from "chai";
import { isServiceStatus } from "../../cli/service-status.ts";
import { healthyStatus, statusUnderTest } from "./status-under-test.ts";

/** The place of every field of a value, all lists by their first item. */
function placesIn(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const names = Array.isArray(value) ? Object.keys(value.slice(0, 1)) : Object.keys(value);
  return names.flatMap((name) => {
    const place = [...above, name];
    return [place, ...placesIn((value as Record<string, unknown>)[name], place)];
  });
}

/** A copy in which something else stands at a place; `undefined` takes it away, as JSON has it. */
function withAt(value: unknown, [name, ...rest]: readonly string[], given: unknown): unknown {
  if (name === undefined) return given;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[name] = withAt(copy[name], rest, given);
  return JSON.parse(JSON.stringify(copy));
}

const [manager] = healthyStatus.managers;
const replaced = { cause: "silent", from: "grid", to: "sql", at: "2023-05-12T10:00:00.000Z", tookMs: 250 };
const counts = { compared: 2, differences: 1, lastDifference: 7, lags: 0 };
const shadow = { command: "new", state: "failed", ...counts, trouble: "exit code 1" };
/** With all that a status may have. */
const full = {
  ...healthyStatus,
  faults: statusUnderTest.faults,
  managers: [{ ...manager, progress: { what: "loading", done: 1, total: 2 }, lastReplacement: replaced, shadow }],
};
/** What a status has beside what the command line reads of it. */
const notRead = new Set(["incarnation", "durable", "isReady"]);
const places = placesIn(full).filter((place) => !notRead.has(place.at(-1) as string));

describe("the status of a service", () => {
  it("is one when it has all that is read of it, whatever else it has", () => {
    for (const status of [full, healthyStatus, statusUnderTest]) {
      expect(isServiceStatus(JSON.parse(JSON.stringify({ ...status, more: 1 })))).to.equal(true);
    }
  });

  it("is none when a field is missing or of another kind, as another version may have it", () => {
    expect(places.length).to.be.above(50);
    for (const place of places) {
      const isItem = /^\d+$/.test(place.at(-1) as string);
      for (const given of [...(isItem ? [] : [undefined]), [[1]], { other: 1 }]) {
        expect(isServiceStatus(withAt(full, place, given)), `${place.join(".")}: ${JSON.stringify(given)}`).to.equal(
          false,
        );
      }
    }
  });

  it("is nothing else that may answer", () => {
    for (const value of [undefined, null, 1, "status", [], {}]) expect(isServiceStatus(value)).to.equal(false);
  });
});

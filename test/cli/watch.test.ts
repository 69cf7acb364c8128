import { expect } from "chai";
import { makePaint } from "../../cli/paint.ts";
import { type WatchShow, watch } from "../../cli/watch.ts";
import type { WatchAnswer } from "../../cli/watch-record.ts";
import { healthyStatus } from "./status-under-test.ts";

const url = "http://a:1";
const well: WatchAnswer = { kind: "status", status: healthyStatus };
const worse: WatchAnswer = { kind: "status", status: { ...healthyStatus, agreement: "3 of 4" } };
const away: WatchAnswer = { kind: "unreachable", detail: "ECONNREFUSED" };

/** Watches a service that gives these answers, until somebody ends it at the question after the last. */
async function watched(show: WatchShow, answers: readonly WatchAnswer[]) {
  const ending = new AbortController();
  const left = [...answers];
  const ask = async (): Promise<WatchAnswer> => {
    const answer = left.shift();
    if (answer === undefined) ending.abort();
    return answer ?? { kind: "lost", detail: "AbortError" };
  };
  return await watch({ url, ask, ending: ending.signal, show, everyMs: 1 });
}

function lines() {
  const written: string[] = [];
  const show: WatchShow = { kind: "lines", isJson: true, write: (text) => void (text !== "" && written.push(text)) };
  return { written, show };
}

function screen(onShow: (drawn: readonly string[]) => void = () => {}) {
  const drawn: string[] = [];
  const state = { isOpen: false, closes: 0 };
  const show: WatchShow = {
    kind: "screen",
    paint: makePaint(false),
    open: () => {
      state.isOpen = true;
      return {
        size: () => ({ columns: 80, rows: 24 }),
        show: (shown) => {
          drawn.push(shown.join("\n"));
          onShow(shown);
        },
        close: () => {
          state.isOpen = false;
          state.closes++;
        },
      };
    },
  };
  return { drawn, state, show };
}

describe("a watch", () => {
  it("fails with 4 where the service is not there at the start, and takes no terminal", async () => {
    for (const first of [away, { kind: "foreign", detail: "HTTP 200" } as const]) {
      const { state, show } = screen();
      const outcome = await watched(show, [first]);
      expect(outcome).to.include({ kind: "failure", exitCode: 4 });
      expect(state).to.deep.equal({ isOpen: false, closes: 0 });
    }
  });

  it("waits for a service that goes away, and ends with 0", async () => {
    const { written, show } = lines();
    const outcome = await watched(show, [well, away, away, worse]);
    expect(outcome).to.deep.include({ kind: "answer", exitCode: 0, result: { url, changes: 2 } });
    expect(written.map((text) => JSON.parse(text).event)).to.deep.equal(["status", "unreachable", "status"]);
  });

  it("writes nothing about the question that its end cut off", async () => {
    const { written, show } = lines();
    await watched(show, [well]);
    expect(written).to.have.lengthOf(1);
  });

  it("draws what it hears and gives the terminal back", async () => {
    const { drawn, state, show } = screen();
    const outcome = await watched(show, [well, worse, away]);
    expect(outcome).to.include({ kind: "answer", exitCode: 0 });
    const has = (text: string) => drawn.some((frame) => frame.includes(text));
    expect(["4 of 4", "3 of 4", "cannot reach http://a:1: ECONNREFUSED"].map(has)).to.deep.equal([true, true, true]);
    expect(state).to.deep.equal({ isOpen: false, closes: 1 });
  });

  it("gives the terminal back when drawing fails", async () => {
    const { state, show } = screen(() => {
      throw new Error("planted");
    });
    const failed = await watched(show, [well]).catch((error: unknown) => (error as Error).message);
    expect(failed).to.equal("planted");
    expect(state).to.deep.equal({ isOpen: false, closes: 1 });
  });

  it("draws on while an answer is late, so that the ages go on", async () => {
    const ending = new AbortController();
    const frames: string[] = [];
    const { show } = screen((shown) => {
      frames.push(shown.join("\n"));
      if (frames.length === 4) ending.abort();
    });
    let asked = 0;
    const late = new Promise<WatchAnswer>((resolve) => {
      ending.signal.addEventListener("abort", () => resolve(away));
    });
    const ask = (): Promise<WatchAnswer> => (asked++ === 0 ? Promise.resolve(well) : late);
    await watch({ url, ask, ending: ending.signal, show, everyMs: 1 });
    expect([frames.length, asked]).to.deep.equal([4, 2]);
  });
});

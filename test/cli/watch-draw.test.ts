import { expect } from "chai";
import * as fc from "fast-check";
import { makePaint } from "../../cli/paint.ts";
import type { ServiceStatus } from "../../cli/service-status.ts";
import { drawWatch } from "../../cli/watch-draw.ts";
import type { Size } from "../../cli/watch-layout.ts";
import type { WatchView } from "../../cli/watch-record.ts";
import { healthyStatus, statusUnderTest } from "./status-under-test.ts";

const url = "http://127.0.0.1:8080";
const plain = makePaint(false);
const wide: Size = { columns: 140, rows: 50 };
const rates = { ordered: 1010, answered: 998.25, refused: 0, noAgreement: 0, chargesWrong: 1.5, chargesSilent: 0 };

function viewOf(status: ServiceStatus, given: Partial<WatchView> = {}): WatchView {
  return { seen: { told: status, aged: status, ageMs: 100 }, trouble: undefined, rates, ...given };
}

function draw(view: WatchView, size: Partial<Size> = {}): readonly string[] {
  return drawWatch(view, url, { ...wide, ...size }, plain);
}

const away = { detail: "ECONNREFUSED", forMs: 3200 };

describe("the screen of a watch", () => {
  it("shows problems first, then the front end, the sequencers and the managers", () => {
    const columns =
      "SLOT  VERSION  STATE        LAG  LAG TIME  CHARGES      HEARD  CHECKPOINT           EXECUTED  EPOCH  REPLACED  NOTE";
    expect(draw(viewOf(statusUnderTest))).to.deep.equal([
      `quartet watch ${url}   heard 0.1 s ago`,
      "agreement 2 of 4   epoch 3 (00112233), sequencer 1 leads   sequence 120   business date 2023-05-12",
      "",
      "! manager 4 is unreachable, never heard",
      "! manager 2 is suspect: 2 wrong",
      "! sequencer 2 is unreachable, heard 12.3 s ago",
      "! fault f1: hang in slot 2 until 2023-05-12T10:01:00.000Z",
      "",
      "FRONT END",
      "  answered 998/s   ordered 1010/s   no agreement 0   no room 0   charged wrong 1 (1.5/s)   charged silent 0   pid 8",
      "",
      "SEQUENCERS",
      "  ID  STATE        EPOCH       HEARD  PID",
      "   2  unreachable      2  12.3 s ago    6",
      "   1  active           3   0.0 s ago    7",
      "",
      "MANAGERS",
      `  ${columns}`,
      "     1  table    voting         0      0 ms  -        0.0 s ago  abababababab at 100       120      3         0  -",
      "     2  ledger   suspect        1    250 ms  2 wrong  0.0 s ago  -                         119      3         0  -",
      "     3  grid     voting         0      0 ms  -        0.0 s ago  -                         121      3         1  -",
      "     4  -        unreachable    -         -  -            never  -                           0      -         1  -",
      "",
      "q ends",
    ]);
  });

  it("says that there are no problems", () => {
    expect(draw(viewOf(healthyStatus))[3]).to.equal("no problems");
  });

  it("says that the service is away as one problem, and how old the rest is", () => {
    const seen = { told: healthyStatus, aged: statusUnderTest, ageMs: 3900 };
    const lines = draw(viewOf(healthyStatus, { seen, trouble: away, rates: undefined }));
    const trouble = `! cannot reach ${url}: ECONNREFUSED, trying for 3.2 s; what follows is 3.9 s old`;
    expect(lines.filter((line) => line.startsWith("!"))).to.deep.equal([trouble]);
    expect(lines.join("\n")).to.include("answered -/s").and.include("12.3 s ago");
  });

  it("shows nothing of a service that was not seen but why", () => {
    const lines = draw({ seen: undefined, trouble: away, rates: undefined });
    expect(lines).to.deep.equal([
      `quartet watch ${url}`,
      `! cannot reach ${url}: ECONNREFUSED, trying for 3.2 s`,
      "",
      "q ends",
    ]);
  });

  it("counts requests that get no agreement or no room among the problems", () => {
    const lines = draw(viewOf(healthyStatus, { rates: { ...rates, noAgreement: 2, refused: 150 } }));
    expect(lines.slice(3, 5)).to.deep.equal(["! no agreement on 2.0/s requests", "! no room for 150/s requests"]);
  });

  it("tells of datagrams that were dropped", () => {
    const counts = { ...healthyStatus.counts, dropped: { badMac: 3, malformed: 4 } };
    expect(draw(viewOf({ ...healthyStatus, counts })).join("\n")).to.include("dropped 3 forged, 4 malformed");
  });

  it("shows eight problems at most and how many more there are", () => {
    const faults = Array.from({ length: 11 }, (_, at) => ({
      id: `f${at}`,
      slot: 1,
      fault: "hang",
      until: "",
      owner: "",
    }));
    const shown = draw(viewOf({ ...healthyStatus, faults })).filter((line) => line.startsWith("!"));
    expect([shown.length, shown.at(-1)]).to.deep.equal([9, "! and 3 more"]);
  });

  it("shows on 80 by 24 all there is while all is well", () => {
    const lines = draw(viewOf(healthyStatus), { columns: 80, rows: 24 });
    expect(lines.at(-1)).to.equal("q ends");
    expect(lines).to.include("");
  });

  it("shows on 40 by 24 state and lag of every manager, whatever the problems", () => {
    const lines = draw(viewOf(statusUnderTest), { columns: 40, rows: 24 });
    expect(lines.map((line) => line.trim().split(/ {2,}/).slice(0, 4))).to.deep.include.members([
      ["SLOT", "VERSION", "STATE", "LAG"],
      ["1", "table", "voting", "0"],
      ["2", "ledger", "suspect", "1"],
      ["4", "-", "unreachable", "-"],
    ]);
    expect(lines.slice(5, 7)).to.deep.equal(["! manager 4 is unreachable, never", "  heard"]);
  });

  it("leaves out, on a low screen, first the hint, then the front end, then the sequencers, and says so", () => {
    const heads = (rows: number) => {
      const lines = draw(viewOf(healthyStatus), { columns: 140, rows });
      return lines.filter((line) => /^[A-Z]{2}|^q ends|^…/.test(line));
    };
    expect(heads(16)).to.deep.equal(["FRONT END", "SEQUENCERS", "MANAGERS", "q ends"]);
    expect(heads(15)).to.deep.equal(["FRONT END", "SEQUENCERS", "MANAGERS"]);
    expect(heads(14)).to.deep.equal(["SEQUENCERS", "MANAGERS", "… a taller screen shows more"]);
    expect(heads(13)).to.deep.equal(["MANAGERS", "… a taller screen shows more"]);
    expect(heads(8)).to.deep.equal(["MANAGERS", "… a taller screen shows more"]);
  });

  it("says the same in colours, on as many columns", () => {
    const size = { columns: 47, rows: 30 };
    const painted = drawWatch(viewOf(statusUnderTest), url, size, makePaint(true)).join("\n");
    expect(painted).to.include("\u001b[31munreachable\u001b[0m").and.include("\u001b[33m! ");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the colours that are taken out.
    expect(painted.replace(/\u001b\[\d+m/g, "").split("\n")).to.deep.equal(draw(viewOf(statusUnderTest), size));
  });

  it("fits every screen, whatever the service says of itself, without what a terminal would obey", () => {
    const sizes = fc.record({ columns: fc.integer({ min: 1, max: 160 }), rows: fc.integer({ min: 1, max: 60 }) });
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(sizes, text, text, fc.boolean(), (size, name, note, isAway) => {
        const managers = statusUnderTest.managers.map((manager) => ({ ...manager, version: name, state: note }));
        const status = { ...statusUnderTest, managers, agreement: note, businessDate: name };
        const lines = draw(viewOf(status, isAway ? { trouble: { ...away, detail: name } } : {}), size);
        expect(lines.length).to.be.at.most(size.rows);
        for (const line of lines) {
          expect([...line].length).to.be.at.most(size.columns);
          expect(line).to.not.match(/\p{Cc}/u);
        }
      }),
      { numRuns: 50 },
    );
  });
});

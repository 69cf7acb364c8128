import { expect } from "chai";
import * as fc from "fast-check";
import { commandLine, quoteWord, wordsOf } from "../../cli/command-line.ts";
import { outcomeJson, outcomeTalk } from "../../cli/command-outcome.ts";
import { makePaint } from "../../cli/paint.ts";
import { printable } from "../../cli/printable.ts";
import { renderAnswer } from "../../cli/render-answer.ts";
import { renderDuration } from "../../cli/render-duration.ts";
import { renderExample, renderPort, renderReady } from "../../cli/render-start.ts";
import { agreementStyle, areDigestsDifferent, renderDigests, renderStatus } from "../../cli/render-status.ts";
import { renderTable } from "../../cli/render-table.ts";
import type { ManagerStatus, ServiceStatus } from "../../cli/service-status.ts";
import { readReply } from "../../cli/soap-reply.ts";
import { healthyStatus, statusUnderTest } from "./status-under-test.ts";

describe("a command to copy", () => {
  it("quotes what a shell would take apart", () => {
    expect(commandLine(["list", "L'été & moi"])).to.equal(String.raw`npx quartet list 'L'\''été & moi'`);
    expect(quoteWord("")).to.equal("''");
  });

  it("puts arguments behind -- where one begins like an option, and options before it", () => {
    expect(commandLine(wordsOf("list", ["-30-"]), "http://a:1")).to.equal("npx quartet list --url http://a:1 -- -30-");
  });

  it("keeps every character of a word", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const quoted = quoteWord(text);
        expect(quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll(String.raw`'\''`, "'") : quoted).to.equal(text);
      }),
    );
  });
});

describe("a table", () => {
  it("is as wide as its widest cells, numbers at the right", () => {
    const text = renderTable(
      [{ head: "A" }, { head: "N", isNumber: true }],
      [
        ["long", "1"],
        ["b", "100"],
      ],
    );
    expect(text).to.equal("A       N\nlong    1\nb     100\n");
  });

  it("shows no character that a terminal would obey", () => {
    const text = renderTable([{ head: "A" }], [["\u001b[2J\u009b31m\u202eoops\n"]]);
    expect(text).to.equal("A\n\ufffd[2J\ufffd31m\ufffdoops\ufffd\n");
    expect(printable("Amélie 千と千尋")).to.equal("Amélie 千と千尋");
  });
});

describe("the status for people", () => {
  const lines = renderStatus(statusUnderTest, "http://a:1", makePaint(false)).split("\n");

  it("tells the order, who leads and the agreement", () => {
    expect(lines.slice(0, 5)).to.deep.equal([
      "service        http://a:1",
      "agreement      2 of 4",
      "epoch          3 (00112233), sequencer 1 leads",
      "sequence       120",
      "business date  2023-05-12",
    ]);
  });

  it("tells how many have to agree where that is not two for everything", () => {
    const quorum = { reads: 2, bookings: 3, shows: 2 };
    const text = renderStatus({ ...statusUnderTest, quorum }, "http://a:1", makePaint(false));
    expect(text).to.contain("\nquorum         2 for reads, 3 for bookings, 2 for shows\n");
  });

  it("tells what is wrong with the service as a whole, and nothing where nothing is", () => {
    const text = (status: ServiceStatus): string => renderStatus(status, "http://a:1", makePaint(false));
    const managers = healthyStatus.managers.map((one) => ({ ...one, version: "table" }));
    expect(text({ ...healthyStatus, managers })).to.match(/^problem {8}slots 1, 2, 3 and 4 run the same version/m);
    expect(text(healthyStatus)).to.not.include("problem");
  });

  it("has a line for each sequencer that was heard, with how long ago", () => {
    expect(lines.slice(6, 9).map(cellsOf)).to.deep.equal([
      ["SEQUENCER", "STATE", "EPOCH", "HEARD", "PID"],
      ["2", "unreachable", "2", "12.3 s ago", "6"],
      ["1", "active", "3", "0.0 s ago", "7"],
    ]);
  });

  it("has a line for each manager with its lag, its last replacement and its digest", () => {
    const at = "2023-05-12T10:00:00.000Z";
    const executed = ["EXECUTED", "LAG", "LAG TIME"];
    const rest = ["WRONG IN A ROW", "REPLACED", "EPOCH", "HEARD", "DIGEST", "LAST REPLACEMENT", "NOTE"];
    const digest = "abababababab at 100";
    const silent = `silent: table to sql under way since ${at}`;
    expect(lines.slice(10, 15).map(cellsOf)).to.deep.equal([
      ["SLOT", "VERSION", "STATE", ...executed, ...rest],
      ["1", "table", "voting", "120", "0", "0 ms", "0", "0", "3", "0.0 s ago", digest, "-", "-"],
      ["2", "ledger", "suspect", "119", "1", "250 ms", "2", "0", "3", "0.0 s ago", "-", "-", "-"],
      [
        ..."3 grid voting 121 0".split(" "),
        "0 ms",
        "0",
        "1",
        "3",
        "0.0 s ago",
        "-",
        `wrong answers: sql to grid in 250 ms at ${at}`,
        "-",
      ],
      [..."4 - unreachable 0 - - 0 1 - never -".split(" "), silent, "-"],
    ]);
  });

  it("has a line for each replica in shadow, below the managers", () => {
    const at = (shadow: ManagerStatus["shadow"]): string => {
      const [first, ...others] = statusUnderTest.managers as readonly [ManagerStatus, ...ManagerStatus[]];
      const text = renderStatus(
        { ...statusUnderTest, managers: [...others, { ...first, shadow }] },
        "u",
        makePaint(false),
      );
      return text.split("\n").find((line) => line.startsWith("shadow")) ?? "none";
    };
    const follows = { command: "python3 new.py", state: "following", compared: 18_204, differences: 0 };
    const well = { ...follows, lastDifference: null, lags: 0, trouble: null };
    expect(at(null)).to.equal("none");
    expect(at(well)).to.equal("shadow of slot 1: following, 18,204 compared, 0 different (python3 new.py)");
    expect(at({ ...well, differences: 3, lastDifference: 12_345, lags: 2, state: "lagging" })).to.equal(
      "shadow of slot 1: lagging, 18,204 compared, 3 different, the last at 12345, too slow 2 times (python3 new.py)",
    );
    expect(at({ ...well, state: "failed", trouble: "no\u001b[2J" })).to.match(
      /^shadow of slot 1: failed: no\ufffd\[2J, /,
    );
    expect(at({ ...well, state: "syncing", trouble: "exit code 1" })).to.include(": syncing after exit code 1, ");
  });

  it("lists the active faults", () => {
    expect(lines.slice(16).map(cellsOf)).to.deep.equal([
      ["active faults"],
      ["FAULT", "SLOT", "ID", "UNTIL", "OWNER"],
      ["hang", "2", "f1", "2023-05-12T10:01:00.000Z", "-"],
      [""],
    ]);
  });

  it("tells how old the end of the order is while nobody leads, and does not guess a lag", () => {
    const [, second] = statusUnderTest.managers as readonly [unknown, ManagerStatus];
    const newest = { sequence: 120, ageMs: 65_000 };
    const managers = [{ ...second, lagRequests: 40, lagMs: null }];
    const text = (given: Partial<ServiceStatus>): string =>
      renderStatus({ ...statusUnderTest, epoch: null, managers, ...given }, "http://a:1", makePaint(false));
    expect(text({ newest })).to.match(/^epoch +none, no sequencer leads\nsequence +120, heard 1 min 5 s ago$/m);
    expect(text({ newest })).to.match(/ 40 +unknown /);
    expect(text({ newest: null, sequencers: [] })).to.match(
      /^epoch +none, no sequencer was heard\nsequence +unknown$/m,
    );
  });

  it("says the same in colours", () => {
    const painted = renderStatus(statusUnderTest, "http://a:1", makePaint(true));
    expect(painted).to.include("\u001b[31munreachable\u001b[0m").and.include("\u001b[33msuspect\u001b[0m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the colours that are taken out.
    expect(painted.replace(/\u001b\[\d+m/g, "").split("\n")).to.deep.equal(lines);
  });
});

function cellsOf(line: string): readonly string[] {
  return line.trim().split(/ {2,}/);
}

describe("the agreement", () => {
  it("is shown as good only when all four agree, and never when it is not known", () => {
    const styles = ["4 of 4", "3 of 4", "2 of 4", "1 of 4", "unknown"].map(agreementStyle);
    expect(styles).to.deep.equal(["good", "watch", "watch", "bad", "bad"]);
  });
});

describe("a length of time", () => {
  const rows: readonly (readonly [ms: number, text: string])[] = [
    [0, "0 ms"],
    [999, "999 ms"],
    [999.7, "999 ms"],
    [1000, "1.0 s"],
    [59_999, "59.9 s"],
    [250_000, "4 min 10 s"],
    [7_500_000, "2 h 5 min"],
    [360_000_000, "4 d 4 h"],
  ];
  for (const [ms, text] of rows) it(`of ${ms} ms is shown as ${text}`, () => expect(renderDuration(ms)).to.equal(text));
});

describe("the digests for people", () => {
  const list = (...digests: readonly (string | null)[]) => digests.map((digest, at) => ({ slot: at + 1, digest }));

  it("differ when two replicas told different ones", () => {
    expect(areDigestsDifferent(list("a", "a", "b", null))).to.equal(true);
    expect(areDigestsDifferent(list("a", "a", "a", null))).to.equal(false);
  });

  it("say whether all are equal, only those that answered, or none", () => {
    const told = (digests: readonly (string | null)[], equal: boolean) =>
      renderDigests({ sequence: 9, digests: list(...digests), equal }).split("\n")[0];
    expect(told(["a", "a", "a", "a"], true)).to.equal("state after change 9: equal in all replicas");
    expect(told(["a", "a", "a", null], false)).to.equal("state after change 9: equal in those that answered");
    expect(told(["a", "a", "b", "a"], false)).to.equal("state after change 9: different");
  });
});

describe("an answer for people", () => {
  const args = { customerID: "ATWC1234", movieID: "ATWM211126", movieName: "Avatar", numberOfTickets: 1 };

  it("names the request, so that it can be asked about", () => {
    const text = renderAnswer(
      { operation: "bookMovieTickets", args, requestId: "cli-1" },
      { outcome: "OK", requestId: "cli-1", sequence: 5, held: 3, available: 47 },
    );
    expect(text).to.equal(
      "booked 1 ticket of Avatar at ATWM211126 for ATWC1234: 3 held, 47 free\nrequest cli-1, sequence 5\n",
    );
  });

  it("tells who lost tickets with a removed show and who kept them", () => {
    const text = renderAnswer(
      { operation: "removeMovieSlots", args: { adminID: "ATWA1234", movieID: "ATWM211126", movieName: "Avatar" } },
      {
        outcome: "OK",
        sequence: 5,
        moved: [{ customerID: "ATWC1234", movieID: "ATWA211126", numberOfTickets: 2 }],
        dropped: [{ customerID: "VERC1234", numberOfTickets: 1 }],
      },
    );
    expect(text.split("\n")).to.deep.equal([
      "removed Avatar at ATWM211126",
      "ATWC1234: 2 tickets moved to ATWA211126",
      "VERC1234: 1 ticket dropped, no later show has room",
      "",
    ]);
  });
});

describe("what the SOAP client took apart", () => {
  it("is read alike whether a list is one item, many, or nothing", () => {
    const show = { movieID: "ATWM211126", movieName: "007", capacity: "50", available: 0 };
    const read = { movieID: "ATWM211126", movieName: "007", capacity: 50, available: 0 };
    const shows = (value: unknown) => readReply({ outcome: "OK", sequence: "7", shows: value })?.["shows"];
    expect(shows({ show: [show, show] })).to.deep.equal([read, read]);
    expect(shows({ show })).to.deep.equal([read]);
    for (const empty of [null, "", {}]) expect(shows(empty)).to.deep.equal([]);
  });

  it("is no answer without an outcome and a sequence", () => {
    for (const body of [null, "text", {}, { outcome: "OK" }, { outcome: "OK", sequence: "x" }, { sequence: 1 }]) {
      expect(readReply(body)).to.equal(undefined);
    }
  });
});

describe("the JSON of an outcome", () => {
  it("has a version, the command and the exit code, and either a result or an error", () => {
    const answer = { kind: "answer", exitCode: 0, result: { held: 1 }, text: "" } as const;
    expect(outcomeJson("book", answer)).to.equal('{"version":1,"command":"book","exitCode":0,"result":{"held":1}}');
    const failure = { kind: "failure", exitCode: 4, code: "C", message: "m", next: "n" } as const;
    expect(outcomeJson("book", failure)).to.equal(
      '{"version":1,"command":"book","exitCode":4,"error":{"code":"C","message":"m","next":"n"}}',
    );
    expect(outcomeTalk(failure)).to.equal("error: m (C)\nnext: n\n");
  });
});

describe("what start says", () => {
  it("is one ready line, in text or as JSON", () => {
    expect(renderReady("http://a:1", false)).to.equal("ready http://a:1\n");
    expect(JSON.parse(renderReady("http://a:1", true))).to.deep.equal({
      event: "ready",
      url: "http://a:1",
      soap: "http://a:1/soap/v1",
      soap12: "http://a:1/soap12/v1",
      console: "http://a:1/console",
      api: "http://a:1/api",
      version: 1,
    });
  });

  it("tells of another port only when one was asked for and taken", () => {
    expect(renderPort(8080, "http://127.0.0.1:8081")).to.include("8080 is taken").and.include("http://127.0.0.1:8081");
    expect(renderPort(8080, "http://127.0.0.1:8080")).to.equal("");
    expect(renderPort(0, "http://127.0.0.1:8081")).to.equal("");
  });

  it("ends with an example of one line", () => {
    const show = { kind: "show", movieID: "VERM211126", movieName: "Avatar" } as const;
    const date = { kind: "date", businessDate: "2023-05-06", theatre: "OUT", movieName: "Avatar" } as const;
    const curl = (text: string) => text.split("\n").filter((line) => line.startsWith("curl "));
    expect(curl(renderExample("http://a:1", show))).to.have.lengthOf(1);
    expect(renderExample("http://a:1", show)).to.include("<customerID>VERC1234</customerID>");
    expect(renderExample("http://a:1", date)).to.include("<movieID>OUTE060523</movieID>");
    expect(curl(renderExample("http://a:1", { kind: "nothing" }))).to.deep.equal(["curl -s http://a:1/api/status"]);
  });
});

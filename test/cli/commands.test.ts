import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createSocketServer } from "node:net";
import { expect } from "chai";
import type { FrontendInput } from "../../frontend/effect.ts";
import { statusApi } from "../../frontend/status-api.ts";
import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import { answerOf, closeDoors, type DoorUnderTest, openDoor } from "../io/http-door-under-test.ts";
import { viewUnderTest } from "./status-under-test.ts";
import { run } from "./terminal-under-test.ts";
import { votesUnderTest, voteUnderTest } from "./votes-under-test.ts";

/** Opens the door of a service with the status interface; what reaches the front end is kept. */
async function openService(
  answer: (call: Call) => Promise<CallReply | CallFault> = async (call) => answerOf(call),
  digests: readonly (string | null)[] = ["a", "a", "a", "a"],
  isLab = true,
): Promise<DoorUnderTest & { readonly inputs: readonly FrontendInput[] }> {
  const inputs: FrontendInput[] = [];
  const routes = statusApi({
    status: () => viewUnderTest,
    digests: async () => ({
      sequence: 9,
      digests: viewUnderTest.managers.map(({ slot }, at) => ({ slot, digest: digests[at] ?? null })),
    }),
    requests: (countMax, isDisagreedOnly) => votesUnderTest(countMax, isDisagreedOnly),
    request: (sequence) => (sequence === voteUnderTest.sequence ? voteUnderTest : undefined),
    input: (input) => inputs.push(input),
    theatres: ["ATW", "VER", "OUT"],
    isLab,
    freshId: () => "f2",
    freshSeed: () => 1,
    isoTime: (ms) => new Date(ms).toISOString(),
  });
  return { ...(await openDoor({ routes, limits: { closeMs: 50 } }, answer)), inputs };
}

function refused(reason: string) {
  return async (call: Call) => ({ ...answerOf(call), answer: { outcome: "REFUSED", reason } }) as unknown as CallReply;
}

/** Closed after each test, together with the doors. */
const closing: (() => void)[] = [];

function closeAfterEach(): void {
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await closeDoors();
  });
}

const ticket = { customerID: "ATWC1234", movieID: "ATWM211126", movieName: "L'été <3>", numberOfTickets: 2 };
const ticketWords = ["ATWC1234", "ATWM211126", "L'été <3>", "2"];

describe("the booking commands", () => {
  closeAfterEach();

  const rows: readonly (readonly [words: readonly string[], operation: Call["operation"], args: object])[] = [
    [["list", "Avatar"], "listMovieShowsAvailability", { movieName: "Avatar" }],
    [["book", ...ticketWords], "bookMovieTickets", ticket],
    [["cancel", ...ticketWords], "cancelMovieTickets", ticket],
    [["schedule", "ATWC1234"], "getBookingSchedule", { customerID: "ATWC1234" }],
    [
      ["exchange", "ATWC1234", "ATWM211126", "Avatar", "ATWE211126", "Titanic", "1"],
      "exchangeTickets",
      {
        customerID: "ATWC1234",
        movieID: "ATWM211126",
        movieName: "Avatar",
        newMovieID: "ATWE211126",
        newMovieName: "Titanic",
        numberOfTickets: 1,
      },
    ],
    [
      ["add-show", "ATWA1234", "ATWM211126", "Avatar", "50"],
      "addMovieSlots",
      { adminID: "ATWA1234", movieID: "ATWM211126", movieName: "Avatar", bookingCapacity: 50 },
    ],
    [
      ["remove-show", "ATWA1234", "ATWM211126", "Avatar"],
      "removeMovieSlots",
      { adminID: "ATWA1234", movieID: "ATWM211126", movieName: "Avatar" },
    ],
    [["outcome", "ATWC1234", "cli-1"], "getRequestOutcome", { callerID: "ATWC1234", requestId: "cli-1" }],
  ];
  for (const [words, operation, args] of rows) {
    it(`${words[0]} calls ${operation} with its arguments and ends with 0`, async () => {
      const door = await openService();
      const { exitCode, data, talk } = await run([...words, "--url", door.url]);
      expect(talk).to.equal("");
      expect(exitCode).to.equal(0);
      expect(data).to.match(/\n$/);
      expect(door.calls.map(({ call }) => [call.operation, call.args])).to.deep.equal([[operation, args]]);
    });
  }

  it("give a change an id of its own and print it with the answer", async () => {
    const door = await openService();
    const first = await run(["book", ...ticketWords, "--url", door.url]);
    const second = await run(["book", ...ticketWords, "--url", door.url]);
    const [one, two] = door.calls.map(({ call }) => call.requestId);
    expect(one).to.match(/^cli-[0-9a-f-]{36}$/);
    expect(two).to.not.equal(one);
    expect(first.data).to.include(`request ${one},`);
    expect(second.data).to.include(`request ${two},`);
  });

  it("send a change again under the id that it is given", async () => {
    const door = await openService();
    await run(["cancel", ...ticketWords, "--request-id", "mine", "--url", door.url]);
    expect(door.calls[0]?.call.requestId).to.equal("mine");
  });

  it("find the service by QUARTET_URL, and by --url before it", async () => {
    const [door, other] = [await openService(), await openService()];
    await run(["list", "Avatar"], { QUARTET_URL: door.url });
    await run(["list", "Avatar", "--url", other.url], { QUARTET_URL: door.url });
    expect([door.calls.length, other.calls.length]).to.deep.equal([1, 1]);
  });

  it("find the service by --url before the command, and by one behind it rather", async () => {
    const [door, other] = [await openService(), await openService()];
    await run(["--url", door.url, "list", "Avatar"], { QUARTET_URL: other.url });
    await run(["--url", other.url, "list", "Avatar", "--url", door.url]);
    expect([door.calls.length, other.calls.length]).to.deep.equal([2, 0]);
  });

  it("tell a refusal as an answer, end with 1 and name the next command", async () => {
    const door = await openService(refused("SHOW_FULL"));
    const { exitCode, data, talk } = await run(["book", ...ticketWords, "--url", door.url]);
    expect(exitCode).to.equal(1);
    expect(data).to.match(/^refused: .+ \(SHOW_FULL\)\nrequest cli-/);
    expect(talk).to.equal(`next: npx quartet list 'L'\\''été <3>' --url ${door.url}\n`);
  });

  it("write a refusal with --json as one object with a version", async () => {
    const door = await openService(refused("WEEKLY_LIMIT"));
    const { data } = await run(["book", ...ticketWords, "--request-id", "r", "--json", "--url", door.url]);
    expect(JSON.parse(data)).to.deep.include({ version: 1, command: "book", exitCode: 1 });
    expect(JSON.parse(data).result).to.include({
      outcome: "REFUSED",
      reason: "WEEKLY_LIMIT",
      requestId: "r",
      sequence: 7,
    });
    expect(JSON.parse(data).next).to.equal(`npx quartet schedule ATWC1234 --url ${door.url}`);
  });

  it("write a list with --json as the service gave it", async () => {
    const door = await openService();
    const { data } = await run(["schedule", "ATWC1234", "--json", "--url", door.url]);
    expect(JSON.parse(data).result).to.deep.equal({
      operation: "getBookingSchedule",
      outcome: "OK",
      sequence: 7,
      bookings: [{ movieID: "ATWM160523", movieName: "Amélie & Co", numberOfTickets: 2 }],
    });
  });

  it("end with 3 and ask for the outcome when there is no agreement", async () => {
    const fault: CallFault = { kind: "fault", code: "OUTCOME_UNKNOWN", message: "Nobody knows.", applied: "unknown" };
    const door = await openService(async () => fault);
    const { exitCode, data, talk } = await run(["book", ...ticketWords, "--request-id", "r-1", "--url", door.url]);
    expect([exitCode, data]).to.deep.equal([3, ""]);
    expect(talk).to.equal(
      `error: Nobody knows. (OUTCOME_UNKNOWN)\nrequest r-1\nnext: npx quartet outcome ATWC1234 r-1 --url ${door.url}\n`,
    );
  });

  it("end with 2 when the service finds an argument malformed", async () => {
    const door = await openService();
    const { exitCode, talk } = await run(["book", "ATWX1234", "ATWM211126", "Avatar", "2", "--url", door.url]);
    expect(exitCode).to.equal(2);
    expect(talk).to.include("customerID").and.include("next: npx quartet help book");
  });

  it("end with 3 when the connection of a change is lost after it was sent", async () => {
    const door = await openService(() => new Promise(() => {}));
    const running = run(["book", ...ticketWords, "--request-id", "r-1", "--url", door.url]);
    while (door.calls.length === 0) await new Promise(setImmediate);
    await closeDoors();
    const { exitCode, talk } = await running;
    expect(exitCode).to.equal(3);
    expect(talk).to.include("(OUTCOME_UNKNOWN)").and.include("next: npx quartet outcome ATWC1234 r-1");
  });
});

describe("the commands that look", () => {
  closeAfterEach();

  it("show the status", async () => {
    const door = await openService();
    const { exitCode, data } = await run(["status", "--url", door.url]);
    expect(exitCode).to.equal(0);
    expect(data).to.include("agreement      2 of 4").and.include("wrong answers: sql to grid in 250 ms");
    expect(data)
      .to.include("unreachable")
      .and.not.match(/\bdead\b/);
  });

  it("hand the status on as JSON, under a version of their own", async () => {
    const door = await openService();
    const { data } = await run(["status", "--json", "--url", door.url]);
    const { isReady: _isReady, managers: _managers, faults: _faults, ...rest } = viewUnderTest;
    expect(JSON.parse(data)).to.include({ version: 1, command: "status", exitCode: 0 });
    expect(JSON.parse(data).result).to.deep.include(rest);
  });

  it("end the comparison of digests with 0 unless two differ", async () => {
    const equal = await openService();
    const missing = await openService(undefined, ["a", "a", "a", null]);
    const different = await openService(undefined, ["a", "a", "a", "b"]);
    const codes = [];
    for (const { url } of [equal, missing, different]) codes.push((await run(["digests", "--url", url])).exitCode);
    expect(codes).to.deep.equal([0, 0, 3]);
  });

  it("say which digests are kept when that number has none", async () => {
    const door = await openService();
    const { exitCode, talk } = await run(["digests", "--sequence", "5", "--url", door.url]);
    expect(exitCode).to.equal(1);
    expect(talk).to.include("(100)").and.include(`next: npx quartet digests --url ${door.url}`);
  });
});

describe("the votes", () => {
  closeAfterEach();

  it("are listed newest first, or only those that disagreed", async () => {
    const { url } = await openService();
    const all = await run(["votes", "--url", url]);
    expect(all).to.include({ exitCode: 0, talk: "" });
    expect(all.data.split("\n")[1]).to.match(/^ {7}8 {2}00:00:00\.120 {2}bookMovieTickets.* OK .*3 of 4 .* 3 /);
    expect(all.data.split("\n")[2]).to.match(/^ {7}7 .*4 of 4 .* - +-$/);
    const disagreed = await run(["votes", "--disagreed", "--url", url]);
    expect(disagreed.data.split("\n")).to.have.lengthOf(3);
  });

  it("on one request show each manager's answer and the fields that differ", async () => {
    const { url } = await openService();
    const { exitCode, data } = await run(["votes", "8", "--url", url]);
    expect(exitCode).to.equal(0);
    expect(data).to.contain("OK, by 3 of 4, against slot 3; 2 decided after 2.0 ms");
    expect(data).to.match(/^ +3 {2}table +DIFFERENT +1\.0 ms +\{"outcome":"OK","held":2,"available":9\}$/m);
    expect(data).to.match(/^available +8 +8 +9 +8$/m);
  });

  it("are handed on as JSON, and a number without a vote is not found", async () => {
    const { url } = await openService();
    const { result } = JSON.parse((await run(["votes", "8", "--json", "--url", url])).data);
    expect(result.differences).to.deep.equal([
      {
        field: "available",
        values: [8, 8, 9, 8].map((value, index) => ({ slot: index + 1, value })),
      },
    ]);
    expect(await run(["votes", "9", "--url", url])).to.include({ exitCode: 1 });
  });
});

describe("the commands of the lab", () => {
  closeAfterEach();

  it("show the menu and what is active", async () => {
    const door = await openService();
    const { data } = await run(["faults", "--url", door.url]);
    expect(data)
      .to.match(/^random-answers {2,}answers at random$/m)
      .and.match(/^hang +2 +f1 /m);
    const json = JSON.parse((await run(["faults", "--json", "--url", door.url])).data);
    expect(json.result.active).to.deep.equal([
      { id: "f1", slot: 2, fault: "hang", until: "2023-05-12T10:01:00.000Z", owner: "" },
    ]);
    expect(json.result.menu[0]).to.include({ name: "random-answers" });
  });

  it("inject, clear and kill", async () => {
    const door = await openService();
    const url = ["--url", door.url];
    const inject = await run(["inject", "3", "hang", "--for", "1.5", "--owner", "me", ...url]);
    expect(inject).to.deep.equal({ exitCode: 0, data: "injected hang into slot 3 for 1.5 s as f2\n", talk: "" });
    expect((await run(["clear", "f1", ...url])).data).to.equal("cleared f1\n");
    expect((await run(["clear", ...url])).data).to.equal("cleared f1\n");
    await run(["kill", "4", ...url]);
    await run(["kill", "4", "--replica", ...url]);
    expect(door.inputs).to.deep.equal([
      { kind: "inject", slot: 3, fault: "hang", id: "f2", forMs: 1500, seed: 1, owner: "me" },
      { kind: "clear", slot: 2, id: "f1" },
      { kind: "clear", slot: 2, id: "f1" },
      { kind: "kill", slot: 4, target: "manager" },
      { kind: "kill", slot: 4, target: "replica" },
    ]);
  });

  const wrong: readonly (readonly [words: readonly string[], exitCode: number, ...parts: readonly string[]])[] = [
    [["inject", "3", "nothing"], 2, "INVALID_REQUEST", "next: npx quartet faults"],
    [["inject", "9", "hang"], 2, 'slot: "9" is not a whole number from 1 to 4', "next: npx quartet help inject"],
    [["inject", "4", "hang"], 1, "CONFLICT", "unreachable"],
    [["inject", "3", "hang", "--for", "soon"], 2, "seconds", "next: npx quartet help inject"],
    [["clear", "../faults/f1"], 1, "NOT_FOUND", "next: npx quartet faults"],
    [["inject", "3", "hang", "--for", "3601"], 2, '--for: "3601" is not a number of seconds over 0 and at most 3600'],
    [["inject", "3", "hang", "--for", "1e9"], 2, '--for: "1e9" is not'],
    [["inject", "3", "hang", "--for", "0"], 2, '--for: "0" is not'],
    [["replace", "9"], 2, 'slot: "9" is not a whole number from 1 to 4'],
    [["replace", "4"], 1, "CONFLICT", "unreachable"],
    [["kill", "one"], 2, 'slot: "one" is not a whole number from 1 to 4', "next: npx quartet help kill"],
  ];
  for (const [words, code, ...parts] of wrong) {
    it(`end "${words.join(" ")}" with ${code} and name the next command`, async () => {
      const door = await openService();
      const { exitCode, talk } = await run([...words, "--url", door.url]);
      expect(exitCode).to.equal(code);
      for (const part of parts) expect(talk).to.include(part);
    });
  }

  it("inject for as long as the service allows", async () => {
    const door = await openService();
    const { exitCode } = await run(["inject", "3", "hang", "--for", "3600", "--url", door.url]);
    expect([exitCode, door.inputs.map((input) => "forMs" in input && input.forMs)]).to.deep.equal([0, [3_600_000]]);
  });

  it("say how to start a lab where there is none", async () => {
    const door = await openService(undefined, undefined, false);
    for (const command of ["kill", "replace"]) {
      const { exitCode, talk } = await run([command, "1", "--url", door.url]);
      expect(exitCode).to.equal(1);
      expect(talk).to.include("next: npx quartet start --lab");
    }
    expect(door.inputs).to.deep.equal([]);
  });
});

describe("a command without a service", () => {
  closeAfterEach();

  const commands = [["status"], ["list", "Avatar"], ["book", ...ticketWords], ["kill", "1"], ["faults"]];

  it("ends with 4 when nothing answers", async () => {
    const door = await openService();
    await closeDoors();
    for (const words of commands) {
      const { exitCode, talk } = await run([...words, "--url", door.url]);
      expect([words[0], exitCode]).to.deep.equal([words[0], 4]);
      expect(talk).to.include("(UNREACHABLE)").and.include("next: npx quartet start");
    }
  });

  it("ends with 4 when something else answers", async () => {
    const server = createServer((_request, response) => response.end("<html>hello</html>"));
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const words of commands) {
      const { exitCode, talk } = await run([...words, "--url", url]);
      expect([words[0], exitCode]).to.deep.equal([words[0], 4]);
      expect(talk).to.include("(NOT_QUARTET)");
    }
  });

  it("does not know whether a change of the lab took effect when its answer is lost", async () => {
    const server = createSocketServer((socket) => socket.once("data", () => socket.destroy()));
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await run(["kill", "1", "--url", url])).exitCode).to.equal(3);
    expect((await run(["status", "--url", url])).exitCode).to.equal(4);
  });
});

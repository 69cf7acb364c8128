import { expect } from "chai";
import { renderReady } from "../../cli/render-start.ts";
import { renderDigests } from "../../cli/render-status.ts";
import { renderVote } from "../../cli/render-votes.ts";
import type { VoteDetail } from "../../cli/service-votes.ts";
import { voteUnderTest } from "../cli/votes-under-test.ts";
import { callSoap } from "../system/soap-caller.ts";
import { codeBlocks } from "./markdown.ts";
import { isRun, type ReadmeClient, readmeClients } from "./readme-clients.ts";
import { readText } from "./repository-files.ts";
import { runProgram } from "./run-program.ts";
import { StartedService } from "./started-service.ts";
import { runQuartet, runTour } from "./tour.ts";

/** The vote that is shown, as far as its first line goes. */
const voteShown = {
  ...({ ...voteUnderTest, startedAt: "", theatres: [] } as VoteDetail),
  votes: [
    { slot: 1, version: "table", judgement: "right", afterMs: 8, answer: { outcome: "OK", held: 2, available: 48 } },
    { slot: 3, version: "grid", judgement: "wrong", afterMs: 8, answer: {} },
    { slot: 4, version: "sql", judgement: "right", afterMs: 13, answer: {} },
    { slot: 2, version: "ledger", judgement: "right", afterMs: 8, answer: {} },
  ].map((vote) => ({ ...vote, sequence: 30, digest: "" })),
};

const address = "http://127.0.0.1:8080";
const customer = "ATWC1234";

const blocks = codeBlocks(readText("README.md")).map(({ text }) => text);
const blockThat = (begins: RegExp): string => blocks.find((text) => begins.test(text)) ?? "";

describe("README.md", () => {
  it("has no block that these tests do not know", () => {
    const starts = [/^ SOAP clients/, /^npm start$/m, /^ready /, /^npm test/];
    const begins = [...starts, /^npx quartet list/, /^SLOT {2}VERSION/, /^npx quartet log/];
    const known = [...begins, ...readmeClients.map((client) => client.begins)];
    const found = blocks.map((text) => known.findIndex((begin) => begin.test(text)));
    expect(found).to.have.members([...known.keys()]);
  });

  it("shows the votes on a request, and equal states, as the commands write them", () => {
    const lines = blockThat(/^SLOT {2}VERSION/).split("\n");
    const [head = "", row = ""] = renderVote(voteShown).split("\n").slice(5);
    expect(lines.slice(0, 2)).to.deep.equal([head, row]);
    const digests = { sequence: 36, digests: [{ slot: 1, digest: "a" }], equal: true };
    expect(lines.find((line) => line.startsWith("state"))).to.equal(renderDigests(digests).split("\n")[0]);
  });

  it("shows the ready line as the command writes it", () => {
    expect(blockThat(/^ready/)).to.equal(renderReady(address, false));
  });
});

describe("README.md, run line by line", function readme() {
  this.timeout(70_000);
  let service: StartedService;
  let show: string;

  before(async () => {
    service = await StartedService.start();
    show = await showIn(service.url);
  });
  after(() => service?.stop());

  const here = (text: string) => text.replaceAll(address, service.url).replaceAll(/\bSHOW\b/g, show);
  const run = ({ begins, command }: ReadmeClient) => runProgram(command, here(blockThat(begins)));

  it("shows a replica being outvoted and replaced while every answer is right", async () => {
    await runTour(service, here(blockThat(/^npx quartet list/)));
  });

  it("shows commands that read the data while the service runs", async () => {
    const written: string[] = [];
    for (const line of blockThat(/^npx quartet log/)
      .trim()
      .split("\n")) {
      const words = (line.split("#")[0] as string).trim().split(/ +/).slice(2);
      const here = words.map((word) => (word === "backup.json" ? `${service.dataDirectory}/backup.json` : word));
      const { exitCode, output, talk } = await runQuartet(service.url, [...here, "--data", service.dataDirectory]);
      expect(exitCode, `${line}: ${output}${talk}`).to.equal(0);
      written.push(output);
    }
    expect(written).to.have.lengthOf(2);
    expect(written[0]).to.match(/manager/i);
  });

  for (const client of readmeClients.filter(isRun)) {
    it(`books two tickets with ${client.name}`, async () => {
      const before = await seatsOf(service.url, show);
      const { output, talk, exitCode } = await run(client);
      const [held, available] = [before.held + 2, before.available - 2];
      expect(output, talk).to.match(client.booked(held, available));
      expect(exitCode, talk).to.equal(0);
      expect(await seatsOf(service.url, show)).to.deep.equal({ held, available });
    });
  }

  it("books once when a request id is sent again, and gets the same answer", async () => {
    const client = readmeClients.find(({ name }) => name === "JavaScript") as ReadmeClient;
    const first = await run(client);
    expect(first.output, first.talk).to.match(/^OK /);
    const seats = await seatsOf(service.url, show);
    expect(await run(client)).to.deep.equal(first);
    expect(await seatsOf(service.url, show)).to.deep.equal(seats);
  });
});

/** A show of the customer's own theatre, but not the first: it is today's, and the day may end meanwhile. */
async function showIn(url: string): Promise<string> {
  const { output, talk } = await runQuartet(url, ["list", "Avatar"]);
  const [, show] = output.match(/^ATW[MAE]\d{6}/gm) ?? [];
  if (show === undefined) throw new Error(`there is no show to book: ${output}${talk}`);
  return show;
}

interface Seats {
  readonly held: number;
  readonly available: number;
}

/** What the customer holds of a show and what is free, asked without the programs under test. */
async function seatsOf(url: string, show: string): Promise<Seats> {
  const { shows } = await answerOf(url, "listMovieShowsAvailability", { movieName: "Avatar" });
  const { bookings } = await answerOf(url, "getBookingSchedule", { customerID: customer });
  const inShow = (list: unknown) =>
    (list as readonly Readonly<Record<string, unknown>>[]).find(({ movieID }) => movieID === show);
  return {
    held: Number(inShow(bookings)?.["numberOfTickets"] ?? 0),
    available: Number(inShow(shows)?.["available"]),
  };
}

async function answerOf(...call: Parameters<typeof callSoap>): Promise<Readonly<Record<string, unknown>>> {
  const result = await callSoap(...call);
  if (result.kind === "fault") throw new Error(result.text);
  return result.answer;
}

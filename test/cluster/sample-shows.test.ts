import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { addSampleShows } from "../../cluster/sample-shows.ts";
import { sha256 } from "../../io/sha256.ts";

const empty = sha256("[[],[]]");
const other = sha256('[[["ATWM120523","Avatar",5]],[]]');
const made = 27;

/** What a service says of itself, and whether it takes a new show. */
interface Said {
  readonly sequence: number;
  readonly digests?: readonly (string | null)[];
  readonly status?: number;
}

describe("the sample shows", () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
  });

  /** Makes them in a service that says this; the bodies of the calls. */
  async function add({ sequence, digests = [], status = 200 }: Said): Promise<readonly string[]> {
    const bodies: string[] = [];
    const answers: Readonly<Record<string, unknown>> = {
      "/api/status": { sequence, businessDate: "2023-05-12" },
      "/api/digests": { digests: digests.map((digest) => ({ digest })) },
    };
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        if (request.method === "POST") bodies.push(body);
        response.writeHead(request.method === "POST" ? status : 200).end(JSON.stringify(answers[request.url ?? ""]));
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await addSampleShows(`http://127.0.0.1:${port}`, ["ATW", "VER", "OUT"]);
    return bodies;
  }

  it("are three a day in every theatre for three days from the business date, each with an id of its own", async () => {
    const bodies = await add({ sequence: 0 });
    const idsOf = (name: string) => bodies.map((body) => new RegExp(`<${name}>(.*)</${name}>`).exec(body)?.[1]);
    expect(new Set(idsOf("movieID")).size).to.equal(made);
    expect(idsOf("movieID")).to.include.members(["ATWM120523", "VERA130523", "OUTE140523"]);
    expect(new Set(idsOf("requestId")).size).to.equal(made);
  });

  const rows: readonly (readonly [what: string, digests: readonly (string | null)[], count: number])[] = [
    ["two replicas say that the state is empty", [empty, null, empty, other], made],
    ["only one says so", [empty, null, null, other], 0],
    ["the state is not empty", [other, other, other, other], 0],
  ];
  for (const [what, digests, count] of rows) {
    it(`are ${count === 0 ? "not made" : "made"} where something was numbered and ${what}`, async () => {
      expect(await add({ sequence: 1, digests })).to.have.length(count);
    });
  }

  it("reject with what the service says when one cannot be made", async () => {
    const error = await add({ sequence: 0, status: 500 }).then(
      () => expect.fail("it is rejected"),
      (reason: Error) => reason,
    );
    expect(error.message).to.include("the sample shows could not be made");
  });
});

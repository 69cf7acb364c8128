import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { until } from "../system/polling.ts";
import { lifeMsMax, Service } from "../system/service.ts";

const sampleMovies = ["Avatar", "Avengers", "Titanic"];
const theatres = ["ATW", "VER", "OUT"];
/** Reserved for documentation (RFC 5737): no machine has it. */
const foreignHost = "192.0.2.1";

describe("the start of a cluster", () => {
  it("takes the next free port when the wanted one is taken", async function test() {
    this.timeout(20_000);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    try {
      await withService({ port }, async ({ url }) => {
        expect(Number(new URL(url).port)).to.be.within(port + 1, port + 50);
      });
    } finally {
      taken.close();
    }
  });

  it("rejects with the reason when it cannot listen, and leaves no process behind", async function test() {
    this.timeout(20_000);
    const started = Service.start({ host: foreignHost });
    const error = await started.then(
      () => expect.fail(`nobody can listen on ${foreignHost}`),
      (reason: Error) => reason,
    );
    expect(error.message).to.include("cannot listen on");
    await until("no child process is left", lifeMsMax.end, () =>
      process.getActiveResourcesInfo().includes("ProcessWrap") ? undefined : true,
    );
  });

  it("makes the sample's shows of three days in every theatre when it is asked to", async function test() {
    this.timeout(20_000);
    await withService({ hasSample: true }, async (service) => {
      for (const movieName of sampleMovies) {
        const result = await service.call("listMovieShowsAvailability", { movieName });
        const shows = (result.kind === "answer" ? result.answer["shows"] : []) as readonly { movieID: string }[];
        expect(shows).to.have.length(3 * theatres.length);
        expect(shows.map(({ movieID }) => movieID.slice(0, 3))).to.include.members(theatres);
      }
    });
  });

  it("tells clients the public URL that it is given", async function test() {
    this.timeout(20_000);
    const publicUrl = "https://tickets.example:8443";
    await withService({ publicUrl }, async ({ localUrl, url }) => {
      expect(url).to.equal(publicUrl);
      const wsdl = await (await fetch(`${localUrl}/soap/v1?wsdl`)).text();
      expect(wsdl).to.include(`location="${publicUrl}/soap/v1"`);
    });
  });
});

async function withService(
  options: Parameters<typeof Service.start>[0],
  use: (service: Service) => Promise<void>,
): Promise<void> {
  const service = await Service.start(options);
  try {
    await use(service);
  } finally {
    await service.stop();
  }
}

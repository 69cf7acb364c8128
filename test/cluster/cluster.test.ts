import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startCluster } from "../../cluster/cluster.ts";
import { defaultStartOptions, launchedSequencersMax } from "../../cluster/start-options.ts";
import { openProcessLog } from "../../io/process-log.ts";
import { until } from "../system/polling.ts";
import { businessDate, lifeMsMax, Service } from "../system/service.ts";
import { callSoap } from "../system/soap-caller.ts";

const sampleMovies = ["Avatar", "Avengers", "Titanic"];
const theatres = ["ATW", "VER", "OUT"];
/** Reserved for documentation (RFC 5737): no machine has it. */
const foreignHost = "192.0.2.1";

describe("the start of a cluster", () => {
  it("refuses data that another service uses, and names its process", async function test() {
    this.timeout(20_000);
    await withService({}, async ({ options }) => {
      const error = await startCluster({ ...options, port: 0 }, openProcessLog("start")).then(
        () => expect.fail("one service uses the data at a time"),
        (reason: Error) => reason,
      );
      expect(error.message).to.include(`in use by process ${process.pid}`);
    });
  });

  it("goes on with the data of the service before, and makes its sample only where the state is empty", async function test() {
    this.timeout(40_000);
    const dataDirectory = mkdtempSync(join(tmpdir(), "quartet-again-"));
    const show = { movieID: "ATWM120523", movieName: "Other" };
    const start = async (hasSample: boolean, use: (url: string) => Promise<void>) => {
      const options = { ...defaultStartOptions, port: 0, dataDirectory, isLab: true, businessDate, hasSample };
      const cluster = await startCluster(options, openProcessLog("start"));
      try {
        await use(cluster.url);
      } finally {
        await cluster.stop();
      }
    };
    const shows = async (url: string, movieName: string) => {
      const result = await callSoap(url, "listMovieShowsAvailability", { movieName });
      return (result.kind === "answer" ? result.answer["shows"] : []) as readonly unknown[];
    };
    try {
      // A number was given out, and still nothing was changed.
      await start(false, async (url) => void (await fetch(`${url}/api/digests`)));
      await start(true, async (url) => {
        expect(await shows(url, "Avatar")).to.have.length(9);
        for (const movieName of sampleMovies) await removeAll(url, movieName, await shows(url, movieName));
        await callSoap(url, "addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 5 });
      });
      await start(true, async (url) => {
        expect(await shows(url, "Other")).to.have.length(1);
        expect(await shows(url, "Avatar")).to.have.length(0);
      });
    } finally {
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  });

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

  it("starts as many sequencers as it is told, of whom one leads", async function test() {
    this.timeout(30_000);
    await withService({ sequencers: launchedSequencersMax }, async (service) => {
      const states = await until("all are heard", lifeMsMax.ready, async () => {
        const { sequencers } = await service.status();
        return sequencers.length === launchedSequencersMax ? sequencers.map(({ state }) => state) : undefined;
      });
      expect(states.filter((state) => state === "active")).to.have.lengthOf(1);
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

async function removeAll(url: string, movieName: string, shows: readonly unknown[]): Promise<void> {
  for (const { movieID } of shows as readonly { readonly movieID: string }[]) {
    const adminID = `${movieID.slice(0, 3)}A0001`;
    await callSoap(url, "removeMovieSlots", { adminID, movieID, movieName });
  }
}

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

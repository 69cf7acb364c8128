import { expect } from "chai";
import { listenFrom } from "../../io/listen.ts";

describe("listening from a port on", () => {
  it("takes the port itself where it is free", async () => {
    expect(await listenFrom(8080, async (port) => port)).to.equal(8080);
  });

  it("takes the next free one where it is taken", async () => {
    const tried: number[] = [];
    const opened = await listenFrom(8080, async (port) => {
      tried.push(port);
      if (port < 8083) throw systemError("EADDRINUSE");
      return port;
    });
    expect([opened, tried]).to.deep.equal([8083, [8080, 8081, 8082, 8083]]);
  });

  it("gives up after 50 ports, and never goes past the last", async () => {
    for (const [port, expected] of [
      [8080, 50],
      [65_530, 6],
    ] as const) {
      const tried: number[] = [];
      const error = await failureOf(
        listenFrom(port, async (next) => {
          tried.push(next);
          throw systemError("EADDRINUSE");
        }),
      );
      expect(error.code).to.equal("EADDRINUSE");
      expect(tried).to.deep.equal(Array.from({ length: expected }, (_, index) => port + index));
    }
  });

  it("does not try again where any port would do, or where something else is wrong", async () => {
    for (const [port, code] of [
      [0, "EADDRINUSE"],
      [80, "EACCES"],
    ] as const) {
      let tries = 0;
      const error = await failureOf(
        listenFrom(port, async () => {
          tries++;
          throw systemError(code);
        }),
      );
      expect([error.code, tries]).to.deep.equal([code, 1]);
    }
  });
});

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

async function failureOf(promise: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  return promise.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error as NodeJS.ErrnoException,
  );
}

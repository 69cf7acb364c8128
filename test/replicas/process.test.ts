import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { versionNames } from "../../replicas/versions.ts";
import { MemoryOf } from "../io/memory-of.ts";

const replicaMain = fileURLToPath(new URL("../../replicas/main.js", import.meta.url));
const list = { n: 1, time: 0, businessDate: "2023-05-12", caller: "ATWC1000", operation: "listMovieShowsAvailability" };
const listLine = JSON.stringify({ ...list, args: { movieName: "Avatar" } });
const answerLine = '{"n":1,"result":{"outcome":"OK","shows":[]}}';
const faultLine = (name: string) => JSON.stringify({ fault: { name, seed: 1 } });

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe("a replica process", function () {
  this.timeout(20_000);

  for (const version of versionNames) {
    it(`runs ${version}, answers in order and exits with 0 at the end of its input`, async () => {
      const ended = await run([version], [listLine, '{"export":true}', listLine, '{"import":[[],[]]}']);
      expect(ended.out.split("\n")).to.have.lengthOf(5);
      expect(ended.out).to.match(/^\{"n":1.*\n\{"state".*\n\{"n":1.*\n\{"ready":true\}\n$/);
      expect(ended).to.include({ code: 0, err: "" });
    });
  }

  it("answers what came before a broken line, then says so and exits with 1", async () => {
    const ended = await run(["table"], [listLine, "nonsense", listLine]);
    expect(ended).to.deep.equal({ code: 1, out: `${answerLine}\n`, err: "broken input line: nonsense\n" });
  });

  it("does not start with an unknown version or broken theatres", async () => {
    expect(await run(["nonsense"], [])).to.include({ code: 2, out: "" });
    expect(await run([], [])).to.include({ code: 2, out: "" });
    expect(await run(["table"], [], { QUARTET_THEATRES: "ATW,ve" })).to.include({ code: 2, out: "" });
  });

  it("knows the theatres of its environment", async () => {
    const args = { adminID: "LAVA1000", movieID: "LAVM130523", movieName: "Avatar", bookingCapacity: 5 };
    const line = JSON.stringify({ ...list, operation: "addMovieSlots", args });
    expect((await run(["table"], [line])).out).to.contain("INVALID");
    expect((await run(["table"], [line], { QUARTET_THEATRES: "ATW,LAV" })).out).to.contain('"created":true');
  });

  it("ignores faults outside the lab and says so", async () => {
    const ended = await run(["table"], [faultLine("crash"), listLine]);
    expect(ended).to.include({ code: 0, out: `${answerLine}\n` });
    expect(ended.err).to.contain("QUARTET_LAB");
  });

  it("crashes with 70 as soon as that is injected", async () => {
    const ended = await run(["table"], [listLine, faultLine("crash"), listLine], lab);
    expect(ended).to.include({ code: 70, out: `${answerLine}\n` });
  });

  it("ends with 70 when its version fails", async () => {
    const ended = await run(["table"], ['{"import":[[null],[null]]}', listLine]);
    expect(ended).to.include({ code: 70, out: "" });
    expect(ended.err).to.contain("TypeError");
  });

  it("hangs without ending, until its input ends", async () => {
    const child = start(["table"], lab);
    const told = [faultLine("hang"), listLine, '{"fault":null}', listLine];
    child.stdin.write(told.map((line) => `${line}\n`).join(""));
    const [heard] = await once(child.stdout, "data");
    expect(String(heard)).to.equal(`${answerLine}\n`);
    expect(child.exitCode).to.equal(null);
    child.stdin.end();
    expect(await once(child, "close")).to.deep.equal([0, null]);
  });

  it("answers 300 ms late, many at the same time and in order, also after its input ended", async () => {
    const startedAt = performance.now();
    const lines = Array.from({ length: 100 }, (_, index) => listLine.replace('"n":1', `"n":${index}`));
    const ended = await run(["table"], [faultLine("slow"), ...lines, '{"fault":null}', '{"export":true}'], lab);
    const numbers = [...ended.out.matchAll(/"n":(\d+)/g)].map((match) => Number(match[1]));
    expect(numbers).to.deep.equal(lines.map((_, index) => index));
    expect(ended.out.trimEnd().split("\n").at(-1)).to.match(/^\{"state"/);
    expect(performance.now() - startedAt).to.be.within(300, 10_000);
  });

  it("writes garbage in the place of each answer", async () => {
    const ended = await run(["table"], [faultLine("garbage"), listLine, listLine], lab);
    expect(ended.out).to.match(/^#.*\n#.*\n$/);
  });

  it("runs out of its heap under the fault memory, with no request, and holds little more than that heap", async () => {
    const child = start(["table"], lab, [`--max-old-space-size=${heapMiB}`]);
    const memory = new MemoryOf(child.pid as number);
    child.stdin.write(`${faultLine("memory")}\n`);
    const watching = setInterval(() => memory.look(), 5);
    expect(await once(child, "exit")).to.deep.equal([null, "SIGABRT"]);
    clearInterval(watching);
    if (MemoryOf.canBeSeen) expect(memory.mostMiB).to.be.within(heapMiB, heapMiB + 128);
  });

  it("answers under the fault memory, and holds nothing more once that is cleared or another takes its place", async () => {
    const child = start(["table"], lab, [`--max-old-space-size=${heapMiB}`]);
    const answered = async (...told: readonly string[]) => {
      child.stdin.write(told.map((line) => `${line}\n`).join(""));
      expect(String((await once(child.stdout, "data"))[0])).to.equal(`${answerLine}\n`);
    };
    await answered(faultLine("memory"), listLine);
    await answered('{"fault":null}', faultLine("slow"), listLine);
    await answered(faultLine("memory"), '{"fault":null}', listLine);
    // The heap would be full before the second of these answers comes.
    for (let times = 1; times <= 3; times++) await answered(faultLine("slow"), listLine);
    child.stdin.end();
    expect(await once(child, "exit")).to.deep.equal([0, null]);
  });

  it("ends with its input under the fault memory too", async () => {
    expect(await run(["table"], [faultLine("memory"), listLine], lab)).to.include({ code: 0, out: `${answerLine}\n` });
  });

  it("ends when nobody reads its answers any more", async () => {
    const child = start(["table"]);
    child.stdout.destroy();
    const writing = setInterval(() => child.stdin.write(`${listLine}\n`), 5);
    expect(await once(child, "exit")).to.deep.equal([0, null]);
    clearInterval(writing);
  });

  it("takes a line of many chunks and gives it back", async () => {
    const shows = Array.from({ length: 20_000 }, (_, index) => ["ATWM130523", `Movie ${100_000 + index}`, 5]);
    const ended = await run(["table"], [JSON.stringify({ import: [shows, []] }), '{"export":true}']);
    expect(ended.out.startsWith(`{"ready":true}\n{"state":${JSON.stringify([shows, []])},"digest":`)).to.equal(true);
  });
});

const lab = { QUARTET_LAB: "1" };
const heapMiB = 64;

function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  options: readonly string[] = [],
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...options, replicaMain, ...args], {
    env: { ...process.env, ...environment },
  });
  // A process that has ended does not take the rest of its input.
  child.stdin.on("error", () => {});
  return child;
}

async function run(args: readonly string[], lines: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended> {
  const child = start(args, environment);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

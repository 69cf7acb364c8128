import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ClusterSettings } from "../../io/cluster-settings.ts";
import { type ReplicaEvent, ReplicaRunner } from "../../io/replica-runner.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { until } from "../sequencer/until.ts";

const settings = { theatres: ["ATW", "VER"], isLab: true } as unknown as ClusterSettings;

/** A replica in shadow, what was heard of it and what was noted. */
class Heard {
  readonly events: ReplicaEvent[] = [];
  readonly notes: string[] = [];
  readonly runner = new ReplicaRunner(
    settings,
    defaultLimits,
    { note: ({ text }) => this.notes.push(text) },
    (event) => this.events.push(event),
    true,
  );

  constructor(command: string) {
    this.runner.start(1, command);
  }

  get lines(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === "replicaLines" ? event.lines : []));
  }

  async ended(): Promise<string> {
    await until("it ended", () => this.events.at(-1)?.kind === "replicaEnded");
    const last = this.events.at(-1);
    return last?.kind === "replicaEnded" ? last.cause : "";
  }
}

describe("the process of a replica in shadow", () => {
  const directory = mkdtempSync(join(tmpdir(), "quartet-shadow-"));
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** The command line of a program of Node. */
  function program(name: string, text: string): string {
    const file = join(directory, name);
    writeFileSync(file, text);
    return `${process.execPath} ${file}`;
  }

  it("is any command line, with the theatres in its environment and never in the lab", async () => {
    const tell = "console.log(process.argv.slice(2).join(), process.env.QUARTET_THEATRES, process.env.QUARTET_LAB)";
    const heard = new Heard(`${program("tell.mjs", tell)} --fast x`);
    await until("it told", () => heard.lines.length > 0);
    heard.runner.endAll();
    expect(heard.lines).to.deep.equal(["--fast,x ATW,VER 0"]);
  });

  it("is said to be missing where there is no such program, or none that can be run", async () => {
    expect(await new Heard("no-such-program --fast").ended()).to.match(/: there is no program no-such-program$/);
    expect(await new Heard(directory).ended()).to.match(/ cannot be run$/);
  });

  it("does not fill the log with what it says", async () => {
    const talk = "setInterval(() => process.stderr.write('again\\n'), 1); setTimeout(() => console.log('done'), 100)";
    const heard = new Heard(program("talk.mjs", talk));
    await until("it is done", () => heard.lines.length > 0);
    heard.runner.endAll();
    expect(heard.notes).to.have.lengthOf(1);
    expect(heard.notes[0]).to.match(/^the shadow .*talk\.mjs says: again/);
  });

  it("ends with all that it started", async () => {
    const start = `
      import { spawn } from "node:child_process";
      console.log(spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]).pid);
    `;
    const heard = new Heard(program("start.mjs", start));
    await until("it started another one", () => heard.lines.length > 0);
    heard.runner.end(1);
    await until("both are gone", () => !isAlive(Number(heard.lines[0])));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

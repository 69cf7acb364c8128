import { readFileSync } from "node:fs";
import { expect } from "chai";
import { ReplicaProcess } from "../../io/replica-process.ts";
import { until } from "../sequencer/until.ts";

const lineCharsMax = 1000;
const echo = `process.stdin.setEncoding("utf8").on("data", (text) => process.stdout.write(text));`;

/** A replica process of the tests, and what was heard of it. */
class Heard {
  readonly lines: string[] = [];
  readonly chunks: number[] = [];
  readonly ended: string[] = [];
  readonly talk: string[] = [];
  readonly process: ReplicaProcess;
  pid = 0;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.process = new ReplicaProcess({
      command,
      environment,
      lineCharsMax,
      onStarted: (pid) => {
        this.pid = pid;
      },
      onLines: (lines) => {
        this.lines.push(...lines);
        this.chunks.push(lines.length);
      },
      onEnded: (cause) => this.ended.push(cause),
      onTalk: (text) => this.talk.push(text),
    });
  }

  /** Runs a program of Node. */
  static run(program: string, environment: Readonly<Record<string, string>> = {}): Heard {
    return new Heard([process.execPath, "--eval", program], environment);
  }

  get isAlive(): boolean {
    try {
      return process.kill(this.pid, 0);
    } catch {
      return false;
    }
  }

  /** Ends it and resolves when it is gone. */
  async end(): Promise<void> {
    this.process.end();
    await until("the process is gone", () => !this.isAlive);
  }
}

/** A process that has ended may be left over until somebody asks for it: that one is gone too. */
function isThere(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("a replica process", () => {
  it("gets lines and answers lines, in their order", async () => {
    const heard = Heard.run(echo);
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index} é😀`);
    for (const line of lines) heard.process.write(line);
    await until("all lines came back", () => heard.lines.length === lines.length);
    expect(heard.lines).to.deep.equal(lines);
    await heard.end();
  });

  it("gets all lines of one turn in one write", async () => {
    const heard = Heard.run(`process.stdin.once("data", (data) => console.log(String(data).split("\\n").length - 1));`);
    for (let index = 0; index < 100; index++) heard.process.write("x");
    await until("it answered", () => heard.lines.length > 0);
    expect(heard.lines).to.deep.equal(["100"]);
    await heard.end();
  });

  it("takes with it what it started, when it ends by itself or is ended", async () => {
    for (const after of ["process.exit(3)", "setInterval(() => {}, 1000)"]) {
      const start = `const child = require("node:child_process").spawn("sleep", ["600"]); console.log(child.pid);`;
      const heard = Heard.run(`${start} setTimeout(() => { ${after} }, 50);`);
      await until("it told whom it started", () => heard.lines.length > 0);
      const started = Number(heard.lines[0]);
      if (after.includes("exit")) await until("it ended", () => heard.ended.length > 0);
      else heard.process.end();
      await until("what it started is gone", () => !isThere(started));
    }
  });

  it("is heard by whole lines only, cut anywhere, inside a character too", async () => {
    const program = `const bytes = Buffer.from("é😀\\nsecond\\n\\nrest");
      let at = 0;
      const next = () => at < bytes.length && process.stdout.write(bytes.subarray(at, ++at), () => setTimeout(next, 1));
      next(); setInterval(() => {}, 1000);`;
    const heard = Heard.run(program);
    await until("three lines came", () => heard.lines.length === 3);
    expect(heard.lines).to.deep.equal(["é😀", "second", ""]);
    await heard.end();
  });

  it("is ended for a line over the limit, whole or not, and what came before it counts", async () => {
    for (const tail of ["", "\\n", "\\nmore\\n"]) {
      const program = `process.stdout.write("ok\\n" + "x".repeat(${lineCharsMax + 1}) + "${tail}"); setInterval(() => {}, 1000);`;
      const heard = Heard.run(program);
      await until("it was ended", () => heard.ended.length > 0 && !heard.isAlive);
      expect(heard.ended).to.deep.equal([`a line of over ${lineCharsMax} characters`]);
      expect(heard.lines).to.deep.equal(["ok"]);
    }
  });

  it("may write a line that is as long as the limit", async () => {
    const heard = Heard.run(`process.stdout.write("x".repeat(${lineCharsMax}) + "\\n"); setInterval(() => {}, 1000);`);
    await until("the line came", () => heard.lines.length === 1);
    expect([heard.lines[0]?.length, heard.ended]).to.deep.equal([lineCharsMax, []]);
    await heard.end();
  });

  it("that writes garbage is heard as text, and harms nobody", async () => {
    const program = `process.stdout.write(Buffer.from([0xff, 0xfe, 0, 0xc3, 0x28, 10, 13, 10])); setInterval(() => {}, 1000);`;
    const heard = Heard.run(program);
    await until("two lines came", () => heard.lines.length === 2);
    expect(heard.lines).to.deep.equal(["\uFFFD\uFFFD\u0000\uFFFD(", "\r"]);
    await heard.end();
  });

  it("that ends by itself is said to have ended, once, with its code or its signal", async () => {
    const exits = Heard.run("process.exit(3)");
    const killed = Heard.run(`process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`);
    await until("both ended", () => exits.ended.length > 0 && killed.ended.length > 0);
    expect([exits.ended, killed.ended]).to.deep.equal([["exit code 3"], ["signal SIGKILL"]]);
  });

  it("that ends while it is written to throws nothing", async () => {
    const heard = Heard.run("process.stdin.destroy(); process.exit(0)");
    const line = "x".repeat(100_000);
    await until("it ended", () => {
      heard.process.write(line);
      return heard.ended.length > 0;
    });
    heard.process.write(line);
    expect(heard.ended).to.deep.equal(["exit code 0"]);
  });

  it("that cannot be started is said to have ended, and never to have started", async () => {
    const heard = new Heard(["/nonexistent/program"]);
    heard.process.write("line");
    await until("it ended", () => heard.ended.length > 0);
    expect(heard.ended[0]).to.include("ENOENT");
    expect([heard.ended.length, heard.pid]).to.deep.equal([1, 0]);
  });

  it("that was ended is gone at once, whatever it does about signals, and is not heard of again", async () => {
    const program = `process.on("SIGTERM", () => {}); setInterval(() => console.log("line"), 1);`;
    const heard = Heard.run(program);
    await until("it speaks", () => heard.lines.length > 0);
    heard.process.end();
    const count = heard.lines.length;
    await until("the process is gone", () => !heard.isAlive);
    expect([heard.lines.length, heard.ended]).to.deep.equal([count, []]);
  });

  it("gets the environment that it is given beside that of its manager", async () => {
    const heard = Heard.run(`console.log(process.env.QUARTET_LAB, process.env.PATH !== undefined)`, {
      QUARTET_LAB: "1",
    });
    await until("it answered", () => heard.lines.length > 0);
    expect(heard.lines).to.deep.equal(["1 true"]);
    await heard.end();
  });

  it("may talk to its operator, in pieces of bounded length", async () => {
    const heard = Heard.run(`process.stderr.write("t".repeat(5000)); setInterval(() => {}, 1000);`);
    await until("it talked", () => heard.talk.length > 0);
    expect(Math.max(...heard.talk.map((text) => text.length))).to.be.at.most(1000);
    await heard.end();
  });
});

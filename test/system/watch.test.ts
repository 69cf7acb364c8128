import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { until } from "./polling.ts";
import { useService } from "./service.ts";
import { WatchedTerminal } from "./watched-terminal.ts";

const soonMs = 10_000;
/** Wrapping on, the cursor back, the screen of before back. */
const givenBack = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const command = fileURLToPath(new URL("../../cli/main.js", import.meta.url));

describe("quartet watch", function watching() {
  this.timeout(40_000);
  const service = useService();
  const terminals: WatchedTerminal[] = [];
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.end();
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function watch(size: readonly [number, number], nodeOptions?: string): WatchedTerminal {
    const terminal = new WatchedTerminal(["watch", "--url", service().localUrl], size, nodeOptions);
    terminals.push(terminal);
    return terminal;
  }

  async function untilShown(terminal: WatchedTerminal, what: string): Promise<void> {
    await until(`${what} is shown`, soonMs, () => (terminal.screen.join("\n").includes(what) ? true : undefined));
  }

  it("shows the managers, follows the size of the terminal, and gives it back at q", async () => {
    const terminal = watch([120, 40]);
    await untilShown(terminal, "q ends");
    expect(terminal.screen.filter((line) => /^ +[1-4] .+ voting /.test(line))).to.have.lengthOf(4);
    terminal.resize(40, 18);
    await until("the screen is small", soonMs, () => (terminal.screen.length <= 18 ? true : undefined));
    expect(Math.max(...terminal.screen.map((line) => line.length))).to.be.at.most(40);
    expect(terminal.screen.filter((line) => /^ +[1-4] .+ voting /.test(line))).to.have.lengthOf(4);
    terminal.press("q");
    expect(await terminal.ended()).to.deep.equal({ code: 0, isRestored: true });
    expect(terminal.written.endsWith(givenBack)).to.equal(true);
  });

  const ends: readonly (readonly [name: string, end: (terminal: WatchedTerminal) => void])[] = [
    ["Ctrl-C", (terminal) => terminal.press("\u0003")],
    ["SIGINT", (terminal) => terminal.signal(constants.signals.SIGINT)],
    ["SIGTERM", (terminal) => terminal.signal(constants.signals.SIGTERM)],
    ["SIGHUP", (terminal) => terminal.signal(constants.signals.SIGHUP)],
  ];
  for (const [name, end] of ends) {
    it(`gives the terminal back at ${name}`, async () => {
      const terminal = watch([80, 24]);
      await untilShown(terminal, "MANAGERS");
      end(terminal);
      expect(await terminal.ended()).to.deep.equal({ code: 0, isRestored: true });
      expect(terminal.written.endsWith(givenBack)).to.equal(true);
    });
  }

  it("gives the terminal back before it says that it failed", async () => {
    const fails = "process.on('SIGUSR2', () => { throw new Error('planted'); });";
    const terminal = watch([80, 24], `--import=data:text/javascript,${encodeURIComponent(fails)}`);
    await untilShown(terminal, "MANAGERS");
    terminal.signal(constants.signals.SIGUSR2);
    expect(await terminal.ended()).to.deep.equal({ code: 1, isRestored: true });
    const [, after = ""] = terminal.written.split(givenBack);
    expect(after).to.include("planted");
  });

  it("ends at once while the service does not answer", async () => {
    const { frontends } = await service().status();
    const terminal = watch([80, 24]);
    await untilShown(terminal, "MANAGERS");
    const pid = frontends[0]?.pid as number;
    process.kill(pid, "SIGSTOP");
    try {
      await untilShown(terminal, "! cannot reach");
      const startedAt = performance.now();
      terminal.press("q");
      expect(await terminal.ended()).to.deep.equal({ code: 0, isRestored: true });
      expect(performance.now() - startedAt).to.be.below(1500);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });

  it("goes on trying while the service is away", async () => {
    const { frontends } = await service().status();
    const terminal = watch([100, 40]);
    await untilShown(terminal, "MANAGERS");
    // One that is killed may be back before it is missed.
    process.kill(frontends[0]?.pid as number, "SIGSTOP");
    await untilShown(terminal, "! cannot reach").finally(() => process.kill(frontends[0]?.pid as number, "SIGKILL"));
    await until("the service is reached again", soonMs, () =>
      terminal.screen.some((line) => line.includes("cannot reach")) ? undefined : true,
    );
    await service().untilAllAgree(soonMs);
  });

  it("writes what changes where there is no terminal, and one object a change with --json", async () => {
    const { managers } = await service().status();
    const child = spawn(process.execPath, [command, "watch", "--json", "--url", service().localUrl]);
    children.push(child);
    let written = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      written += piece;
    });
    const events = () => written.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
    await until("the first status", soonMs, () => (written.endsWith("\n") ? true : undefined));
    process.kill(managers[2]?.pid as number, "SIGKILL");
    await until("the change", soonMs, () => (events().length > 1 ? true : undefined));
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).to.equal(0);
    expect(events()[0]).to.deep.include({ event: "status", changes: [], version: 1 });
    expect(events()[1].changes.join()).to.match(/manager 3 process: \d+ -> \d+/);
    expect(events().at(-1)).to.deep.include({ command: "watch", exitCode: 0 });
    await service().untilAllAgree(soonMs);
  });
});

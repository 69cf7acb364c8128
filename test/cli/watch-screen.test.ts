import { EventEmitter } from "node:events";
import { expect } from "chai";
import { openScreen } from "../../cli/watch-screen.ts";

const taken = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const given = "\u001b[?7h\u001b[?25h\u001b[?1049l";

/** A terminal that keeps what is done to it, in its order. */
function aTerminal(isTTY = true) {
  const done: string[] = [];
  const events: string[] = [];
  const input = Object.assign(new EventEmitter(), {
    isTTY,
    setRawMode: (isRaw: boolean) => void done.push(isRaw ? "raw" : "cooked"),
    pause: () => void done.push("pause"),
  });
  const output = Object.assign(new EventEmitter(), {
    columns: 100,
    rows: 30,
    write: (text: string) => void done.push(text),
  });
  const screen = openScreen(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream, {
    quit: () => void events.push("quit"),
    redraw: () => void events.push("redraw"),
  });
  return { input, output, screen, done, events };
}

/** Listeners of this process that a screen has. */
function listeners(): readonly number[] {
  return ["exit", "SIGCONT"].map((name) => process.listenerCount(name));
}

describe("a screen", () => {
  let before: readonly number[] = [];
  beforeEach(() => {
    before = listeners();
  });
  afterEach(() => {
    expect(listeners()).to.deep.equal(before);
  });

  it("takes the terminal over and gives it back as it was, once", () => {
    const { screen, done } = aTerminal();
    expect(done.splice(0)).to.deep.equal(["raw", taken]);
    screen.close();
    screen.close();
    expect(done).to.deep.equal([given, "cooked", "pause"]);
  });

  it("gives the terminal back when the process exits, whatever the reason", () => {
    const { done } = aTerminal();
    const close = process.listeners("exit").at(-1) as () => void;
    close();
    expect(done.slice(2)).to.deep.equal([given, "cooked", "pause"]);
  });

  it("draws line by line over what was there, and erases the rest", () => {
    const { screen, done } = aTerminal();
    screen.show(["one", "two"]);
    screen.close();
    expect(done[2]).to.equal("\u001b[H\u001b[Kone\r\n\u001b[Jtwo");
  });

  it("knows its size now, and that of a VT100 where the terminal does not tell", () => {
    const { screen, output, events } = aTerminal();
    expect(screen.size()).to.deep.equal({ columns: 100, rows: 30 });
    Object.assign(output, { columns: 0, rows: 0 }).emit("resize");
    expect(screen.size()).to.deep.equal({ columns: 80, rows: 24 });
    screen.close();
    output.emit("resize");
    expect(events).to.deep.equal(["redraw"]);
  });

  const keys: readonly (readonly [keys: string, isEnd: boolean])[] = [
    ["q", true],
    ["Q", true],
    ["\u0003", true],
    ["xq", true],
    ["x", false],
    ["\u001b[A", false],
    ["\u001bOq", false],
    ["\u001b\u0003", true],
  ];
  for (const [pressed, isEnd] of keys) {
    it(`${isEnd ? "ends" : "goes on"} at ${JSON.stringify(pressed)}`, () => {
      const { input, screen, events } = aTerminal();
      input.emit("data", Buffer.from(pressed));
      screen.close();
      input.emit("data", Buffer.from("q"));
      expect(events).to.deep.equal(isEnd ? ["quit"] : []);
    });
  }

  it("ends when the terminal is gone", () => {
    const { input, output, screen, events } = aTerminal();
    input.emit("end");
    input.emit("error", new Error("EIO"));
    output.emit("error", new Error("EIO"));
    screen.close();
    input.emit("error", new Error("EIO"));
    expect(events.slice(0, 3)).to.deep.equal(["quit", "quit", "quit"]);
  });

  it("takes the terminal over again when the process was stopped and goes on", () => {
    const { screen, done, events } = aTerminal();
    done.length = 0;
    process.emit("SIGCONT");
    expect(done).to.deep.equal(["cooked", "raw", taken]);
    expect(events).to.deep.equal(["redraw"]);
    screen.close();
  });

  it("erases before it writes, since behind a full line the cursor stands on its last character", () => {
    const { screen, done } = aTerminal();
    screen.show(["x".repeat(100), "y".repeat(100)]);
    screen.close();
    expect(done[2])
      .to.match(/x{100}\r\n/)
      .and.match(/y{100}$/);
  });

  it("sets nothing where nobody can type, and does not end with what stands in for the keyboard", () => {
    const { input, screen, done, events } = aTerminal(false);
    input.emit("data", Buffer.from("q"));
    input.emit("end");
    expect(events).to.deep.equal([]);
    screen.close();
    expect(done).to.deep.equal([taken, given, "pause"]);
  });
});

import { expect } from "chai";
import { now, RoleDriver } from "../../io/role-driver.ts";
import type { NoteEffect, Role, SendEffect, WakeEffect } from "../../protocol/role.ts";
import { until } from "../sequencer/until.ts";

type Input = string;
type Own = { readonly kind: "act"; readonly what: string };
type Effect = Own | SendEffect | WakeEffect | NoteEffect;

/** Drives a role that is given as a function, and writes down what happens. */
class Bench {
  readonly happened: string[] = [];
  readonly driver: RoleDriver<Input, Own>;

  constructor(step: (input: Input) => readonly Effect[], perform: (effect: Own) => void = () => {}) {
    const role: Role<Input, Effect> = {
      step: (at, input) => {
        expect(Math.abs(at - now())).to.be.below(1000);
        this.happened.push(`step ${input}`);
        return step(input);
      },
    };
    this.driver = new RoleDriver<Input, Own>({
      role,
      transport: { send: (to) => this.happened.push(`send ${to}`) },
      wake: "wake",
      note: ({ text }) => this.happened.push(`note ${text}`),
      perform: (effect) => {
        this.happened.push(`act ${effect.what}`);
        perform(effect);
      },
    });
  }
}

const send = (to: string): Effect => ({ kind: "send", to, message: { kind: "askStatus", replyTo: "" } });
const note = (text: string): Effect => ({ kind: "note", level: "info", text });
const act = (what: string): Effect => ({ kind: "act", what });
const wakeIn = (ms: number): Effect => ({ kind: "wake", at: now() + ms });

describe("the driver of a role", () => {
  it("carries effects out in their order", () => {
    const bench = new Bench(() => [act("1"), send("2"), note("3"), act("4")]);
    bench.driver.input("a");
    expect(bench.happened).to.deep.equal(["step a", "act 1", "send 2", "note 3", "act 4"]);
  });

  it("hands over what comes out of an effect after all effects of the step, in its order", () => {
    const bench = new Bench(
      (input) => (input.length < 3 ? [act(`${input}1`), act(`${input}2`)] : []),
      ({ what }) => bench.driver.input(what),
    );
    bench.driver.input("a");
    expect(bench.happened.join(", ")).to.equal(
      "step a, act a1, act a2, step a1, act a11, act a12, step a2, act a21, act a22, step a11, step a12, step a21, step a22",
    );
  });

  it("never steps inside a step, whatever calls it", () => {
    let depth = 0;
    const bench = new Bench((input) => {
      expect(++depth).to.equal(1);
      if (input === "a") bench.driver.input("b");
      depth--;
      return [];
    });
    bench.driver.input("a");
    expect(bench.happened).to.deep.equal(["step a", "step b"]);
  });

  it("wakes the role once, at the time that was last asked for", async () => {
    const bench = new Bench((input) => (input === "a" ? [wakeIn(60_000), wakeIn(5)] : [act("woken")]));
    bench.driver.input("a");
    await until("the role is woken", () => bench.happened.includes("act woken"));
    expect(bench.happened).to.deep.equal(["step a", "step wake", "act woken"]);
    bench.driver.stop();
  });

  it("wakes at once where the time is over, and after a turn even then", async () => {
    const bench = new Bench((input) => (input === "a" ? [wakeIn(-1000)] : []));
    bench.driver.input("a");
    expect(bench.happened).to.deep.equal(["step a"]);
    await until("the role is woken", () => bench.happened.includes("step wake"));
    bench.driver.stop();
  });

  it("does not wake at once for a time that is months away, which is more than a timer can hold", async () => {
    const bench = new Bench((input) => (input === "a" ? [wakeIn(2 ** 31 + 60_000)] : []));
    bench.driver.input("a");
    const other = new Bench((input) => (input === "a" ? [wakeIn(20)] : []));
    other.driver.input("a");
    await until("the other role is woken", () => other.happened.includes("step wake"));
    expect(bench.happened).to.deep.equal(["step a"]);
    bench.driver.stop();
  });

  it("hands over nothing once it is stopped: no input, no waiting input, no wake", async () => {
    // The test's own timer starts behind its first turn.
    await new Promise((resolve) => setImmediate(resolve));
    const timersBefore = timerCount();
    const bench = new Bench(
      (input) => (input === "a" ? [act("first"), wakeIn(60_000), act("second")] : []),
      ({ what }) => {
        bench.driver.input(what);
        if (what === "first") bench.driver.stop();
      },
    );
    bench.driver.input("a");
    bench.driver.input("b");
    const other = new Bench((input) => (input === "a" ? [wakeIn(20)] : []));
    other.driver.input("a");
    await until("the other role is woken", () => other.happened.includes("step wake"));
    expect(bench.happened).to.deep.equal(["step a", "act first", "act second"]);
    expect(timerCount()).to.equal(timersBefore);
  });

  it("lets a defect of the role through to the process, and is not stuck after that", () => {
    const bench = new Bench((input) => {
      if (input === "bad") throw new Error("defect");
      return [];
    });
    expect(() => bench.driver.input("bad")).to.throw("defect");
    bench.driver.input("good");
    expect(bench.happened).to.deep.equal(["step bad", "step good"]);
  });
});

function timerCount(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

import { expect } from "chai";
import fc from "fast-check";
import { LineSplitter } from "../../replicas/line-splitter.ts";
import { OutputQueue } from "../../replicas/output-queue.ts";

describe("the line splitter", () => {
  it("gives the same lines however the text is cut", () => {
    const lines = fc.array(fc.string().map((text) => text.replaceAll("\n", "")));
    fc.assert(
      fc.property(lines, fc.array(fc.nat(200)), (expected, cuts) => {
        const text = expected.map((line) => `${line}\n`).join("");
        const ends = [...cuts.map((cut) => Math.min(cut, text.length)), 0, text.length].toSorted((a, b) => a - b);
        const splitter = new LineSplitter(1000);
        const heard = ends
          .slice(1)
          .flatMap((end, index) => splitter.push(text.slice(ends[index], end)) ?? ["too long"]);
        expect(heard).to.deep.equal(expected);
      }),
      { seed: 11 },
    );
  });

  it("keeps what has no line feed yet", () => {
    const splitter = new LineSplitter(10);
    expect(splitter.push("abc")).to.deep.equal([]);
    expect(splitter.push("de\n\nf")).to.deep.equal(["abcde", ""]);
    expect(splitter.push("\n")).to.deep.equal(["f"]);
  });

  it("takes a line as long as the limit and gives up on a longer one", () => {
    expect(new LineSplitter(4).push("abcd\nabcd\n")).to.deep.equal(["abcd", "abcd"]);
    expect(new LineSplitter(4).push("abcde\n")).to.equal(undefined);
    const splitter = new LineSplitter(4);
    expect(splitter.push("abc")).to.deep.equal([]);
    expect(splitter.push("de")).to.equal(undefined);
  });

  it("counts the limit for each line anew", () => {
    const splitter = new LineSplitter(4);
    for (let line = 0; line < 10; line++) expect(splitter.push("abc\n")).to.deep.equal(["abc"]);
  });
});

describe("the output queue", () => {
  it("lets lines without delay through at once", () => {
    const queue = new OutputQueue();
    const deliveries = [
      { text: "a", delayMs: 0 },
      { text: "", delayMs: 0 },
      { text: "b", delayMs: 0 },
    ];
    expect(queue.put(10, deliveries)).to.equal("a\nb\n");
    expect(queue.nextDueAt).to.equal(undefined);
  });

  it("holds a delayed line back until it is due, many at the same time", () => {
    const queue = new OutputQueue();
    expect(queue.put(0, [{ text: "a", delayMs: 300 }])).to.equal("");
    expect(queue.put(100, [{ text: "b", delayMs: 300 }])).to.equal("");
    expect(queue.nextDueAt).to.equal(300);
    expect(queue.take(299)).to.equal("");
    expect(queue.take(300)).to.equal("a\n");
    expect(queue.nextDueAt).to.equal(400);
    expect(queue.take(500)).to.equal("b\n");
    expect(queue.nextDueAt).to.equal(undefined);
  });

  it("keeps the order: no line overtakes a delayed one", () => {
    const queue = new OutputQueue();
    queue.put(0, [{ text: "a", delayMs: 300 }]);
    expect(queue.put(1, [{ text: "b", delayMs: 0 }])).to.equal("");
    expect(queue.put(300, [{ text: "c", delayMs: 0 }])).to.equal("a\nb\nc\n");
  });
});

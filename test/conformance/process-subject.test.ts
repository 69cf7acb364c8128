import { expect } from "chai";
import { CannotStart, forget, type Input, ReplicaFailed, type RequestInput } from "../../conformance/conversation.ts";
import { processSubject } from "../../conformance/process-subject.ts";
import { list, requestsOf } from "../../conformance/step.ts";
import { misbehaving } from "./misbehaving.ts";

const step = list("Avatar").gives({ shows: [] });
const lists = requestsOf({ rule: "", steps: [step, step, step] });

/** What came of telling a replica with a habit these inputs: how it failed. */
async function failureOf(habit: string, inputs: readonly Input[], patienceMs = 5000): Promise<ReplicaFailed> {
  const conversation = await misbehaving(habit, patienceMs).open();
  try {
    await conversation.tell(inputs);
  } catch (error) {
    if (error instanceof ReplicaFailed) return error;
    throw error;
  } finally {
    await conversation.close();
  }
  return expect.fail(`${habit}: nothing failed`);
}

describe("a replica as a process", function () {
  this.timeout(20_000);

  it("that dies is told with its exit code, what it left unanswered, its last line, and what it had answered", async () => {
    const failed = await failureOf("dies", [forget, ...lists]);
    expect(failed.kind).to.equal("ended");
    expect(failed.message).to.include("it ended with exit code 70, asked ").and.include('"n":1');
    expect(failed.lastWords).to.equal("out of\u001b[31m luck");
    expect(failed.outputs).to.deep.equal([{ ready: true }]);
  });

  it("that hangs is told after its patience, and killed", async () => {
    const failed = await failureOf("hangs", [forget, ...lists], 1000);
    expect(failed.kind).to.equal("silent");
    expect(failed.message).to.include("it did not answer within 1 s, asked {");
  });

  it("that writes what is no line of the contract is told with the line", async () => {
    const failed = await failureOf("babbles", [forget, ...lists]);
    expect([failed.kind, failed.message]).to.deep.equal([
      "garbage",
      'it wrote a line that is not of the contract: "hello"',
    ]);
  });

  it("that answers out of order is told with the number that was expected", async () => {
    const failed = await failureOf("swaps", lists);
    expect(failed.kind).to.equal("disorder");
    expect(failed.message).to.equal("it answered out of order: n: expected 1, got 2");
  });

  it("that writes an answer of another kind than it was asked for is told of", async () => {
    const failed = await failureOf("repeats", [lists[0] as RequestInput, forget]);
    expect(failed.message).to.equal("it answered out of order: expected a ready, got the answer to a request");
  });

  it("that answers what nobody asked has failed, at the latest when it is told the next", async () => {
    const conversation = await misbehaving("repeats").open();
    const both = conversation.tell(lists.slice(0, 1)).then(() => conversation.tell([forget]));
    await failed(both, /it wrote a line that nobody asked for|out of order/);
    await conversation.close();
  });

  it("that failed once says so to whatever it is told", async () => {
    const conversation = await misbehaving("dies").open();
    await failed(conversation.tell(lists), /exit code 70/);
    await failed(conversation.tell([forget]), /exit code 70/);
    await conversation.close();
  });

  it("is told no more lines at once than a manager would have under way", async () => {
    const conversation = await misbehaving("waits", 15_000).open();
    const many = Array.from({ length: 5000 }, (_, index) => ({ ...(lists[0] as RequestInput), n: index + 1 }));
    const outputs = await conversation.tell(many);
    expect(outputs.map((output) => output["n"])).to.deep.equal(many.map(({ n }) => n));
    expect(await conversation.close()).to.equal(undefined);
  });

  it("tells how it ended when its input did", async () => {
    const ends: readonly (readonly [habit: string, patienceMs: number, how: string | undefined])[] = [
      ["none", 5000, undefined],
      ["leaves-badly", 5000, "it ended with exit code 3"],
      ["leaves-late", 2000, "it did not end within 2 s of its input"],
    ];
    for (const [habit, patienceMs, how] of ends) {
      const conversation = await misbehaving(habit, patienceMs).open();
      await conversation.tell([forget]);
      expect(await conversation.close(), habit).to.equal(how);
    }
  });

  it("that is no program cannot be started", async () => {
    const subject = processSubject("nobody", { command: ["/nowhere/replica"], theatres: ["ATW"] });
    try {
      await subject.open();
    } catch (error) {
      expect(error).to.be.instanceOf(CannotStart);
      expect(String(error)).to.include("cannot start /nowhere/replica").and.include("ENOENT");
      return;
    }
    expect.fail("it was started");
  });
});

async function failed(told: Promise<unknown>, pattern: RegExp): Promise<void> {
  try {
    await told;
  } catch (error) {
    expect(error).to.be.instanceOf(ReplicaFailed);
    expect(String(error)).to.match(pattern);
    return;
  }
  expect.fail("nothing failed");
}

import { expect } from "chai";
import { emptyState, type Input, type RequestInput, type Subject } from "../../conformance/conversation.ts";
import { findDisagreement, type Story } from "../../conformance/disagreement.ts";
import {
  type DisagreementFile,
  disagreementCharsMax,
  disagreementRequestsMax,
  readDisagreement,
  writeDisagreement,
} from "../../conformance/disagreement-file.ts";
import { moduleSubject } from "../../conformance/module-subject.ts";
import { namedSubject } from "../../conformance/named-subject.ts";
import { randomRequests } from "../../conformance/random-requests.ts";
import { type Replay, replayStory } from "../../conformance/replay.ts";
import { shrink, shrinkWorkMax } from "../../conformance/shrink.ts";
import { stateProblem } from "../../conformance/state-form.ts";
import { book, given, list, on, requestsOf } from "../../conformance/step.ts";
import type { CanonicalState, Replica } from "../../replicas/contract.ts";

const theatres = ["ATW", "VER", "OUT"];
const table = moduleSubject("table", { name: "table" });
const state = given(
  [
    ["ATWM120523", "Avatar", 3],
    ["VERM120523", "Titanic", 9],
    ["OUTA120523", "Avatar", 4],
  ],
  [
    ["ATWC1000", "ATWM120523", "Avatar", 1],
    ["ATWC1001", "ATWM120523", "Avatar", 1],
    ["VERC1000", "VERM120523", "Titanic", 2],
  ],
);
const requests = requestsOf({
  rule: "",
  steps: [
    book("OUTC1000", "VERM120523", "Titanic", 1).gives({ held: 1, available: 6 }),
    book("ATWC1002", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 0 }),
    book("ATWC1003", "OUTA120523", "Avatar", 1).gives({ held: 1, available: 3 }),
    book("ATWC1004", "ATWM120523", "Avatar", 1).isRefused("SHOW_FULL"),
    on("2023-05-13", list("Avatar").gives({ shows: [] })),
  ],
});
const story: Story = { state, requests };

function replay(subjects: readonly Subject[], of: Story = story): Promise<Replay> {
  return replayStory(of, subjects, () => {});
}

function faulty(fault: string): Subject {
  return namedSubject(`table+${fault}`, theatres, 5000) as Subject;
}

describe("a story that is executed again", function () {
  this.timeout(60_000);

  it("is answered by every replica, and where all agree nothing is shortened", async () => {
    const { answers, first, shortest } = await replay([table, moduleSubject("ledger", { name: "ledger" })]);
    const output = { n: 5, result: { outcome: "OK", shows: [] } };
    expect(answers).to.deep.equal([
      { replica: "table", output },
      { replica: "ledger", output },
    ]);
    expect([first, shortest]).to.deep.equal([null, null]);
  });

  it("tells the first answer that differs, and is shortened to requests and rows that cannot be left out", async () => {
    const { first, shortest } = await replay([table, faulty("capacity-off-by-one")]);
    expect([first?.request?.n, first?.of]).to.deep.equal([4, "answer"]);
    expect(first?.outputs[0]?.output).to.deep.equal({ n: 4, result: { outcome: "REFUSED", reason: "SHOW_FULL" } });
    const { state: rows, requests: asked } = shortest as Story;
    expect(asked.map(({ n }) => n)).to.deep.equal([2, 4]);
    expect(rows).to.deep.equal([state[0].slice(0, 1), state[1].slice(0, 2)]);
    for (const index of [0, 1]) {
      const lessRequests = { state: rows, requests: asked.toSpliced(index, 1) };
      const lessRows = { state: given(rows[0], rows[1].toSpliced(index, 1)), requests: asked };
      expect([await stillDiffers(lessRequests), await stillDiffers(lessRows)]).to.deep.equal([false, false]);
    }
  });

  it("tells after which request states differ that no answer showed", async () => {
    const steps = Array.from({ length: 200 }, (_, index) =>
      book(`OUTC${1000 + index}`, "OUTE120523", "Avatar", 1).gives({ held: 1, available: 999 - index }),
    );
    const many = {
      state: given([...state[0], ["OUTE120523", "Avatar", 1000]]),
      requests: requestsOf({ rule: "", steps }),
    };
    for (const n of [98, 100, 101, 200]) {
      const afflict = (replica: Replica) => losesShowAt(replica, n);
      const { first } = await replay([table, moduleSubject("table", { name: "forgetful", afflict })], many);
      expect([first?.request?.n, first?.of]).to.deep.equal([n, "state"]);
    }
  });

  it("tells when replicas differ in the state that they begin with", async () => {
    const { first } = await replay([table, moduleSubject("table", { name: "losing", afflict: losesOneBooking })]);
    expect([first?.request, first?.of]).to.deep.equal([null, "state"]);
  });

  it("tells of a replica that fails how it failed", async () => {
    const { answers, first, shortest } = await replay([table, faulty("garbage")]);
    expect(String(answers[1]?.output["failed"])).to.include("it wrote a line that is not of the contract");
    expect([first?.request, first?.of]).to.deep.equal([null, "answer"]);
    expect([shortest?.requests, shortest?.state]).to.deep.equal([[], emptyState]);
  });

  it("is shortened through states that a replica can hold, in so many runs at most", async () => {
    const told: CanonicalState[] = [];
    const listening: Subject = { name: "", open: async () => listener(await table.open(), told) };
    const conversations = [await listening.open(), await faulty("capacity-off-by-one").open()];
    const found = await findDisagreement(conversations, story, 1);
    told.length = 0;
    const smallest = await shrink(conversations, found as never, 5);
    expect(told).to.have.lengthOf(5);
    expect(told.map(stateProblem)).to.deep.equal(told.map(() => undefined));
    expect(smallest.requests.length).to.be.below(requests.length);
  });

  it("is shortened until so many requests and rows were handed over, should each run be long", async () => {
    let rows = 0;
    const capacity = 1_000_000;
    const large = given(
      Array.from({ length: 3000 }, (_, index) => ["ATWM120523", String(10_000 + index), capacity] as const),
      Array.from({ length: 3000 }, (_, index) => ["ATWC1000", "ATWM120523", String(10_000 + index), 1] as const),
    );
    const others: Subject = { name: "others", open: async () => agreesWithAll((inputs) => (rows += rowsIn(inputs))) };
    const conversations = [await others.open(), await others.open()];
    const found = { state: large, requests, outputs: [] };
    await shrink(conversations, found, Number.POSITIVE_INFINITY);
    expect(rows / 2).to.be.within(shrinkWorkMax, shrinkWorkMax + 7000);
  });

  it("becomes a case with the state that it needs, in the words of the first replica", async () => {
    const { shortest } = await replay([table, faulty("capacity-off-by-one")]);
    expect(shortest?.asCase).to.equal(
      [
        "{",
        '  rule: "…",',
        "  state: [",
        "    [",
        '      ["ATWM120523","Avatar",3],',
        "    ],",
        "    [",
        '      ["ATWC1000","ATWM120523","Avatar",1],',
        '      ["ATWC1001","ATWM120523","Avatar",1],',
        "    ],",
        "  ],",
        "  steps: [",
        `    {"today":"2023-05-12",${bookedBy("ATWC1002")},"expected":{"outcome":"OK","held":1,"available":0}},`,
        `    {${bookedBy("ATWC1004")},"expected":{"outcome":"REFUSED","reason":"SHOW_FULL"}},`,
        "  ],",
        "}",
      ].join("\n"),
    );
  });
});

function bookedBy(customerID: string): string {
  const args = { customerID, movieID: "ATWM120523", movieName: "Avatar", numberOfTickets: 1 };
  return `"operation":"bookMovieTickets","args":${JSON.stringify(args)}`;
}

/** Two of these agree on everything, so that nothing can be left out. */
function agreesWithAll(onTold: (inputs: readonly Input[]) => void): Awaited<ReturnType<Subject["open"]>> {
  return {
    tell: async (inputs) => {
      onTold(inputs);
      return inputs.map(() => ({}));
    },
    close: async () => undefined,
  };
}

function rowsIn(inputs: readonly Input[]): number {
  const [first] = inputs;
  const [shows, bookings] = first !== undefined && "import" in first ? first.import : emptyState;
  return shows.length + bookings.length + inputs.filter((input) => "n" in input).length;
}

async function stillDiffers(less: Story): Promise<boolean> {
  const conversations = [await table.open(), await faulty("capacity-off-by-one").open()];
  return (await findDisagreement(conversations, less, 1)) !== undefined;
}

function losesShowAt(replica: Replica, n: number): Replica {
  return {
    execute: (request) => {
      const answer = replica.execute(request);
      if (request.n === n) {
        const [shows, bookings] = replica.exportState();
        replica.importState([shows.slice(1), bookings]);
      }
      return answer;
    },
    exportState: () => replica.exportState(),
    importState: (rows) => replica.importState(rows),
  };
}

function losesOneBooking(replica: Replica): Replica {
  return {
    execute: (request) => replica.execute(request),
    exportState: () => replica.exportState(),
    importState: ([shows, bookings]) => replica.importState([shows, bookings.slice(1)]),
  };
}

function listener(conversation: Awaited<ReturnType<Subject["open"]>>, told: CanonicalState[]): typeof conversation {
  return {
    tell: (inputs: readonly Input[]) => {
      for (const input of inputs) if ("import" in input) told.push(input.import);
      return conversation.tell(inputs);
    },
    close: () => conversation.close(),
  };
}

describe("the file of a disagreement", () => {
  const file: DisagreementFile = {
    sequence: 5,
    theatres,
    state,
    requests,
    answers: [
      { slot: 1, replica: "table", answer: { outcome: "OK", shows: [] } },
      { slot: 3, replica: "ledger", answer: null },
    ],
  };
  const [request] = requests as [RequestInput];

  it("is read as it was written", () => {
    expect(readDisagreement(writeDisagreement(file))).to.deep.equal({ kind: "file", file });
    for (let seed = 1; seed < 20; seed++) {
      const random = { ...file, sequence: 50, requests: JSON.parse(JSON.stringify(randomRequests(seed, 50))) };
      expect(readDisagreement(writeDisagreement(random))).to.deep.equal({ kind: "file", file: random });
    }
  });

  it("has its requests and answers each on a line of its own, and says what it is first", () => {
    const text = writeDisagreement(file);
    expect(text).to.match(
      /^\{"quartet":"disagreement","version":1,"sequence":5,"theatres":\["ATW","VER","OUT"\],"state":/,
    );
    expect(text.split("\n")).to.have.lengthOf(1 + requests.length + file.answers.length + 1);
  });

  it("may have keys that this version does not know", () => {
    const text = writeDisagreement(file).replace('"version":1', '"version":1,"later":true');
    expect(readDisagreement(text)).to.deep.equal({ kind: "file", file });
  });

  const wrong: readonly (readonly [change: object, problem: string])[] = [
    [{ quartet: "snapshot" }, 'no "quartet":"disagreement"'],
    [{ version: 2 }, "of version 2"],
    [{ theatres: [] }, "theatres"],
    [{ theatres: ["atw"] }, "theatres"],
    [{ theatres: "ATW" }, "theatres"],
    [{ state: [[], [["ATWC1000", "ATWM120523", "Avatar", 1]]] }, "a show that is not there"],
    [{ requests: [] }, "at least one"],
    [{ requests: {} }, "at least one"],
    [{ requests: [{ ...request, n: "1" }] }, "requests[0]: expected n, time"],
    [{ requests: [{ ...request, time: 0.5 }] }, "requests[0]: expected n, time"],
    [{ requests: [{ ...request, businessDate: "today" }] }, "requests[0]: expected n, time"],
    [{ requests: [{ ...request, caller: null }] }, "requests[0]: expected n, time"],
    [{ requests: [{ ...request, operation: 1 }] }, "requests[0]: expected n, time"],
    [{ requests: [{ ...request, args: [] }] }, "requests[0]: expected n, time"],
    [{ requests: [{ ...request, n: 2 }, request] }, "requests[1]: n, time or businessDate goes back"],
    [{ requests: [request, { ...request, time: request.time - 1 }] }, "requests[1]: n, time or businessDate goes back"],
    [
      { requests: [request, { ...request, businessDate: "2023-05-11" }] },
      "requests[1]: n, time or businessDate goes back",
    ],
    [
      { requests: Array.from({ length: disagreementRequestsMax + 1 }, () => request) },
      `at most ${disagreementRequestsMax}`,
    ],
    [{ sequence: 4 }, "sequence: expected 5"],
    [{ answers: {} }, "answers: expected a list"],
    [{ answers: [{ slot: 5, replica: "table", answer: null }] }, "answers[0]: expected slot"],
    [{ answers: [{ slot: 1, replica: 1, answer: null }] }, "answers[0]: expected slot"],
    [{ answers: [{ slot: 1, replica: "table", answer: "OK" }] }, "answers[0]: expected slot"],
    [{ answers: [file.answers[0], file.answers[0]] }, "one slot stands there twice"],
  ];
  for (const [change, problem] of wrong) {
    it(`is refused with ${problem}: ${JSON.stringify(change).slice(0, 80)}`, () => {
      const found = readDisagreement(JSON.stringify({ ...JSON.parse(writeDisagreement(file)), ...change }));
      expect(found.kind === "problem" && found.message).to.include(problem);
    });
  }

  it("is refused when it is no JSON, no object or too long", () => {
    for (const [text, problem] of [
      ["{", "not JSON"],
      ["[]", 'no "quartet"'],
      ["null", 'no "quartet"'],
      [" ".repeat(disagreementCharsMax + 1), "more than"],
    ] as const) {
      const found = readDisagreement(text);
      expect(found.kind === "problem" && found.message).to.include(problem);
    }
  });
});

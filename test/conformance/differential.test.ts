import { expect } from "chai";
import { type Conversation, emptyState, forget, type Output, type Subject } from "../../conformance/conversation.ts";
import { asCase, type Disagreement, findDisagreement, type Story } from "../../conformance/disagreement.ts";
import { moduleSubject, sha256 } from "../../conformance/module-subject.ts";
import { checkEveryStep } from "../../conformance/play.ts";
import { randomRequests } from "../../conformance/random-requests.ts";
import { shrink } from "../../conformance/shrink.ts";
import type { Operation } from "../../protocol/operation.ts";
import { faults } from "../../replicas/faults/faults.ts";
import { versionNames } from "../../replicas/versions.ts";
import { commandSubjects, moduleSubjects } from "./subjects.ts";

/** Another run of as many requests: `QUARTET_CONFORMANCE_SEED=7 npm test test/conformance`. */
const firstSeed = Number(process.env["QUARTET_CONFORMANCE_SEED"] ?? 1);
const runs = 40;
const requestsPerRun = 500;
const exportEvery = 10;

/** Every answer that the rows of the operations in the booking rules allow. */
const answersOf: Readonly<Record<Operation, string>> = {
  addMovieSlots: "OK INVALID NOT_PERMITTED DATE_IN_PAST DATE_TOO_FAR CAPACITY_BELOW_SOLD",
  removeMovieSlots: "OK INVALID NOT_PERMITTED NO_SUCH_SHOW DATE_IN_PAST",
  listMovieShowsAvailability: "OK INVALID",
  bookMovieTickets: "OK INVALID NO_SUCH_SHOW DATE_IN_PAST SAME_SHOW_ELSEWHERE WEEKLY_LIMIT SHOW_FULL",
  getBookingSchedule: "OK INVALID",
  cancelMovieTickets: "OK INVALID NO_SUCH_SHOW NOT_BOOKED NOT_ENOUGH_HELD",
  exchangeTickets:
    "OK INVALID NO_SUCH_SHOW NOT_BOOKED NOT_ENOUGH_HELD DATE_IN_PAST SAME_SHOW_ELSEWHERE WEEKLY_LIMIT SHOW_FULL",
};

describe("random requests", function () {
  this.timeout(120_000);

  it("get the same answers from every replica and leave the same state", async () => {
    const subjects = [...moduleSubjects, ...commandSubjects];
    await withAll(subjects, async (conversations) => {
      for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
        const found = await findDisagreement(conversations, storyOf(seed), exportEvery);
        if (found !== undefined) expect.fail(await explain(subjects, conversations, seed, found));
      }
    });
  });

  it("reach every answer of every operation", async () => {
    await withAll(moduleSubjects.slice(0, 1), async ([conversation]) => {
      const reached = new Set<string>();
      for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
        const requests = randomRequests(seed, requestsPerRun);
        const [, ...outputs] = await (conversation as Conversation).tell([forget, ...requests]);
        for (const [index, { operation }] of requests.entries()) {
          const { outcome, reason } = (outputs[index] as Output)["result"] as { outcome: string; reason?: string };
          reached.add(`${operation} ${reason ?? outcome}`);
        }
      }
      expect([...reached]).to.have.members(
        Object.entries(answersOf).flatMap(([operation, answers]) =>
          answers.split(" ").map((answer) => `${operation} ${answer}`),
        ),
      );
    });
  });

  for (const subject of moduleSubjects) {
    it(`keep sold and free seats adding up at every step of ${subject.name}`, async () => {
      await withAll([subject], async ([conversation]) => {
        for (let seed = firstSeed; seed < firstSeed + 4; seed++)
          await checkEveryStep(conversation as Conversation, randomRequests(seed, requestsPerRun), sha256);
      });
    });
  }

  it("find a planted bug and shrink it to a few requests", async () => {
    const [version = "table"] = versionNames;
    const planted = faults["capacity-off-by-one"];
    const wrong = moduleSubject(version, {
      afflict: (replica) => (planted.kind === "answers" ? planted.wrap(replica, 1) : replica),
    });
    await withAll([moduleSubject(version), wrong], async (conversations) => {
      const found = await findDisagreement(conversations, storyOf(firstSeed), exportEvery);
      const smallest = await shrink(conversations, found as Disagreement);
      expect(smallest.requests).to.have.lengthOf.within(2, 15);
      expect(smallest.requests[0]).to.have.property("operation", "addMovieSlots");
      expect(await asCase(conversations[0] as Conversation, smallest)).to.contain('"operation":"bookMovieTickets"');
    });
  });
});

async function withAll(
  subjects: readonly Subject[],
  use: (conversations: readonly Conversation[]) => Promise<void>,
): Promise<void> {
  const conversations = await Promise.all(subjects.map((subject) => subject.open()));
  try {
    await use(conversations);
  } finally {
    await Promise.all(conversations.map((conversation) => conversation.close()));
  }
}

function storyOf(seed: number): Story {
  return { state: emptyState, requests: randomRequests(seed, requestsPerRun) };
}

async function explain(
  subjects: readonly Subject[],
  conversations: readonly Conversation[],
  seed: number,
  found: Disagreement,
): Promise<string> {
  const smallest = await shrink(conversations, found);
  const outputs = subjects.map(({ name }, index) => `${name}: ${JSON.stringify(smallest.outputs[index])}`);
  const repeat = `QUARTET_CONFORMANCE_SEED=${seed} npm test test/conformance`;
  const asTest = await asCase(conversations[0] as Conversation, smallest);
  return ["replicas differ after the last of these requests", asTest, ...outputs, `repeat with ${repeat}`].join("\n");
}

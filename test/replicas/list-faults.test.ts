import { expect } from "chai";
import { randomRequests } from "../../conformance/random-requests.ts";
import { book, given, list, type OpenStep, remove, requestsOf, schedule } from "../../conformance/step.ts";
import type { Replica, ReplicaRequest } from "../../replicas/contract.ts";
import { afflict, answers, versionsUnderTest } from "./a-faulty-replica.ts";

const showID = "ATWM120523";
const state = given(
  [
    [showID, "Avatar", 3],
    ["ATWA120523", "Avatar", 9],
    ["ATWE120523", "Avatar", 9],
  ],
  [
    ["ATWC1000", showID, "Avatar", 1],
    ["ATWC1001", showID, "Avatar", 1],
    ["ATWC1000", "ATWA120523", "Avatar", 1],
  ],
);

for (const { name: version, make } of versionsUnderTest) {
  describe(`faults of what is told over ${version}`, () => {
    it("random-answers answers differently for another seed and leaves the state right", () => {
      const requests = randomRequests(1, 500) as readonly ReplicaRequest[];
      const [right, first] = [make(), afflict(make(), "random-answers", 1)];
      expect(answers(first, requests)).to.not.deep.equal(answers(afflict(make(), "random-answers", 2), requests));
      answers(right, requests);
      expect(first.exportState()).to.deep.equal(right.exportState());
    });

    it("unsorted-list turns every list round and nothing else", () => {
      const replica = afflict(make(state), "unsorted-list");
      const shows = say(make(state), list("Avatar")) as { readonly shows: readonly unknown[] };
      expect(say(replica, list("Avatar"))).to.deep.equal({ outcome: "OK", shows: shows.shows.toReversed() });
      const { bookings } = say(make(state), schedule("ATWC1000")) as { readonly bookings: readonly unknown[] };
      expect(say(replica, schedule("ATWC1000"))).to.deep.equal({ outcome: "OK", bookings: bookings.toReversed() });
      const removed = say(make(state), remove(showID, "Avatar")) as { readonly moved: readonly unknown[] };
      expect(removed.moved).to.have.lengthOf(2);
      expect(say(replica, remove(showID, "Avatar"))).to.deep.equal({ ...removed, moved: removed.moved.toReversed() });
      expect(replica.exportState()[0]).to.have.lengthOf(2);
    });

    it("lists-lie leaves the last line out of both lists and answers every change rightly", () => {
      const replica = afflict(make(state), "lists-lie");
      const shows = say(make(state), list("Avatar")) as { readonly shows: readonly unknown[] };
      expect(say(replica, list("Avatar"))).to.deep.equal({ outcome: "OK", shows: shows.shows.slice(0, 2) });
      expect(say(replica, schedule("ATWC1001"))).to.deep.equal({ outcome: "OK", bookings: [] });
      for (const step of [book("ATWC1000", showID, "Avatar", 1), remove(showID, "Avatar")]) {
        const same = make(replica.exportState());
        expect(say(replica, step)).to.deep.equal(say(same, step));
      }
    });
  });
}

function say(replica: Replica, open: Pick<OpenStep<never>, "isRefused">): unknown {
  const [request] = requestsOf({ rule: "", steps: [open.isRefused("INVALID")] });
  return replica.execute(request as ReplicaRequest);
}

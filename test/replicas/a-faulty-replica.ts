import { expect } from "chai";
import { stateProblem } from "../../conformance/state-form.ts";
import { given, requestsOf, type Step } from "../../conformance/step.ts";
import { canonicalAnswer } from "../../protocol/canonical-answer.ts";
import type { FaultName } from "../../protocol/fault.ts";
import type { CanonicalState, Replica, ReplicaRequest } from "../../replicas/contract.ts";
import type { FaultyReplica } from "../../replicas/faults/fault.ts";
import { faults } from "../../replicas/faults/faults.ts";
import { versionNames, versions } from "../../replicas/versions.ts";

/** Three shows of one movie on one day. */
export const showsOfToday = ["ATWM120523", "ATWA120523", "ATWE120523"] as const;

const [morning, afternoon, evening] = showsOfToday;
const movie = "Avatar";

/** A state of them: the first has one seat left. */
export const threeShows = given(
  [
    [morning, movie, 3],
    [afternoon, movie, 9],
    [evening, movie, 9],
  ],
  [
    ["ATWC1000", morning, movie, 1],
    ["ATWC1001", morning, movie, 1],
    ["ATWC1000", afternoon, movie, 2],
  ],
);

/** Every version, by its name: what is said of a fault holds over each. */
export const versionsUnderTest = await Promise.all(
  versionNames.map(async (name) => {
    const { makeReplica } = await versions[name]();
    return { name, make: (state?: CanonicalState) => filled(makeReplica({ theatres: ["ATW", "VER", "OUT"] }), state) };
  }),
);

/** A replica with a fault that wraps it, and that imports nothing but a canonical state into it. */
export function afflict(replica: Replica, name: FaultName, seed = 7): FaultyReplica {
  const fault = faults[name];
  if (fault.kind !== "answers") throw new Error(`${name} does not wrap a replica`);
  const importState = (state: CanonicalState) => {
    expect(stateProblem(state)).to.equal(undefined);
    replica.importState(state);
  };
  return fault.wrap({ ...replica, importState }, seed);
}

/** Expects every step to be answered as it says; the date is Friday, 12 May 2023 unless said. */
export function play(replica: Replica, steps: readonly Step[], today = "2023-05-12"): void {
  const requests = requestsOf({ rule: "", today, steps }) as readonly ReplicaRequest[];
  for (const [at, { operation, expected }] of steps.entries()) {
    expect(replica.execute(requests[at] as ReplicaRequest), `${operation}, step ${at + 1}`).to.deep.equal(expected);
  }
}

/** The answers as they are compared by a front end; `undefined` for one that is malformed. */
export function answers(replica: Replica, requests: readonly ReplicaRequest[]): readonly (string | undefined)[] {
  return requests.map((request) => canonicalAnswer(request.operation, replica.execute(request)));
}

function filled(replica: Replica, state?: CanonicalState): Replica {
  if (state !== undefined) replica.importState(state);
  return replica;
}

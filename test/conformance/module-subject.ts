import { createHash } from "node:crypto";
import type { Replica, ReplicaRequest } from "../../replicas/contract.ts";
import { type VersionName, versions } from "../../replicas/versions.ts";
import type { Input, Output, Subject } from "./conversation.ts";

/** A version of this project in the process of the test; `afflict` may put a bug into it. */
export function moduleSubject(
  version: VersionName,
  afflict: (replica: Replica) => Replica = (replica) => replica,
): Subject {
  return {
    name: `${version} as a module`,
    open: async () => {
      const { makeReplica } = await versions[version]();
      const replica = afflict(makeReplica({ theatres: ["ATW", "VER", "OUT"] }));
      return { tell: async (inputs) => inputs.map((input) => answer(replica, input)), close: async () => {} };
    },
  };
}

function answer(replica: Replica, input: Input): Output {
  if ("export" in input) {
    const state = replica.exportState();
    return { state, digest: createHash("sha256").update(JSON.stringify(state)).digest("hex") };
  }
  if ("import" in input) {
    replica.importState(input.import);
    return { ready: true };
  }
  return { n: input.n, result: replica.execute(input as ReplicaRequest) };
}

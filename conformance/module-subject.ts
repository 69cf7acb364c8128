import { hash } from "node:crypto";
import type { Sha256 } from "../protocol/role.ts";
import type { Replica, ReplicaRequest } from "../replicas/contract.ts";
import { type VersionName, versions } from "../replicas/versions.ts";
import { type Input, type Output, ReplicaFailed, type Subject } from "./conversation.ts";

/** SHA-256 by the platform's own library: the digest that a right replica tells. */
export const sha256: Sha256 = (data) => hash("sha256", data, "hex");

const defaultTheatres = ["ATW", "VER", "OUT"];

/** How a version is run as a module. */
export interface ModuleOptions {
  readonly theatres?: readonly string[];
  /** May put a bug into it. */
  readonly afflict?: (replica: Replica) => Replica;
  /** How it is called; `table as a module` unless said. */
  readonly name?: string;
}

/** A version of this project in this process. */
export function moduleSubject(version: VersionName, options: ModuleOptions = {}): Subject {
  const { theatres: own = defaultTheatres, afflict = (replica) => replica, name = `${version} as a module` } = options;
  return {
    name,
    open: async (theatres = own) => {
      const { makeReplica } = await versions[version]();
      const replica = afflict(makeReplica({ theatres }));
      return { tell: async (inputs) => answerAll(replica, inputs), close: async () => undefined };
    },
  };
}

function answerAll(replica: Replica, inputs: readonly Input[]): readonly Output[] {
  const outputs: Output[] = [];
  for (const input of inputs) {
    try {
      outputs.push(answer(replica, input));
    } catch (error) {
      throw thrown(error, outputs);
    }
  }
  return outputs;
}

function answer(replica: Replica, input: Input): Output {
  if ("export" in input) {
    const state = replica.exportState();
    return { state, digest: sha256(JSON.stringify(state)) };
  }
  if ("import" in input) {
    replica.importState(input.import);
    return { ready: true };
  }
  return { n: input.n, result: replica.execute(input as ReplicaRequest) };
}

function thrown(cause: unknown, outputs: readonly Output[]): ReplicaFailed {
  return new ReplicaFailed("ended", `it threw ${String(cause)}`, outputs, "", { cause });
}

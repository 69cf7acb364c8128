import type { Adoption } from "../../protocol/epoch.ts";
import { type Digest, type Epoch, isSameEpoch, type Sequence } from "../../protocol/ids.ts";
import type { Chain } from "./chain.ts";
import { type Fact, keyOfEpoch } from "./facts.ts";
import type { Claim } from "./process.ts";

/** An entry that is part of every later log. */
interface Committed {
  readonly epoch: Epoch;
  readonly n: Sequence;
  readonly digest: Digest;
}

/**
 * What must always hold, by all that is true of the processes together; says what is broken, if anything. `facts` holds
 * those of each process. Facts are never taken back, so what is broken once is broken in every state that follows.
 */
export function brokenRule(facts: readonly (readonly Fact[])[], chain: Chain): string | undefined {
  const all = facts.flat();
  const committed = committedBy(facts, chain);
  return (
    twoOrders(all) ??
    twoConfigurations(all) ??
    twoActive(facts) ??
    lost(committed, all, chain) ??
    parted(committed, chain)
  );
}

/** One log for each epoch: a manager that has adopted it has what its sequencer numbered and nothing else. */
export function brokenClaim(claim: Claim, facts: readonly (readonly Fact[])[], chain: Chain): string | undefined {
  for (const fact of facts.flat()) {
    if (fact.kind === "numbers" && isSameEpoch(fact.epoch, claim.epoch) && fact.n >= claim.last) {
      if (chain.digestAt(fact.digest, claim.last) === claim.digest) return undefined;
    } else if (fact.kind === "started" && isSameEpoch(fact.adoption.epoch, claim.epoch)) {
      if (chain.digestAt(fact.adoption.baseDigest, claim.last) === claim.digest) return undefined;
    }
  }
  return `a manager has entry ${claim.last} in the log of epoch ${claim.epoch.number}, whose sequencer never numbered it`;
}

function twoOrders(facts: readonly Fact[]): string | undefined {
  const digests = new Map<string, Digest>();
  for (const fact of facts) {
    if (fact.kind !== "numbers") continue;
    const key = `${keyOfEpoch(fact.epoch)} ${fact.n}`;
    if ((digests.get(key) ?? fact.digest) !== fact.digest) {
      return `two entries are number ${fact.n} of epoch ${fact.epoch.number}`;
    }
    digests.set(key, fact.digest);
  }
  return undefined;
}

function twoConfigurations(facts: readonly Fact[]): string | undefined {
  const known = new Map<string, string>();
  for (const fact of facts) {
    if (fact.kind !== "started" && fact.kind !== "adopted") continue;
    const { epoch, members, base, baseDigest } = fact.adoption;
    const text = [...members, base, baseDigest].join();
    if ((known.get(keyOfEpoch(epoch)) ?? text) !== text) return `epoch ${epoch.number} starts in two ways`;
    known.set(keyOfEpoch(epoch), text);
  }
  return undefined;
}

function twoActive(facts: readonly (readonly Fact[])[]): string | undefined {
  const active = activeEpochs(facts);
  for (const [index, { epoch }] of active.entries()) {
    if (active.slice(0, index).some((other) => other.epoch.number === epoch.number)) {
      return `two epochs of number ${epoch.number} are active`;
    }
  }
  return undefined;
}

/** Epochs that three managers have adopted. */
function activeEpochs(facts: readonly (readonly Fact[])[]): readonly Adoption[] {
  const counts = new Map<string, number>();
  const active: Adoption[] = [];
  for (const fact of facts.flat()) {
    if (fact.kind !== "adopted") continue;
    const key = keyOfEpoch(fact.adoption.epoch);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count === 3) active.push(fact.adoption);
  }
  return active;
}

/** What two managers would reply for, and what a sequencer says that two have stored. */
function committedBy(facts: readonly (readonly Fact[])[], chain: Chain): readonly Committed[] {
  const committed: Committed[] = [];
  for (const [index, own] of facts.entries()) {
    for (const fact of own) {
      if (fact.kind === "tells") committed.push(fact);
      if (fact.kind === "vouches" && facts.some((other, at) => at !== index && vouchesToo(other, fact, chain))) {
        committed.push(fact);
      }
    }
  }
  return committed;
}

/** True when somebody would reply for the same entry in the same epoch, by itself or by one behind it. */
function vouchesToo(facts: readonly Fact[], { epoch, n, digest }: Committed, chain: Chain): boolean {
  return facts.some(
    (fact) => fact.kind === "vouches" && isSameEpoch(fact.epoch, epoch) && chain.digestAt(fact.digest, n) === digest,
  );
}

/** What counted in an epoch is in the log that every later one starts behind. */
function lost(committed: readonly Committed[], facts: readonly Fact[], chain: Chain): string | undefined {
  for (const fact of facts) {
    if (fact.kind !== "started") continue;
    const { epoch, baseDigest } = fact.adoption;
    for (const { epoch: before, n, digest } of committed) {
      if (before.number >= epoch.number || chain.digestAt(baseDigest, n) === digest) continue;
      return `entry ${n} of epoch ${before.number} is not in the log that epoch ${epoch.number} starts behind`;
    }
  }
  return undefined;
}

/** All that ever counted is one history. */
function parted(committed: readonly Committed[], chain: Chain): string | undefined {
  for (const a of committed) {
    for (const b of committed) {
      if (a.n > b.n || chain.digestAt(b.digest, a.n) === a.digest) continue;
      return `two entries that counted are number ${a.n}, of epochs ${a.epoch.number} and ${b.epoch.number}`;
    }
  }
  return undefined;
}

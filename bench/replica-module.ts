import type { CanonicalState, ReplicaRequest } from "../replicas/contract.ts";
import { isVersionName, versions } from "../replicas/versions.ts";
import { bookingsOf, loadTheatres, weekOfShows } from "./replica-load.ts";

/** One version in a process of its own: told what to do by its arguments, it prints one line of JSON. */
const [version, movies, count, secondsMax] = process.argv.slice(2);
if (!isVersionName(version)) throw new Error(`there is no version ${version}`);
const { makeReplica } = await versions[version]();
const replica = makeReplica({ theatres: loadTheatres });
const state: CanonicalState = weekOfShows(Number(movies));
replica.importState(state);

const portion = 1000;
const endAt = performance.now() + 1000 * Number(secondsMax);
const requests = bookingsOf({ shows: state[0], count: Number(count), seed: 1 });
let [done, accepted, cpuUs] = [0, 0, 0];
while (performance.now() < endAt) {
  const parsed = takePortion();
  if (parsed.length === 0) break;
  const before = process.cpuUsage();
  for (const request of parsed) if (replica.execute(request).outcome === "OK") accepted++;
  const { user, system } = process.cpuUsage(before);
  cpuUs += user + system;
  done += parsed.length;
}
process.stdout.write(`${JSON.stringify({ done, accepted, cpuUs })}\n`);

/** As they come over a pipe: parsed, and outside the measured time. */
function takePortion(): readonly ReplicaRequest[] {
  const taken: ReplicaRequest[] = [];
  while (taken.length < portion) {
    const { done: isOver, value } = requests.next();
    if (isOver === true) break;
    taken.push(JSON.parse(JSON.stringify(value)) as ReplicaRequest);
  }
  return taken;
}

import { expect } from "chai";
import { Chance } from "../../protocol/chance.ts";
import { genesisDigest } from "../../protocol/history.ts";
import type { LogRecord, SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Recovered, Snapshot } from "../../replica-manager/effect.ts";
import { EventQueue } from "./event-queue.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const promise = (number: number): LogRecord => ({ kind: "promise", epoch: { number, nonce: "e".repeat(32) } });
const snapshotAt = (n: number): Snapshot => ({
  digests: { n, historyDigest: genesisDigest, stateDigest: genesisDigest, tableDigest: genesisDigest },
  time: 0,
  state: "[[],[]]",
});

class Desk {
  readonly queue = new EventQueue();
  readonly told: string[] = [];
  readonly disk: SimulatedDisk;
  now = 0;

  constructor(seed: number) {
    const at = (time: number, run: () => void) => this.queue.add(time, run);
    const now = () => this.now;
    this.disk = new SimulatedDisk("a".repeat(32), {
      get now() {
        return now();
      },
      chance: new Chance(seed),
      at,
    });
  }

  open(): Recovered {
    return this.disk.open({
      onAppended: (position) => this.told.push(`appended ${position}`),
      onSaved: ({ n }: SavedCheckpoint) => this.told.push(`saved ${n}`),
      onRoom: (hasRoom) => this.told.push(`room ${hasRoom}`),
      onDurable: () => {},
    });
  }

  runTo(time: number): void {
    while (this.queue.nextAt <= time) {
      const event = this.queue.take()!;
      this.now = event.at;
      event.run();
    }
    this.now = time;
  }
}

describe("a simulated disk", () => {
  it("keeps what it said was appended, and counts records from each start", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const desk = new Desk(seed);
      desk.open();
      desk.disk.append([promise(1)]);
      desk.disk.append([promise(2), promise(3)]);
      desk.runTo(desk.now + (seed % 9));
      const position = Math.max(0, ...desk.told.map((line) => Number(line.split(" ")[1])));
      desk.disk.crash();
      expect(desk.open().summary.promised?.number ?? 0).to.be.at.least(position);
      desk.disk.append([promise(9)]);
      desk.runTo(desk.now + 100);
      expect(desk.told.at(-1)).to.equal("appended 1");
    }
  });

  it("finds after a crash any beginning of what was not durable, and no append in part", () => {
    const found = new Set<number>();
    for (let seed = 1; seed <= 200; seed++) {
      const desk = new Desk(seed);
      desk.open();
      for (const first of [1, 3, 5]) desk.disk.append([promise(first), promise(first + 1)]);
      desk.disk.crash();
      found.add(desk.open().summary.promised?.number ?? 0);
    }
    expect([...found].sort((a, b) => a - b)).to.deep.equal([0, 2, 4, 6]);
  });

  it("writes nothing while it is full, and all of it then", () => {
    const desk = new Desk(1);
    desk.open();
    desk.disk.setRoom(false);
    desk.disk.append([promise(1)]);
    desk.disk.save(snapshotAt(10), []);
    desk.runTo(1000);
    expect(desk.told).to.deep.equal(["room false"]);
    desk.disk.setRoom(true);
    desk.runTo(2000);
    expect(desk.told).to.have.members(["room false", "room true", "appended 1", "saved 10"]);
  });

  it("finds the snapshots of its checkpoints again, and not those that were not to be kept", () => {
    const desk = new Desk(1);
    desk.open();
    const checkpoints = [10, 20].map((n) => ({ ...snapshotAt(n).digests, time: 0 }));
    for (const { n } of checkpoints) desk.disk.save(snapshotAt(n), []);
    desk.runTo(100);
    desk.disk.append(checkpoints.map((checkpoint) => ({ kind: "checkpoint", ...checkpoint })));
    desk.disk.keep({ kind: "keep", cut: 0, checkpoints: checkpoints.slice(1), intervals: [] });
    expect(desk.disk.snapshots.map(({ digests }) => digests.n)).to.deep.equal([20]);
    desk.runTo(200);
    desk.disk.crash();
    expect(desk.open().snapshots.map(({ digests }) => digests.n)).to.deep.equal([20]);
  });

  it("says so when the newest checkpoint is gone", () => {
    const desk = new Desk(1);
    desk.open();
    desk.disk.append([{ kind: "checkpoint", ...snapshotAt(10).digests, time: 0 }]);
    desk.runTo(100);
    desk.disk.crash();
    expect(() => desk.open()).to.throw("recoverable");
  });
});

import { expect } from "chai";
import { Directory, managerName } from "../../io/directory.ts";

describe("a directory", () => {
  it("leads to all managers, all sequencers, one manager by its name, and to any address as it is", () => {
    const directory = new Directory({ managers: { 2: "b:1", 4: "d:1" }, sequencers: ["s:1", "s:2"] }, 4);
    expect(directory.resolve("managers")).to.deep.equal(["b:1", "d:1"]);
    expect(directory.resolve("sequencers")).to.deep.equal(["s:1", "s:2"]);
    expect(directory.resolve(managerName(4))).to.deep.equal(["d:1"]);
    expect(directory.resolve(managerName(1))).to.deep.equal([]);
    expect(directory.resolve("f:1")).to.deep.equal(["f:1"]);
  });

  it("learns where a process is, and that it moved", () => {
    const directory = new Directory({}, 2);
    directory.noteManager(3, "c:1");
    directory.noteManager(5, "e:1");
    directory.noteSequencer(7, "s:7");
    directory.noteManager(3, "c:2");
    directory.noteSequencer(7, "s:8");
    expect(directory.managers).to.deep.equal(["c:2"]);
    expect([...directory.sequencers]).to.deep.equal([[7, "s:8"]]);
  });

  it("counts the sequencers above one, and none that was forgotten", () => {
    const directory = new Directory({ sequencers: ["s:1", "s:2", "s:3"] }, 4);
    expect([1, 2, 3, 4].map((id) => directory.ranksAbove(id))).to.deep.equal([2, 1, 0, 0]);
    directory.forgetSequencer(3);
    expect([1, 2, 3].map((id) => directory.ranksAbove(id))).to.deep.equal([1, 0, 0]);
    expect(directory.resolve("sequencers")).to.deep.equal(["s:1", "s:2"]);
  });

  it("knows so many sequencers and no more", () => {
    const directory = new Directory({ sequencers: ["s:1"] }, 2);
    expect(directory.noteSequencer(2, "s:2")).to.equal(true);
    expect(directory.noteSequencer(3, "s:3")).to.equal(false);
    expect(directory.noteSequencer(1, "s:9")).to.equal(true);
    expect(directory.resolve("sequencers")).to.deep.equal(["s:9", "s:2"]);
  });
});

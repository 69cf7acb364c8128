import { expect } from "chai";
import { readProcessSettings } from "../../io/cluster-settings.ts";
import { defaultLimits } from "../../protocol/limits.ts";

const names = ["QUARTET_CLUSTER", "QUARTET_ROLE"] as const;

describe("the settings of a process", () => {
  const before = names.map((name) => process.env[name]);

  afterEach(() => {
    for (const [at, name] of names.entries()) {
      const value = before[at];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  function read(limits: object) {
    process.env["QUARTET_CLUSTER"] = JSON.stringify({ limits });
    process.env["QUARTET_ROLE"] = JSON.stringify({ id: 1 });
    return readProcessSettings();
  }

  it("have the limits that were given, and the defaults of the others", () => {
    expect(read({ windowEntriesMax: 5 }).limits).to.deep.equal({ ...defaultLimits, windowEntriesMax: 5 });
  });

  it("are refused with limits that contradict each other", () => {
    expect(() => read({ ringEntriesMax: 5 })).to.throw(/QUARTET_CLUSTER cannot be: ringEntriesMax \(5\) is less than/);
  });

  it("are missing in a process that nobody launched", () => {
    delete process.env["QUARTET_CLUSTER"];
    expect(() => readProcessSettings()).to.throw("QUARTET_CLUSTER is not set");
  });
});

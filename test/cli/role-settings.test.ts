import { expect } from "chai";
import { readRoleSettings, roleSettingNames } from "../../cli/role-settings.ts";
import { type SettingsSources, variableOf } from "../../cli/setting-sources.ts";
import type { RoleChoice } from "../../cluster/role-options.ts";

const versionNames = ["grid", "ledger", "sql", "table"];
const byIPv6 = { bind: "[::]:1", multicast: false };
const needed = { id: "2", slot: "3", key: "k" };

function read(kind: RoleChoice["kind"], sources: Partial<SettingsSources>) {
  return readRoleSettings(kind, { environment: {}, options: {}, versionNames, ...sources });
}

function settings(kind: RoleChoice["kind"], options: Readonly<Record<string, unknown>> = {}) {
  const result = read(kind, { options: { ...needed, ...options } });
  if (result.kind !== "settings") throw new Error(result.message);
  return result;
}

function problem(kind: RoleChoice["kind"], sources: Partial<SettingsSources>): string {
  const result = read(kind, sources);
  return result.kind === "problem" ? result.message : "taken";
}

function file(value: unknown): Partial<SettingsSources> {
  return { file: { name: "quartet.json", value } };
}

/** Two values of each setting that all roles have: as a file and as a person have them. */
const values: Readonly<Record<string, readonly [file: unknown, variable: string, option: unknown]>> = {
  key: ["a", "b", "c"],
  bind: ["10.0.0.1:1", "10.0.0.2:2", "host:3"],
  advertise: ["10.0.0.1:1", "host:2", "10.0.0.3:3"],
  group: ["224.0.0.1:1", "239.1.2.3:2", "239.255.255.255:65534"],
  interface: ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
  peers: [["a:1", "b:2"], "c:3,d:4", "e:5"],
  zone: ["UTC", "Europe/Berlin", "Asia/Tokyo"],
  versions: [["sql", "sql", "sql", "sql"], "grid,grid,grid,grid", "table,ledger,grid,sql"],
  theatres: [["AAA"], "BBB", "CCC,DDD"],
  lab: [true, "false", true],
};
const fieldOf: Readonly<Record<string, string>> = { key: "keyFile", lab: "isLab" };

describe("settings of a role", () => {
  it("are the defaults when only what is needed is said", () => {
    const sequencer = settings("sequencer").options;
    expect(sequencer).to.deep.include({
      role: { kind: "sequencer", id: 2, mayFound: false },
      keyFile: "k",
      bind: "0.0.0.0:7422",
      advertise: null,
      group: "239.255.77.77:7400",
      hasMulticast: true,
      peers: [],
      limits: {},
    });
    const manager = settings("replica-manager").options;
    expect(manager.role).to.deep.equal({ kind: "replica-manager", slot: 3, dataDirectory: "./data", shadow: null });
    expect(manager.bind).to.equal("0.0.0.0:7413");
    const frontend = settings("frontend").options;
    expect(frontend.role).to.deep.equal({ kind: "frontend", host: "127.0.0.1", port: 8080, publicUrl: null });
    expect(frontend.bind).to.equal("0.0.0.0:7402");
  });

  for (const [name, [inFile, inVariable, inOption]] of Object.entries(values)) {
    it(`takes ${name} from the option, else from the variable, else from the file, for every role`, () => {
      for (const kind of ["sequencer", "replica-manager", "frontend"] as const) {
        const taken = (sources: Partial<SettingsSources>) => {
          const { key: _key, ...others } = needed;
          const options = name === "key" ? others : needed;
          const result = read(kind, { ...sources, options: { ...options, ...sources.options } });
          if (result.kind === "problem") throw new Error(result.message);
          return (result.options as unknown as Record<string, unknown>)[fieldOf[name] ?? name];
        };
        const environment = { [variableOf(name)]: inVariable };
        const options = { [name]: inOption };
        const [fromFile, fromVariable] = [taken(file({ [name]: inFile })), taken({ environment })];
        const fromOption = taken({ options });
        expect(fromVariable).to.not.deep.equal(fromFile);
        expect(fromOption).to.not.deep.equal(fromVariable);
        expect(taken({ ...file({ [name]: inFile }), environment })).to.deep.equal(fromVariable);
        expect(taken({ ...file({ [name]: inFile }), environment, options })).to.deep.equal(fromOption);
      }
    });
  }

  it("give a manager its replica in shadow", () => {
    const { role } = settings("replica-manager", { shadow: "a  b" }).options;
    expect(role).to.deep.include({ slot: 3, shadow: "a b" });
    expect(settings("sequencer", { shadow: "a b" }).options.role).to.not.have.property("shadow");
  });

  it("are the same file for every role: what is of another one is left out", () => {
    const shared = file({ key: "k", id: 1, slot: 2, found: true, data: "d", host: "::1", port: 1 });
    for (const [kind, role] of [
      ["sequencer", { kind: "sequencer", id: 1, mayFound: true }],
      ["replica-manager", { kind: "replica-manager", slot: 2, dataDirectory: "d", shadow: null }],
      ["frontend", { kind: "frontend", host: "::1", port: 1, publicUrl: null }],
    ] as const) {
      const result = read(kind, shared);
      expect(result.kind === "settings" && result.options.role).to.deep.equal(role);
    }
  });

  it("are by one version of the Internet Protocol, which names leave open", () => {
    const { bind, peers } = settings("frontend", { ...byIPv6, peers: "a:1,[fd00::1]:2" }).options;
    expect([bind, ...peers]).to.deep.equal(["[::]:1", "a:1", "[fd00::1]:2"]);
  });

  it("name each other process once", () => {
    expect(settings("frontend", { peers: "a:1,b:1, a:1" }).options.peers).to.deep.equal(["a:1", "b:1"]);
  });

  it("open a front end to other machines only when that is said, and warn of it, and of the lab there", () => {
    const open = { credentials: false };
    expect(settings("frontend", { host: "0.0.0.0", ...open }).warnings.join())
      .to.include("0.0.0.0")
      .and.include("TLS");
    expect(settings("frontend", { host: "10.0.0.1", lab: true, ...open }).warnings.join()).to.include("break replicas");
    for (const host of ["127.0.0.1", "::1", "localhost"])
      expect(settings("frontend", { host }).warnings).to.deep.equal([]);
    expect(settings("sequencer", { host: "0.0.0.0" }).warnings).to.deep.equal([]);
  });

  const wrong: readonly (readonly [RoleChoice["kind"], Partial<SettingsSources>, ...(readonly string[])])[] = [
    ["sequencer", { options: { key: "k" } }, "--id"],
    ["replica-manager", { options: { key: "k" } }, "--slot"],
    ["frontend", {}, "--key", "quartet key FILE"],
    ["sequencer", { options: { ...needed, id: "0" } }, "--id", "1 to 99"],
    ["sequencer", { options: { ...needed, id: "100" } }, "--id"],
    ["sequencer", { options: { ...needed, id: "1.5" } }, "--id"],
    ["replica-manager", { options: { ...needed, slot: "5" } }, "--slot", "1 to 4"],
    ["frontend", { options: { ...needed, bind: "0.0.0.0" } }, "--bind", "HOST:PORT"],
    ["frontend", { options: { ...needed, bind: "0.0.0.0:0" } }, "--bind"],
    ["frontend", { environment: { QUARTET_GROUP: "10.0.0.1:7400" } }, "QUARTET_GROUP", "multicast address"],
    ["frontend", { options: { ...needed, group: "223.255.255.255:7400" } }, "--group"],
    ["frontend", { options: { ...needed, group: "240.0.0.0:7400" } }, "--group"],
    ["frontend", { options: { ...needed, group: "239.1.2.3:65535" } }, "--group"],
    ["frontend", { options: { ...needed, interface: "eth0" } }, "--interface", "in numbers"],
    ["frontend", { options: { ...needed, peers: "a:1,b" } }, "--peers"],
    ["frontend", { options: { ...needed, peers: Array.from({ length: 33 }, (_, at) => `a:${at + 1}`) } }, "1 to 32"],
    ["frontend", { options: { ...needed, multicast: false } }, "--peers"],
    ["frontend", { options: { ...needed, bind: "[::]:1" } }, "--bind [::]:1", "--no-multicast"],
    ["frontend", { options: { ...needed, peers: "a:1,[::1]:2" } }, "--peers [::1]:2", "IPv4"],
    ["frontend", { options: { ...needed, advertise: "[::1]:2" } }, "--advertise [::1]:2", "IPv4"],
    ["frontend", { options: { ...needed, ...byIPv6, peers: "a:1,10.0.0.1:2" } }, "--peers 10.0.0.1:2", "IPv6"],
    ["frontend", { options: { ...needed, host: "0.0.0.0" } }, "0.0.0.0", "--no-credentials"],
    ["frontend", file({ key: "k", host: "10.0.0.1", credentials: true }), "acts as anyone"],
    ["frontend", { options: { ...needed, businessDate: "2023-05-12" } }, "--lab"],
    ["frontend", file({ key: "k", peer: "a:1" }), "there is no setting peer"],
    ["frontend", file({ key: "k", limits: { ringEntriesMax: 5 } }), "ringEntriesMax"],
  ];
  for (const [kind, sources, ...parts] of wrong) {
    it(`refuses ${kind} with ${JSON.stringify(sources).slice(0, 100)} and says what`, () => {
      for (const part of parts) expect(problem(kind, sources)).to.include(part);
    });
  }

  it("are all named", () => {
    expect(roleSettingNames()).to.include.members([...Object.keys(values), "id", "slot", "data", "found", "limits"]);
  });
});

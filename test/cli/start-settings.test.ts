import { expect } from "chai";
import * as fc from "fast-check";
import { type SettingsSources, variableOf } from "../../cli/setting-sources.ts";
import { isLoopback, readStartSettings } from "../../cli/start-settings.ts";
import { defaultStartOptions } from "../../cluster/start-options.ts";

const versionNames = ["grid", "ledger", "sql", "table"];

function read(sources: Partial<SettingsSources>) {
  return readStartSettings({ environment: {}, options: {}, versionNames, ...sources });
}

function file(value: unknown): Partial<SettingsSources> {
  return { file: { name: "quartet.json", value } };
}

function settings(sources: Partial<SettingsSources>) {
  const result = read(sources);
  if (result.kind !== "settings") throw new Error(result.message);
  return result;
}

function problem(sources: Partial<SettingsSources>): string {
  const result = read(sources);
  return result.kind === "problem" ? result.message : "taken";
}

/** Two values of each setting that the file, a variable and an option can all give: as a person writes them. */
const values: Readonly<Record<string, readonly [file: unknown, variable: string, option: unknown]>> = {
  port: [1, "2", "3"],
  host: ["127.0.0.1", "127.0.0.2", "127.0.0.3"],
  data: ["a", "b", "c"],
  zone: ["UTC", "Europe/Berlin", "America/Toronto"],
  versions: [["sql", "sql", "sql", "sql"], "grid,grid,grid,grid", "table,ledger,grid,sql"],
  shadow: ["a", " b  --fast ", "python3 c.py"],
  theatres: [["AAA"], "BBB", "CCC,DDD"],
  publicUrl: ["http://a.example", "http://b.example", "https://c.example:444"],
  sample: [true, "0", true],
  sequencers: [3, "4", "8"],
  quorum: [{ bookings: 3 }, "3", "shows=3,reads=2"],
  lab: [true, "false", true],
  multicast: [false, "1", false],
  json: [true, "0", true],
};

const startOf: Readonly<Record<string, string>> = {
  data: "dataDirectory",
  sample: "hasSample",
  lab: "isLab",
  multicast: "hasMulticast",
  quorum: "quorums",
};

function taken(name: string, sources: Partial<SettingsSources>): unknown {
  const { start, isJson } = settings(sources);
  if (name === "json") return isJson;
  return (start as unknown as Record<string, unknown>)[startOf[name] ?? name];
}

describe("settings of npx quartet start", () => {
  it("leave the quorum of a class at two that is not named", () => {
    const { start } = settings({ options: { quorum: "bookings=3" } });
    expect(start.quorums).to.deep.equal({ reads: 2, bookings: 3, shows: 2 });
  });

  it("are the defaults when nothing is said", () => {
    expect(settings({})).to.deep.equal({
      kind: "settings",
      start: defaultStartOptions,
      isJson: false,
      warnings: [],
    });
  });

  for (const [name, [inFile, inVariable, inOption]] of Object.entries(values)) {
    it(`takes ${name} from the option, else from the variable, else from the file`, () => {
      const environment = { [variableOf(name)]: inVariable };
      const options = { [name]: inOption };
      const only = (sources: Partial<SettingsSources>) => taken(name, sources);
      const fromFile = only(file({ [name]: inFile }));
      const fromVariable = only({ environment });
      const fromOption = only({ options });
      expect(fromVariable).to.not.deep.equal(fromFile);
      expect(fromOption).to.not.deep.equal(fromVariable);
      expect(only({ ...file({ [name]: inFile }), environment })).to.deep.equal(fromVariable);
      expect(only({ ...file({ [name]: inFile }), environment, options })).to.deep.equal(fromOption);
      expect(only({ ...file({ [name]: inFile }), options })).to.deep.equal(fromOption);
    });
  }

  it("take a command line with single spaces between its words", () => {
    expect(settings({ options: { shadow: " a   b c " } }).start.shadow).to.equal("a b c");
  });

  it("adds limits of the file to those that the launcher sets itself", () => {
    expect(settings(file({ limits: { heartbeatMs: 20 } })).start.limits).to.deep.equal({
      ...defaultStartOptions.limits,
      heartbeatMs: 20,
    });
  });

  it("takes an empty variable for one that is not set", () => {
    expect(settings({ environment: { QUARTET_PORT: "" } }).start.port).to.equal(8080);
  });

  it("tells of a variable that is no setting, and goes on", () => {
    const environment = { QUARTET_PROT: "1", QUARTET_URL: "http://a", QUARTET_LOG: "debug", HOME: "/" };
    expect(settings({ environment }).warnings).to.have.lengthOf(1);
    expect(settings({ environment }).warnings[0]).to.include("QUARTET_PROT");
  });

  const wrong: readonly (readonly [Partial<SettingsSources>, ...(readonly string[])])[] = [
    [{ options: { port: "65536" } }, "--port", "65535"],
    [{ options: { port: "1e3" } }, "--port"],
    [{ options: { port: "" } }, "--port"],
    [{ environment: { QUARTET_PORT: "-1" } }, "QUARTET_PORT"],
    [file({ port: 1.5 }), "quartet.json: port"],
    [file({ port: null }), "quartet.json: port"],
    [file({ prot: 1 }), "quartet.json", "prot", "publicUrl"],
    [file([]), "quartet.json", "object"],
    [file({ lab: "yes" }), "quartet.json: lab", "true or false"],
    [{ options: { sequencers: "0" } }, "--sequencers", "1 to 8"],
    [{ options: { sequencers: "9" } }, "--sequencers"],
    [{ ...file({ limits: { sequencersMax: 2 } }), options: { sequencers: "3" } }, "sequencersMax is 2"],
    [{ options: { businessDate: "2023-02-29", lab: true } }, "--business-date", "YYYY-MM-DD"],
    [{ options: { businessDate: "12.05.2023", lab: true } }, "--business-date"],
    [{ options: { businessDate: "2023-05-12" } }, "--lab"],
    [{ options: { zone: "Mars/Olympus" } }, "--zone", "IANA"],
    [{ options: { versions: "table,ledger,grid" } }, "--versions", "four"],
    [{ options: { versions: "table,ledger,grid,tabel" } }, "--versions", "grid, ledger, sql, table"],
    [{ options: { shadow: " " } }, "--shadow", "a program and its arguments"],
    [{ environment: { QUARTET_SHADOW: "a\nb" } }, "QUARTET_SHADOW"],
    [{ options: { shadow: "a".repeat(4097) } }, "--shadow", "4096"],
    [file({ shadow: ["a", "b"] }), "quartet.json: shadow"],
    [{ options: { quorum: "4" } }, "--quorum", "2 or 3"],
    [{ options: { quorum: "bookings=1" } }, "--quorum"],
    [{ options: { quorum: "booking=3" } }, "--quorum", "bookings=3"],
    [{ options: { quorum: "reads=2,reads=3" } }, "--quorum"],
    [file({ quorum: {} }), "quartet.json: quorum"],
    [{ options: { theatres: "ATW,ATW" } }, "--theatres"],
    [{ options: { theatres: "atw" } }, "--theatres", "capital"],
    [{ options: { publicUrl: "http://a.example/tickets" } }, "--public-url"],
    [{ options: { publicUrl: "ftp://a.example" } }, "--public-url"],
    [file({ limits: { heartbeat: 1 } }), "limits", "there is no limit heartbeat"],
    [file({ limits: { heartbeatMs: 0 } }), "limits", "heartbeatMs is a number over 0"],
    [file({ limits: { patienceMs: 5 } }), "limits", "patienceMs is a list of 2 numbers"],
    [file({ limits: { toString: 5 } }), "there is no limit toString"],
    [file({ limits: { ringEntriesMax: 5 } }), "limits", "ringEntriesMax (5) is less than windowEntriesMax (1024)"],
    // What is overridden is still of its form: a mistake in a file shows on the first start with it.
    [{ ...file({ port: "x" }), options: { port: "1" } }, "quartet.json: port"],
  ];
  for (const [sources, ...parts] of wrong) {
    it(`refuses ${JSON.stringify(sources)} and says where and what`, () => {
      const message = problem(sources);
      for (const part of parts) expect(message).to.include(part);
    });
  }
});

describe("a host without credentials", () => {
  for (const host of ["127.0.0.1", "127.255.255.254", "::1", "[::1]", "localhost", "LOCALHOST"]) {
    it(`may be ${host}`, () => {
      expect(problem({ options: { host } })).to.equal("taken");
      expect(problem({ options: { host, lab: true } })).to.equal("taken");
    });
  }

  const open = [
    "0.0.0.0",
    "::",
    "192.168.1.5",
    "127.0.0.1.example",
    "localhost.example",
    "::ffff:127.0.0.1",
    "128.0.0.1",
  ];
  for (const host of open) {
    it(`may not be ${host}, with the lab or without`, () => {
      expect(problem({ options: { host } }))
        .to.include(host)
        .and.include("Listen on 127.0.0.1");
      expect(problem({ options: { host, lab: true } })).to.include("lab");
    });
  }

  it("is a loopback address only in 127.0.0.0/8", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        expect(isLoopback(bytes.join("."))).to.equal(bytes[0] === 127);
      }),
    );
  });
});

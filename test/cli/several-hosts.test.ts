import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { readRoleSettings, roleSettingNames } from "../../cli/role-settings.ts";
import { variableOf } from "../../cli/setting-sources.ts";
import type { RoleChoice } from "../../cluster/role-options.ts";
import { run } from "./terminal-under-test.ts";

const root = new URL("../../../", import.meta.url);
const examples = new URL("examples/several-hosts/", root);
const program = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const page = readFileSync(new URL("docs/several-hosts.md", root), "utf8");
const compose = readFileSync(new URL("compose.yaml", examples), "utf8");
const units = readdirSync(new URL("systemd/", examples));
const roles = ["sequencer", "replica-manager", "frontend"] as const;
/** Nobody has it, so that a role whose settings are right ends before it opens anything. */
const noKey = "/nowhere/cluster.key";
const versionNames = ["ledger", "table"];

function unit(name: string): string {
  return readFileSync(new URL(`systemd/${name}`, examples), "utf8");
}

function config(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, examples), "utf8"));
}

/** Runs a command in a process by itself: with a key that is not there it ends by itself. */
function runAlone(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    env,
    cwd: fileURLToPath(root),
  });
  return { status, stderr };
}

/** The words behind the program in each command of the compose file, with the name of its service. */
function composeCommands(): readonly (readonly [service: string, words: readonly string[]])[] {
  const found = [...compose.matchAll(/^ {2}([a-z]+-\d):\n(?: {4}.*\n)*? {4}command: (\[.*\])$/gm)];
  return found.map(([, service = "", words = "[]"]) => [service, JSON.parse(words) as string[]]);
}

describe("docs/several-hosts.md", () => {
  it("has every setting of a role with its variable, in its order, and no other", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \|(?: `(QUARTET_\w+)`)? \|/gm)].map(([, name, variable]) => [
      name,
      variable,
    ]);
    const names = roleSettingNames();
    expect(rows).to.deep.equal(names.map((name) => [name, name === "limits" ? undefined : variableOf(name)]));
  });

  it("has every option of every role, and no other", async () => {
    const options = new Set<string>();
    for (const role of roles) {
      const { data } = await run([role, "--help"]);
      for (const [, option = ""] of data.matchAll(/^ {2}(--[a-z-]+)/gm)) options.add(option);
    }
    const cells = [...page.matchAll(/^\| `\w+` \| `QUARTET_\w+` \| ([^|]+) \|/gm)].map(([, cell = ""]) => cell);
    const named = cells.flatMap((cell) => cell.match(/--[a-z-]+/g) ?? []);
    expect([...named, "--config"]).to.have.members([...options]);
  });
});

describe("the configuration files of the examples", () => {
  for (const name of ["quartet.json", "quartet.containers.json"]) {
    it(`${name} holds settings that every role takes`, () => {
      for (const role of roles) {
        const options = { key: "k", id: "1", slot: "1" };
        const given = { file: { name, value: config(name) }, environment: {}, options, versionNames };
        expect(readRoleSettings(role, given)).to.include({ kind: "settings" });
      }
    });
  }
});

describe("the systemd units of the examples", () => {
  it("are one for each role", () => {
    const started = units.map((name) => /main\.js (\S+)/.exec(unit(name))?.[1]);
    expect(started).to.have.members([...roles]);
  });

  for (const name of units) {
    it(`${name} starts its role with options that it has`, function test() {
      this.timeout(20_000);
      const line = /^ExecStart=(.*)$/m.exec(unit(name))?.[1] ?? "";
      const words = line
        .replaceAll("%i", "1")
        .replaceAll("/etc/quartet/quartet.json", fileURLToPath(new URL("quartet.json", examples)))
        // biome-ignore lint/suspicious/noTemplateCurlyInString: systemd puts the folder there
        .replaceAll("${CREDENTIALS_DIRECTORY}/cluster.key", noKey)
        .split(" ");
      const { status, stderr } = runAlone(words.slice(words.findIndex((word) => word.endsWith("main.js")) + 1));
      expect(stderr).to.include(`the cluster key cannot be read`).and.include(noKey);
      expect(status).to.equal(1);
    });

    it(`${name} refuses the system calls that it forbids, and ends nothing for them`, () => {
      expect(unit(name)).to.match(/^SystemCallFilter=.*\nSystemCallErrorNumber=EPERM$/m);
    });

    it(`${name} is right by systemd's own check, where that is there`, function test() {
      this.timeout(20_000);
      if (spawnSync("systemd-analyze", ["--version"]).status !== 0) this.skip();
      const { stderr } = spawnSync("systemd-analyze", ["verify", `./${name}`], {
        cwd: fileURLToPath(new URL("systemd/", examples)),
        encoding: "utf8",
      });
      // That a program or a page is not installed here says nothing about the unit.
      const wrong = stderr
        .split("\n")
        .filter((line) => line.includes(name) && !/not executable|No such file/.test(line));
      expect(wrong).to.deep.equal([]);
    });
  }
});

describe("the compose file of the examples", () => {
  it("has four managers, two sequencers and two front ends", () => {
    expect(composeCommands().map(([service, [role]]) => [service, role])).to.deep.equal([
      ...[1, 2, 3, 4].map((slot) => [`manager-${slot}`, "replica-manager"]),
      ...[1, 2].map((id) => [`sequencer-${id}`, "sequencer"]),
      ...[1, 2].map((number) => [`frontend-${number}`, "frontend"]),
    ]);
  });

  it("sets only variables that are settings of a role", () => {
    const known = new Set(["QUARTET_CONFIG", ...roleSettingNames().map(variableOf)]);
    const named = [...compose.matchAll(/\b(QUARTET_\w+):/g)].map(([, name = ""]) => name);
    expect(named).to.include.members(["QUARTET_CONFIG", "QUARTET_KEY", "QUARTET_FOUND", "QUARTET_PUBLIC_URL"]);
    for (const name of named) expect(known, name).to.include(name);
  });

  it("asks managers at the ports on which they listen by default", () => {
    const { peers } = config("quartet.containers.json") as { readonly peers: readonly string[] };
    const managers = composeCommands().filter(([, [role]]) => role === "replica-manager");
    const listening = managers.map(([service, words]) => `${service}:${portOf("replica-manager", words)}`);
    expect(peers).to.deep.equal(listening);
  });

  for (const role of roles) {
    it(`starts ${role} with options that it has`, function test() {
      this.timeout(20_000);
      const words = composeCommands().find(([, [first]]) => first === role)?.[1] ?? [];
      const environment = { QUARTET_CONFIG: "examples/several-hosts/quartet.containers.json", QUARTET_KEY: noKey };
      const { status, stderr } = runAlone(words, environment);
      expect(stderr).to.include("the cluster key cannot be read").and.include(noKey);
      expect(status).to.equal(1);
    });
  }
});

function portOf(role: RoleChoice["kind"], words: readonly string[]): string {
  const slot = words[words.indexOf("--slot") + 1];
  const result = readRoleSettings(role, { environment: {}, options: { slot, key: "k" }, versionNames });
  return result.kind === "settings" ? (result.options.bind.split(":")[1] as string) : result.message;
}

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { slots } from "../../protocol/ids.ts";
import { aCheckpoint } from "../cluster/a-checkpoint.ts";
import { writeManager } from "../cluster/a-data-directory.ts";
import { run } from "./terminal-under-test.ts";

const words = ["a", "b"];
const stored = {
  words,
  commitPoint: 2,
  checkpoints: [{ ...aCheckpoint(), digests: { ...aCheckpoint().digests, n: 2 } }],
};

describe("the commands on data", () => {
  let folder = "";
  let data = "";
  let backup = "";

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "quartet-commands-"));
    [data, backup] = [join(folder, "data"), join(folder, "backup.json")];
    for (const slot of slots) await writeManager(data, slot, stored);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe("log verify", () => {
    const logOf = (slot: number) => join(data, `manager-${slot}`, "log", "00000001.log");

    it("ends with 0 when all is right, where --data or QUARTET_DATA says", async () => {
      const { exitCode, data: text, talk } = await run(["log", "verify", "--data", data]);
      expect([exitCode, talk]).to.deep.equal([0, ""]);
      expect(text).to.include(`data ${data}: all right`).and.include("manager 2 and 1: the same history at 2\n");
      const json = await run(["log", "verify", "--json"], { QUARTET_DATA: data });
      const { command, exitCode: told, result } = JSON.parse(json.data);
      expect([command, told, result.isRight, result.managers.length]).to.deep.equal(["log verify", 0, true, 4]);
    });

    it("ends with 1 when something is damaged, and says what the service does about it", async () => {
      const bytes = readFileSync(logOf(3));
      bytes[bytes.indexOf("ATWC1234")] = 0;
      writeFileSync(logOf(3), bytes);
      const { exitCode, data: text, talk } = await run(["log", "verify", "--data", data]);
      expect(exitCode).to.equal(1);
      expect(text)
        .to.match(/: not all right\n/)
        .and.match(/manager 3 is damaged: .*start the service: it sets this/);
      expect(talk).to.equal("next: npx quartet status\n");
    });

    it("ends with 1 when something cannot be read, which no start mends", async () => {
      rmSync(logOf(3));
      mkdirSync(logOf(3));
      const { exitCode, data: text } = await run(["log", "verify", "--data", data]);
      expect(exitCode).to.equal(1);
      expect(text).to.match(
        /manager 3 is damaged: it cannot be read \(EISDIR\) .*let whoever runs the service read it/,
      );
    });

    it("ends with 2 where nothing is stored, by anybody or by the one that was asked for", async () => {
      const nobody = await run(["log", "verify", "--data", folder]);
      expect(nobody.exitCode).to.equal(2);
      expect(nobody.talk).to.include(`no manager has stored anything in ${folder} (NO_DATA)`);
      rmSync(join(data, "manager-2"), { recursive: true });
      const one = await run(["log", "verify", "--data", data, "--slot", "2"]);
      expect([one.exitCode, one.data]).to.deep.equal([2, ""]);
      expect(one.talk).to.include(`manager 2 has stored nothing in ${data} (NO_DATA)`);
    });
  });

  describe("snapshot", () => {
    it("export and import end with 0, and what was imported is right", async () => {
      const exported = await run(["snapshot", "export", backup, "--data", data]);
      expect(exported.exitCode).to.equal(0);
      expect(exported.data).to.include(`${backup}: the state behind change 2 of `).and.include("managers 1, 2, 3, 4");
      const restored = join(folder, "restored");
      const imported = await run(["snapshot", "import", backup, "--data", restored]);
      expect(imported.exitCode).to.equal(0);
      expect(imported.data).to.include(`${restored} holds the state behind change 2`);
      expect(imported.talk).to.equal(`next: npx quartet start --data ${restored}\n`);
      expect((await run(["log", "verify", "--data", restored])).exitCode).to.equal(0);
    });

    it("export of one manager alone says that nobody else confirms it", async () => {
      const { data: text } = await run(["snapshot", "export", backup, "--data", data, "--slot", "3"]);
      expect(text).to.include("from manager 3 alone: nobody else confirms it");
    });

    it("export ends with 1 and leaves a file alone that is there, and with 4 when no service makes a checkpoint", async () => {
      const unreachable = await run(["snapshot", "export", backup, "--data", data, "--url", "http://127.0.0.1:1"]);
      expect([unreachable.exitCode, readdirSync(folder)]).to.deep.equal([4, ["data"]]);
      writeFileSync(backup, "mine");
      const { exitCode, talk } = await run(["snapshot", "export", backup, "--data", data]);
      expect(exitCode).to.equal(1);
      expect(talk).to.include("is there already").and.include("(NO_SNAPSHOT)");
      expect(readFileSync(backup, "utf8")).to.equal("mine");
    });

    it("export ends with 1 where the directory of the file is not there, and says how to make it", async () => {
      const file = join(folder, "none", "backup.json");
      const { exitCode, talk } = await run(["snapshot", "export", file, "--data", data]);
      expect(exitCode).to.equal(1);
      expect(talk).to.equal(
        `error: there is no directory ${join(folder, "none")}: make it first, or name another file (NO_SNAPSHOT)\n` +
          `next: mkdir -p ${join(folder, "none")}\n`,
      );
    });

    it("import ends with 1 into a directory that is not empty, and from a file that is not there", async () => {
      await run(["snapshot", "export", backup, "--data", data]);
      const full = await run(["snapshot", "import", backup, "--data", data]);
      expect(full.exitCode).to.equal(1);
      expect(full.talk).to.include("is not empty").and.include("(NOT_IMPORTED)");
      for (const file of [join(folder, "none"), data]) {
        const missing = await run(["snapshot", "import", file, "--data", join(folder, "new"), "--json"]);
        expect(missing.exitCode).to.equal(1);
        const { code, message, next } = JSON.parse(missing.data).error;
        expect([code, message]).to.deep.equal([
          "NOT_IMPORTED",
          `there is no file ${file}: name one that "quartet snapshot export" has written`,
        ]);
        expect(next).to.equal(`npx quartet snapshot import FILE --data ${join(folder, "new")}`);
      }
      expect(readdirSync(folder)).to.not.include("new");
    });
  });
});

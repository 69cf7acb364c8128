import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = process.cwd();

/** What a script did: its exit code and all that it wrote, without colours. */
export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder outside of the repository with its configuration, its tools and its packages, and the sources that a test puts there. */
export class TemporaryRepository {
  readonly root = mkdtempSync(join(tmpdir(), "quartet-"));

  constructor() {
    const isConfiguration = /^(biome|knip|\.oxlintrc|\.mocharc|tsconfig(\.\w+)?|package-lock)\.json$/;
    for (const name of readdirSync(repository).filter((file) => isConfiguration.test(file))) this.#copy(name);
    this.#copy("tools");
    // A junction needs no right that a user of Windows lacks; elsewhere the word is ignored.
    symlinkSync(join(repository, "node_modules"), join(this.root, "node_modules"), "junction");
    const manifest = { name: "planted", type: "module", private: true, engines: { node: ">=20.19" } };
    const dependencies = { saxes: "6", mocha: "12" };
    this.write("package.json", `${JSON.stringify({ ...manifest, dependencies }, undefined, 2)}\n`);
  }

  /** Copies a folder of the repository over the root of this one. */
  overlay(folder: string): void {
    cpSync(join(repository, folder), this.root, { recursive: true });
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, path, ".."), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Runs a script of this repository, such as `tools/test.mjs`, until it ends. */
  run(script: string, ...args: readonly string[]): ScriptResult {
    const options = { cwd: this.root, encoding: "utf8", env: plainEnvironment(), timeout: 60_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], options);
    return { code: status, stdout, stderr };
  }

  /** Starts a script and answers its exit code when it ends. */
  start(script: string): Promise<number | null> {
    const child = spawn(process.execPath, [script], { cwd: this.root, env: plainEnvironment(), stdio: "ignore" });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", resolve);
    });
  }

  /** Removes the folder; to be called at the end. */
  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #copy(name: string): void {
    cpSync(join(repository, name), join(this.root, name), { recursive: true });
  }
}

function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
}

#!/usr/bin/env node
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepareOrExit } from "./prepare.mjs";
import { root } from "./repository.mjs";

// An installed command is not rebuilt behind the back of who uses it: only a missing build is made.
const command = join(root, "dist/cli/main.js");
if (!existsSync(command)) await prepareOrExit();
process.argv[1] = command;
await import(pathToFileURL(command).href);

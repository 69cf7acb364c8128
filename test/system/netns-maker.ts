import { spawn } from "node:child_process";
import { Lan } from "./netns-lan.ts";
import { Probes } from "./netns-probes.ts";

// A network with programs in it, one of which would go on for long, and a rough switch, made by a process that a test
// can kill; it tells which processes there are.
const lan = await Lan.make(2);
const probes = new Probes(lan);
const [command, ...args] = lan.host(1).namespace.commandLine("sleep", "600");
const sleeper = spawn(command, args, { stdio: "ignore" });
await lan.mute(2);
process.send?.([...lan.pids, ...probes.pids, sleeper.pid]);

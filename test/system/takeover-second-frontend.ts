import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatAddress, parseAddress } from "../../io/address.ts";
import type { RoleSettings } from "../../io/cluster-settings.ts";
import type { ChildReport } from "../../io/process-life.ts";
import { until } from "./polling.ts";
import type { Service } from "./service.ts";

const readyMsMax = 10_000;

/** Runs something beside a second front end of the same cluster, which is told what the first one was told but for its ports. */
export async function withSecondFrontend(service: Service, act: (url: string) => Promise<void>): Promise<void> {
  const [first] = (await service.status()).frontends;
  const environment = environmentOf(first?.pid as number);
  const role = JSON.parse(environment["QUARTET_ROLE"] as string) as RoleSettings;
  const { host } = parseAddress(role.address);
  const address = formatAddress({ host, port: await freeDatagramPort(host) });
  const http = { host, port: 0, publicUrl: null };
  const child = fork(fileURLToPath(new URL("../../frontend/main.js", import.meta.url)), {
    env: { ...environment, QUARTET_ROLE: JSON.stringify({ ...role, address, http }) },
    execArgv: ["--disable-proto=delete"],
  });
  try {
    await act(await untilReady(child));
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}

/** Where it is called, once it says that it is ready. */
async function untilReady(child: ChildProcess): Promise<string> {
  const reports: ChildReport[] = [];
  child.on("message", (report) => reports.push(report as ChildReport));
  const url = await until("the second front end listens", readyMsMax, () => {
    const listening = reports.find((report) => report.kind === "listening");
    return listening?.kind === "listening" ? listening.localUrl : undefined;
  });
  await until("the second front end is ready", readyMsMax, () =>
    reports.some(({ kind }) => kind === "ready") ? true : undefined,
  );
  return url;
}

/** What a process was started with (proc(5)). */
function environmentOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

async function freeDatagramPort(host: string): Promise<number> {
  const socket = createSocket("udp4").bind(0, host);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

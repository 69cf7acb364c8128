import { type Cluster, startCluster } from "../cluster/cluster.ts";
import type { StartOptions } from "../cluster/start-options.ts";
import type { Waiting } from "../io/process-life.ts";
import { openProcessLog } from "../io/process-log.ts";
import { type CommandFailure, outcomeTalk } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { findExample } from "./find-example.ts";
import { RecoveryReport } from "./recovery-report.ts";
import { renderExample, renderPort, renderReady, renderStartError } from "./render-start.ts";
import { renderWaiting } from "./render-waiting.ts";
import { firstSignal } from "./stop-signal.ts";
import type { Terminal } from "./terminal.ts";

/** How long a service may take until it answers, or until something of its start has come on. */
const stallMsMax = 60_000;
/** All processes are gone 5 s after a signal: this leaves some of it for the end of this one. */
const stopMsMax = 4700;
/** How long something may still keep this process after everything is stopped. */
const lingerMs = 200;

/** Starts a service, says where it is, and stops it at the first signal. */
export async function runCluster(options: StartOptions, isJson: boolean, terminal: Terminal): Promise<ExitCode> {
  const ended = firstSignal().then((signal) => {
    terminal.talk(`${signal}: stopping\n`);
    return { kind: "ended" } as const;
  });
  const report = new RecoveryReport(terminal, isJson);
  const started = await Promise.race([start(options, report), ended]);
  report.end();
  if (started.kind === "failure") {
    return finish(showStartFailure(started, isJson, terminal));
  }
  if (started.kind === "started") {
    await announce(started.cluster, options, isJson, terminal);
    await ended;
    await Promise.race([started.cluster.stop(), after(stopMsMax)]);
  }
  return finish(exitCodes.done);
}

/** Shows why a service could not be started. */
export function showStartFailure(failure: CommandFailure, isJson: boolean, terminal: Terminal): ExitCode {
  if (isJson) terminal.write(renderStartError(failure));
  terminal.talk(outcomeTalk(failure));
  return failure.exitCode;
}

type Started = { readonly kind: "started"; readonly cluster: Cluster } | CommandFailure;

async function start(options: StartOptions, report: RecoveryReport): Promise<Started> {
  let waiting: Waiting | undefined;
  let onStall: () => void = () => {};
  const stalled = new Promise<void>((resolve) => {
    onStall = resolve;
  });
  const stall = setTimeout(onStall, stallMsMax);
  const starting = startCluster(options, openProcessLog("start"), (now) => {
    waiting = now;
    if (now.managers.some(({ progress }) => progress !== null)) stall.refresh();
    report.show(now, performance.now());
  });
  const started = starting.then(
    (cluster): Started => ({ kind: "started", cluster }),
    (error: unknown) => failure(error instanceof Error ? error.message : String(error)),
  );
  const late = stalled.then(() => failure(`nothing came on for ${stallMsMax / 1000} s${whyOf(waiting)}`));
  return Promise.race([started, late]).finally(() => clearTimeout(stall));
}

function whyOf(waiting: Waiting | undefined): string {
  return waiting === undefined ? "" : `: ${renderWaiting(waiting)}`;
}

function failure(why: string): CommandFailure {
  const message = `the service could not be started: ${why}`;
  const next = "npx quartet help start";
  return { kind: "failure", exitCode: exitCodes.refused, code: "START_FAILED", message, next };
}

async function announce(cluster: Cluster, options: StartOptions, isJson: boolean, terminal: Terminal): Promise<void> {
  const { url, localUrl } = cluster;
  terminal.write(renderReady(url, isJson));
  terminal.talk(renderPort(options.port, localUrl));
  if (!isJson) terminal.write(renderExample(localUrl, await findExample(localUrl, options.theatres)));
}

/** What is left ends with this process: a child that loses it ends in order. */
function finish(exitCode: ExitCode): ExitCode {
  setTimeout(() => process.exit(exitCode), lingerMs).unref();
  return exitCode;
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

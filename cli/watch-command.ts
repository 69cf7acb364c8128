import type { Command } from "commander";
import { argumentReader } from "./argument-reader.ts";
import { defaultUrl } from "./command-line.ts";
import { makePaint } from "./paint.ts";
import { type ServiceFlags, type Session, serviceUrl } from "./session.ts";
import { firstSignal } from "./stop-signal.ts";
import { type WatchShow, watch } from "./watch.ts";
import { openScreen } from "./watch-screen.ts";
import { askStatus } from "./watch-source.ts";

const everyMs = 500;

const moreHelp = `
On a terminal the screen is drawn again twice a second: problems first, then the
front end, the sequencers and the managers. q or Ctrl-C ends. Elsewhere, and with
--json, what changes is written, a line or an object at a time. A service that
goes away is waited for; exit code 4 when it was not there at the start.

Example: npx quartet watch --json | jq -c .changes`;

/** Registers `watch`. */
export function addWatchCommand(program: Command, session: Session): void {
  const command = program
    .command("watch")
    .description("show live who leads, how far each manager lags and what is wrong, until q or Ctrl-C");
  command
    .option(
      "--url <url>",
      `where the service is (default: $QUARTET_URL, else ${defaultUrl})`,
      argumentReader(command, "--url", serviceUrl),
    )
    .option("--json", "write one JSON object a change")
    .addHelpText("after", moreHelp);
  command.action(({ json }: ServiceFlags) =>
    session.run(command, (url) => {
      const ending = new AbortController();
      endWithProcess(ending);
      const { signal } = ending;
      const show = showOn(session, json === true, ending);
      return watch({ url, ask: () => askStatus(url, signal), ending: signal, show, everyMs });
    }),
  );
}

function showOn({ terminal }: Session, isJson: boolean, ending: AbortController): WatchShow {
  const { stdin, stdout } = process;
  const isScreen = stdout.isTTY && terminal.environment["TERM"] !== "dumb";
  if (isJson || !isScreen) return { kind: "lines", isJson, write: terminal.write };
  const open = (redraw: () => void) => openScreen(stdin, stdout, { quit: () => ending.abort(), redraw });
  return { kind: "screen", open, paint: makePaint(terminal.hasColours) };
}

/** A signal ends the watch, and so does a reader that closed its pipe (`| head`). */
function endWithProcess(ending: AbortController): void {
  const end = (): void => ending.abort();
  void firstSignal().then(end);
  process.once("SIGHUP", end);
  process.stdout.once("error", end);
}

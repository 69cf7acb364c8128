import { expect } from "chai";
import { until } from "../system/polling.ts";
import { readText } from "./repository-files.ts";
import { type Ended, runProgram } from "./run-program.ts";
import type { StartedService } from "./started-service.ts";

const settleMsMax = 15_000;

/** What each command of the tour writes when all is well. */
const rightOutput: Readonly<Record<string, RegExp>> = {
  list: /^ATW[MAE]\d{6} /m,
  inject: /slot 3/,
  book: /^booked 1 ticket of Avatar/,
  votes: /^ +\d+ .* bookMovieTickets .* OK +3 of 4 .* 3 +-$/m,
  status: /^ +3 +sql +voting +\d+ +\d+ +\S+ \S+ +0 +1 .*3 wrong answers in a row: grid to sql/m,
  kill: /slot 2/,
  digests: /: equal in all replicas\n/,
};

/** Runs the lines of the README's tour as they stand, and expects behind each what its comment says. */
export async function runTour(service: StartedService, block: string): Promise<void> {
  const killed = (await service.status()).managers[1]?.pid;
  const lines = tourLines(block);
  const names = lines.map(({ words: [name] }) => name);
  expect(names).to.deep.equal(["list", "inject", "book", "votes", "status", "kill", "book", "digests"]);
  for (const { words, count } of lines) {
    // A replacement takes part of a second, and longer on a busy machine than a reader takes to the next line.
    if (words[0] === "status") await untilReplaced(service);
    if (words[0] === "digests") await untilAllVote(service);
    for (let at = 0; at < count; at++) expectRight(words, await runQuartet(service.url, words));
  }
  expect((await service.status()).managers[1]?.pid).to.not.equal(killed);
}

/** Runs what `npx quartet` runs here, against the service at an address. */
export async function runQuartet(url: string, words: readonly string[]): Promise<Ended> {
  const { bin } = JSON.parse(readText("package.json")) as { readonly bin: { readonly quartet: string } };
  return await runProgram([process.execPath, bin.quartet, ...words], "", { QUARTET_URL: url });
}

function tourLines(block: string): readonly { readonly words: readonly string[]; readonly count: number }[] {
  return block
    .trim()
    .split("\n")
    .map((line) => {
      const [command = "", comment = ""] = line.split("#");
      expect(command).to.match(/^npx quartet \S/);
      return { words: command.trim().split(/ +/).slice(2), count: comment.includes("three times") ? 3 : 1 };
    });
}

function expectRight(words: readonly string[], { exitCode, output, talk }: Ended): void {
  expect(exitCode, `${words.join(" ")}: ${output}${talk}`).to.equal(0);
  expect(output).to.match(rightOutput[words[0] as string] as RegExp);
}

async function untilReplaced(service: StartedService): Promise<void> {
  await until("the replica of slot 3 is replaced and votes", settleMsMax, async () => {
    const manager = (await service.status()).managers[2];
    return manager?.state === "voting" && manager.replacements === 1 ? true : undefined;
  });
}

async function untilAllVote(service: StartedService): Promise<void> {
  await until("all four vote", settleMsMax, async () => {
    return (await service.status()).managers.every(({ state }) => state === "voting") ? true : undefined;
  });
}

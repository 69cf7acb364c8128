import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { argumentReader } from "./argument-reader.ts";
import { type BookingCommand, bookingCommands, countRange } from "./booking-menu.ts";
import { type Attempt, failureOfCall, nextAfterRefusal } from "./call-failure.ts";
import { wordsOf } from "./command-line.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderAnswer } from "./render-answer.ts";
import { addServiceOptions, type Session } from "./session.ts";
import { numberWithin } from "./setting-readers.ts";
import { callService, type ServiceCall } from "./soap-client.ts";

/** How long a person waits before being told what to ask when no answer comes at all. */
const patienceMs = 2000;

const count = numberWithin(countRange.min, countRange.max);

/** Registers a command for every operation of the service. */
export function addBookingCommands(program: Command, session: Session): void {
  for (const menu of bookingCommands) addBookingCommand(program, session, menu);
}

function addBookingCommand(program: Command, session: Session, menu: BookingCommand): void {
  const command = program.command(menu.name).description(menu.description);
  for (const { name, isCount, description } of menu.parameters) {
    if (isCount === true) command.argument(`<${name}>`, description, argumentReader(command, name, count));
    else command.argument(`<${name}>`, description);
  }
  if (menu.isChange) command.option("--request-id <id>", "send this change again under the id that it had");
  command.addHelpText("after", `\nExample: npx quartet ${menu.example}`);
  addServiceOptions(command).action(() => session.run(command, (url) => book(url, menu, command, session)));
}

async function book(url: string, menu: BookingCommand, command: Command, session: Session): Promise<CommandOutcome> {
  const call = readCall(menu, command);
  const attempt = attemptOf(url, menu, call, command.args);
  const { requestId } = call;
  const timer = setTimeout(() => {
    if (requestId !== undefined) session.terminal.talk(`waiting for the answer to request ${requestId} …\n`);
  }, patienceMs);
  const outcome = await callService(url, call);
  clearTimeout(timer);
  if (outcome.kind !== "answer") return failureOfCall(outcome, attempt);
  const { answer } = outcome;
  const isRefused = answer.outcome === "REFUSED";
  return {
    kind: "answer",
    exitCode: isRefused ? exitCodes.refused : exitCodes.done,
    result: { operation: menu.operation, ...answer },
    text: renderAnswer(call, answer),
    ...(isRefused ? { next: nextAfterRefusal(answer.reason, attempt) } : {}),
  };
}

/** The call that the command line asks for; a change without an id gets one, so that it can be sent again. */
function readCall(menu: BookingCommand, command: Command): ServiceCall {
  const args = Object.fromEntries(menu.parameters.map(({ key }, at) => [key, command.processedArgs[at]]));
  const call = { operation: menu.operation, args } as unknown as ServiceCall;
  if (!menu.isChange) return call;
  const { requestId = `cli-${randomUUID()}` } = command.opts<{ readonly requestId?: string }>();
  return { ...call, requestId };
}

function attemptOf(url: string, menu: BookingCommand, call: ServiceCall, words: readonly string[]): Attempt {
  const args = call.args as Readonly<Record<string, string | number>>;
  const named = (key: string, value: unknown) => (typeof value === "string" ? { [key]: value } : {});
  return {
    url,
    words: wordsOf(menu.name, words),
    ...named("callerID", args["adminID"] ?? args["customerID"] ?? args["callerID"]),
    ...named("customerID", args["customerID"]),
    ...named("movieName", args["movieName"]),
    ...named("newMovieName", args["newMovieName"]),
    ...named("requestId", call.requestId),
  };
}

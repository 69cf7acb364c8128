import { expect } from "chai";
import { isRead } from "../../protocol/operation.ts";
import type { LoadCall, MixedLoad } from "./mixed-load.ts";
import type { Service } from "./service.ts";
import { callSoap, type SoapAnswer, type SoapResult } from "./soap-caller.ts";

/** True for a call that changes something. */
export function isChange({ operation }: LoadCall): boolean {
  return !isRead(operation);
}

/**
 * Finds out what became of a change that was never answered, and makes it now if it was not made: what the service says
 * of it before, when it is sent again, and after that is one and the same. True when it had been done already.
 */
export async function settle(service: Service, call: LoadCall): Promise<boolean> {
  const before = await outcomeOf(service, call);
  const { operation, args, requestId, startedAt } = call;
  const result = answerOf(await callSoap(service.localUrl, operation, args, requestId));
  service.history.add({ operation, args, result, startedAt, endedAt: performance.now() });
  const after = await outcomeOf(service, call);
  const executed = { state: "EXECUTED", executedSequence: result.sequence, executedOutcome: result.answer["outcome"] };
  expect(after.answer, `outcome of ${requestId}`).to.include(executed);
  if (before.answer["state"] === "EXECUTED") {
    expect(before.answer, `outcome of ${requestId} before it was sent again`).to.include(executed);
    return true;
  }
  expect(before.answer["state"], `outcome of ${requestId}`).to.equal("NOT_EXECUTED");
  expect(result.sequence, `number of ${requestId}, which had none`).to.be.above(before.sequence);
  return false;
}

/** Sends an answered change again: it has the same number and the same answer. */
export async function expectSameAnswer(service: Service, call: MixedLoad["answered"][number]): Promise<void> {
  const first = answerOf(call.result);
  const again = answerOf(await service.call(call.operation, call.args, call.requestId));
  expect({ ...again, text: "" }, `${call.requestId} sent again`).to.deep.equal({ ...first, text: "" });
}

async function outcomeOf(service: Service, { args, requestId }: LoadCall): Promise<SoapAnswer> {
  const callerID = "adminID" in args ? args.adminID : (args as { readonly customerID: string }).customerID;
  const asked = { callerID, requestId: requestId as string };
  return answerOf(await callSoap(service.localUrl, "getRequestOutcome", asked));
}

function answerOf(result: SoapResult): SoapAnswer {
  if (result.kind === "fault") throw new Error(`fault ${result.code}: ${result.message}`);
  return result;
}

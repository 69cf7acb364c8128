import type { FrontendInput } from "../../frontend/effect.ts";
import { Frontend } from "../../frontend/frontend.ts";
import { canonicalArguments } from "../../protocol/operation.ts";
import type { Quorums } from "../../protocol/quorum.ts";
import { requestContent } from "../../protocol/request.ts";
import { aReply } from "./a-reply.ts";
import { aConfig } from "./a-status.ts";

/** A front end with votes in it; the time is told by the test. */
export class VotesUnderTest {
  readonly frontend: Frontend;
  readonly #sha256 = (data: string | Uint8Array) => `digest of ${String(data)}`;

  constructor(given: { readonly quorums?: Quorums; readonly limits?: Partial<(typeof aConfig)["limits"]> } = {}) {
    const { limits, ...rest } = given;
    const config = { ...aConfig, ...rest, limits: { ...aConfig.limits, ...limits }, sha256: this.#sha256 };
    this.frontend = new Frontend(config);
  }

  /** Calls a booking under an id. */
  book(now: number, requestId: string): void {
    const call = { operation: "bookMovieTickets", args: ticket, requestId } as const;
    this.step(now, { kind: "call", handle: 1, call, caller: ticket.customerID, freshId: "fresh" });
  }

  /** Asks for a schedule; its id is fresh. */
  read(now: number, freshId: string): void {
    const call = { operation: "getBookingSchedule", args: { customerID: ticket.customerID } } as const;
    this.step(now, { kind: "call", handle: 1, call, caller: ticket.customerID, freshId });
  }

  /** A manager answers that booking; `null` sends the digest of the answer alone. */
  reply(now: number, slot: number, requestId: string, n: number, answer: unknown, isDigestOnly = false): void {
    const isRead = requestId.startsWith("?");
    const command = isRead
      ? ({ kind: "operation", operation: "getBookingSchedule", args: schedule } as const)
      : ({ kind: "operation", operation: "bookMovieTickets", args: booking } as const);
    const contentDigest = this.#sha256(requestContent({ command } as Parameters<typeof requestContent>[0]));
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    const result = { result: isDigestOnly ? null : text, resultDigest: this.#sha256(text) };
    const about = { caller: ticket.customerID, requestId, contentDigest, n, historyDigest: `h${n}` };
    const message = aReply(slot, { ...about, ...result });
    this.step(now, { kind: "messages", messages: [{ message, bytes: 0 } as never] });
  }

  step(now: number, input: FrontendInput): void {
    this.frontend.step(now, input);
  }
}

const ticket = { customerID: "ATWC1000", movieID: "ATWM130523", movieName: "Avatar", numberOfTickets: 1 } as const;
const booking = canonicalArguments("bookMovieTickets", ticket);
const schedule = canonicalArguments("getBookingSchedule", { customerID: ticket.customerID });

/** What a right replica answers to the booking. */
export const booked = { outcome: "OK", held: 2, available: 8 } as const;

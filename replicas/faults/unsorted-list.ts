import type { Answer } from "../../protocol/answer.ts";
import { changeAnswers, type Fault } from "./fault.ts";

/**
 * Turns every list round. A bug of this kind gives lists in the order of insertion, which is sometimes the right one;
 * the reverse of a sorted list of two or more is always wrong.
 */
export const unsortedList: Fault = {
  kind: "answers",
  wrap: (replica) => changeAnswers(replica, (_, answer) => turnRound(answer)),
};

function turnRound(answer: Answer): Answer {
  if ("shows" in answer) return { ...answer, shows: answer.shows.toReversed() };
  if ("bookings" in answer) return { ...answer, bookings: answer.bookings.toReversed() };
  if ("moved" in answer) {
    return { ...answer, moved: answer.moved.toReversed(), dropped: answer.dropped.toReversed() };
  }
  return answer;
}

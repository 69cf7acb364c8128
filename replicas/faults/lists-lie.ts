import type { Answer } from "../../protocol/answer.ts";
import { changeAnswers, type Fault } from "./fault.ts";

/** Leaves the last show or booking out of every list that has one; all changes are answered rightly. */
export const listsLie: Fault = {
  kind: "answers",
  wrap: (replica) => changeAnswers(replica, (_, answer) => leaveOutLast(answer)),
};

function leaveOutLast(answer: Answer): Answer {
  if ("shows" in answer) return { ...answer, shows: answer.shows.slice(0, -1) };
  if ("bookings" in answer) return { ...answer, bookings: answer.bookings.slice(0, -1) };
  return answer;
}

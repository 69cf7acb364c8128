import type { Sha256 } from "../protocol/role.ts";
import { calendar } from "./calendar.ts";
import type { Conversation } from "./conversation.ts";
import { playCase } from "./play.ts";
import type { Chapter } from "./rule.ts";
import { addShows } from "./rules/add-shows.ts";
import { bookings } from "./rules/bookings.ts";
import { exchanges } from "./rules/exchanges.ts";
import { lists } from "./rules/lists.ts";
import { malformed } from "./rules/malformed.ts";
import { removeShows } from "./rules/remove-shows.ts";
import { weeklyLimit } from "./rules/weekly-limit.ts";
import { start } from "./start.ts";
import type { Case } from "./step.ts";
import { transfers } from "./transfers.ts";

const cases: Readonly<Record<string, readonly Case[]>> = {
  "what is malformed": malformed,
  addMovieSlots: addShows,
  removeMovieSlots: removeShows,
  lists,
  "bookings and cancellations": bookings,
  "the weekly limit": weeklyLimit,
  exchanges,
};

/** All that the booking rules and the contract ask of any replica, one after the other. */
export function makeChapters(sha256: Sha256): readonly Chapter[] {
  return [
    ...Object.entries(cases).map(([title, examples]) => ({
      title,
      rules: examples.map((example) => ({
        rule: example.rule,
        check: (conversation: Conversation) => playCase(conversation, example, sha256),
      })),
    })),
    { title: "its start and end", rules: start },
    { title: "the calendar", rules: calendar },
    { title: "state, for comparison and transfer", rules: transfers },
  ];
}

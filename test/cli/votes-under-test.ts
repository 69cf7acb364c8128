import { booked, VotesUnderTest } from "../frontend/a-vote.ts";

const votes = new VotesUnderTest();
for (const [requestId, n] of [
  ["a", 7],
  ["b", 8],
] as const) {
  votes.book(n * 15, requestId);
  votes.reply(n * 15 + 1, 3, requestId, n, n === 8 ? { ...booked, available: 9 } : booked);
  for (const slot of [1, 2, 4]) votes.reply(n * 15 + 1 + slot / 2, slot, requestId, n, booked);
}

/** Two bookings, newest first; a manager lied in the newer one. */
export const votesUnderTest = (countMax: number, isDisagreedOnly: boolean) =>
  votes.frontend.recentVotes(countMax, isDisagreedOnly);

/** The newer one. */
export const voteUnderTest = votes.frontend.vote(8) as NonNullable<ReturnType<typeof votes.frontend.vote>>;

import { add, book, type Case, cancel, given, on } from "../step.ts";

/** `bookMovieTickets` and `cancelMovieTickets`, without the weekly limit. */
export const bookings: readonly Case[] = [
  {
    rule: "booking adds to what is held and takes free seats",
    state: given([["ATWM120523", "Avatar", 10]]),
    steps: [
      book("ATWC1000", "ATWM120523", "Avatar", 2).gives({ held: 2, available: 8 }),
      book("VERC1000", "ATWM120523", "Avatar", 3).gives({ held: 3, available: 5 }),
      book("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 3, available: 4 }),
    ],
  },
  {
    rule: "a booking gets all of its tickets or none, up to the last seat",
    state: given([["ATWM120523", "Avatar", 5]]),
    steps: [
      book("ATWC1000", "ATWM120523", "Avatar", 6).isRefused("SHOW_FULL"),
      book("ATWC1000", "ATWM120523", "Avatar", 3).gives({ held: 3, available: 2 }),
      book("ATWC1001", "ATWM120523", "Avatar", 3).isRefused("SHOW_FULL"),
      book("ATWC1001", "ATWM120523", "Avatar", 2).gives({ held: 2, available: 0 }),
      book("ATWC1000", "ATWM120523", "Avatar", 1).isRefused("SHOW_FULL"),
      add("ATWM120523", "Avatar", 6).gives({ created: false, capacity: 6, available: 1 }),
      book("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 4, available: 0 }),
    ],
  },
  {
    rule: "booking a show of today is in time, of yesterday is in the past",
    state: given([["ATWM120523", "Avatar", 5]]),
    steps: [
      book("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      on("2023-05-13", book("ATWC1000", "ATWM120523", "Avatar", 1).isRefused("DATE_IN_PAST")),
    ],
  },
  {
    rule: "a show is booked however far ahead it is",
    state: given([["ATWM311224", "Avatar", 5]]),
    steps: [book("ATWC1000", "ATWM311224", "Avatar", 1).gives({ held: 1, available: 4 })],
  },
  {
    rule: "the date in the past is told by year, month and day, not by the text of the id",
    today: "2024-01-02",
    state: given([
      ["ATWM311223", "Avatar", 5],
      ["ATWM010124", "Avatar", 5],
      ["ATWM020124", "Avatar", 5],
    ]),
    steps: [
      book("ATWC1000", "ATWM311223", "Avatar", 1).isRefused("DATE_IN_PAST"),
      book("ATWC1000", "ATWM010124", "Avatar", 1).isRefused("DATE_IN_PAST"),
      book("ATWC1000", "ATWM020124", "Avatar", 1).gives({ held: 1, available: 4 }),
    ],
  },
  {
    rule: "bookMovieTickets gives NO_SUCH_SHOW for a show that would be in the past",
    steps: [book("ATWC1000", "ATWM110523", "Avatar", 1).isRefused("NO_SUCH_SHOW")],
  },
  {
    rule: "bookMovieTickets gives DATE_IN_PAST before SAME_SHOW_ELSEWHERE",
    state: given(
      [
        ["ATWM110523", "Avatar", 5],
        ["VERM110523", "Avatar", 5],
      ],
      [["OUTC1000", "ATWM110523", "Avatar", 1]],
    ),
    steps: [book("OUTC1000", "VERM110523", "Avatar", 9).isRefused("DATE_IN_PAST")],
  },
  {
    rule: "bookMovieTickets gives SAME_SHOW_ELSEWHERE before WEEKLY_LIMIT, and that before SHOW_FULL",
    state: given(
      [
        ["OUTM120523", "Avatar", 5],
        ["OUTM120523", "Titanic", 5],
        ["VERM120523", "Avatar", 5],
        ["VERA120523", "Avatar", 5],
        ["VERE120523", "Avatar", 5],
      ],
      [
        ["ATWC1000", "VERM120523", "Avatar", 1],
        ["ATWC1000", "VERA120523", "Avatar", 1],
        ["ATWC1000", "VERE120523", "Avatar", 1],
      ],
    ),
    steps: [
      book("ATWC1000", "OUTM120523", "Avatar", 9).isRefused("SAME_SHOW_ELSEWHERE"),
      book("ATWC1000", "OUTM120523", "Titanic", 9).isRefused("WEEKLY_LIMIT"),
      book("ATWC1001", "OUTM120523", "Titanic", 9).isRefused("SHOW_FULL"),
    ],
  },
  {
    rule: "the same movie, date and slot in another theatre is refused, at home too",
    state: given([
      ["ATWM120523", "Avatar", 5],
      ["OUTM120523", "Avatar", 5],
      ["VERM120523", "Avatar", 5],
    ]),
    steps: [
      book("ATWC1000", "VERM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "ATWM120523", "Avatar", 1).isRefused("SAME_SHOW_ELSEWHERE"),
      book("ATWC1000", "OUTM120523", "Avatar", 1).isRefused("SAME_SHOW_ELSEWHERE"),
      book("ATWC1000", "VERM120523", "Avatar", 1).gives({ held: 2, available: 3 }),
      book("ATWC1001", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
    ],
  },
  {
    rule: "another movie, another slot or another date elsewhere is not the same show",
    state: given([
      ["ATWM120523", "Avatar", 5],
      ["VERM120523", "Titanic", 5],
      ["VERA120523", "Avatar", 5],
      ["VERM130523", "Avatar", 5],
    ]),
    steps: [
      book("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "VERM120523", "Titanic", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "VERA120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "VERM130523", "Avatar", 1).gives({ held: 1, available: 4 }),
    ],
  },
  {
    rule: "what was cancelled is not held elsewhere, what was partly cancelled is",
    state: given([
      ["ATWM120523", "Avatar", 5],
      ["VERM120523", "Avatar", 5],
    ]),
    steps: [
      book("ATWC1000", "ATWM120523", "Avatar", 2).gives({ held: 2, available: 3 }),
      cancel("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "VERM120523", "Avatar", 1).isRefused("SAME_SHOW_ELSEWHERE"),
      cancel("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 0, available: 5 }),
      book("ATWC1000", "VERM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
    ],
  },
  {
    rule: "cancelMovieTickets gives NO_SUCH_SHOW, then NOT_BOOKED, then NOT_ENOUGH_HELD",
    state: given([["ATWM120523", "Avatar", 5]], [["ATWC1000", "ATWM120523", "Avatar", 2]]),
    steps: [
      cancel("ATWC1000", "ATWA120523", "Avatar", 1).isRefused("NO_SUCH_SHOW"),
      cancel("ATWC1000", "ATWM120523", "Titanic", 1).isRefused("NO_SUCH_SHOW"),
      cancel("ATWC1001", "ATWM120523", "Avatar", 9).isRefused("NOT_BOOKED"),
      cancel("ATWC1000", "ATWM120523", "Avatar", 3).isRefused("NOT_ENOUGH_HELD"),
      cancel("ATWC1000", "ATWM120523", "Avatar", 2).gives({ held: 0, available: 5 }),
      cancel("ATWC1000", "ATWM120523", "Avatar", 1).isRefused("NOT_BOOKED"),
    ],
    stateAfter: given([["ATWM120523", "Avatar", 5]]),
  },
  {
    rule: "cancelling frees the seats for others, also of a past show",
    state: given([["ATWM120523", "Avatar", 3]], [["ATWC1000", "ATWM120523", "Avatar", 3]]),
    steps: [
      book("ATWC1001", "ATWM120523", "Avatar", 1).isRefused("SHOW_FULL"),
      cancel("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 2, available: 1 }),
      book("ATWC1001", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 0 }),
      on("2023-06-01", cancel("ATWC1000", "ATWM120523", "Avatar", 2).gives({ held: 0, available: 2 })),
    ],
  },
];

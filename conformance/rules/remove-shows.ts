import { add, book, type Case, cancel, given, list, on, remove, schedule } from "../step.ts";

/** `removeMovieSlots` */
export const removeShows: readonly Case[] = [
  {
    rule: "removing a show without bookings moves and drops nothing",
    steps: [
      add("ATWM120523", "Avatar", 5).gives({ created: true, capacity: 5, available: 5 }),
      remove("ATWM120523", "Avatar").gives({ moved: [], dropped: [] }),
      remove("ATWM120523", "Avatar").isRefused("NO_SUCH_SHOW"),
      list("Avatar").gives({ shows: [] }),
    ],
    stateAfter: given([]),
  },
  {
    rule: "removeMovieSlots gives NO_SUCH_SHOW before DATE_IN_PAST, and a past show stays",
    state: given([["ATWE110523", "Avatar", 5]]),
    steps: [
      remove("ATWM110523", "Avatar").isRefused("NO_SUCH_SHOW"),
      remove("ATWE110523", "Titanic").isRefused("NO_SUCH_SHOW"),
      remove("ATWE110523", "Avatar").isRefused("DATE_IN_PAST"),
    ],
  },
  {
    rule: "a show of today and one too far ahead to be added are removed",
    state: given([
      ["ATWM120523", "Avatar", 5],
      ["ATWM300523", "Avatar", 5],
    ]),
    steps: [
      remove("ATWM120523", "Avatar").gives({ moved: [], dropped: [] }),
      remove("ATWM300523", "Avatar").gives({ moved: [], dropped: [] }),
    ],
  },
  {
    rule: "tickets move to the next slot of the same day before those of later days",
    state: given(
      [
        ["ATWM120523", "Avatar", 5],
        ["ATWA120523", "Avatar", 5],
        ["ATWE120523", "Avatar", 5],
        ["ATWM130523", "Avatar", 5],
      ],
      [["VERC1000", "ATWA120523", "Avatar", 2]],
    ),
    steps: [
      remove("ATWA120523", "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID: "ATWE120523", numberOfTickets: 2 }],
        dropped: [],
      }),
      remove("ATWE120523", "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID: "ATWM130523", numberOfTickets: 2 }],
        dropped: [],
      }),
      remove("ATWM130523", "Avatar").gives({ moved: [], dropped: [{ customerID: "VERC1000", numberOfTickets: 2 }] }),
    ],
    stateAfter: given([["ATWM120523", "Avatar", 5]]),
  },
  {
    rule: "the next show is the next by date, over the ends of months and years",
    today: "2023-05-31",
    state: given(
      [
        ["ATWE310523", "Avatar", 5],
        ["ATWE010623", "Avatar", 5],
        ["ATWE311223", "Avatar", 5],
        ["ATWM010124", "Avatar", 5],
      ],
      [["VERC1000", "ATWE310523", "Avatar", 1]],
    ),
    steps: ["ATWE310523 ATWE010623", "ATWE010623 ATWE311223", "ATWE311223 ATWM010124"].map((pair) => {
      const [from = "", movieID = ""] = pair.split(" ");
      return remove(from, "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID, numberOfTickets: 1 }],
        dropped: [],
      });
    }),
  },
  {
    rule: "tickets move within the theatre and the movie only",
    state: given(
      [
        ["ATWM120523", "Avatar", 5],
        ["VERA120523", "Avatar", 5],
        ["ATWE120523", "Titanic", 5],
        ["ATWM130523", "Avatar", 5],
      ],
      [["VERC1000", "ATWM120523", "Avatar", 2]],
    ),
    steps: [
      remove("ATWM120523", "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID: "ATWM130523", numberOfTickets: 2 }],
        dropped: [],
      }),
    ],
  },
  {
    rule: "one customer's tickets move together to the first show with room for all of them",
    state: given(
      [
        ["ATWM120523", "Avatar", 9],
        ["ATWA120523", "Avatar", 2],
        ["ATWE120523", "Avatar", 3],
      ],
      [["VERC1000", "ATWM120523", "Avatar", 3]],
    ),
    steps: [
      remove("ATWM120523", "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID: "ATWE120523", numberOfTickets: 3 }],
        dropped: [],
      }),
      list("Avatar").gives({
        shows: [
          { movieID: "ATWA120523", movieName: "Avatar", capacity: 2, available: 2 },
          { movieID: "ATWE120523", movieName: "Avatar", capacity: 3, available: 0 },
        ],
      }),
    ],
  },
  {
    rule: "customers are moved in order of their ids, whenever they booked, and each takes the room that is left",
    steps: [
      add("ATWM120523", "Avatar", 9).gives({ created: true, capacity: 9, available: 9 }),
      add("ATWA120523", "Avatar", 3).gives({ created: true, capacity: 3, available: 3 }),
      add("ATWE120523", "Avatar", 2).gives({ created: true, capacity: 2, available: 2 }),
      book("VERC0001", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 8 }),
      book("OUTC5000", "ATWM120523", "Avatar", 3).gives({ held: 3, available: 5 }),
      book("ATWC9999", "ATWM120523", "Avatar", 2).gives({ held: 2, available: 3 }),
      book("ATWC0001", "ATWM120523", "Avatar", 2).gives({ held: 2, available: 1 }),
      remove("ATWM120523", "Avatar").gives({
        moved: [
          { customerID: "ATWC0001", movieID: "ATWA120523", numberOfTickets: 2 },
          { customerID: "ATWC9999", movieID: "ATWE120523", numberOfTickets: 2 },
          { customerID: "VERC0001", movieID: "ATWA120523", numberOfTickets: 1 },
        ],
        dropped: [{ customerID: "OUTC5000", numberOfTickets: 3 }],
      }),
      schedule("OUTC5000").gives({ bookings: [] }),
      schedule("VERC0001").gives({ bookings: [{ movieID: "ATWA120523", movieName: "Avatar", numberOfTickets: 1 }] }),
    ],
  },
  {
    rule: "those that no show has room for are dropped in order of their ids",
    state: given(
      [["ATWM120523", "Avatar", 9]],
      [
        ["ATWC2000", "ATWM120523", "Avatar", 2],
        ["OUTC1000", "ATWM120523", "Avatar", 3],
        ["VERC1000", "ATWM120523", "Avatar", 1],
      ],
    ),
    steps: [
      remove("ATWM120523", "Avatar").gives({
        moved: [],
        dropped: [
          { customerID: "ATWC2000", numberOfTickets: 2 },
          { customerID: "OUTC1000", numberOfTickets: 3 },
          { customerID: "VERC1000", numberOfTickets: 1 },
        ],
      }),
    ],
    stateAfter: given([]),
  },
  {
    rule: "tickets moved to a show already held are added",
    state: given(
      [
        ["ATWM120523", "Avatar", 9],
        ["ATWA120523", "Avatar", 5],
      ],
      [
        ["VERC1000", "ATWM120523", "Avatar", 2],
        ["VERC1000", "ATWA120523", "Avatar", 3],
      ],
    ),
    steps: [
      remove("ATWM120523", "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID: "ATWA120523", numberOfTickets: 2 }],
        dropped: [],
      }),
      cancel("VERC1000", "ATWA120523", "Avatar", 5).gives({ held: 0, available: 5 }),
    ],
  },
  {
    rule: "the customer's limits do not hold a move up: a fourth show of a week, and the same show elsewhere",
    state: given(
      [
        ["ATWM140523", "Avatar", 5],
        ["ATWM150523", "Avatar", 5],
        ["OUTM150523", "Avatar", 5],
        ["OUTA150523", "Avatar", 5],
        ["OUTE150523", "Avatar", 5],
      ],
      [
        ["VERC1000", "ATWM140523", "Avatar", 1],
        ["VERC1000", "OUTM150523", "Avatar", 1],
        ["VERC1000", "OUTA150523", "Avatar", 1],
        ["VERC1000", "OUTE150523", "Avatar", 1],
      ],
    ),
    steps: [
      remove("ATWM140523", "Avatar").gives({
        moved: [{ customerID: "VERC1000", movieID: "ATWM150523", numberOfTickets: 1 }],
        dropped: [],
      }),
      book("VERC1000", "ATWM150523", "Avatar", 1).isRefused("SAME_SHOW_ELSEWHERE"),
      book("VERC1000", "OUTA150523", "Avatar", 1).gives({ held: 2, available: 3 }),
    ],
  },
  {
    rule: "an earlier show is no refuge",
    state: given(
      [
        ["ATWM120523", "Avatar", 5],
        ["ATWM130523", "Avatar", 5],
      ],
      [["VERC1000", "ATWM130523", "Avatar", 1]],
    ),
    steps: [
      on(
        "2023-05-13",
        remove("ATWM130523", "Avatar").gives({ moved: [], dropped: [{ customerID: "VERC1000", numberOfTickets: 1 }] }),
      ),
    ],
  },
];

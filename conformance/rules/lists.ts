import { add, book, type Case, given, list, on, remove, schedule } from "../step.ts";

const line = (movieID: string, movieName = "Avatar") => ({ movieID, movieName, capacity: 5, available: 5 });
const held = (movieID: string, movieName = "Avatar") => ({ movieID, movieName, numberOfTickets: 1 });

/** Ids in the order of lists; neither the order of the ids as text, nor of the days without months, nor of the slots' letters. */
const inOrder = [
  "ATWM130523",
  "OUTM130523",
  "VERM130523",
  "ATWA130523",
  "VERA130523",
  "ATWE130523",
  "OUTE130523",
  "VERM310523",
  "VERA310523",
  "OUTM010623",
  "ATWE311223",
  "VERM010124",
  "ATWM050124",
];

/** `listMovieShowsAvailability` and `getBookingSchedule` */
export const lists: readonly Case[] = [
  {
    rule: "a movie without shows gives an empty list",
    state: given([["ATWM130523", "Avatar", 5]]),
    steps: [list("Titanic").gives({ shows: [] }), list("avatar").gives({ shows: [] })],
  },
  {
    rule: "shows are listed from all theatres by date, slot and theatre",
    state: given(inOrder.map((movieID) => [movieID, "Avatar", 5])),
    steps: [list("Avatar").gives({ shows: inOrder.map((movieID) => line(movieID)) })],
  },
  {
    rule: "shows added in any order are listed in the same",
    steps: [
      ...["VERE190523", "ATWE120523", "OUTA120523", "VERM120523", "ATWM190523", "OUTM120523", "ATWA120523"].map(
        (movieID) => add(movieID, "Avatar", 5).gives({ created: true, capacity: 5, available: 5 }),
      ),
      list("Avatar").gives({
        shows: ["OUTM120523", "VERM120523", "ATWA120523", "OUTA120523", "ATWE120523", "ATWM190523", "VERE190523"].map(
          (movieID) => line(movieID),
        ),
      }),
    ],
  },
  {
    rule: "full shows are listed with 0, past shows are not listed, those of today are",
    state: given(
      [
        ["ATWE110523", "Avatar", 5],
        ["ATWM120523", "Avatar", 5],
        ["ATWM130523", "Avatar", 2],
      ],
      [["ATWC1000", "ATWM130523", "Avatar", 2]],
    ),
    steps: [
      list("Avatar").gives({
        shows: [line("ATWM120523"), { movieID: "ATWM130523", movieName: "Avatar", capacity: 2, available: 0 }],
      }),
      on(
        "2023-05-13",
        list("Avatar").gives({ shows: [{ movieID: "ATWM130523", movieName: "Avatar", capacity: 2, available: 0 }] }),
      ),
      on("2023-05-14", list("Avatar").gives({ shows: [] })),
    ],
  },
  {
    rule: "a show of last year is past although its day and month are not",
    today: "2024-01-02",
    state: given([
      ["ATWM311223", "Avatar", 5],
      ["ATWM020124", "Avatar", 5],
    ]),
    steps: [list("Avatar").gives({ shows: [line("ATWM020124")] })],
  },
  {
    rule: "a show that was removed is not listed",
    state: given([
      ["ATWM120523", "Avatar", 5],
      ["ATWA120523", "Avatar", 5],
    ]),
    steps: [
      remove("ATWM120523", "Avatar").gives({ moved: [], dropped: [] }),
      list("Avatar").gives({ shows: [line("ATWA120523")] }),
    ],
  },
  {
    rule: "a schedule has every show held in order, past ones too, and nobody else's",
    today: "2023-06-01",
    state: given(
      inOrder.map((movieID) => [movieID, "Avatar", 5]),
      inOrder.flatMap((movieID) => [
        ["ATWC1000", movieID, "Avatar", 1] as const,
        ["VERC1000", movieID, "Avatar", 2] as const,
      ]),
    ),
    steps: [schedule("ATWC1000").gives({ bookings: inOrder.map((movieID) => held(movieID)) })],
  },
  {
    rule: "a booking joins the schedule in its place",
    state: given([
      ["ATWM120523", "Avatar", 5],
      ["ATWM120523", "Titanic", 5],
      ["ATWA120523", "Avatar", 5],
    ]),
    steps: [
      book("ATWC1000", "ATWA120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "ATWM120523", "Titanic", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "ATWM120523", "Avatar", 1).gives({ held: 1, available: 4 }),
      schedule("ATWC1000").gives({ bookings: [held("ATWM120523"), held("ATWM120523", "Titanic"), held("ATWA120523")] }),
      schedule("ATWC1001").gives({ bookings: [] }),
    ],
  },
  {
    rule: "names compare by code point, also beyond the basic plane, and neither by language nor by UTF-16 unit",
    steps: [
      ...["🎬", "Ａ", "a", "Z", "é", "z", "10", "9"].map((name) =>
        add("ATWM120523", name, 5).gives({ created: true, capacity: 5, available: 5 }),
      ),
      ...["🎬", "é", "Ａ", "9", "a", "10", "z", "Z"].map((name) =>
        book("ATWC1000", "ATWM120523", name, 1).gives({ held: 1, available: 4 }),
      ),
      schedule("ATWC1000").gives({
        bookings: ["10", "9", "Z", "a", "z", "é", "Ａ", "🎬"].map((name) => held("ATWM120523", name)),
      }),
    ],
    stateAfter: given(
      ["10", "9", "Z", "a", "z", "é", "Ａ", "🎬"].map((name) => ["ATWM120523", name, 5]),
      ["10", "9", "Z", "a", "z", "é", "Ａ", "🎬"].map((name) => ["ATWC1000", "ATWM120523", name, 1]),
    ),
  },
];

import { book, type Case, cancel, given, on } from "../step.ts";

const booked = { held: 1, available: 4 };

/** Three shows held outside the home theatre, then a fourth: refused in the same week, done in another. */
function weeks(
  rule: string,
  today: string,
  held: readonly [string, string, string],
  sameWeek: string,
  otherWeek: string,
): Case {
  const rows = [...held, sameWeek, otherWeek].map((movieID) => [movieID, "Avatar", 5] as const);
  return {
    rule,
    today,
    state: given(rows.toSorted(([a], [b]) => dayOf(a) - dayOf(b))),
    steps: [
      ...held.map((movieID) => book("ATWC1000", movieID, "Avatar", 1).gives(booked)),
      book("ATWC1000", sameWeek, "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      book("ATWC1000", otherWeek, "Avatar", 1).gives(booked),
    ],
  };
}

function dayOf(movieID: string): number {
  return Number(movieID.slice(8) + movieID.slice(6, 8) + movieID.slice(4, 6));
}

const outside = ["VERM150523", "VERA150523", "VERE150523"] as const;
const outsideRows = outside.map((movieID) => [movieID, "Avatar", 5] as const);
const outsideHeld = outside.map((movieID) => ["ATWC1000", movieID, "Avatar", 1] as const);

/** `WEEKLY_LIMIT` in a booking. */
export const weeklyLimit: readonly Case[] = [
  weeks(
    "a week ends with Sunday",
    "2023-05-12",
    ["VERM120523", "VERM130523", "VERA130523"],
    "VERM140523",
    "VERM150523",
  ),
  weeks(
    "a week begins with Monday",
    "2023-05-14",
    ["VERM150523", "VERM160523", "VERM210523"],
    "VERE200523",
    "VERM140523",
  ),
  weeks(
    "a week goes over the end of a month",
    "2023-05-28",
    ["VERM290523", "VERM310523", "VERM010623"],
    "VERM040623",
    "VERM280523",
  ),
  weeks(
    "a week goes over a leap day",
    "2024-02-25",
    ["VERM260224", "VERM290224", "VERM010324"],
    "VERM030324",
    "VERM250224",
  ),
  weeks(
    "Monday, 30 December 2024 is of the first week of 2025",
    "2024-12-29",
    ["VERM301224", "VERM311224", "VERM010125"],
    "VERM050125",
    "VERM291224",
  ),
  weeks(
    "Sunday, 3 January 2021 is of the 53rd week of 2020",
    "2020-12-28",
    ["VERM281220", "VERM311220", "VERM010121"],
    "VERM030121",
    "VERM040121",
  ),
  weeks(
    "Saturday, 1 January 2022 is of the 52nd week of 2021",
    "2021-12-27",
    ["VERM271221", "VERM311221", "VERM010122"],
    "VERM020122",
    "VERM030122",
  ),
  weeks(
    "Sunday, 31 December 2023 is of the last week of 2023",
    "2023-12-25",
    ["VERM251223", "VERM291223", "VERM301223"],
    "VERM311223",
    "VERM010124",
  ),
  weeks(
    "a year that begins on Thursday has 53 weeks",
    "2026-12-28",
    ["VERM281226", "VERM311226", "VERM010127"],
    "VERM030127",
    "VERM040127",
  ),
  weeks(
    "the century's leap year begins in the 52nd week of 1999",
    "2000-01-01",
    ["VERM010100", "VERA010100", "VERM020100"],
    "VERE020100",
    "VERM030100",
  ),
  weeks(
    "the same week number of another year is another week",
    "2023-05-08",
    ["VERM080523", "VERM090523", "VERM100523"],
    "VERM110523",
    "VERM060524",
  ),
  weeks(
    "the first days of a year and its last are of different weeks",
    "2024-01-01",
    ["VERM010124", "VERM020124", "VERM030124"],
    "VERM070124",
    "VERM301224",
  ),
  {
    rule: "three shows outside the home theatre in one week are allowed, a fourth is not, in whichever theatre",
    state: given([
      ["OUTM150523", "Avatar", 5],
      ["VERA150523", "Avatar", 5],
      ["OUTM160523", "Avatar", 5],
      ["OUTA160523", "Avatar", 5],
      ["VERE160523", "Avatar", 5],
    ]),
    steps: [
      book("ATWC1000", "OUTM150523", "Avatar", 1).gives(booked),
      book("ATWC1000", "VERA150523", "Avatar", 1).gives(booked),
      book("ATWC1000", "OUTM160523", "Avatar", 1).gives(booked),
      book("ATWC1000", "OUTA160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      book("ATWC1000", "VERE160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      book("ATWC1001", "OUTA160523", "Avatar", 1).gives(booked),
    ],
  },
  {
    rule: "shows at home do not count, and at home nobody is limited",
    state: given([
      ["ATWM150523", "Avatar", 5],
      ["ATWA150523", "Avatar", 5],
      ["ATWE150523", "Avatar", 5],
      ["ATWM160523", "Avatar", 5],
      ["VERA160523", "Avatar", 5],
    ]),
    steps: [
      ...["ATWM150523", "ATWA150523", "ATWE150523", "ATWM160523", "VERA160523"].map((movieID) =>
        book("ATWC1000", movieID, "Avatar", 1).gives(booked),
      ),
      ...["ATWM150523", "ATWA150523", "ATWE150523"].map((movieID) =>
        book("VERC1000", movieID, "Avatar", 1).gives({ held: 1, available: 3 }),
      ),
      book("VERC1000", "ATWM160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", "VERA160523", "Avatar", 1).gives({ held: 1, available: 3 }),
    ],
  },
  {
    rule: "who holds three can book more of them and at home",
    state: given([...outsideRows, ["ATWM160523", "Avatar", 5], ["OUTM160523", "Titanic", 5]], outsideHeld),
    steps: [
      book("ATWC1000", "VERA150523", "Avatar", 2).gives({ held: 3, available: 2 }),
      book("ATWC1000", "ATWM160523", "Avatar", 1).gives(booked),
      book("ATWC1000", "OUTM160523", "Titanic", 1).isRefused("WEEKLY_LIMIT"),
    ],
  },
  {
    rule: "who is over the limit can book more of what is held and at home, and nothing new outside",
    state: given(
      [...outsideRows, ["VERM160523", "Avatar", 5], ["ATWA160523", "Avatar", 5], ["OUTE160523", "Avatar", 5]],
      [...outsideHeld, ["ATWC1000", "VERM160523", "Avatar", 1]],
    ),
    steps: [
      book("ATWC1000", "VERM160523", "Avatar", 1).gives({ held: 2, available: 3 }),
      book("ATWC1000", "ATWA160523", "Avatar", 1).gives(booked),
      book("ATWC1000", "OUTE160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      cancel("ATWC1000", "VERM150523", "Avatar", 1).gives({ held: 0, available: 5 }),
      book("ATWC1000", "OUTE160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      cancel("ATWC1000", "VERA150523", "Avatar", 1).gives({ held: 0, available: 5 }),
      book("ATWC1000", "OUTE160523", "Avatar", 1).gives(booked),
    ],
  },
  {
    rule: "tickets do not count, shows do",
    state: given([...outsideRows, ["VERM160523", "Avatar", 5]]),
    steps: [
      book("ATWC1000", "VERM150523", "Avatar", 5).gives({ held: 5, available: 0 }),
      book("ATWC1000", "VERA150523", "Avatar", 4).gives({ held: 4, available: 1 }),
      book("ATWC1000", "VERE150523", "Avatar", 1).gives(booked),
      book("ATWC1000", "VERM160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
    ],
  },
  {
    rule: "two movies in one slot are two shows",
    state: given([
      ["VERM150523", "Avatar", 5],
      ["VERM150523", "Titanic", 5],
      ["VERA150523", "Avatar", 5],
      ["VERA150523", "Titanic", 5],
    ]),
    steps: [
      book("ATWC1000", "VERM150523", "Avatar", 1).gives(booked),
      book("ATWC1000", "VERM150523", "Titanic", 1).gives(booked),
      book("ATWC1000", "VERA150523", "Avatar", 1).gives(booked),
      book("ATWC1000", "VERA150523", "Titanic", 1).isRefused("WEEKLY_LIMIT"),
    ],
  },
  {
    rule: "a show given up stops counting when none of it is left",
    state: given(
      [
        ["VERM150523", "Avatar", 5],
        ["VERA150523", "Avatar", 5],
        ["VERE150523", "Avatar", 5],
        ["VERM160523", "Avatar", 5],
      ],
      [
        ["ATWC1000", "VERM150523", "Avatar", 2],
        ["ATWC1000", "VERA150523", "Avatar", 1],
        ["ATWC1000", "VERE150523", "Avatar", 1],
      ],
    ),
    steps: [
      cancel("ATWC1000", "VERM150523", "Avatar", 1).gives({ held: 1, available: 4 }),
      book("ATWC1000", "VERM160523", "Avatar", 1).isRefused("WEEKLY_LIMIT"),
      cancel("ATWC1000", "VERM150523", "Avatar", 1).gives({ held: 0, available: 5 }),
      book("ATWC1000", "VERM160523", "Avatar", 1).gives(booked),
    ],
  },
  {
    rule: "past shows of the week count",
    state: given([...outsideRows, ["VERM190523", "Avatar", 5]], outsideHeld),
    steps: [on("2023-05-18", book("ATWC1000", "VERM190523", "Avatar", 1).isRefused("WEEKLY_LIMIT"))],
  },
];

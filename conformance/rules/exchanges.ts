import { type Case, exchange, given, on } from "../step.ts";

const oldShow = ["ATWM120523", "Avatar"] as const;
const newShow = ["ATWM130523", "Titanic"] as const;
const outside = ["VERM150523", "VERA150523", "VERE150523"] as const;
const homeSlots = ["ATWM150523", "ATWA150523", "ATWE150523"];
const outsideRows = outside.map((movieID) => [movieID, "Avatar", 5] as const);
const outsideHeld = outside.map((movieID) => ["ATWC1000", movieID, "Avatar", 2] as const);

/** `exchangeTickets` */
export const exchanges: readonly Case[] = [
  {
    rule: "an exchange moves that many tickets in one step",
    state: given(
      [
        [...oldShow, 10],
        [...newShow, 5],
      ],
      [["ATWC1000", ...oldShow, 3]],
    ),
    steps: [
      exchange("ATWC1000", oldShow, newShow, 2).gives({ heldOld: 1, heldNew: 2, availableOld: 9, availableNew: 3 }),
      exchange("ATWC1000", oldShow, newShow, 1).gives({ heldOld: 0, heldNew: 3, availableOld: 10, availableNew: 2 }),
      exchange("ATWC1000", oldShow, newShow, 1).isRefused("NOT_BOOKED"),
    ],
    stateAfter: given(
      [
        [...oldShow, 10],
        [...newShow, 5],
      ],
      [["ATWC1000", ...newShow, 3]],
    ),
  },
  {
    rule: "exchangeTickets judges the old show first: NO_SUCH_SHOW, NOT_BOOKED, NOT_ENOUGH_HELD",
    state: given([[...oldShow, 10]], [["ATWC1000", ...oldShow, 3]]),
    steps: [
      exchange("ATWC1000", ["ATWA120523", "Avatar"], newShow, 1).isRefused("NO_SUCH_SHOW"),
      exchange("ATWC1001", oldShow, newShow, 9).isRefused("NOT_BOOKED"),
      exchange("ATWC1000", oldShow, newShow, 4).isRefused("NOT_ENOUGH_HELD"),
      exchange("ATWC1000", oldShow, newShow, 3).isRefused("NO_SUCH_SHOW"),
    ],
  },
  {
    rule: "exchangeTickets judges the new show by its date before the limits, and by its seats last",
    state: given(
      [
        ["OUTM110523", "Avatar", 5],
        ["VERM110523", "Avatar", 5],
        ["ATWM120523", "Avatar", 5],
        ["OUTM120523", "Avatar", 5],
        ["OUTM120523", "Titanic", 5],
        ["VERM120523", "Avatar", 5],
        ["VERA120523", "Avatar", 5],
        ["ATWE120523", "Avatar", 5],
      ],
      [
        ["ATWC1000", "VERM110523", "Avatar", 1],
        ["ATWC1000", "ATWM120523", "Avatar", 5],
        ["ATWC1001", "OUTM120523", "Titanic", 5],
        ["ATWC1000", "VERM120523", "Avatar", 1],
        ["ATWC1000", "VERA120523", "Avatar", 1],
        ["ATWC1001", "ATWE120523", "Avatar", 5],
      ],
    ),
    steps: [
      exchange("ATWC1000", oldShow, ["OUTM110523", "Avatar"], 1).isRefused("DATE_IN_PAST"),
      exchange("ATWC1000", oldShow, ["OUTM120523", "Avatar"], 1).isRefused("SAME_SHOW_ELSEWHERE"),
      exchange("ATWC1000", oldShow, ["OUTM120523", "Titanic"], 1).isRefused("WEEKLY_LIMIT"),
      exchange("ATWC1000", oldShow, ["ATWE120523", "Avatar"], 1).isRefused("SHOW_FULL"),
    ],
  },
  {
    rule: "an exchange needs room in the new show for all of its tickets, up to the last seat",
    state: given(
      [
        [...oldShow, 10],
        [...newShow, 3],
      ],
      [
        ["ATWC1000", ...oldShow, 4],
        ["ATWC1001", ...newShow, 1],
      ],
    ),
    steps: [
      exchange("ATWC1000", oldShow, newShow, 3).isRefused("SHOW_FULL"),
      exchange("ATWC1000", oldShow, newShow, 2).gives({ heldOld: 2, heldNew: 2, availableOld: 8, availableNew: 0 }),
    ],
  },
  {
    rule: "a past show is exchanged for a coming one, and no show for a past one",
    state: given(
      [
        [...oldShow, 10],
        [...newShow, 5],
      ],
      [
        ["ATWC1000", ...oldShow, 3],
        ["ATWC1000", ...newShow, 1],
      ],
    ),
    steps: [
      on(
        "2023-05-13",
        exchange("ATWC1000", oldShow, newShow, 1).gives({ heldOld: 2, heldNew: 2, availableOld: 8, availableNew: 3 }),
      ),
      exchange("ATWC1000", newShow, oldShow, 1).isRefused("DATE_IN_PAST"),
    ],
  },
  {
    rule: "a show far ahead is taken in exchange",
    state: given(
      [
        [...oldShow, 10],
        ["ATWM311224", "Avatar", 5],
      ],
      [["ATWC1000", ...oldShow, 3]],
    ),
    steps: [
      exchange("ATWC1000", oldShow, ["ATWM311224", "Avatar"], 1).gives({
        heldOld: 2,
        heldNew: 1,
        availableOld: 8,
        availableNew: 4,
      }),
    ],
  },
  {
    rule: "a show exchanged whole stops counting for the weekly limit, one exchanged in part goes on",
    state: given([...outsideRows, ["OUTM160523", "Avatar", 5]], outsideHeld),
    steps: [
      exchange("ATWC1000", ["VERA150523", "Avatar"], ["OUTM160523", "Avatar"], 1).isRefused("WEEKLY_LIMIT"),
      exchange("ATWC1000", ["VERA150523", "Avatar"], ["OUTM160523", "Avatar"], 2).gives({
        heldOld: 0,
        heldNew: 2,
        availableOld: 5,
        availableNew: 3,
      }),
    ],
  },
  {
    rule: "giving up a show at home or of another week makes no room under the weekly limit",
    state: given(
      [["ATWM140523", "Avatar", 5], ["VERA140523", "Avatar", 5], ...outsideRows, ["OUTM160523", "Avatar", 5]],
      [["ATWC1000", "ATWM140523", "Avatar", 1], ["ATWC1000", "VERA140523", "Avatar", 1], ...outsideHeld],
    ),
    steps: [
      exchange("ATWC1000", ["ATWM140523", "Avatar"], ["OUTM160523", "Avatar"], 1).isRefused("WEEKLY_LIMIT"),
      exchange("ATWC1000", ["VERA140523", "Avatar"], ["OUTM160523", "Avatar"], 1).isRefused("WEEKLY_LIMIT"),
    ],
  },
  {
    rule: "the weekly limit is that of the new show's week, over the end of the year",
    today: "2024-12-29",
    state: given(
      [
        ["VERM291224", "Avatar", 5],
        ["VERM301224", "Avatar", 5],
        ["VERM311224", "Avatar", 5],
        ["VERM010125", "Avatar", 5],
        ["VERM050125", "Avatar", 5],
      ],
      [
        ["ATWC1000", "VERM291224", "Avatar", 1],
        ["ATWC1000", "VERM301224", "Avatar", 1],
        ["ATWC1000", "VERM311224", "Avatar", 1],
        ["ATWC1000", "VERM010125", "Avatar", 1],
      ],
    ),
    steps: [
      exchange("ATWC1000", ["VERM291224", "Avatar"], ["VERM050125", "Avatar"], 1).isRefused("WEEKLY_LIMIT"),
      exchange("ATWC1000", ["VERM311224", "Avatar"], ["VERM050125", "Avatar"], 1).gives({
        heldOld: 0,
        heldNew: 1,
        availableOld: 5,
        availableNew: 4,
      }),
    ],
  },
  {
    rule: "who is over the weekly limit exchanges for what is held and for shows at home, and for nothing new outside",
    state: given(
      [...outsideRows, ["ATWM160523", "Avatar", 5], ["OUTA160523", "Avatar", 5], ["VERE160523", "Avatar", 5]],
      [...outsideHeld, ["ATWC1000", "VERE160523", "Avatar", 3]],
    ),
    steps: [
      exchange("ATWC1000", ["VERE160523", "Avatar"], ["VERM150523", "Avatar"], 1).gives({
        heldOld: 2,
        heldNew: 3,
        availableOld: 3,
        availableNew: 2,
      }),
      exchange("ATWC1000", ["VERE160523", "Avatar"], ["ATWM160523", "Avatar"], 1).gives({
        heldOld: 1,
        heldNew: 1,
        availableOld: 4,
        availableNew: 4,
      }),
      exchange("ATWC1000", ["VERE160523", "Avatar"], ["OUTA160523", "Avatar"], 1).isRefused("WEEKLY_LIMIT"),
    ],
  },
  {
    rule: "the same show elsewhere is taken in exchange when none of the old would be left",
    state: given(
      [
        ["ATWM120523", "Avatar", 5],
        ["VERM120523", "Avatar", 5],
      ],
      [["ATWC1000", "ATWM120523", "Avatar", 2]],
    ),
    steps: [
      exchange("ATWC1000", oldShow, ["VERM120523", "Avatar"], 1).isRefused("SAME_SHOW_ELSEWHERE"),
      exchange("ATWC1000", oldShow, ["VERM120523", "Avatar"], 2).gives({
        heldOld: 0,
        heldNew: 2,
        availableOld: 5,
        availableNew: 3,
      }),
    ],
  },
  {
    rule: "the same show in a third theatre stands in the way of an exchange",
    state: given(
      [
        ["ATWM120523", "Avatar", 5],
        ["OUTM120523", "Avatar", 5],
        ["VERM120523", "Avatar", 5],
      ],
      [
        ["ATWC1000", "ATWM120523", "Avatar", 1],
        ["ATWC1000", "OUTM120523", "Avatar", 1],
      ],
    ),
    steps: [exchange("ATWC1000", oldShow, ["VERM120523", "Avatar"], 1).isRefused("SAME_SHOW_ELSEWHERE")],
  },
  {
    rule: "exchanging a show for itself changes nothing and is OK when enough is held",
    state: given(
      [
        ["VERM120523", "Avatar", 5],
        ["VERM120523", "Titanic", 5],
      ],
      [
        ["ATWC1000", "VERM120523", "Avatar", 2],
        ["ATWC1001", "VERM120523", "Avatar", 3],
      ],
    ),
    steps: [
      exchange("ATWC1000", ["VERM120523", "Avatar"], ["VERM120523", "Avatar"], 1).gives({
        heldOld: 2,
        heldNew: 2,
        availableOld: 0,
        availableNew: 0,
      }),
      exchange("ATWC1000", ["VERM120523", "Avatar"], ["VERM120523", "Avatar"], 3).isRefused("NOT_ENOUGH_HELD"),
      exchange("ATWC1002", ["VERM120523", "Avatar"], ["VERM120523", "Avatar"], 1).isRefused("NOT_BOOKED"),
      exchange("ATWC1002", ["VERA120523", "Avatar"], ["VERA120523", "Avatar"], 1).isRefused("NO_SUCH_SHOW"),
      exchange("ATWC1000", ["VERM120523", "Avatar"], ["VERM120523", "Titanic"], 1).gives({
        heldOld: 1,
        heldNew: 1,
        availableOld: 1,
        availableNew: 4,
      }),
    ],
  },
  {
    rule: "a show is exchanged for itself without any check of the new: in the past, held elsewhere, over the limit",
    state: given(
      [
        ["OUTM120523", "Avatar", 5],
        ["VERM120523", "Avatar", 5],
        ["VERA120523", "Avatar", 5],
        ["VERE120523", "Avatar", 5],
      ],
      [
        ["ATWC1000", "OUTM120523", "Avatar", 1],
        ["ATWC1000", "VERM120523", "Avatar", 5],
        ["ATWC1000", "VERA120523", "Avatar", 1],
        ["ATWC1000", "VERE120523", "Avatar", 1],
      ],
    ),
    steps: [
      on(
        "2023-06-01",
        exchange("ATWC1000", ["VERM120523", "Avatar"], ["VERM120523", "Avatar"], 5).gives({
          heldOld: 5,
          heldNew: 5,
          availableOld: 0,
          availableNew: 0,
        }),
      ),
    ],
  },
  {
    rule: "the home theatre in an exchange is the customer's, not the show's",
    state: given(
      [...homeSlots, "ATWM160523", "VERM160523", "VERA160523"].map((movieID) => [movieID, "Avatar", 5]),
      [
        ...homeSlots.map((movieID) => ["VERC1000", movieID, "Avatar", 1] as const),
        ["VERC1000", "VERM160523", "Avatar", 2],
      ],
    ),
    steps: [
      exchange("VERC1000", ["VERM160523", "Avatar"], ["ATWM160523", "Avatar"], 2).isRefused("WEEKLY_LIMIT"),
      exchange("VERC1000", ["VERM160523", "Avatar"], ["VERA160523", "Avatar"], 2).gives({
        heldOld: 0,
        heldNew: 2,
        availableOld: 5,
        availableNew: 3,
      }),
    ],
  },
];

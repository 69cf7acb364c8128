import { add, book, type Case, given, list, on, remove, request } from "../step.ts";

const made = { created: true, capacity: 5, available: 5 };

/** The date rules at one business date: the days that are refused and those that are not. */
function dates(rule: string, today: string, past: string, inTime: readonly string[], tooFar: string): Case {
  return {
    rule,
    today,
    steps: [
      add(`ATWE${past}`, "Avatar", 5).isRefused("DATE_IN_PAST"),
      ...inTime.map((date) => add(`ATWM${date}`, "Avatar", 5).gives(made)),
      add(`ATWM${tooFar}`, "Avatar", 5).isRefused("DATE_TOO_FAR"),
    ],
  };
}

/** `addMovieSlots` */
export const addShows: readonly Case[] = [
  dates("a show is made from today to seven days ahead", "2023-05-12", "110523", ["120523", "190523"], "200523"),
  dates(
    "seven days ahead goes over the end of a month of 30 days",
    "2023-04-27",
    "260423",
    ["010523", "040523"],
    "050523",
  ),
  dates(
    "seven days ahead goes over the end of a month of 31 days",
    "2023-05-31",
    "300523",
    ["010623", "070623"],
    "080623",
  ),
  dates("seven days ahead goes over the end of a year", "2023-12-28", "271223", ["311223", "040124"], "050124"),
  dates("seven days ahead ends on a leap day", "2024-02-22", "210224", ["280224", "290224"], "010324"),
  dates("seven days ahead goes over a leap day", "2024-02-23", "220224", ["290224", "010324"], "020324"),
  dates(
    "a year that is not a leap year has no leap day on the way",
    "2023-02-22",
    "210223",
    ["280223", "010323"],
    "020323",
  ),
  dates("the year 2000 is a leap year", "2000-02-23", "220200", ["290200", "010300"], "020300"),
  dates("the day after a leap day looks back on it", "2024-03-01", "290224", ["010324", "080324"], "090324"),
  dates("the first day of a year looks back on the last", "2024-01-01", "311223", ["010124", "080124"], "090124"),
  dates("a change of the clocks in spring changes nothing", "2023-03-12", "110323", ["120323", "190323"], "200323"),
  dates("a change of the clocks in autumn changes nothing", "2023-11-05", "041123", ["051123", "121123"], "131123"),
  {
    rule: "the last day that an id can name is taken",
    today: "2099-12-25",
    steps: [add("ATWM311299", "Avatar", 5).gives(made), add("ATWM010100", "Avatar", 5).isRefused("DATE_IN_PAST")],
  },
  {
    rule: "only an administrator of that theatre adds or removes a show",
    state: given([["VERM120523", "Avatar", 5]]),
    steps: [
      request("addMovieSlots", {
        adminID: "ATWA1000",
        movieID: "VERM120523",
        movieName: "Avatar",
        bookingCapacity: 9,
      }).isRefused("NOT_PERMITTED"),
      request("removeMovieSlots", { adminID: "ATWA1000", movieID: "VERM120523", movieName: "Avatar" }).isRefused(
        "NOT_PERMITTED",
      ),
      request("addMovieSlots", {
        adminID: "VERA9999",
        movieID: "VERM120523",
        movieName: "Avatar",
        bookingCapacity: 9,
      }).gives({
        created: false,
        capacity: 9,
        available: 9,
      }),
    ],
  },
  {
    rule: "addMovieSlots gives NOT_PERMITTED before a reason of the date or the capacity",
    state: given([["VERM100523", "Avatar", 5]], [["VERC1000", "VERM100523", "Avatar", 5]]),
    steps: ["VERM100523", "VERM300523"].map((movieID) =>
      request("addMovieSlots", { adminID: "ATWA1000", movieID, movieName: "Avatar", bookingCapacity: 1 }).isRefused(
        "NOT_PERMITTED",
      ),
    ),
  },
  {
    rule: "addMovieSlots gives the reason of the date before CAPACITY_BELOW_SOLD",
    state: given(
      [
        ["ATWM110523", "Avatar", 5],
        ["ATWM200523", "Avatar", 5],
      ],
      [
        ["VERC1000", "ATWM110523", "Avatar", 5],
        ["VERC1000", "ATWM200523", "Avatar", 5],
      ],
    ),
    steps: [
      add("ATWM110523", "Avatar", 1).isRefused("DATE_IN_PAST"),
      add("ATWM110523", "Avatar", 9).isRefused("DATE_IN_PAST"),
      add("ATWM200523", "Avatar", 1).isRefused("DATE_TOO_FAR"),
      add("ATWM200523", "Avatar", 9).isRefused("DATE_TOO_FAR"),
    ],
  },
  {
    rule: "adding a show that exists sets its total capacity",
    steps: [
      add("ATWM120523", "Avatar", 5).gives(made),
      book("VERC1000", "ATWM120523", "Avatar", 3).gives({ held: 3, available: 2 }),
      add("ATWM120523", "Avatar", 8).gives({ created: false, capacity: 8, available: 5 }),
      add("ATWM120523", "Avatar", 8).gives({ created: false, capacity: 8, available: 5 }),
      add("ATWM120523", "Avatar", 4).gives({ created: false, capacity: 4, available: 1 }),
    ],
  },
  {
    rule: "a capacity may go down to what is sold and not below",
    state: given([["ATWM120523", "Avatar", 5]], [["VERC1000", "ATWM120523", "Avatar", 3]]),
    steps: [
      add("ATWM120523", "Avatar", 2).isRefused("CAPACITY_BELOW_SOLD"),
      add("ATWM120523", "Avatar", 3).gives({ created: false, capacity: 3, available: 0 }),
    ],
    stateAfter: given([["ATWM120523", "Avatar", 3]], [["VERC1000", "ATWM120523", "Avatar", 3]]),
  },
  {
    rule: "a show is a movie id and a movie name: two movies share a slot, and names are compared exactly",
    steps: [
      add("ATWM120523", "Avatar", 5).gives(made),
      add("ATWM120523", "avatar", 5).gives(made),
      add("ATWM120523", "Titanic", 5).gives(made),
      add("ATWM120523", "Caf\u00e9", 5).gives(made),
      book("ATWC1000", "ATWM120523", "avatar", 2).gives({ held: 2, available: 3 }),
      list("Avatar").gives({ shows: [{ movieID: "ATWM120523", movieName: "Avatar", capacity: 5, available: 5 }] }),
      book("ATWC1000", "ATWM120523", "Cafe", 2).isRefused("NO_SUCH_SHOW"),
    ],
  },
  {
    rule: "a removed show can be added again and starts empty",
    steps: [
      add("ATWM120523", "Avatar", 5).gives(made),
      book("VERC1000", "ATWM120523", "Avatar", 3).gives({ held: 3, available: 2 }),
      remove("ATWM120523", "Avatar").gives({ moved: [], dropped: [{ customerID: "VERC1000", numberOfTickets: 3 }] }),
      add("ATWM120523", "Avatar", 5).gives(made),
    ],
  },
  {
    rule: "what was in time goes into the past when the day does",
    steps: [
      add("ATWE120523", "Avatar", 5).gives(made),
      on("2023-05-13", add("ATWE120523", "Avatar", 6).isRefused("DATE_IN_PAST")),
      add("ATWM200523", "Avatar", 5).gives(made),
    ],
  },
];

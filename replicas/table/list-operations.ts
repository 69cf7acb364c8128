import type { AnswerOf } from "../../protocol/answer.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import type { DayNumber } from "./civil-date.ts";
import { compareShows } from "./ordering.ts";
import { availableSeats, type Tables } from "./tables.ts";

/** Lists the shows of a movie in all theatres from today on, full ones too. */
export function listMovieShowsAvailability(
  tables: Tables,
  today: DayNumber,
  args: ArgumentsOf["listMovieShowsAvailability"],
): AnswerOf<"listMovieShowsAvailability"> {
  const shows = tables.showsOfMovieFrom(args.movieName, today).map((show) => ({
    movieID: show.movieID,
    movieName: show.movieName,
    capacity: show.capacity,
    available: availableSeats(show),
  }));
  return { outcome: "OK", shows };
}

/** Lists every show that a customer holds tickets for, past ones too. */
export function getBookingSchedule(
  tables: Tables,
  args: ArgumentsOf["getBookingSchedule"],
): AnswerOf<"getBookingSchedule"> {
  const bookings = tables
    .bookingsOf(args.customerID)
    .toSorted((a, b) => compareShows(a.show, b.show))
    .map(({ show, tickets }) => ({
      movieID: show.movieID,
      movieName: show.movieName,
      numberOfTickets: tickets,
    }));
  return { outcome: "OK", bookings };
}

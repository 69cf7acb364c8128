import type { AnswerOf } from "../../protocol/answer.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import type { Day } from "./calendar.ts";
import { compareShows } from "./order.ts";
import { indexOfDay, seatsAvailable, ticketsHeld, type Views } from "./views.ts";

/** Lists the shows of a movie that are not past. */
export function listMovieShowsAvailability(
  views: Views,
  { movieName }: ArgumentsOf["listMovieShowsAvailability"],
  today: Day,
): AnswerOf<"listMovieShowsAvailability"> {
  const programme = views.movies.get(movieName)?.programme ?? [];
  const shows = programme.slice(indexOfDay(programme, today)).map((show) => ({
    movieID: show.movieID,
    movieName,
    capacity: show.capacity,
    available: seatsAvailable(show),
  }));
  return { outcome: "OK", shows };
}

/** Lists what a customer holds, past shows too. */
export function getBookingSchedule(
  views: Views,
  { customerID }: ArgumentsOf["getBookingSchedule"],
): AnswerOf<"getBookingSchedule"> {
  const shows = [...(views.customers.get(customerID)?.held.values() ?? [])].flat().sort(compareShows);
  const bookings = shows.map((show) => ({
    movieID: show.movieID,
    movieName: show.movieName,
    numberOfTickets: ticketsHeld(show, customerID),
  }));
  return { outcome: "OK", bookings };
}

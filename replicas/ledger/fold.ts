import { assert, unreachable } from "../../protocol/assert.ts";
import { type IsoWeek, isoWeekOf } from "./calendar.ts";
import type { CapacitySet, Fact, ShowClosed, ShowOpened, TicketsGivenBack, TicketsTaken } from "./fact.ts";
import { compareShows } from "./order.ts";
import { parseShowId, theatreOf } from "./show-id.ts";
import { type Customer, type Movie, partition, type Show, type Views } from "./views.ts";

interface FoldedShow extends Show {
  capacity: number;
  sold: number;
  readonly holders: Map<string, number>;
}

interface FoldedMovie extends Movie {
  readonly shows: Map<string, FoldedShow>;
  readonly programme: FoldedShow[];
}

interface FoldedCustomer extends Customer {
  readonly held: Map<string, Show[]>;
  readonly weeksAway: Map<IsoWeek, number>;
}

/**
 * The views of a journal, fact by fact. A fact that the facts before it do not allow is an error of this program and
 * fails an assertion; every fact costs the same whatever was folded before, but for the place of a new or closed show
 * among the shows of its movie. What is empty is forgotten, so that equal states have equal views.
 */
export class FoldedViews implements Views {
  readonly movies = new Map<string, FoldedMovie>();
  readonly customers = new Map<string, FoldedCustomer>();

  fold(fact: Fact): void {
    switch (fact.kind) {
      case "showOpened":
        return this.#openShow(fact);
      case "capacitySet":
        return this.#setCapacity(fact);
      case "ticketsTaken":
        return this.#takeTickets(fact);
      case "ticketsGivenBack":
        return this.#giveTicketsBack(fact);
      case "showClosed":
        return this.#closeShow(fact);
      default:
        return unreachable(fact);
    }
  }

  #openShow({ movieID, movieName, capacity }: ShowOpened): void {
    const showtime = parseShowId(movieID);
    assert(showtime !== undefined, "only a show with a well-formed id is opened");
    const movie = this.movies.get(movieName) ?? { shows: new Map(), programme: [] };
    assert(!movie.shows.has(movieID), "a show that is open is not opened");
    const show: FoldedShow = {
      ...showtime,
      movieID,
      movieName,
      week: isoWeekOf(showtime.day),
      occasion: `${movieID.slice(3)} ${movieName}`,
      capacity,
      sold: 0,
      holders: new Map(),
    };
    movie.shows.set(movieID, show);
    movie.programme.splice(
      partition(movie.programme, (other) => compareShows(other, show) < 0),
      0,
      show,
    );
    this.movies.set(movieName, movie);
  }

  #setCapacity(fact: CapacitySet): void {
    const show = this.#show(fact);
    assert(fact.capacity >= show.sold, "a capacity is never below what is sold");
    show.capacity = fact.capacity;
  }

  #takeTickets(fact: TicketsTaken): void {
    const { customerID, numberOfTickets } = fact;
    const show = this.#show(fact);
    const held = show.holders.get(customerID) ?? 0;
    assert(show.sold + numberOfTickets <= show.capacity, "no more is sold than there are seats");
    show.sold += numberOfTickets;
    show.holders.set(customerID, held + numberOfTickets);
    if (held === 0) this.#addToCustomer(customerID, show);
  }

  #giveTicketsBack(fact: TicketsGivenBack): void {
    const { customerID, numberOfTickets } = fact;
    const show = this.#show(fact);
    const left = (show.holders.get(customerID) ?? 0) - numberOfTickets;
    assert(left >= 0, "no more is given back than is held");
    show.sold -= numberOfTickets;
    if (left > 0) {
      show.holders.set(customerID, left);
    } else {
      show.holders.delete(customerID);
      this.#takeFromCustomer(customerID, show);
    }
  }

  #closeShow(fact: ShowClosed): void {
    const show = this.#show(fact);
    assert(show.sold === 0 && show.holders.size === 0, "a show is closed only when nobody holds tickets of it");
    const movie = this.movies.get(fact.movieName) as FoldedMovie;
    movie.shows.delete(fact.movieID);
    movie.programme.splice(movie.programme.indexOf(show), 1);
    if (movie.shows.size === 0) this.movies.delete(fact.movieName);
  }

  #show(fact: { readonly movieID: string; readonly movieName: string }): FoldedShow {
    const show = this.movies.get(fact.movieName)?.shows.get(fact.movieID);
    assert(show !== undefined, "a fact about a show comes after its opening and before its closing");
    return show;
  }

  #addToCustomer(customerID: string, show: Show): void {
    let customer = this.customers.get(customerID);
    if (customer === undefined) {
      customer = { home: theatreOf(customerID), held: new Map(), weeksAway: new Map() };
      this.customers.set(customerID, customer);
    }
    const shows = customer.held.get(show.occasion);
    if (shows === undefined) customer.held.set(show.occasion, [show]);
    else shows.push(show);
    if (show.theatre !== customer.home) {
      customer.weeksAway.set(show.week, (customer.weeksAway.get(show.week) ?? 0) + 1);
    }
  }

  #takeFromCustomer(customerID: string, show: Show): void {
    const customer = this.customers.get(customerID);
    const shows = customer?.held.get(show.occasion);
    assert(customer !== undefined && shows !== undefined, "who holds tickets of a show is known as a customer of it");
    if (shows.length > 1) shows.splice(shows.indexOf(show), 1);
    else customer.held.delete(show.occasion);
    if (show.theatre !== customer.home) {
      const left = (customer.weeksAway.get(show.week) ?? 0) - 1;
      if (left > 0) customer.weeksAway.set(show.week, left);
      else customer.weeksAway.delete(show.week);
    }
    if (customer.held.size === 0) this.customers.delete(customerID);
  }
}

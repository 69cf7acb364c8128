/** The largest `bookingCapacity` and `numberOfTickets`, and so the most tickets that a show has sold or one customer holds of it. */
export const countMax = 1_000_000;

/** Distinct shows away from home that a customer may hold in one ISO week. */
export const awayShowsPerWeekMax = 3;

/** Days after the business date for which shows are added. */
export const daysAheadMax = 7;

/** Customers that one theatre is home to: four digits. */
export const customersPerTheatre = 10_000;

/** Movies with a show, row 0 included. A time, a theatre and a movie together stay below 2^53 (see `showKey` in `canonical.ts`). */
export const movieRowsMax = 2 ** 22;

/** Shows, row 0 included. */
export const showRowsMax = 2 ** 24;

/** Bookings, row 0 included. A customer and a booking together stay below 2^53 (see `bookingsOf` in `bookings.ts`). */
export const bookingRowsMax = 2 ** 25;

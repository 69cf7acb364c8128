/** A show is on from here on, with nothing sold. */
export interface ShowOpened {
  readonly kind: "showOpened";
  readonly movieID: string;
  readonly movieName: string;
  readonly capacity: number;
}

/** The total capacity of a show is another from here on. */
export interface CapacitySet {
  readonly kind: "capacitySet";
  readonly movieID: string;
  readonly movieName: string;
  readonly capacity: number;
}

/** A customer took that many more tickets of a show. */
export interface TicketsTaken {
  readonly kind: "ticketsTaken";
  readonly customerID: string;
  readonly movieID: string;
  readonly movieName: string;
  readonly numberOfTickets: number;
}

/** A customer gave back that many tickets of a show. */
export interface TicketsGivenBack {
  readonly kind: "ticketsGivenBack";
  readonly customerID: string;
  readonly movieID: string;
  readonly movieName: string;
  readonly numberOfTickets: number;
}

/** A show is off from here on; all its tickets were given back before. */
export interface ShowClosed {
  readonly kind: "showClosed";
  readonly movieID: string;
  readonly movieName: string;
}

/** One thing that happened: it is never edited, and only the facts before it say whether it could happen. */
export type Fact = ShowOpened | CapacitySet | TicketsTaken | TicketsGivenBack | ShowClosed;

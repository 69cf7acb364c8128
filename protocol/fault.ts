/** What is told of a fault before anyone injects it. */
export interface FaultDescription {
  readonly name: string;
  /** One line for people: what the replica does. */
  readonly description: string;
  /** True when the fault gives answers that are well-formed and wrong. */
  readonly liesInAnswers: boolean;
}

/**
 * The menu of the lab, in the order in which it is shown. The first of the two lines that a new fault needs stands
 * here, the other, which names its file, in `replicas/faults/faults.ts`; the compiler keeps them equal.
 */
export const faultMenu = [
  { name: "random-answers", description: "answers at random", liesInAnswers: true },
  { name: "capacity-off-by-one", description: "sells one seat too many", liesInAnswers: true },
  { name: "cancel-keeps-seats", description: "does not give cancelled seats back", liesInAnswers: true },
  { name: "exchange-half", description: "exchanges without giving up the old show", liesInAnswers: true },
  {
    name: "limit-by-tickets",
    description: "counts tickets instead of shows for the weekly limit",
    liesInAnswers: true,
  },
  {
    name: "week-by-day-of-month",
    description: "takes the day of the month, divided by 7, for the week",
    liesInAnswers: true,
  },
  { name: "unsorted-list", description: "gives lists in the wrong order", liesInAnswers: true },
  { name: "lists-lie", description: "leaves out the last line of a list; bookings are right", liesInAnswers: true },
  { name: "silent-corruption", description: "answers rightly and holds a wrong state", liesInAnswers: false },
  { name: "hang", description: "stops answering while its process lives", liesInAnswers: false },
  { name: "slow", description: "answers 300 ms late", liesInAnswers: false },
  { name: "crash", description: "ends its process at once", liesInAnswers: false },
  { name: "crash-loop", description: "ends its process at each start of this version", liesInAnswers: false },
  { name: "garbage", description: "writes what is not the protocol on its output", liesInAnswers: false },
  { name: "memory", description: "holds ever more memory until its process has none left", liesInAnswers: false },
] as const satisfies readonly FaultDescription[];

/** The name of a fault of the lab. */
export type FaultName = (typeof faultMenu)[number]["name"];

/** Every fault of the lab, by its name in the interface. */
export const faultNames: readonly FaultName[] = faultMenu.map((fault) => fault.name);

/** True for the name of a fault of the lab. */
export function isFaultName(name: unknown): name is FaultName {
  return (faultNames as readonly unknown[]).includes(name);
}

/** Every rule that is watched in a run, by the name that a failure carries. */
export type Rule =
  | "recordsFollow"
  | "oneLog"
  | "durableBeforeSaid"
  | "activeBeforeAnswered"
  | "recoverable"
  | "committedStays"
  | "answeredStays"
  | "timeGoesOn"
  | "twoAgree"
  | "oneAnswer"
  | "rightAnswer"
  | "realTimeOrder"
  | "seatsConserved"
  | "rightReplicaStays"
  | "bounded"
  | "live"
  | "converges"
  | "coreAsserts";

/** A rule that a run broke. */
export class Violation extends Error {
  readonly rule: Rule;

  constructor(rule: Rule, text: string, options?: ErrorOptions) {
    super(`${rule}: ${text}`, options);
    this.name = "Violation";
    this.rule = rule;
  }
}

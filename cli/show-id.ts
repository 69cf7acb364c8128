const slotNames: Readonly<Record<string, string>> = { M: "morning", A: "afternoon", E: "evening" };

/** What a show id says: theatre, civil date `YYYY-MM-DD` and the slot of the day. */
export interface ShowParts {
  readonly theatre: string;
  readonly date: string;
  readonly slot: string;
}

/** Takes a show id apart; `undefined` for what is none. */
export function readShowId(movieID: string): ShowParts | undefined {
  const match = /^([A-Z]{3})([MAE])(\d{2})(\d{2})(\d{2})$/.exec(movieID);
  if (match === null) return undefined;
  const [, theatre = "", slot = "", day, month, year] = match;
  return { theatre, date: `20${year}-${month}-${day}`, slot: slotNames[slot] ?? slot };
}

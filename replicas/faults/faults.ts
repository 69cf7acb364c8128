import type { FaultName } from "../../protocol/fault.ts";
import { cancelKeepsSeats } from "./cancel-keeps-seats.ts";
import { capacityOffByOne } from "./capacity-off-by-one.ts";
import { crash } from "./crash.ts";
import { crashLoop } from "./crash-loop.ts";
import { exchangeHalf } from "./exchange-half.ts";
import type { Fault } from "./fault.ts";
import { garbage } from "./garbage.ts";
import { hang } from "./hang.ts";
import { limitByTickets } from "./limit-by-tickets.ts";
import { listsLie } from "./lists-lie.ts";
import { memory } from "./memory.ts";
import { randomAnswers } from "./random-answers.ts";
import { silentCorruption } from "./silent-corruption.ts";
import { slow } from "./slow.ts";
import { unsortedList } from "./unsorted-list.ts";
import { weekByDayOfMonth } from "./week-by-day-of-month.ts";

/** How each fault of the menu is done; what it is for people stands in `protocol/fault.ts`. */
export const faults: { readonly [Name in FaultName]: Fault } = {
  "random-answers": randomAnswers,
  "capacity-off-by-one": capacityOffByOne,
  "cancel-keeps-seats": cancelKeepsSeats,
  "exchange-half": exchangeHalf,
  "limit-by-tickets": limitByTickets,
  "week-by-day-of-month": weekByDayOfMonth,
  "unsorted-list": unsortedList,
  "lists-lie": listsLie,
  "silent-corruption": silentCorruption,
  hang,
  slow,
  crash,
  "crash-loop": crashLoop,
  garbage,
  memory,
};

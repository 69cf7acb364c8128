import type { FaultName } from "../../protocol/fault.ts";
import { capacityOffByOne } from "./capacity-off-by-one.ts";
import { crash } from "./crash.ts";
import type { Fault } from "./fault.ts";
import { garbage } from "./garbage.ts";
import { hang } from "./hang.ts";
import { listsLie } from "./lists-lie.ts";
import { randomAnswers } from "./random-answers.ts";
import { slow } from "./slow.ts";
import { unsortedList } from "./unsorted-list.ts";

/** How each fault of the menu is done; what it is for people stands in `protocol/fault.ts`. */
export const faults: { readonly [Name in FaultName]: Fault } = {
  "random-answers": randomAnswers,
  "capacity-off-by-one": capacityOffByOne,
  "unsorted-list": unsortedList,
  "lists-lie": listsLie,
  hang,
  slow,
  crash,
  garbage,
};

import { asksDate } from "../conformance/asks-date.ts";
import { importsNode } from "../conformance/imports-node.ts";
import { namesReplica } from "../conformance/names-replica.ts";
import { rollsDice } from "../conformance/rolls-dice.ts";
import { ballot } from "../frontend/ballot.ts";
import { readClock } from "../io/clock.ts";
import { floats } from "../io/floats.ts";
import { undocumented } from "../protocol/undocumented.ts";
import { unformatted } from "../protocol/unformatted.ts";
import { used } from "../protocol/unused.ts";
import { word } from "../protocol/word.ts";
import { importsSibling } from "../replicas/table/imports-sibling.ts";
import { awaits } from "../sequencer/awaits.ts";
import { comparesLocale } from "../sequencer/compares-locale.ts";
import { drawsRandom } from "../sequencer/draws-random.ts";
import { importsComputed } from "../sequencer/imports-computed.ts";
import { importsIo } from "../sequencer/imports-io.ts";
import { importsPackage } from "../sequencer/imports-package.ts";
import { importsRole } from "../sequencer/imports-role.ts";
import { missesCase } from "../sequencer/misses-case.ts";
import { readsDate } from "../sequencer/reads-date.ts";
import { usesIntl } from "../sequencer/uses-intl.ts";
import { usesProcess } from "../sequencer/uses-process.ts";

// Uses all but what shall be unused. It is never run.
export const everything = [
  asksDate,
  importsNode,
  namesReplica,
  rollsDice,
  ballot,
  readClock,
  floats,
  undocumented,
  unformatted,
  used,
  word,
  importsSibling,
  awaits,
  comparesLocale,
  drawsRandom,
  importsComputed,
  importsIo,
  importsPackage,
  importsRole,
  missesCase,
  readsDate,
  usesIntl,
  usesProcess,
];

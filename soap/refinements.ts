import { problem } from "./problem.ts";
import type { Refine, Refinements } from "./schema-check.ts";
import { codePoints, type SimpleValue } from "./simple-type.ts";

const nameCharactersMax = 120;

/**
 * What a schema cannot say: theatres are those of this cluster, and a movie name is taken in normalization form C,
 * without white space at its ends, and its characters are counted in that form.
 */
export function refinementsFor(theatres: readonly string[]): Refinements {
  const knownTheatre = refineTheatre(theatres);
  return new Map([
    ["AdminID", knownTheatre],
    ["CustomerID", knownTheatre],
    ["CallerID", knownTheatre],
    ["MovieID", knownTheatre],
    ["MovieName", refineName],
  ]);
}

function refineTheatre(theatres: readonly string[]): Refine {
  const known = new Set(theatres);
  return (value) => {
    const theatre = String(value).slice(0, 3);
    return known.has(theatre)
      ? value
      : problem(`no theatre is called ${theatre} here; there are: ${theatres.join(", ")}.`);
  };
}

/** Cuts what Unicode calls white space, and not only what XML does: such a name looks empty, or like another one. */
function refineName(value: SimpleValue): SimpleValue | ReturnType<typeof problem> {
  const name = String(value).trim().normalize("NFC");
  const length = codePoints(name);
  if (length >= 1 && length <= nameCharactersMax) return name;
  return problem(
    `a movie name has 1 to ${nameCharactersMax} characters without the white space at its ends, and this one ${length}.`,
  );
}

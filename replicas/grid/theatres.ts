import { assert } from "../../protocol/assert.ts";

const letters = 26;
const codeOfA = 65;

/** The theatres of a cluster, numbered from 0 in the order of their names. */
export class Theatres {
  readonly names: readonly string[];
  /** For each word of three capital letters the theatre's number plus 1, or 0. */
  readonly #numbers = new Int16Array(letters ** 3);

  /** A name that is given twice counts once. */
  constructor(names: readonly string[]) {
    this.names = [...new Set(names)].sort();
    for (const [number, name] of this.names.entries()) {
      const word = wordAt(name);
      assert(name.length === 3 && word >= 0, "a theatre is named by three capital letters");
      this.#numbers[word] = number + 1;
    }
  }

  /** The number of the theatre that an id begins with, -1 when it begins with none. */
  read(id: string): number {
    const word = wordAt(id);
    return word < 0 ? -1 : (this.#numbers[word] as number) - 1;
  }
}

/** The first three letters as one number, -1 when they are not three capital ones. */
function wordAt(text: string): number {
  let word = 0;
  for (let at = 0; at < 3; at++) {
    const letter = text.charCodeAt(at) - codeOfA;
    // What is behind the end of the text is not a number, and no comparison with that is true.
    if (!(letter >= 0 && letter < letters)) return -1;
    word = word * letters + letter;
  }
  return word;
}

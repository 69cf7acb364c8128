/** A rule of the protocol was broken; the text says which. */
export class Broken extends Error {
  override readonly name = "Broken";
}

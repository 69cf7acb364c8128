import { ioSubject } from "./io-subject.ts";

/** A rule that chooses its replica itself. */
export const namesReplica = ioSubject;

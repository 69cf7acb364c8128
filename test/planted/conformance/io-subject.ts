import { readClock } from "../io/clock.ts";

/** A replica under test that leans on the service. */
export const ioSubject = readClock;

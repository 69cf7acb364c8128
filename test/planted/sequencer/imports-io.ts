import { readClock } from "../io/clock.ts";

/** A core that reaches into the world. */
export const importsIo = readClock;

import { ballot } from "../frontend/ballot.ts";

/** A core that uses another. */
export const importsRole = ballot;

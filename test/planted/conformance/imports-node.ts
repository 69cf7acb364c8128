import { hash } from "node:crypto";

/** A rule that only Node can judge. */
export const importsNode = hash;

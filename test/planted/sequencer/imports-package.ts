import { SaxesParser } from "saxes";

/** A core that uses a package. */
export const importsPackage = SaxesParser;

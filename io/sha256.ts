import { hash } from "node:crypto";
import type { Sha256 } from "../protocol/role.ts";

/** SHA-256 by the platform's own library. */
export const sha256: Sha256 = (data) => hash("sha256", data, "hex");

import type { Credentials } from "../protocol/contract.ts";

/** Reads an `Authorization` header of HTTP Basic (RFC 7617); `undefined` when it is not one. */
export function readBasicCredentials(authorization: string): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

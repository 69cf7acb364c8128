import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes durable which names are in a directory; throws the error of the platform. */
export function syncNames(directory: string): void {
  // Windows has no such thing: names there are durable with the file.
  if (process.platform === "win32") return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

import { word } from "../protocol/word.ts";

async function send(text: string): Promise<string> {
  return text;
}

/** Lets a promise go. */
export function floats(): void {
  send(word);
}

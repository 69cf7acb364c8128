import { ByteReader, ByteWriter } from "./bytes.ts";
import { type Message, message } from "./message.ts";

const writer = new ByteWriter(4096);

/** The bytes of a message; what it was given is checked only by `assert`. */
export function encodeMessage(value: Message): Uint8Array {
  writer.clear();
  message.write(writer, value);
  return writer.finish();
}

/** The message that bytes of a stranger stand for, or `undefined`; never throws. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const reader = new ByteReader(bytes);
  const value = message.read(reader);
  return reader.isDone ? value : undefined;
}

import { type Conversation, ReplicaFailed, type Subject } from "./conversation.ts";

/** A conversation that is begun when it is needed, and again with a fresh replica after one that failed. */
export function sturdyConversation(subject: Subject): Conversation {
  let current: Promise<Conversation> | undefined;
  const close = async (): Promise<string | undefined> => {
    const closing = current;
    current = undefined;
    return await (await closing)?.close();
  };
  return {
    tell: async (inputs) => {
      current ??= subject.open();
      try {
        return await (await current).tell(inputs);
      } catch (error) {
        if (error instanceof ReplicaFailed) await close();
        else current = undefined;
        throw error;
      }
    },
    close,
  };
}

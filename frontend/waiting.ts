import type { StatusView } from "./status-view.ts";

/** The part of a status that tells why a cluster does not answer yet; without what changes by itself, like ages. */
export function waitingOf({ sequencers, managers }: StatusView) {
  return {
    sequencers: sequencers.map(({ id, state }) => ({ id, state })),
    managers: managers.map(({ slot, state, isMember, hasRoom, progress }) => {
      return { slot, state, isMember, hasRoom, progress };
    }),
  };
}

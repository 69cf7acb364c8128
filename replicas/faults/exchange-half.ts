import { Beneath } from "./beneath.ts";
import type { Fault, FaultyReplica } from "./fault.ts";

/**
 * Books the new show of an exchange and forgets to give up the old one. Whether the exchange is allowed is judged
 * rightly, as if the old show were given up; then the customer holds both, which may be more than the limits allow, and
 * keeps both when the fault is cleared.
 */
export const exchangeHalf: Fault = {
  kind: "answers",
  wrap: (replica): FaultyReplica => ({
    execute: (request) => {
      const answer = replica.execute(request);
      if (request.operation !== "exchangeTickets" || !("heldOld" in answer)) return answer;
      const { movieID, movieName, newMovieID, newMovieName, numberOfTickets } = request.args;
      if (movieID === newMovieID && movieName === newMovieName) return answer;
      new Beneath(replica, request).give(request.args);
      const { heldOld, availableOld } = answer;
      return { ...answer, heldOld: heldOld + numberOfTickets, availableOld: availableOld - numberOfTickets };
    },
    exportState: () => replica.exportState(),
    importState: (state) => replica.importState(state),
    release: () => replica,
  }),
};

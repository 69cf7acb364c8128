import { askApi } from "./api-client.ts";
import type { ExampleOf } from "./render-start.ts";
import { callService } from "./soap-client.ts";
import { fieldOf } from "./soap-reply.ts";

/** A movie of the sample shows. */
const movieName = "Avatar";

/** Looks for something that a newcomer can do with this very service. */
export async function findExample(url: string, theatres: readonly string[]): Promise<ExampleOf> {
  const list = await callService(url, { operation: "listMovieShowsAvailability", args: { movieName } });
  const shows = list.kind === "answer" && list.answer.outcome === "OK" ? list.answer.shows : [];
  const show = shows.find(({ available }) => available >= 2);
  if (show !== undefined) return { kind: "show", movieID: show.movieID, movieName };
  const [theatre] = theatres;
  const status = await askApi(url, { method: "GET", path: "/api/status" });
  const businessDate = status.kind === "json" ? fieldOf(status.value, "businessDate") : undefined;
  if (theatre === undefined || typeof businessDate !== "string") return { kind: "nothing" };
  return { kind: "date", businessDate, theatre, movieName };
}

import { startCluster } from "../../cluster/cluster.ts";
import type { StartOptions } from "../../cluster/start-options.ts";
import type { Waiting } from "../../io/process-life.ts";
import { openProcessLog } from "../../io/process-log.ts";

/** What a launcher tells the test that forked it. */
export type LauncherReport =
  | { readonly kind: "ready"; readonly url: string; readonly localUrl: string }
  | { readonly kind: "failed"; readonly why: string }
  | ({ readonly kind: "waiting" } & Waiting);

// A launcher as a process of its own, so that a test can end it in any way: the options are the first message that
// comes in, any second one ends the cluster in order.
process.once("message", (options: StartOptions) => void run(options));
process.once("disconnect", () => process.exit());

async function run(options: StartOptions): Promise<void> {
  try {
    const cluster = await startCluster(options, openProcessLog("start"), (waiting) =>
      report({ ...waiting, kind: "waiting" }),
    );
    process.once("message", () => void cluster.stop().then(() => process.disconnect()));
    report({ kind: "ready", url: cluster.url, localUrl: cluster.localUrl });
  } catch (error) {
    report({ kind: "failed", why: (error as Error).message });
    process.disconnect();
  }
}

function report(message: LauncherReport): void {
  process.send?.(message);
}

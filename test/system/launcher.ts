import { startCluster } from "../../cluster/cluster.ts";
import type { StartOptions } from "../../cluster/start-options.ts";
import { openProcessLog } from "../../io/process-log.ts";

// A launcher as a process of its own, so that a test can end it in any way: options come in, the URL goes out.
process.once("message", (options: StartOptions) => {
  void startCluster(options, openProcessLog("start")).then(({ url }) => process.send?.(url));
});

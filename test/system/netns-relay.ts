import { connect, type Server } from "node:net";
import { pipeline } from "node:stream";

// A door into a host of another network namespace: a server that listens outside is handed to this process inside, which
// passes every connection on to a port of the host. It carries bytes and knows nothing of them.
process.once("message", (port: number, server: unknown) => {
  (server as Server).on("connection", (outside) => {
    const inside = connect(port, "127.0.0.1");
    pipeline(outside, inside, ignore);
    pipeline(inside, outside, ignore);
  });
  process.send?.("open");
});
process.once("disconnect", () => process.exit());

/** Either end may go away at any time. */
function ignore(): void {}

/** Ports tried one after the other before giving up. */
const portsTried = 50;

/** Starts something on a port or, where that is taken, on the next free one; port 0 takes any. */
export async function listenFrom<Opened>(port: number, open: (port: number) => Promise<Opened>): Promise<Opened> {
  for (let tried = port; ; tried++) {
    try {
      return await open(tried);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || port === 0 || tried >= Math.min(port + portsTried - 1, 65_535)) throw error;
    }
  }
}

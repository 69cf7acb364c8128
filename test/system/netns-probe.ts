import { createSocket } from "node:dgram";
import { clockMs } from "./netns-clock.ts";

/** What a probe is told. */
export interface ProbeOrder {
  /** Its own address. */
  readonly address: string;
  readonly group: string;
  readonly port: number;
  /** Every host, to which it also speaks one by one. */
  readonly hosts: readonly string[];
}

/** A datagram that a probe heard. */
export interface Heard {
  /** Address of who said it. */
  readonly from: string;
  /** Said to the group, to one host after the other, or only to its own parent. */
  readonly way: "group" | "one" | "parent";
  /** By the clock of the machine, which all processes share; it tells one beat of a host from another. */
  readonly saidMs: number;
  readonly heardMs: number;
}

const beatMs = 10;

// At each beat a host says the time to the group and to each host; it tells its parent all that it says and hears.
process.once("message", (order: ProbeOrder) => run(order));
process.once("disconnect", () => process.exit());

function run({ address, group, port, hosts }: ProbeOrder): void {
  const own = createSocket("udp4", (bytes) => tell("one", bytes.toString()));
  const shared = createSocket({ type: "udp4", reuseAddr: true }, (bytes) => tell("group", bytes.toString()));
  const beat = () => {
    const said = JSON.stringify({ from: address, saidMs: clockMs() });
    tell("parent", said);
    // What the system does not send while the interface is down is lost.
    for (const to of [group, ...hosts]) own.send(said, to === group ? port + 1 : port, to, () => {});
  };
  own.bind(port, address, () => {
    own.setMulticastInterface(address);
    setInterval(beat, beatMs);
  });
  shared.bind(port + 1, group, () => shared.addMembership(group, address));
}

function tell(way: Heard["way"], said: string): void {
  const { from, saidMs } = JSON.parse(said) as Pick<Heard, "from" | "saidMs">;
  process.send?.({ from, way, saidMs, heardMs: clockMs() } satisfies Heard);
}

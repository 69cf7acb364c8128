import { createSocket, type Socket } from "node:dgram";
import { expect } from "chai";
import fc from "fast-check";
import { type PortBlock, takePortBlock } from "../../cluster/port-block.ts";
import { formatAddress, parseAddress } from "../../io/address.ts";
import { DatagramTransport, type GroupPath, type TransportOptions } from "../../io/datagram-transport.ts";
import { Directory, managerName } from "../../io/directory.ts";
import { Seal } from "../../io/seal.ts";
import { Packer, Unpacker } from "../../protocol/datagram.ts";
import type { Address } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { bulkKinds, type Message, message, messages, type Received } from "../../protocol/message.ts";
import { decodeMessage, encodeMessage } from "../../protocol/wire.ts";
import { valuesOf } from "../protocol/values-of.ts";
import { until } from "../sequencer/until.ts";

const host = "127.0.0.1";
const groupHost = "239.255.77.79";
const otherGroupHost = "239.255.77.82";
const seal = new Seal(new Uint8Array(32).fill(3));
const otherSeal = new Seal(new Uint8Array(32).fill(4));

/** A transport of the tests, with all that came in each turn. */
interface Station {
  readonly address: Address;
  readonly transport: DatagramTransport;
  readonly turns: (readonly Received[])[];
  readonly notes: readonly string[];
}

describe("a datagram transport", () => {
  let ports: PortBlock;
  const stations: Station[] = [];
  const sockets: Socket[] = [];

  beforeEach(async () => {
    ports = await takePortBlock(host);
  });

  afterEach(async () => {
    await Promise.all(stations.splice(0).map(({ transport }) => transport.close()));
    for (const socket of sockets.splice(0)) await new Promise<void>((resolve) => socket.close(() => resolve()));
    await ports.release();
  });

  it("brings every message to where it is sent, in its order, whatever its kind and size", async () => {
    const [one, two] = [await open(1), await open(2)];
    const all = fc.sample(valuesOf(message), { numRuns: 200, seed: 5 }).filter(({ kind }) => !bulkKinds.has(kind));
    // In waves that fit in the smallest receive buffer of a system.
    for (let sent = 0; sent < all.length; sent += 10) {
      for (const value of all.slice(sent, sent + 10)) one.transport.send(two.address, value);
      await until("the wave came", () => arrivedAt(two).length === Math.min(sent + 10, all.length));
    }
    expect(arrivedAt(two)).to.deep.equal(all);
    expect(new Set(two.turns.flat().map(({ from }) => from))).to.deep.equal(new Set([one.address]));
  });

  it("packs all messages of one turn for one destination into as few datagrams as hold them", async () => {
    const one = await open(1);
    const { address, datagrams } = await listenRaw(2);
    for (let index = 0; index < 100; index++) one.transport.send(address, numbered(index));
    await until("all came", () => unpacked(datagrams).length === 100);
    const bytes = 100 * (4 + encodeMessage(numbered(0)).length);
    expect(datagrams).to.have.lengthOf(Math.ceil(bytes / (1400 - 7 - 16)));
    expect(unpacked(datagrams)).to.deep.equal(Array.from({ length: 100 }, (_, index) => numbered(index)));
  });

  it("hands over all that came in one turn at once", async () => {
    const [one, two] = [await open(1), await open(2)];
    for (let index = 0; index < 20; index++) one.transport.send(two.address, numbered(index));
    await until("all came", () => arrivedAt(two).length === 20);
    expect(two.turns).to.have.lengthOf(1);
  });

  it("keeps what it sends to one destination apart from what it sends to another", async () => {
    const [one, two, three] = [await open(1), await open(2), await open(3)];
    for (let index = 0; index < 20; index++) {
      one.transport.send(index % 2 === 0 ? two.address : three.address, numbered(index));
    }
    await until("all came", () => arrivedAt(two).length + arrivedAt(three).length === 20);
    expect(arrivedAt(two).map(numberOf)).to.deep.equal([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  });

  for (const kind of ["multicast", "unicast"] as const) {
    it(`brings what is for all managers to each of them by ${kind}, and to nobody else`, async () => {
      const all = [
        await open(1, { kind }),
        ...(await Promise.all([2, 3, 4].map((at) => open(at, { kind, isMember: true })))),
      ];
      const outside = await open(6, { kind });
      all[0]!.transport.send("managers", numbered(7));
      await until("all came", () => all.slice(1).every((station) => arrivedAt(station).length === 1));
      all[1]!.transport.send(outside.address, numbered(8));
      await until("the other came", () => arrivedAt(outside).length === 1);
      expect(arrivedAt(outside).map(numberOf)).to.deep.equal([8]);
      expect(arrivedAt(all[0]!)).to.deep.equal([]);
    });
  }

  it("brings what is for all sequencers to each of them, except to the one that says it", async () => {
    const [one, five, six] = [await open(1), await open(5), await open(6)];
    one.transport.send("sequencers", numbered(7));
    await until("both came", () => arrivedAt(five).length + arrivedAt(six).length === 2);
    five.transport.send("sequencers", numbered(8));
    await until("the other came", () => arrivedAt(six).length === 2);
    expect(arrivedAt(five).map(numberOf)).to.deep.equal([7]);
    expect(arrivedAt(six).map(numberOf)).to.deep.equal([7, 8]);
  });

  it("knows where a manager is by its name, and loses what is for one that nobody knows", async () => {
    const [one, three] = [await open(1), await open(3)];
    one.transport.send(managerName(4), numbered(6));
    one.transport.send(managerName(2), numbered(7));
    await until("it came", () => arrivedAt(three).length === 1);
    expect(arrivedAt(three).map(numberOf)).to.deep.equal([7]);
  });

  it("sends a bulk message over TCP, however large", async () => {
    const [one, two] = [await open(1), await open(2)];
    const [template] = fc.sample(valuesOf(messages.snapshot), 1);
    const text = "x".repeat(20_000_000);
    const snapshot: Message = { ...template!, kind: "snapshot", content: { kind: "state", text } };
    one.transport.send(two.address, snapshot);
    await until("it came", () => arrivedAt(two).length === 1);
    expect(arrivedAt(two)[0]).to.deep.include({ content: { kind: "state", text } });
  });

  it("drops and counts every datagram that is not of this cluster or not of its form, and takes the next one", async () => {
    const [one, two] = [await open(1), await open(2)];
    const { socket } = await listenRaw(3);
    const hostile = hostileDatagrams();
    for (const { bytes } of hostile) await sendRaw(socket, two.address, bytes);
    await until(
      "all were counted",
      () => two.transport.dropped.badMac + two.transport.dropped.malformed >= hostile.length,
    );
    expect(two.transport.dropped).to.deep.equal({
      badMac: hostile.filter(({ isSealed }) => !isSealed).length,
      malformed: hostile.filter(({ isSealed }) => isSealed).length,
    });
    one.transport.send(two.address, numbered(1));
    await until("the next one came", () => arrivedAt(two).length > 0);
    expect(arrivedAt(two)).to.deep.equal([numbered(1)]);
  });

  it("brings nothing to a cluster with another group in the same network", async () => {
    const meeting = formatAddress({ host: groupHost, port: ports.port(7) });
    const otherMeeting = formatAddress({ host: otherGroupHost, port: ports.port(7) });
    const one = await open(1, { meeting });
    const own = await open(2, { meeting, isMember: true });
    const other = await open(3, { meeting: otherMeeting, groupHost: otherGroupHost, isMember: true, seal: otherSeal });
    one.transport.send("managers", numbered(1));
    one.transport.send(meeting, numbered(2));
    await until("the own one got both", () => arrivedAt(own).length === 2);
    one.transport.send(other.address, numbered(3));
    await until("the other one refused what was for it", () => other.transport.dropped.badMac > 0);
    expect(other.transport.dropped.badMac).to.equal(1);
  });

  it("says on both sides that a key is another one, once, and never answers a refusal", async () => {
    const one = await open(1);
    const other = await open(3, { seal: otherSeal });
    const { socket, datagrams } = await listenRaw(2);
    for (let index = 0; index < 5; index++) {
      other.transport.send(one.address, numbered(index));
      await until("it was refused", () => one.transport.dropped.badMac === index + 1);
    }
    await until("both have noted it", () => one.notes.length + other.notes.length === 2);
    expect(one.notes).to.deep.equal([
      `datagrams from ${other.address} do not have the key of this cluster (1 so far): refused`,
    ]);
    expect(other.notes).to.deep.equal([`${one.address} refuses this process: its cluster key is another one`]);
    expect(other.transport.dropped).to.deep.equal({ badMac: 0, malformed: 0 });
    await sendRaw(socket, one.address, Uint8Array.of(0x51, 0x32, 2));
    await sendRaw(socket, one.address, Uint8Array.of(0x51, 0x32, 0, 1));
    await until("the other one was answered", () => datagrams.length > 0);
    expect(datagrams.map((bytes) => [...bytes])).to.deep.equal([[0x51, 0x32, 2]]);
    expect(one.notes).to.have.lengthOf(2);
  });

  it("brings what is for the meeting to everybody, member of the group or not, and hears it where it listens", async () => {
    const meeting = formatAddress({ host: groupHost, port: ports.port(7) });
    const bind = formatAddress({ host: "0.0.0.0", port: ports.port(2) });
    const all = [
      await open(1, { meeting }),
      await open(2, { meeting, bind, isMember: true }),
      await open(6, { meeting }),
    ] as const;
    all[0].transport.send(meeting, numbered(7));
    await until("all heard it", () => all.every((station) => arrivedAt(station).length === 1));
    all[0].transport.send(formatAddress({ host: "127.0.0.3", port: ports.port(2) }), numbered(8));
    await until("it came", () => arrivedAt(all[1]).length === 2);
    all[2].transport.send("managers", numbered(9));
    await until("the member got it", () => arrivedAt(all[1]).length === 3);
    expect(all.map((station) => arrivedAt(station).map(numberOf))).to.deep.equal([[7], [7, 8, 9], [7]]);
  });

  it("takes nothing from where the test cuts it off", async () => {
    const [one, two] = [await open(1), await open(2)];
    const cutFrom = new Set([one.address]);
    const three = await open(3, { isCut: (from) => cutFrom.has(from) });
    one.transport.send(three.address, numbered(1));
    two.transport.send(three.address, numbered(2));
    await until("one came", () => arrivedAt(three).length > 0);
    cutFrom.clear();
    one.transport.send(three.address, numbered(3));
    await until("the next one came", () => arrivedAt(three).length > 1);
    expect(arrivedAt(three).map(numberOf)).to.deep.equal([2, 3]);
  });

  it("loses a message to an address that is none, and one to a host that nobody knows, and goes on", async () => {
    const [one, two] = [await open(1), await open(2)];
    const [snapshot] = fc.sample(valuesOf(messages.snapshot), 1);
    for (const address of ["", "nowhere", "a:0", "127.0.0.1:99999", "::1", "[::1]:9", "256.1.1.1:9"]) {
      one.transport.send(address, numbered(1));
      one.transport.send(address, { ...snapshot!, kind: "snapshot" });
    }
    one.transport.send(two.address, numbered(2));
    await until("the good one came", () => arrivedAt(two).length > 0);
    expect(arrivedAt(two).map(numberOf)).to.deep.equal([2]);
  });

  it("sends what was said before it is closed, and after that sends and hands over nothing", async () => {
    const [one, two] = [await open(1), await open(2)];
    one.transport.send(two.address, numbered(1));
    await Promise.all(stations.splice(0, 1).map(({ transport }) => transport.close()));
    one.transport.send(two.address, numbered(2));
    const [snapshot] = fc.sample(valuesOf(messages.snapshot), 1);
    one.transport.send(two.address, { ...snapshot!, kind: "snapshot" });
    const three = await open(3);
    three.transport.send(two.address, numbered(3));
    await until("the last one came", () => arrivedAt(two).length > 1);
    expect(arrivedAt(two).map(numberOf)).to.deep.equal([1, 3]);
  });

  it("does not open on a port that is taken, and says so", async () => {
    await open(1);
    const second = makeStation(1, {});
    expect(await second.transport.open().catch((error: NodeJS.ErrnoException) => error.code)).to.equal("EADDRINUSE");
  });

  interface StationOptions extends Partial<Pick<TransportOptions, "bind" | "isMember" | "isCut" | "seal">> {
    readonly kind?: GroupPath["kind"];
    readonly meeting?: Address;
    readonly groupHost?: string;
  }

  async function open(place: number, options: StationOptions = {}): Promise<Station> {
    const station = makeStation(place, options);
    await station.transport.open();
    stations.push(station);
    return station;
  }

  function makeStation(
    place: number,
    { kind = "multicast", meeting, groupHost: ofGroup = groupHost, ...given }: StationOptions,
  ): Station {
    const address = addressAt(place);
    const turns: (readonly Received[])[] = [];
    const group: GroupPath =
      kind === "unicast"
        ? { kind }
        : {
            kind,
            group: formatAddress({ host: ofGroup, port: ports.port(0) }),
            localHost: host,
            ...(meeting === undefined ? {} : { meeting }),
          };
    const notes: string[] = [];
    const onMessages = (received: readonly Received[]) => turns.push(received);
    const note = ({ text }: { readonly text: string }) => notes.push(text);
    const managers = { 1: addressAt(2), 2: addressAt(3), 3: addressAt(4) };
    const directory = new Directory({ managers, sequencers: [addressAt(5), addressAt(6)] }, 2);
    const options = {
      address,
      group,
      directory,
      isMember: false,
      seal,
      limits: defaultLimits,
      onMessages,
      note,
      ...given,
    };
    return { address, transport: new DatagramTransport(options), turns, notes };
  }

  function addressAt(place: number): Address {
    return formatAddress({ host, port: ports.port(place) });
  }

  async function listenRaw(place: number): Promise<{ address: Address; datagrams: Uint8Array[]; socket: Socket }> {
    const datagrams: Uint8Array[] = [];
    const socket = createSocket("udp4", (bytes) => datagrams.push(bytes));
    await new Promise<void>((resolve) => socket.bind(ports.port(place), host, () => resolve()));
    sockets.push(socket);
    return { address: addressAt(place), datagrams, socket };
  }
});

function arrivedAt({ turns }: Station): readonly Message[] {
  return turns.flat().map((received) => received.message);
}

function numbered(retryAfterMs: number): Message {
  return { kind: "busy", caller: "ATWC1234", requestId: "request", retryAfterMs };
}

function numberOf(value: Message): number {
  return value.kind === "busy" ? value.retryAfterMs : -1;
}

function unpacked(datagrams: readonly Uint8Array[]): readonly (Message | undefined)[] {
  const unpacker = new Unpacker(defaultLimits);
  return datagrams
    .flatMap((sealed) => unpacker.unpack(seal.open(sealed) as Uint8Array) as Uint8Array[])
    .map(decodeMessage);
}

function sendRaw(socket: Socket, to: Address, bytes: Uint8Array): Promise<void> {
  const endpoint = parseAddress(to);
  return new Promise((resolve) => socket.send(bytes, endpoint.port, endpoint.host, () => resolve()));
}

/** Each is dropped for one reason. */
function hostileDatagrams(): readonly { readonly bytes: Uint8Array; readonly isSealed: boolean }[] {
  const good = new Packer(1, defaultLimits).pack([encodeMessage(numbered(1))])[0] as Uint8Array;
  const sealed = Uint8Array.of(...good, ...seal.sign(good));
  const sealedWith = (bytes: Uint8Array) => Uint8Array.of(...bytes, ...seal.sign(bytes));
  const garbage = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 1400 }), { numRuns: 100, seed: 6 });
  return [
    ...garbage.map((bytes) => ({ bytes, isSealed: false })),
    ...Array.from(sealed, (byte, at) => ({ bytes: sealed.with(at, byte ^ 1), isSealed: false })),
    ...Array.from(sealed, (_, at) => ({ bytes: sealed.subarray(0, at), isSealed: false })),
    ...garbage.map((bytes) => ({ bytes: sealedWith(Uint8Array.of(0, ...bytes)), isSealed: true })),
    ...Array.from(good, (_, at) => ({ bytes: sealedWith(good.subarray(0, at)), isSealed: true })).toSpliced(7, 1),
    { bytes: sealedWith(new Packer(1, defaultLimits).pack([Uint8Array.of(255)])[0] as Uint8Array), isSealed: true },
  ];
}

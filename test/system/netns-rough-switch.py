"""A switch between network interfaces that delays, loses, doubles and reorders frames.

Its only argument is JSON: ports with the hardware address of the host behind each, and how rough it is.
It says "open" when it passes frames on, and goes on until it is ended.
"""

import heapq
import json
import random
import select
import socket
import sys
import time

ETH_P_ALL = 0x0003
SOL_PACKET = 263
PACKET_VNET_HDR = 15
SO_RCVBUFFORCE = 33
# What precedes a frame on such a socket (struct virtio_net_hdr): it carries the checksum that a host left to its card.
HEADER_BYTES = 10
FRAME_BYTES_MAX = 70_000
QUEUE_FRAMES_MAX = 20_000


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    port.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    port.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 * 1024 * 1024)
    port.setblocking(False)
    port.bind((name, ETH_P_ALL))
    return port


class Switch:
    def __init__(self, told):
        self.told = told
        self.ports = {one["mac"].replace(":", ""): open_port(one["port"]) for one in told["ports"]}
        self.mute = {self.ports[one["mac"].replace(":", "")] for one in told["ports"] if one["isMute"]}
        self.queue = []
        self.count = 0

    def run(self):
        while True:
            readable, _, _ = select.select(list(self.ports.values()), [], [], self.pause())
            for port in readable:
                self.take_from(port)
            self.send_due()

    def pause(self):
        return max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else None

    def take_from(self, port):
        while True:
            try:
                frame, address = port.recvfrom(FRAME_BYTES_MAX)
            except BlockingIOError:
                return
            if address[2] == socket.PACKET_OUTGOING or port in self.mute:
                continue
            for to in self.receivers(frame, port):
                self.treat(frame, to)

    def receivers(self, frame, sender):
        """The host that a frame names; for a multicast or a broadcast, which have the lowest bit set, all others."""
        to = frame[HEADER_BYTES : HEADER_BYTES + 6]
        if to[0] & 1:
            return [port for port in self.ports.values() if port is not sender]
        return [self.ports[to.hex()]] if to.hex() in self.ports else []

    def treat(self, frame, to):
        if random.random() < self.told["lost"]:
            return
        for _ in range(2 if random.random() < self.told["doubled"] else 1):
            self.enqueue(frame, to)

    def enqueue(self, frame, to):
        if len(self.queue) >= QUEUE_FRAMES_MAX:
            return
        delay_ms, jitter_ms = self.told["delayMs"], self.told["jitterMs"]
        if random.random() < self.told["hasty"]:
            delay_ms, jitter_ms = 0, 0
        due = time.monotonic() + max(0, random.uniform(delay_ms - jitter_ms, delay_ms + jitter_ms)) / 1000
        self.count += 1
        heapq.heappush(self.queue, (due, self.count, frame, to))

    def send_due(self):
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, frame, to = heapq.heappop(self.queue)
            try:
                to.send(frame)
            except OSError:
                pass  # An interface that is full or down loses what it is given.


if __name__ == "__main__":
    switch = Switch(json.loads(sys.argv[1]))
    print("open", flush=True)
    switch.run()

"""Runs a command on a terminal of its own and does on it what it is told: COLUMNS ROWS COMMAND...

A line of standard input is a JSON object: {"key": TEXT}, {"size": [COLUMNS, ROWS]} or {"signal": NUMBER}. What the
command writes goes to standard output; when it has ended, one JSON object about that goes to standard error.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def start(terminal, command):
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for stream in (0, 1, 2):
            os.dup2(terminal, stream)
        os.execvp(command[0], command)
    return child


def obey(line, keyboard, child):
    told = json.loads(line)
    if "key" in told:
        os.write(keyboard, told["key"].encode())
    if "size" in told:
        set_size(keyboard, *told["size"])
    if "signal" in told:
        os.kill(child, told["signal"])


def show(keyboard):
    """Passes on what was written until now."""
    while select.select([keyboard], [], [], 0)[0]:
        os.write(1, os.read(keyboard, 65536))


def main():
    columns, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    keyboard, terminal = pty.openpty()
    set_size(terminal, columns, rows)
    before = termios.tcgetattr(terminal)
    child = start(terminal, command)
    commands = sys.stdin.buffer
    os.set_blocking(0, False)
    pending = b""
    is_told = True
    while True:
        ready = select.select([keyboard] + ([commands] if is_told else []), [], [], 0.02)[0]
        if commands in ready:
            told = os.read(0, 65536)
            if told == b"":
                is_told = False
                os.kill(child, signal.SIGKILL)
            *lines, pending = (pending + told).split(b"\n")
            for line in lines:
                obey(line, keyboard, child)
        show(keyboard)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
    show(keyboard)
    is_restored = termios.tcgetattr(terminal) == before
    print(json.dumps({"code": os.waitstatus_to_exitcode(status), "isRestored": is_restored}), file=sys.stderr)


main()

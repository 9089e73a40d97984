"""`lock.py FILE START SIZE`: hold an exclusive open-file-description lock until the input says `end`."""

from __future__ import annotations

import fcntl
import os
import struct
import sys


def main(path: str, start: str, size: str) -> None:
    """Take the lock or say that another has it."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        os.fchmod(descriptor, 0o666)
    wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, int(start, 16), int(size, 16), 0)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, wanted)
    except BlockingIOError:
        print("busy")
        sys.exit(1)
    print("locked", flush=True)
    for _ in iter(sys.stdin.readline, "end\n"):
        pass


main(*sys.argv[1:])

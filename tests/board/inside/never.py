"""`never.py FOLDER`: mount a file system with one file, `registers`, that can be mapped, but never read.

Whoever touches them waits, and not even SIGKILL ends that: the wait lasts until this process ends. So looks
a bus that hangs. The messages are those of include/uapi/linux/fuse.h; it takes root and fuse.ko.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from pathlib import Path

LOOKUP, FORGET, GETATTR, OPEN, READ, INIT, INTERRUPT, BATCH_FORGET = 1, 2, 3, 14, 15, 26, 36, 42
FOLDER, FILE, SIZE = 1, 2, 0x1000
HOUR = 3600  # how long names and attributes may be taken as known


def attributes(node: int) -> bytes:
    """A `struct fuse_attr`."""
    mode = 0o40755 if node == FOLDER else 0o100666
    return struct.pack("<6Q10I", node, SIZE, 8, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, SIZE, 0)


def answer(operation: int, node: int, body: bytes) -> bytes | int | None:
    """What to answer with, an errno, or None for nothing at all."""
    if operation == INIT:
        return struct.pack("<4I2H2I2HI28x", 7, 31, 0, 0, 0, 0, SIZE, 1, 0, 0, 0)
    if operation == LOOKUP:
        known = body.rstrip(b"\0") == b"registers"
        return struct.pack("<4Q2I", FILE, 0, HOUR, HOUR, 0, 0) + attributes(FILE) if known else errno.ENOENT
    if operation == GETATTR:
        return struct.pack("<Q2I", HOUR, 0, 0) + attributes(node)
    if operation == OPEN:
        return bytes(16)
    if operation in (READ, FORGET, INTERRUPT, BATCH_FORGET):
        return None
    return errno.ENOSYS


def main(folder: str) -> None:
    """Mount, and serve until the end."""
    device = os.open("/dev/fuse", os.O_RDWR)
    Path(folder).mkdir(parents=True, exist_ok=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"never", folder.encode(), b"fuse.never", 0, options.encode()):
        raise OSError(ctypes.get_errno(), "mount", folder)
    print("mounted", flush=True)
    while True:
        request = os.read(device, 0x20000)
        _, operation, unique, node = struct.unpack_from("<IIQQ", request)
        reply = answer(operation, node, request[40:])
        if operation == READ:
            print("touched", flush=True)
        if isinstance(reply, int):
            os.write(device, struct.pack("<IiQ", 16, -reply, unique))
        elif reply is not None:
            os.write(device, struct.pack("<IiQ", 16 + len(reply), 0, unique) + reply)


main(*sys.argv[1:])

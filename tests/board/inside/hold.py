"""`hold.py FILE POSITION`: keep a page mapped, and read or write a word of it for each line of input."""

from __future__ import annotations

import mmap
import os
import sys


def main(path: str, position: str) -> None:
    """Map one page; then `read OFFSET`, `write OFFSET VALUE`, until `end`."""
    descriptor = os.open(path, os.O_RDWR | os.O_SYNC)
    words = memoryview(mmap.mmap(descriptor, 0x1000, offset=int(position, 16))).cast("I")
    print("mapped", flush=True)
    for line in iter(sys.stdin.readline, "end\n"):
        kind, offset, *value = line.split()
        if kind == "write":
            words[int(offset, 16) // 4] = int(value[0], 16)
            print("written", flush=True)
        else:
            print("read", hex(words[int(offset, 16) // 4]), flush=True)


main(*sys.argv[1:])

"""`word.py FILE POSITION OFFSET [VALUE]`: read a 32-bit word of a mapped page once, or write it once."""

from __future__ import annotations

import mmap
import os
import sys


def main(path: str, position: str, offset: str, *value: str) -> None:
    """Map one page at the position, and access the word at the offset in it."""
    descriptor = os.open(path, os.O_RDWR | os.O_SYNC)
    words = memoryview(mmap.mmap(descriptor, 0x1000, offset=int(position, 16))).cast("I")
    index = int(offset, 16) // 4
    if value:
        words[index] = int(value[0], 16)
    else:
        print(hex(words[index]))


main(*sys.argv[1:])

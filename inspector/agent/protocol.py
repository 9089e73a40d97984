"""What client and supervisor say to each other: frames, and operations packed into them.

A frame is two 32-bit lengths, a header in JSON and a body of raw bytes; everything is little-endian. The
first length is that of header and body together, and is bounded before anything is allocated for it. The
agent speaks first, after ``MARKER``, which sets its hello apart from whatever was printed before it.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array

TYPE_CHECKING = False  # importing typing would be most of the start
if TYPE_CHECKING:
    from collections.abc import Buffer
    from typing import Any

VERSION = 1
"""Of the protocol; both sides refuse another one."""

MARKER = b"\0\1inspector agent\2\0"
"""What precedes the hello, on a stream that others may have written to."""

LIMIT = 16 << 20
"""The most bytes of header and body in a frame."""

OPERATIONS_LIMIT = 1 << 18
"""The most operations of one transaction."""

VALUES_LIMIT = 1 << 20
"""The most values that one transaction gives."""

READ, RUN, WRITE = range(3)
BIG_ENDIAN, DIFFERS = 1, 2
NO_SOURCE = 0xFFFF_FFFF

OPERATION = struct.Struct("<BBBxIQQQQ")
"""Kind, width in bits, flags, count or source, offset; then mask and expected, or value, keep and flip."""

_LENGTHS = struct.Struct("<II")


class Malformed(Exception):
    """What came is no frame, or says nothing that is understood."""


def pack(header: dict[str, Any], *body: Buffer) -> bytes:
    """A frame.

    Raises:
        Malformed: It would be longer than the limit.
    """
    text = json.dumps(header, separators=(",", ":")).encode()
    content = b"".join(body)
    size = len(text) + len(content)
    if size > LIMIT:
        raise Malformed(f"a message of {size} bytes; the limit is {LIMIT}")
    return _LENGTHS.pack(size, len(text)) + text + content


class Frames:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._data = bytearray()

    @property
    def full(self) -> bool:
        """Whether so much waits that nothing more should be read for now."""
        return len(self._data) > LIMIT + _LENGTHS.size

    def feed(self, data: bytes) -> None:
        """Take in what came."""
        self._data += data

    def next(self) -> tuple[dict[str, Any], bytes] | None:
        """The next frame's header and body; None while it has not come whole.

        Raises:
            Malformed: It is too long, or its header is no JSON object.
        """
        data = self._data
        if len(data) < _LENGTHS.size:
            return None
        size, header_size = _LENGTHS.unpack_from(data)
        if size > LIMIT or header_size > size:
            raise Malformed(f"a message of {size} bytes with a header of {header_size}; the limit is {LIMIT}")
        end = _LENGTHS.size + size
        if len(data) < end:
            return None
        text = bytes(data[_LENGTHS.size : _LENGTHS.size + header_size])
        body = bytes(data[_LENGTHS.size + header_size : end])
        del data[:end]
        try:
            header = json.loads(text.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Malformed(f"a header that is no JSON: {error}") from None
        if not isinstance(header, dict):
            raise Malformed("a header that is no object")
        return header, body


def little(words: array[Any]) -> array[Any]:
    """Words in the order of the wire, from the host's, or back."""
    if sys.byteorder != "little":
        words.byteswap()
    return words


def number(value: object, low: int, high: int, what: str) -> int:
    """A whole number from ``low`` to ``high``.

    Raises:
        Malformed: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Malformed(f"{what} is not a number from {low} to {high}")
    return value


def text(value: object, what: str, limit: int = 4096) -> str:
    """A text without NUL.

    Raises:
        Malformed: It is none, or too long.
    """
    if not isinstance(value, str) or len(value) > limit or "\0" in value:
        raise Malformed(f"{what} is not a text of at most {limit} characters")
    return value


def items(value: object, what: str, limit: int = 4096) -> list[Any]:
    """A list.

    Raises:
        Malformed: It is none, or too long.
    """
    if not isinstance(value, list) or len(value) > limit:
        raise Malformed(f"{what} is not a list of at most {limit}")
    return value

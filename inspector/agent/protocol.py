"""How the agent and its client talk: frames of a header in JSON and values as 64-bit words.

A frame is the lengths of its two parts, each a 32-bit little-endian number, then the parts. No length is
believed beyond its bound, and nothing is allocated for one that is.
"""

from __future__ import annotations

import json
import struct
from array import array
from typing import Any

VERSION = 1
"""Of everything that is said; both sides refuse another one."""

MAGIC = b"\n\x1e inspector agent \x1e\n"
"""Stands before the first frame: what comes before it is noise of whatever started the agent."""

HEADER_LIMIT = 4 << 20
VALUES_LIMIT = 16 << 20
"""The bounds of a frame's two parts, in bytes."""

_LENGTHS = struct.Struct("<II")

Header = dict[str, Any]


class ProtocolError(Exception):
    """What came is not what was agreed on."""


def pack(header: Header, values: bytes = b"") -> bytes:
    """Make a frame.

    Raises:
        ProtocolError: It would be larger than its bound.
    """
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    if len(text) > HEADER_LIMIT or len(values) > VALUES_LIMIT:
        raise ProtocolError(f"a message of {len(text)} and {len(values)} bytes is too long")
    return _LENGTHS.pack(len(text), len(values)) + text + values


class Frames:
    """Takes frames out of a stream of bytes, however those are cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take in what was read."""
        self._buffer += data

    def next(self) -> tuple[Header, bytes] | None:
        """The next whole frame, or None until more was fed.

        Raises:
            ProtocolError: It is longer than its bound, or its header is no JSON object.
        """
        buffer = self._buffer
        if len(buffer) < _LENGTHS.size:
            return None
        header_size, values_size = _LENGTHS.unpack_from(buffer)
        if header_size > HEADER_LIMIT or values_size > VALUES_LIMIT:
            raise ProtocolError(f"a message of {header_size} and {values_size} bytes is too long")
        end = _LENGTHS.size + header_size + values_size
        if len(buffer) < end:
            return None
        text = bytes(buffer[_LENGTHS.size : _LENGTHS.size + header_size])
        values = bytes(buffer[_LENGTHS.size + header_size : end])
        del buffer[:end]
        try:
            header = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"a message is no JSON: {error}") from None
        if not isinstance(header, dict):
            raise ProtocolError("a message is no JSON object")
        return header, values


def words(values: bytes) -> array[int]:
    """Values as 64-bit words.

    Raises:
        ProtocolError: They are not a whole number of words.
    """
    if len(values) % 8:
        raise ProtocolError(f"values of {len(values)} bytes are no 64-bit words")
    found = array("Q")
    found.frombytes(values)
    if _BIG:
        found.byteswap()
    return found


_BIG = struct.pack("=H", 1) == b"\x00\x01"

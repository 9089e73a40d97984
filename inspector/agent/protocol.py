"""How the agent and its client talk: frames of a header in JSON and a body of raw bytes.

A frame is the lengths of its two parts, each a 32-bit little-endian number, then the parts. Together they
are bounded; no length is believed beyond that, and nothing is allocated for one that is.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array

TYPE_CHECKING = False  # importing typing would be half of the start
if TYPE_CHECKING:
    from typing import Any

    Header = dict[str, Any]

VERSION = 1
"""Of everything that is said; both sides refuse another one."""

MAGIC = b"\n\x1e inspector agent \x1e\n"
"""Stands before the first frame: what comes before it is noise of whatever started the agent."""

LIMIT = 16 << 20
"""The most bytes of a frame's two parts together."""

_LENGTHS = struct.Struct("<II")

# Made once: `json.dumps` makes another one for each message.
_encode = json.JSONEncoder(separators=(",", ":")).encode


class ProtocolError(Exception):
    """What came is not what was agreed on."""


def pack(header: Header, body: bytes = b"") -> bytes:
    """Make a frame.

    Raises:
        ProtocolError: It would be larger than its bound.
    """
    text = _encode(header).encode("ascii")
    if len(text) + len(body) > LIMIT:
        raise ProtocolError(f"a message of {len(text)} and {len(body)} bytes is too long")
    return _LENGTHS.pack(len(text), len(body)) + text + body


class Frames:
    """Takes frames out of a stream of bytes, however those are cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def full(self) -> bool:
        """Whether so much waits here that nothing more should be read for now."""
        return len(self._buffer) > LIMIT

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
        header_size, body_size = _LENGTHS.unpack_from(buffer)
        if header_size + body_size > LIMIT:
            raise ProtocolError(f"a message of {header_size} and {body_size} bytes is too long")
        start = _LENGTHS.size + header_size
        end = start + body_size
        if len(buffer) < end:
            return None
        text, body = bytes(buffer[_LENGTHS.size : start]), bytes(buffer[start:end])
        del buffer[:end]
        try:
            header = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"a message is no JSON: {error}") from None
        if not isinstance(header, dict):
            raise ProtocolError("a message is no JSON object")
        return header, body


def little(words: array[Any]) -> array[Any]:
    """Words of the host as they are sent, or what was sent as words of the host."""
    if sys.byteorder != "little":
        words.byteswap()
    return words


def number(value: object, low: int, high: int, what: str) -> int:
    """A whole number.

    Raises:
        ProtocolError: It is none from ``low`` to ``high``.
    """
    if type(value) is not int or not low <= value <= high:
        raise ProtocolError(f"{what} is no number from {low} to {high}")
    return value


def text(value: object, what: str, limit: int = 4096) -> str:
    """A text that can be a path or a name.

    Raises:
        ProtocolError: It is none, or longer than ``limit`` characters.
    """
    if not isinstance(value, str) or len(value) > limit or "\0" in value:
        raise ProtocolError(f"{what} is no text of at most {limit} characters")
    return value


def items(value: object, what: str, limit: int = 4096) -> list[Any]:
    """A list.

    Raises:
        ProtocolError: It is none, or longer than ``limit``.
    """
    if not isinstance(value, list) or len(value) > limit:
        raise ProtocolError(f"{what} is no list of at most {limit}")
    return value


def exactly(value: object, count: int, what: str) -> list[Any]:
    """A list of ``count`` things.

    Raises:
        ProtocolError: It is none.
    """
    found = items(value, what)
    if len(found) != count:
        raise ProtocolError(f"{what} is no list of {count}")
    return found

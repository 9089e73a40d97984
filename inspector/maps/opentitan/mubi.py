"""OpenTitan's multi-bit booleans: values far apart in bits, so that one flipped bit is neither."""

from __future__ import annotations

WIDTHS = tuple(range(4, 33, 4))
"""Bits that such a field may have."""


def encoded(truth: bool, width: int) -> int:
    """Its value: 6 for true and 9 for false, and each next digit the opposite of the one below."""
    value = 0
    for digit in range(width // 4):
        value |= (6 if truth is (digit % 2 == 0) else 9) << (4 * digit)
    return value


def enum_name(width: int) -> str:
    """What a map's enumeration of such values is called."""
    return f"mubi{width}"

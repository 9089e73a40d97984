"""CMSIS-SVD's own spellings of numbers: ``#101``, ``0b1x0``, ``0X1F``, ``4K``, ``007``."""

from __future__ import annotations

import re
from functools import lru_cache

_INTEGER = re.compile(r"\+?(?:(0[xX])([0-9a-fA-F]+)|(#|0[bB])([01]+)|([0-9]+))([kKmMgGtT]?)")
_SCALE = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_DO_NOT_CARE = re.compile(r"\+?(?:#|0[bB])([01xX]+)")
LONGEST = 80
"""Characters of a number: more than 64 bits take in any spelling."""


@lru_cache(maxsize=4096)
def parse_integer(text: str) -> int | None:
    """A number as the schema's ``scaledNonNegativeInteger`` has it; None for what is none.

    Leading zeros mean nothing: ``010`` is ten. K, M, G and T multiply by powers of 1,024.
    """
    match = _INTEGER.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return None
    if match[1]:
        value = int(match[2], 16)
    elif match[3]:
        value = int(match[4], 2)
    else:
        value = int(match[5])
    return value << _SCALE[match[6].lower()]


@lru_cache(maxsize=4096)
def parse_enum_value(text: str) -> tuple[int, int] | None:
    """The value of an enumerated value and the bits of it that do not matter; None for what is none."""
    value = parse_integer(text)
    if value is not None:
        return value, 0
    match = _DO_NOT_CARE.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return None
    digits = match[1].lower()
    return int(digits.replace("x", "0"), 2), int(digits.replace("1", "0").replace("x", "1"), 2)


def parse_truth(text: str) -> bool:
    """A boolean of the schema."""
    return text.lower() in ("true", "1")

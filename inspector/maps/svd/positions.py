"""Which bits a field takes, in the schema's three spellings."""

from __future__ import annotations

import re

from inspector.maps.svd.numbers import parse_integer
from inspector.maps.xml import Element

POSITION_TAGS = frozenset(("bitOffset", "bitWidth", "lsb", "msb", "bitRange"))

_RANGE = re.compile(r"\[?\s*(\w+)\s*:\s*(\w+)\s*\]?")


def read_position(stated: dict[str, Element]) -> tuple[int, int] | None:
    """The lowest and the highest bit as stated, whichever is the larger; None where there are none."""
    if (element := stated.get("bitOffset")) is not None:
        lsb = parse_integer(element.text.strip())
        width = 1 if (element := stated.get("bitWidth")) is None else parse_integer(element.text.strip())
        return None if lsb is None or not width else (lsb, lsb + width - 1)
    if (element := stated.get("bitRange")) is not None:
        match = _RANGE.fullmatch(element.text.strip())
        msb, lsb = (parse_integer(match[1]), parse_integer(match[2])) if match else (None, None)
    elif "lsb" in stated and "msb" in stated:
        lsb, msb = parse_integer(stated["lsb"].text.strip()), parse_integer(stated["msb"].text.strip())
    else:
        return None
    return None if lsb is None or msb is None else (lsb, msb)

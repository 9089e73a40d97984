"""``dim`` and what belongs to it: how often a thing stands there, how far apart, and under which names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.maps.findings import quote
from inspector.maps.svd.budget import TooMuchError
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.numbers import parse_integer
from inspector.maps.svd.properties import Stated, read_number
from inspector.maps.xml import Element

DIM_TAGS = frozenset(("dim", "dimIncrement", "dimIndex", "dimName", "dimArrayIndex"))
"""The schema's ``dimElementGroup``."""

MOST_ELEMENTS = 1_000_000
"""Elements of an array; a map has no more registers."""


@dataclass(frozen=True, slots=True)
class Array:
    """An array.

    Attributes:
        count: Number of elements.
        stride: From one to the next, in bytes, or bits of a field.
        names: Of the elements, or empty for 0, 1, 2 and so on.
    """

    count: int
    stride: int
    names: tuple[str, ...] = ()

    def element(self, i: int) -> str:
        """What stands in the name of the element ``i``."""
        return self.names[i] if self.names else str(i)


def read_array(stated: Stated, name: str, default_stride: int, notes: Notes) -> Array | None:
    """The array that ``dim`` makes of a thing; None where it stands there once."""
    element = stated.get("dim")
    if element is None:
        return None
    count = read_number(stated, "dim", notes)
    if not count:
        return None
    if count > MOST_ELEMENTS:
        raise TooMuchError(f"{quote(name)} has {count:,} elements, more than {MOST_ELEMENTS:,}", element.line)
    stride = read_number(stated, "dimIncrement", notes)
    if stride is None or (stride == 0 and count > 1):
        stride = default_stride
        if count > 1:
            notes.repair(
                "arrays without dimIncrement",
                element.line,
                f"{quote(name)} has no dimIncrement; its elements are taken to follow each other",
            )
    if "dimName" in stated:
        notes.drop("dimName: what a C header calls an array's structure", stated["dimName"].line)
    return Array(count, stride, _names(stated, name, count, notes))


_RANGE = re.compile(r"(?:([0-9]+)\s*-\s*([0-9]+)|([A-Z])\s*-\s*([A-Z])|([a-z])\s*-\s*([a-z]))")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


def _names(stated: Stated, name: str, count: int, notes: Notes) -> tuple[str, ...]:
    """The elements' names where they are not 0, 1, 2 and so on."""
    element = stated.get("dimIndex")
    if element is not None:
        text = element.text.strip()
        names = index_names(text)
    elif "[%s]" in name and (element := stated.get("dimArrayIndex")) is not None:
        text = "dimArrayIndex"
        names = _array_index(element)
    else:
        if (element := stated.get("dimArrayIndex")) is not None:
            notes.drop("dimArrayIndex: names of an array's elements for a C header", element.line)
        return ()
    why = ""
    if len(names) != count:
        why = f"names {len(names)} elements of {count}"
    elif len(set(names)) != count:
        why = "names two elements alike"
    elif not all(map(_NAME.fullmatch, names)):
        why = "has names that are none"
    if why:
        message = f"dimIndex {quote(text)} of {quote(name)} {why}; they are numbered from 0"
        notes.repair("dimIndex that does not fit", element.line, message)
        return ()
    return () if names == tuple(map(str, range(count))) else names


def index_names(text: str) -> tuple[str, ...]:
    """The names that a ``dimIndex`` lists: ``A,B,C``, ``3-6`` or ``A-D``."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if match[1] is not None:
        low, high = int(match[1]), int(match[2])
        return tuple(map(str, range(low, min(high, low + MOST_ELEMENTS) + 1)))
    first, last = (match[3], match[4]) if match[3] else (match[5], match[6])
    return tuple(map(chr, range(ord(first), ord(last) + 1)))


def _array_index(element: Element) -> tuple[str, ...]:
    """The names that a ``dimArrayIndex`` gives the elements, in the order of their values."""
    values: dict[int, str] = {}
    for item in element.all("enumeratedValue"):
        value, name = parse_integer(item.value("value") or ""), item.value("name")
        if value is not None and name:
            values[value] = name
    return tuple(name for _, name in sorted(values.items()))

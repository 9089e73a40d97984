"""Enumerations as CMSIS-SVD has them: names that are identifiers, and values with don't-care bits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from inspector.maps.exports.texts import one_line
from inspector.maps.exports.xml_text import XmlText
from inspector.maps.identifiers import Names
from inspector.model.bits import ones
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.field import Field

Tell = Callable[[str], None]
"""Takes what is not carried over."""


def write_enumerations(field: Field, xml: XmlText, tell: Tell) -> None:
    """Write the names of a field's values, those for reading and for writing apart where they differ."""
    if field.enum is not None:
        _write(field.enum, "read" if field.enum_write else "", field.width, xml, tell)
    if field.enum_write is not None:
        _write(field.enum_write, "write", field.width, xml, tell)


def _write(enum: Enumeration, usage: str, width: int, xml: XmlText, tell: Tell) -> None:
    names = Names()
    with xml.inside("enumeratedValues"):
        xml.optional("usage", usage)
        for entry in enum.entries:
            if entry.danger:
                tell("the danger of writing a value is not carried")
            values = list(_values(entry, width))
            if len(values) > 1:
                tell("a range of values is written as several enumerated values")
            for value in values:
                name = _name(entry.name, names, tell)
                with xml.inside("enumeratedValue"):
                    xml.element("name", name)
                    if name != entry.name:
                        xml.element("description", one_line(entry.name) or name)
                    xml.element("value", value)
        if enum.default is not None:
            name = _name(enum.default, names, tell)
            with xml.inside("enumeratedValue"):
                xml.element("name", name)
                if name != enum.default:
                    xml.element("description", one_line(enum.default) or name)
                xml.element("isDefault", "true")


def _name(text: str, names: Names, tell: Tell) -> str:
    word = re.sub("[^A-Za-z0-9_]+", "_", text).strip("_") if not re.fullmatch("[A-Za-z0-9_]+", text) else text
    if word != text:
        tell("the name of a value is made an identifier, its own text the description")
    return names.take(word or "value")


def _values(entry: EnumEntry, width: int) -> Iterator[str]:
    """The values as SVD writes them: a number, or bits of which ``x`` does not matter."""
    if entry.free:
        yield _pattern(entry.low, entry.free, width)
        return
    low = entry.low
    while low <= entry.high:
        # The largest aligned run that begins here and ends within the range.
        size = low & -low if low else 1 << width
        while low + size - 1 > entry.high:
            size >>= 1
        yield str(low) if size == 1 else _pattern(low, ones(size.bit_length() - 1), width)
        low += size


def _pattern(value: int, free: int, width: int) -> str:
    digits = ("x" if free >> bit & 1 else str(value >> bit & 1) for bit in reversed(range(width)))
    return "#" + "".join(digits)

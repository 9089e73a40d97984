"""Values with parts as a map writes them: bits, enumerations, formats, conditions, behaviours."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from inspector.maps.writing.emit import Value, Words
from inspector.maps.writing.scalars import decimal, hexadecimal, quoted, text, truth
from inspector.model.bits import Bits
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.field import Constraint
from inspector.model.format import Format, FormatType
from inspector.model.guard import Guard, Guards

Pairs = dict[str, Value]
"""A mapping in the making; its order is the file's."""


def bits(value: Bits) -> Value:
    """``3``, ``7:4``, or a list of those."""
    parts = [str(msb) if msb == lsb else f"{msb}:{lsb}" for msb, lsb in value.parts]
    return parts[0] if len(parts) == 1 else parts


def enumeration(value: Enumeration) -> Pairs:
    """Value → name."""
    pairs: Pairs = {_entry_key(entry): _entry(entry) for entry in value.entries}
    if value.default is not None:
        pairs["default"] = text(value.default)
    return pairs


def _entry_key(entry: EnumEntry) -> str:
    if entry.free or entry.high < 256:
        return entry.text
    return hexadecimal(entry.low) + (f"..{hexadecimal(entry.high)}" if entry.low != entry.high else "")


def _entry(entry: EnumEntry) -> Value:
    if not entry.desc and not entry.danger:
        return text(entry.name)
    pairs: Pairs = {"name": text(entry.name)}
    if entry.desc:
        pairs["desc"] = Words(entry.desc)
    if entry.danger:
        pairs["danger"] = Words(entry.danger)
    return pairs


def format_(value: Format) -> Value:
    """A word, or a mapping with its parameters."""
    match value.type:
        case FormatType.FIXED | FormatType.UFIXED:
            return {"type": value.type.value, "frac": str(value.frac)}
        case FormatType.LINEAR:
            return {"type": "linear", "scale": decimal(value.scale), "offset": decimal(value.offset)}
        case FormatType.EXPR:
            assert value.expression is not None
            return {"type": "expr", "expr": quoted(value.expression.text)}
    word: str = value.type.value
    return word


def guard(value: Guard) -> str:
    """``PATH == VALUE``."""
    return guards((value,))


def guards(values: Guards) -> str:
    """Conditions that must all hold."""
    return _condition(
        " and ".join(
            f"{one.path} {'!=' if one.differs else '=='} "
            f"{one.value if one.value < 256 else hexadecimal(one.value)}"
            for one in values
        )
    )


def _condition(condition: str) -> str:
    # A path of an element has brackets, and a flow would end there.
    return quoted(condition) if set("[]{},#") & set(condition) else condition


def path(value: str) -> str:
    """A path, in quotes where it has brackets."""
    return quoted(value) if set("[]{},#/") & set(value) else value


def constraint(value: Constraint) -> Pairs:
    """Which values may be written."""
    pairs: Pairs = {}
    if value.minimum is not None:
        pairs["min"] = str(value.minimum)
    if value.maximum is not None:
        pairs["max"] = str(value.maximum)
    if value.enum_only:
        pairs["enum_only"] = truth(True)
    if value.as_read:
        pairs["as_read"] = truth(True)
    return pairs


def behaviour(value: Any) -> Pairs:
    """What differs from doing nothing: the attributes are called like the keys."""
    pairs: Pairs = {}
    for field in dataclasses.fields(value):
        stated = getattr(value, field.name)
        if stated == field.default:
            continue
        match stated:
            case bool():
                pairs[field.name] = truth(stated)
            case str():
                # Paths and what is fed: the space around a feed belongs to it.
                pairs[field.name] = quoted(stated)
            case _:
                pairs[field.name] = decimal(stated)
    return pairs


def names(values: Sequence[str]) -> Value:
    """A list of words."""
    return [text(value) for value in values]

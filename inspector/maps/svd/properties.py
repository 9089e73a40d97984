"""The properties that registers inherit: device → peripheral → cluster → register, and fields the access."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from inspector.maps.findings import quote
from inspector.maps.svd.access import (
    ACCESS,
    MISSPELT_ACCESS,
    MODIFIED_WRITE_VALUES,
    READ_ACTIONS,
    Effects,
)
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.numbers import parse_integer
from inspector.maps.xml import Element
from inspector.model.access import Writable
from inspector.model.bits import ones

T = TypeVar("T")

Stated = dict[str, Element]
"""An element's children by tag; of several with one tag, the last."""

_SEVERAL = frozenset(
    ("addressBlock", "cluster", "enumeratedValue", "enumeratedValues", "field", "fields", "interrupt")
) | {"peripherals", "register", "registers"}
"""What an element may have more than one of."""

GROUP_TAGS = frozenset(("size", "access", "protection", "resetValue", "resetMask"))
"""The schema's ``registerPropertiesGroup``."""

_EFFECT_TAGS = frozenset(("access", "modifiedWriteValues", "readAction"))
_WIDTHS = (8, 16, 32, 64, 128)


class Properties(NamedTuple):
    """What holds where nothing nearer is stated.

    Attributes:
        width: Of a register in bits.
        effects: What reading and writing do.
        reset: The value after reset, or None.
        mask: Its defined bits, or None for all.
    """

    width: int = 32
    effects: Effects = Effects()
    reset: int | None = None
    mask: int | None = None

    @property
    def reset_in_width(self) -> tuple[int, int] | None:
        """The reset and its mask within the register's width; None where no bit is defined."""
        if self.reset is None:
            return None
        limit = ones(self.width)
        mask = limit if self.mask is None else self.mask & limit
        return (self.reset & limit, mask) if mask else None


def read_stated(element: Element, notes: Notes) -> Stated:
    """An element's children by tag; what can be stated once and is stated again is noted."""
    stated = {child.tag: child for child in element.children}
    if len(stated) < len(element.children):
        for child in element.children:
            last = stated[child.tag]
            if last is not child and child.tag not in _SEVERAL:
                message = f"{child.tag} is stated again in line {last.line + 1}; the last one holds"
                notes.repair("things stated twice", child.line, message)
    return stated


def read_properties(stated: Stated, outer: Properties, notes: Notes) -> Properties:
    """What holds one level nearer, at a device, a peripheral, a cluster or a register."""
    keys = stated.keys()
    if keys.isdisjoint(GROUP_TAGS) and keys.isdisjoint(_EFFECT_TAGS):
        return outer
    width = outer.width
    if (element := stated.get("size")) is not None:
        width = _width(element, notes) or width
    if (element := stated.get("protection")) is not None:
        notes.drop("protection: whether an access must be secure, non-secure or privileged", element.line)
    reset = read_number(stated, "resetValue", notes)
    mask = read_number(stated, "resetMask", notes)
    return Properties(
        width,
        read_effects(stated, outer.effects, notes),
        outer.reset if reset is None else reset,
        outer.mask if mask is None else mask,
    )


def read_number(stated: Stated, tag: str, notes: Notes) -> int | None:
    """A number, or None where it is not stated or is none; the latter is noted."""
    element = stated.get(tag)
    if element is None:
        return None
    text = element.text.strip()
    value = parse_integer(text)
    if value is None:
        notes.repair(
            "numbers that are none", element.line, f"{tag} {quote(text)} is no number; it is left out"
        )
    return value


def _width(element: Element, notes: Notes) -> int | None:
    """A register's size as a width that registers have, the next larger one where it has none such."""
    text = element.text.strip()
    size = parse_integer(text)
    if size in _WIDTHS:
        return size
    width = next((width for width in _WIDTHS if size is not None and 0 < size <= width), None)
    done = "the size is inherited" if width is None else f"it is taken for {width}"
    notes.repair(
        "sizes that no register has", element.line, f"no register has the size {quote(text)}; {done}"
    )
    return width


def read_effects(stated: Stated, outer: Effects, notes: Notes) -> Effects:
    """What is said of reading and writing one level nearer, each word for itself."""
    if stated.keys().isdisjoint(_EFFECT_TAGS):
        return outer
    readable, writable = outer.readable, outer.writable
    on_read, on_write = outer.on_read, outer.on_write
    if (element := stated.get("access")) is not None:
        readable, writable = _access(element, notes) or (readable, writable)
    if (element := stated.get("modifiedWriteValues")) is not None:
        on_write = _word(element, MODIFIED_WRITE_VALUES, notes) or on_write
    if (element := stated.get("readAction")) is not None:
        on_read = _word(element, READ_ACTIONS, notes) or on_read
    return Effects(readable, writable, on_read, on_write)


def _access(element: Element, notes: Notes) -> tuple[bool, Writable] | None:
    word = element.text.strip()
    known = word.lower()
    meant = MISSPELT_ACCESS.get(known, known)
    if meant not in ACCESS:
        notes.repair(
            "words for access that are not known",
            element.line,
            f"access {quote(word)} is not known; it is inherited",
        )
        return None
    if meant is not known:
        notes.repair("misspelt words for access", element.line, f"access {quote(word)} is taken for {meant}")
    return ACCESS[meant]


def _word(element: Element, words: dict[str, T], notes: Notes) -> T | None:
    text = element.text.strip()
    meaning = words.get(text.lower())
    if meaning is None:
        message = f"{element.tag} {quote(text)} is not known; it is left out"
        notes.repair("words that are not known", element.line, message)
    return meaning

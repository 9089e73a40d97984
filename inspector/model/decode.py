"""What a register's word means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from inspector.model.field import Field
from inspector.model.format import FormatType
from inspector.model.guard import Guard
from inspector.model.numbers import group_hex
from inspector.model.register import Register


class DecodedField(NamedTuple):
    """One field's part of a word.

    Attributes:
        field: Which.
        value: Its raw value.
        meaning: Its enumeration's name, or None.
        text: The value as shown: by name, or by format and unit.
        unsure: What must hold for the field to be there, where nobody knows; empty where it is there.
    """

    field: Field
    value: int
    meaning: str | None
    text: str
    unsure: str = ""


Known = Mapping[Guard, bool]
"""Which conditions on other registers hold, as far as that is known."""

NOTHING_KNOWN: Known = MappingProxyType({})


def decode(register: Register, word: int, known: Known = NOTHING_KNOWN) -> tuple[DecodedField, ...]:
    """Decode the readable fields of ``word`` that are there, in file order.

    Args:
        register: The register.
        word: Its value, which decides about fields that depend on others of the same register.
        known: What is known of the conditions on other registers.
    """
    others = values_beside(register, word)
    return tuple(
        DecodedField(field, value, field.meaning(value), field.render(value, others), unsure)
        for field, unsure in fields_there(register, word, known)
        if field.access.readable
        for value in (field.bits.extract(word),)
    )


def fields_there(register: Register, word: int, known: Known = NOTHING_KNOWN) -> Iterator[tuple[Field, str]]:
    """The fields that are there, each with what must hold for it where that is not known; empty where it is.

    Args:
        register: The register.
        word: Its value.
        known: What is known of the conditions on other registers.
    """
    for field in register.fields:
        unsure: list[str] = []
        for guard in field.when:
            own = register.field(guard.path)
            holds = known.get(guard) if own is None else guard.holds(own.bits.extract(word))
            if holds is False:
                break
            if holds is None:
                unsure.append(str(guard))
        else:
            yield field, " and ".join(unsure)


def as_there(register: Register, word: int | None, known: Known = NOTHING_KNOWN) -> Register:
    """The register with those of its fields alone that are there, or may be, while it holds ``word``."""
    if word is None or not any(field.when for field in register.fields):
        return register
    return replace(register, fields=tuple(field for field, _ in fields_there(register, word, known)))


def values_beside(register: Register, word: int) -> dict[str, int] | None:
    """The raw values of the register's fields by name, where a formula of one needs them; else None."""
    if not any(field.format.expression and field.format.expression.names for field in register.fields):
        return None
    return {field.name: field.bits.extract(word) for field in register.fields if field.access.readable}


def summarise(register: Register, word: int, known: Known = NOTHING_KNOWN) -> str:
    """Say in one line what ``word`` means, so that a row reads like a sentence of what is set.

    Flags that are 0 are left out, and what may not be there; enumerations speak by their names, numbers with
    their units.
    """
    if not register.fields:
        return render_word(register, word, fallback="")
    return " · ".join(" ".join(phrase) for phrase in _joined(list(_phrases(register, word, known))))


def _phrases(register: Register, word: int, known: Known) -> Iterator[tuple[str, ...]]:
    """What each field says: its name, and its value where it is not a plain flag."""
    for decoded in decode(register, word, known):
        field = decoded.field
        if field.hidden or decoded.unsure:
            continue
        if decoded.meaning is not None:
            yield field.name, decoded.meaning
        elif field.width == 1:
            if decoded.value:
                yield (field.name,)
        elif decoded.value or field.format.type is not FormatType.HEX:
            yield field.name, decoded.text


_ELEMENT = re.compile(r"(.+)\[(\d+)\]")


def _joined(phrases: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Join neighbouring elements of a field array that say the same: ``PIN[0..7] input``."""
    while phrases:
        name, *said = phrases.pop(0)
        element = _ELEMENT.fullmatch(name)
        if element is not None:
            array, first = element[1], int(element[2])
            last = first
            while phrases and phrases[0] == (f"{array}[{last + 1}]", *said):
                phrases.pop(0)
                last += 1
            if last > first:
                name = f"{array}[{first}..{last}]"
        yield (name, *said)


def render_word(register: Register, word: int, fallback: str | None = None) -> str:
    """Show a whole register's value by its name or format and unit; ``fallback`` where it states none."""
    name = register.enum.name_of(word) if register.enum else None
    if name is not None:
        return name
    if register.format.type is FormatType.HEX and not register.unit:
        return group_hex(word, register.width) if fallback is None else fallback
    text = register.format.render(word, register.width)
    return f"{text} {register.unit}" if register.unit else text

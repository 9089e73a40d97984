"""What a register's word means."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.model.field import Field
from inspector.model.format import FormatType
from inspector.model.numbers import group_hex
from inspector.model.register import Register


@dataclass(frozen=True, slots=True)
class DecodedField:
    """One field's part of a word.

    Attributes:
        field: Which.
        value: Its raw value.
        meaning: Its enumeration's name, or None.
        text: The value as shown: by name, or by format and unit.
    """

    field: Field
    value: int
    meaning: str | None
    text: str


def decode(register: Register, word: int) -> tuple[DecodedField, ...]:
    """Decode the readable fields of ``word``, in file order."""
    return tuple(
        DecodedField(field, value, field.meaning(value), field.render(value))
        for field in register.fields
        if field.access.readable
        for value in (field.bits.extract(word),)
    )


def summarise(register: Register, word: int) -> str:
    """Say in one line what ``word`` means, so that a row reads like a sentence of what is set.

    Flags that are 0 are left out; enumerations speak by their names, numbers with their units.
    """
    if not register.fields:
        return render_word(register, word, fallback="")
    words = []
    for decoded in decode(register, word):
        field = decoded.field
        if field.hidden:
            continue
        if field.width == 1 and decoded.meaning is None:
            if decoded.value:
                words.append(field.name)
        elif decoded.meaning is not None:
            words.append(f"{field.name} {decoded.meaning}")
        elif decoded.value or field.format.type is not FormatType.HEX:
            words.append(f"{field.name} {decoded.text}")
    return " · ".join(words)


def render_word(register: Register, word: int, fallback: str | None = None) -> str:
    """Show a whole register's value by its name or format and unit; ``fallback`` where it states none."""
    name = register.enum.name_of(word) if register.enum else None
    if name is not None:
        return name
    if register.format.type is FormatType.HEX and not register.unit:
        return group_hex(word, register.width) if fallback is None else fallback
    text = register.format.render(word, register.width)
    return f"{text} {register.unit}" if register.unit else text

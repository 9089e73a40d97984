"""Edits: what a person wants changed, before anything is composed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from inspector.errors import UsageError, ValueOverflow
from inspector.model.bits import ones
from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.numbers import NumberError, parse_number
from inspector.model.paths import find, nearest
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap, RegisterNode


class Operator(Enum):
    """What to do with the bits."""

    ASSIGN = "="
    """The value states the bits that go on the bus."""
    OR = "|"
    AND_NOT = "&~"
    XOR = "^"
    CLEAR = "clear"
    SET = "set"
    TOGGLE = "toggle"
    PULSE = "pulse"


VERBS = {
    operator.value: operator for operator in (Operator.CLEAR, Operator.SET, Operator.TOGGLE, Operator.PULSE)
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a register or to one of its fields.

    Attributes:
        field: Which field; None for the whole register.
        operator: What to do.
        value: The operand, in the field's or register's own bits; 0 for verbs.
    """

    field: Field | None
    operator: Operator
    value: int = 0

    def __str__(self) -> str:
        name = self.field.name if self.field else "the register"
        if self.operator.value in VERBS:
            return f"{self.operator.value} {name}"
        return f"{name} {self.operator.value} {self.value:#x}"


def parse_value(text: str, register: Register, field: Field | None = None) -> Edit:
    """Read a VALUE: a number, an enumeration's name, a verb, or ``|N``, ``&~N``, ``^N``.

    Raises:
        UsageError: None of these, or a value that the map's constraint forbids.
        ValueOverflow: The number is wider than the field or register.
    """
    text = text.strip()
    width = field.width if field else register.width
    name = field.name if field else register.name
    for operator in (Operator.AND_NOT, Operator.OR, Operator.XOR):
        if text.startswith(operator.value):
            return Edit(field, operator, _number(text[len(operator.value) :].strip(), name, width))
    choices = field.choices if field else register.enum
    if choices is not None:
        value = choices.value_of(text)
        if value is not None:
            return Edit(field, Operator.ASSIGN, value)
    if text in VERBS:
        return Edit(field, VERBS[text])
    if choices is not None and not _means_number(text):
        raise UsageError(f"{name} {_unknown_name(text, choices)}")
    value = _number(text, name, width)
    if field is not None:
        check_constraint(field, value)
    return Edit(field, Operator.ASSIGN, value)


def parse_assignment(register_map: RegisterMap, text: str) -> tuple[RegisterNode, Edit]:
    """Read ``PATH=VALUE``.

    Raises:
        UsageError: No ``=``, an unknown path, or a value that does not fit.
    """
    path, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is not PATH=VALUE")
    node, field = find(register_map, path.strip())
    return node, parse_value(value, node.register, field)


def _number(text: str, name: str, width: int) -> int:
    try:
        value = parse_number(text)
    except NumberError as error:
        hint = f": {error.hint}" if error.hint else "; write a number, a name, or clear, set, toggle, pulse"
        raise UsageError(f"{name}: {error}{hint}") from None
    if value < 0 and -value <= 1 << (width - 1):
        value += 1 << width
    if not 0 <= value <= ones(width):
        bits = "1 bit" if width == 1 else f"{width} bits"
        raise ValueOverflow(f"{name} has {bits}: {text} does not fit, the most is {ones(width):#x}")
    return value


def _means_number(text: str) -> bool:
    """Whether ``text`` is a number, or rather a slip in writing one than in writing a name."""
    try:
        parse_number(text)
    except NumberError as error:
        return bool(error.hint) and not text[:1].isalpha()
    return True


def _unknown_name(text: str, choices: Enumeration) -> str:
    several = next((entry.text for entry in choices.entries if entry.name == text), None)
    if several is None and text == choices.default:
        several = "every value without a name of its own"
    if several is not None:
        return f"has several values named {text!r}, {several}: write one as a number"
    names = list(dict.fromkeys(entry.name for entry in choices.choices))
    best = nearest(text, [*names, *VERBS])
    did = f"; did you mean {best!r}?" if best else ""
    return f"has no value named {text!r}{did} (its names: {', '.join(names)})"


def check_constraint(field: Field, value: int) -> None:
    """Refuse a value that the map does not allow in ``field``.

    Raises:
        UsageError: It is too small or too large, has no name where only named ones are allowed, or only
            what was read may be written.
    """
    constraint = field.constraint
    if constraint.as_read:
        raise UsageError(f"{field.name}: the map allows only the value that was read, so it cannot be edited")
    if constraint.minimum is not None and value < constraint.minimum:
        raise UsageError(f"{field.name}: {value} is less than {constraint.minimum}, the least the map allows")
    if constraint.maximum is not None and value > constraint.maximum:
        raise UsageError(f"{field.name}: {value} is more than {constraint.maximum}, the most the map allows")
    if constraint.enum_only and field.choices and field.choices.name_of(value) is None:
        names = ", ".join(f"{entry.text} {entry.name}" for entry in field.choices.entries)
        raise UsageError(f"{field.name}: {value} has no name, and the map allows only {names}")

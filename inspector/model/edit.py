"""Edits: what a person wants changed, before anything is composed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from inspector.errors import InspectorError, UsageError, ValueOverflow
from inspector.model.bits import ones
from inspector.model.constant import is_constant, loosest, parse_constant
from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.format import FormatType
from inspector.model.numbers import NumberError, parse_number
from inspector.model.paths import find, nearest
from inspector.model.quantity import Quantity
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

    @property
    def bitwise(self) -> bool:
        """Whether it means only the bits that are 1 in the value, and leaves the others as they are."""
        return self in (Operator.OR, Operator.AND_NOT, Operator.XOR)


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


def parse_value(
    text: str, register: Register, field: Field | None = None, *, called: str = "the register"
) -> Edit:
    """Read a VALUE as it is typed.

    A number, calculated or not (``0x1f``, ``1<<5|1``, ``~0``); an enumeration's name; a verb; ``|N``, ``&N``,
    ``&~N``, ``^N`` and ``~`` on the present value; what the format shows (``'A'``, ``10.0.0.1``); or, where
    the map states a unit or a fraction, a number with either (``3.3 V``), for the nearest raw value.

    Args:
        text: The VALUE.
        register: What it is for; an array's elements are one register, whose name is none of theirs.
        field: Which of its fields, or None for the whole.
        called: How messages call the register.

    Raises:
        UsageError: None of these, or a value that the map's constraint forbids.
        ValueOverflow: The number is wider than the field or register.
    """
    text = text.strip()
    width = field.width if field else register.width
    name = field.name if field else called
    if text == "~":
        return Edit(field, Operator.TOGGLE)
    if text[:1] in ("|", "&", "^"):
        return _operation(text, field, name, width)
    choices = field.choices if field else register.enum
    if choices is not None:
        value = choices.value_of(text)
        if value is not None:
            return Edit(field, Operator.ASSIGN, value)
    if text in VERBS:
        return Edit(field, VERBS[text])
    value = _shown(text, register, field, name)
    if value is None:
        if choices is not None and not _means_number(text):
            raise UsageError(f"{name} {_unknown_name(text, choices)}")
        value = _number(text, name, width)
    if field is not None:
        check_constraint(field, value)
    return Edit(field, Operator.ASSIGN, value)


def quantity_of(register: Register, field: Field | None = None, name: str = "") -> Quantity:
    """How the raw values of a field, or of the whole register, are shown; messages call it ``name``."""
    what = field or register
    return Quantity(name, what.format, what.unit, what.width)


def value_text(value: int, register: Register, field: Field | None = None) -> str:
    """What a person types to mean exactly ``value``: as it is shown, where that says exactly it."""
    what = field or register
    choices = field.choices if field else register.enum
    name = choices.name_of(value) if choices else None
    number = str(value) if what.width < 4 else f"{value:#x}"
    shown = quantity_of(register, field).text(value)
    if shown is None and what.format.type in _AS_SHOWN:
        shown = what.format.render(value, what.width)
    for text in (name, shown):
        try:
            if text and parse_value(text, register, field) == Edit(field, Operator.ASSIGN, value):
                return text
        except InspectorError:
            continue
    return number


def _shown(text: str, register: Register, field: Field | None, name: str) -> int | None:
    """The raw value of what a format shows and that is no whole number; None where it is none such."""
    what = field or register
    value = what.format.take(text, what.width)
    if value is not None:
        return value
    if text[:1] in ("'", '"'):
        count = max(what.width // 8, 1)
        characters = "1 character" if count == 1 else f"up to {count} characters"
        raise UsageError(f"{name}: {text} does not fit: write {characters} of ASCII in quotes")
    quantity = quantity_of(register, field, name)
    named = field.choices if field else register.enum
    # Where values have names, what looks like a number with a unit is rather a slip in one of them.
    return None if named is not None and not quantity.physical else quantity.read(text)


def _operation(text: str, field: Field | None, name: str, width: int) -> Edit:
    """Read ``|N``, ``&N``, ``&~N`` or ``^N``, of which C and this program understand the same."""
    sign, operand = text[0], text[1:].strip()
    complement = sign == "&" and operand.startswith("~")
    if complement:
        operand = operand[1:].strip()
    looser = _LOOSER["~" if complement else sign]
    try:
        loose = loosest(operand)
    except NumberError:
        loose = ""
    if loose in looser:
        written = text[: len(text) - len(operand)]
        raise UsageError(f"{name}: '{text}' can be read in two ways; write {written}({operand})")
    value = _number(operand, name, width)
    match sign:
        case "|":
            return Edit(field, Operator.OR, value)
        case "^":
            return Edit(field, Operator.XOR, value)
    return Edit(field, Operator.AND_NOT, value if complement else value ^ ones(width))


_LOOSER = {
    "|": frozenset[str](),
    "^": frozenset("|"),
    "&": frozenset("|^"),
    "~": frozenset(["|", "^", "&", "<<", ">>", "+", "-", "*"]),
}
"""The operators behind which parentheses decide what is meant, since they would be applied later."""

_AS_SHOWN = frozenset([FormatType.DEC, FormatType.SIGNED, FormatType.BIN, FormatType.IPV4, FormatType.ASCII])
"""The formats whose text is a better proposal than the number in hexadecimal."""


def parse_assignment(register_map: RegisterMap, text: str) -> tuple[RegisterNode, Edit]:
    """Read ``PATH=VALUE``.

    Raises:
        UsageError: No ``=``, an unknown path, or a value that does not fit.
    """
    path, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is not PATH=VALUE")
    node, field = find(register_map, path.strip())
    return node, parse_value(value, node.register, field, called=node.path)


_GROUPED = re.compile(r"0[xX][0-9a-fA-F_]+(?: [0-9a-fA-F_]+)+")
"""Hexadecimal digits in groups, as dumps have them."""


def _number(text: str, name: str, width: int) -> int:
    if _GROUPED.fullmatch(text):
        text = text.replace(" ", "")
    if text.startswith("+"):
        raise UsageError(f"{name}: '{text}' may be a number or one to add; write the number without the +")
    try:
        value = parse_constant(text, width) if is_constant(text) else parse_number(text)
    except NumberError as error:
        hint = f": {error.hint}" if error.hint else f"; {_WHAT_TO_WRITE}"
        raise UsageError(f"{name}: {error}{hint}") from None
    if value < 0 and -value <= 1 << (width - 1):
        value += 1 << width
    if not 0 <= value <= ones(width):
        bits = "1 bit" if width == 1 else f"{width} bits"
        raise ValueOverflow(f"{name} has {bits}: {text} does not fit, the most is {ones(width):#x}")
    return value


_WHAT_TO_WRITE = "write a number, a name, or clear, set, toggle, pulse"


def _means_number(text: str) -> bool:
    """Whether ``text`` is a number, or rather a slip in writing one than in writing a name."""
    try:
        parse_number(text)
    except NumberError as error:
        return (bool(error.hint) and not text[:1].isalpha()) or _calculates(text)
    return True


def _calculates(text: str) -> bool:
    try:
        parse_constant(text, 128)
    except NumberError:
        return False
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

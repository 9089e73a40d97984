"""The kinds of values that have parts: enumerations, formats, constraints, conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.maps.entries import Key, Kind, Table, named_pairs, read_entries, wrong_type
from inspector.maps.findings import Report, quote
from inspector.maps.kinds import (
    NUMBER_PATTERN,
    Boolean,
    Number,
    Offset,
    Real,
    Text,
    Word,
    reference,
    scalar,
)
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.expression import Expression, ExpressionError, parse_expression
from inspector.model.format import Format, FormatType
from inspector.model.guard import Guard
from inspector.model.numbers import NumberError, parse_number
from inspector.model.register import Restore


@dataclass(frozen=True, slots=True)
class EnumSpec:
    """An enumeration as a map states it.

    Attributes:
        node: Where.
        enumeration: Its entries; None where it is named.
        name: Which of the map's ``enums`` is meant; empty where it stands inline.
        keys: Where each entry's value stands.
    """

    node: Node
    enumeration: Enumeration | None
    name: str = ""
    keys: tuple[Node, ...] = ()


_ENUM_KEY = re.compile(r"(.+?)\.\.(.+)")
_DO_NOT_CARE = re.compile(r"0[bB][01xX]*[xX][01xX]*")


@dataclass(frozen=True)
class EnumText(Kind[EnumSpec]):
    """Names of values: a mapping value → name, or the name of one of the map's ``enums``.

    Attributes:
        by_name: Whether a name is accepted.
    """

    by_name: bool = True

    def read(self, node: Node, report: Report) -> EnumSpec | None:
        """The enumeration, not yet held against a width; None with an error reported."""
        if self.by_name and isinstance(node, ScalarNode) and not node.is_null:
            return EnumSpec(node, None, name=node.text)
        before = report.errors
        pairs = named_pairs(node, "values", report)
        if pairs is None:
            return None
        default: str | None = None
        entries: list[tuple[EnumEntry, Node]] = []
        for key, value in pairs:
            named = _named_value(key, value, report)
            if named is None:
                continue
            if key.text == "default":
                default = named.name
            elif _DO_NOT_CARE.fullmatch(key.text):
                low, free = _pattern(key.text[2:].lower())
                entry = EnumEntry(low, low | free, named.name, named.danger, free, named.desc)
                entries.append((entry, key))
            elif (limits := _limits(key, report)) is not None:
                entries.append((EnumEntry(*limits, named.name, named.danger, 0, named.desc), key))
        _check_entries(entries, report)
        if report.errors > before:
            return None
        enumeration = Enumeration(tuple(entry for entry, _ in entries), default)
        return EnumSpec(node, enumeration, keys=tuple(key for _, key in entries))

    def schema(self) -> dict[str, object]:
        """A mapping whose keys are numbers, ranges or ``default``; or a name."""
        mapping = {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {
                "anyOf": [
                    {"pattern": f"^({NUMBER_PATTERN})(\\.\\.({NUMBER_PATTERN}))?$"},
                    {"pattern": "^0[bB][01xX]+$"},
                    {"pattern": "^x-"},
                    {"const": "default"},
                ]
            },
            "additionalProperties": {"anyOf": [reference("text"), reference("named_value")]},
        }
        return {"anyOf": [mapping, {"type": "string"}]} if self.by_name else mapping


ENUM_NAME = Key("name", Text(), "What the value is called.", required=True)
ENUM_DANGER = Key("danger", Text(), "What writing the value may do, which a person must confirm.")

ENUM_DESC = Key("desc", Text(), "What the value means, where its name does not say it all.")

NAMED_VALUE = Table("value", ENUM_NAME, ENUM_DESC, ENUM_DANGER)


@dataclass(frozen=True, slots=True)
class _Named:
    """What an enumeration says of a value."""

    name: str
    danger: str = ""
    desc: str = ""


def _named_value(key: ScalarNode, value: Node, report: Report) -> _Named | None:
    """What is said of a value; None where an error was reported."""
    if isinstance(value, MappingNode):
        entries = read_entries(value, NAMED_VALUE, report, name=key)
        if entries is None or not entries.stated(ENUM_NAME):
            return None
        named = _Named(
            entries.get(ENUM_NAME) or "", entries.get(ENUM_DANGER) or "", entries.get(ENUM_DESC) or ""
        )
        if key.text == "default":
            for stated in (ENUM_DANGER, ENUM_DESC):
                if entries.stated(stated):
                    report.error(
                        entries.at(stated),
                        "type",
                        f"'default' names what is left, and has no {stated.name}",
                        "name the values as a range, such as 4..7",
                    )
    else:
        text = Text().read(value, report)
        if text is None:
            return None
        named = _Named(text)
    if not named.name:
        report.error(key, "empty", f"the value {quote(key.text)} has no name")
        return None
    return named


def _pattern(digits: str) -> tuple[int, int]:
    """The least value of a binary pattern, and its bits that do not matter."""
    low = int(digits.replace("x", "0"), 2)
    return low, int(digits.replace("1", "0").replace("x", "1"), 2)


def _limits(key: ScalarNode, report: Report) -> tuple[int, int] | None:
    match = _ENUM_KEY.fullmatch(key.text)
    texts = (match[1], match[2]) if match else (key.text, key.text)
    try:
        low = parse_number(texts[0])
        high = parse_number(texts[1]) if match else low
    except NumberError as error:
        hint = (
            error.hint or "an enumeration maps a value, LOW..HIGH or default to a name, as in {0: off, 1: on}"
        )
        report.error(key, "number", f"{quote(key.text)} is not a value", hint)
        return None
    if low < 0:
        report.error(
            key, "range", f"{quote(key.text)} is less than 0", "state the raw bits, as in 0xff for -1"
        )
        return None
    if high < low:
        report.error(key, "range", f"{quote(key.text)} runs downwards", f"write {texts[1]}..{texts[0]}")
        return None
    return low, high


def _check_entries(entries: list[tuple[EnumEntry, Node]], report: Report) -> None:
    ordered = sorted(entries, key=lambda pair: (pair[0].low, pair[1].start.line, pair[1].start.column))
    names: dict[str, EnumEntry] = {}
    highest: EnumEntry | None = None
    seen: list[EnumEntry] = []
    patterns = any(entry.free for entry, _ in entries)
    for entry, key in ordered:
        clash = next((other for other in seen if other.overlaps(entry)), None) if patterns else None
        seen.append(entry)
        if not entry.free and highest is not None and entry.low <= highest.high:
            clash = highest
        if clash is not None:
            report.error(key, "enum-overlap", f"{entry.text} is named twice: {quote(clash.name)} has it too")
        if not entry.free and (highest is None or entry.high > highest.high):
            highest = entry
        # Data sheets call any number of values reserved.
        if entry.name in names and not entry.name.lower().startswith(("reserved", "rsvd", "-")):
            report.warning(
                key,
                "duplicate-enum-name",
                f"{quote(entry.name)} names {names[entry.name].text} too",
                "writing by that name would choose the lower value",
            )
        names.setdefault(entry.name, entry)


@dataclass(frozen=True, slots=True)
class FormatSpec:
    """A display format as a map states it.

    Attributes:
        format: The format.
        unit: Its unit, where stated inside the format.
    """

    format: Format
    unit: str = ""


_SIMPLE = {
    format_type.value: format_type
    for format_type in FormatType
    if format_type not in (FormatType.FIXED, FormatType.UFIXED, FormatType.LINEAR, FormatType.EXPR)
}

_PARAMETERS = {"fixed": "frac: 8", "ufixed": "frac: 8", "linear": "scale: 0.5", "expr": 'expr: "value / 16"'}


class Formula(Kind[Expression]):
    """A formula of a display format."""

    def read(self, node: Node, report: Report) -> Expression | None:
        """The formula, or None with an error reported."""
        text = scalar(node, "a formula", report)
        if text is None:
            return None
        try:
            return parse_expression(text)
        except ExpressionError as error:
            report.error(
                node,
                "expression",
                f"{quote(text)} is no formula: at character {error.at + 1}, {error}",
                "a formula has + - * / // % << >> & | ^ ~ ( ), numbers, value and names of fields",
            )
            return None

    def schema(self) -> dict[str, object]:
        """Text, or a plain number."""
        return {"type": ["string", "number"]}


FORMAT_TYPE = Key("type", Word({kind.value: kind for kind in FormatType}), "Which format.", required=True)
FORMAT_FRAC = Key("frac", Number(0, 64), "Fraction bits of fixed and ufixed.")
FORMAT_SCALE = Key("scale", Real(), "Factor of linear: shown is scale * raw + offset.")
FORMAT_OFFSET = Key("offset", Real(), "Added by linear.")
FORMAT_EXPR = Key("expr", Formula(), "The formula of expr, of value and the names of the register's fields.")
FORMAT_UNIT = Key("unit", Text(), "Follows the number, such as °C.")

FORMAT = Table("format", FORMAT_TYPE, FORMAT_FRAC, FORMAT_SCALE, FORMAT_OFFSET, FORMAT_EXPR, FORMAT_UNIT)


class FormatText(Kind[FormatSpec]):
    """How a number is shown: a word, or a mapping with parameters."""

    def read(self, node: Node, report: Report) -> FormatSpec | None:
        """The format, not yet held against a width; None with an error reported."""
        if isinstance(node, ScalarNode):
            if node.text in _PARAMETERS:
                report.error(
                    node,
                    "missing-key",
                    f"format '{node.text}' needs parameters",
                    f"write {{type: {node.text}, {_PARAMETERS[node.text]}}}",
                )
                return None
            simple = Word(_SIMPLE).read(node, report)
            return None if simple is None else FormatSpec(Format(simple))
        if not isinstance(node, MappingNode):
            wrong_type(node, "a format's name or a mapping", report)
            return None
        before = report.errors
        entries = read_entries(node, FORMAT, report)
        kind = entries.get(FORMAT_TYPE) if entries is not None else None
        if entries is None or kind is None:
            return None
        fixed = kind in (FormatType.FIXED, FormatType.UFIXED)
        for key, belongs in (
            (FORMAT_FRAC, fixed),
            (FORMAT_SCALE, kind is FormatType.LINEAR),
            (FORMAT_OFFSET, kind is FormatType.LINEAR),
            (FORMAT_EXPR, kind is FormatType.EXPR),
        ):
            if entries.stated(key) and not belongs:
                report.error(entries.at(key), "unknown-key", f"format '{kind.value}' has no '{key.name}'")
        if fixed and not entries.stated(FORMAT_FRAC):
            report.error(
                node, "missing-key", f"format '{kind.value}' has no 'frac'", "state its fraction bits"
            )
        if kind is FormatType.EXPR and not entries.stated(FORMAT_EXPR):
            report.error(node, "missing-key", "format 'expr' has no 'expr'", "state its formula")
        if report.errors > before:
            return None
        scale = entries.get(FORMAT_SCALE)
        return FormatSpec(
            Format(
                kind,
                frac=entries.get(FORMAT_FRAC) or 0,
                scale=1.0 if scale is None else scale,
                offset=entries.get(FORMAT_OFFSET) or 0.0,
                expression=entries.get(FORMAT_EXPR),
            ),
            entries.get(FORMAT_UNIT) or "",
        )

    def schema(self) -> dict[str, object]:
        """A word, or the mapping."""
        return {"anyOf": [{"enum": list(_SIMPLE)}, reference("format")]}


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """A condition as a map states it.

    Attributes:
        node: Where.
        path: The field or register that is compared.
        value: What it must equal; None for *while it is not zero*.
        differs: It must not equal it.
    """

    node: Node
    path: str
    value: int | None
    differs: bool = False

    @property
    def guard(self) -> Guard:
        """The condition as the model has it."""
        return Guard(self.path, 1 if self.value is None else self.value, self.differs)


_CONDITION = re.compile(r"([^\s=!<>]+)(?:\s*(==|!=)\s*(\S+))?")


class ConditionText(Kind[ConditionSpec]):
    """``PATH == VALUE``, or ``PATH`` alone for a one-bit field that is 1."""

    def read(self, node: Node, report: Report) -> ConditionSpec | None:
        """The condition, its path not yet looked up; None with an error reported."""
        text = scalar(node, "PATH == VALUE", report)
        if text is None:
            return None
        found = _condition(text, node, report)
        if found is not None and found.differs:
            report.error(node, "condition", "'!=' has no meaning here", "write PATH == VALUE")
            return None
        return found

    def schema(self) -> dict[str, object]:
        """The shape of the text."""
        return {"type": "string", "pattern": r"^\s*[^\s=!<>]+(\s*==\s*\S+)?\s*$"}


class ConditionsText(Kind[tuple[ConditionSpec, ...]]):
    """``PATH == VALUE`` or ``PATH != VALUE``, joined by ``and``; ``PATH`` alone for a bit that is 1."""

    def read(self, node: Node, report: Report) -> tuple[ConditionSpec, ...] | None:
        """The conditions, their paths not yet looked up; None with an error reported."""
        text = scalar(node, "PATH == VALUE", report)
        if text is None:
            return None
        found = [_condition(part, node, report) for part in re.split(r"\sand\s", text)]
        sound = tuple(part for part in found if part is not None)
        return sound if len(sound) == len(found) else None

    def schema(self) -> dict[str, object]:
        """The shape of the text."""
        condition = r"[^\s=!<>]+(\s*[=!]=\s*\S+)?"
        return {"type": "string", "pattern": rf"^\s*{condition}(\s+and\s+{condition})*\s*$"}


def _condition(text: str, node: Node, report: Report) -> ConditionSpec | None:
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        report.error(
            node,
            "condition",
            f"{quote(text)} is not a condition",
            "write PATH == VALUE, as in LOCK.KEY == 1",
        )
        return None
    if match[3] is None:
        return ConditionSpec(node, match[1], None)
    try:
        value = parse_number(match[3])
    except NumberError as error:
        report.error(node, "number", f"{quote(match[3])} is not a number", error.hint)
        return None
    if value < 0:
        report.error(node, "range", f"{quote(match[3])} is less than 0")
        return None
    return ConditionSpec(node, match[1], value, match[2] == "!=")


ATOMIC_SET = Key("set", Text(), "The register or field where 1 sets a bit of this one.")
ATOMIC_CLEAR = Key("clear", Text(), "The register or field where 1 clears a bit of this one.")
ATOMIC_XOR = Key("xor", Text(), "The register or field where 1 inverts a bit of this one.")

ATOMIC = Table("register's atomic", ATOMIC_SET, ATOMIC_CLEAR, ATOMIC_XOR)

ATOMIC_SET_OFFSET = Key("set", Offset(), "Bytes from each register to where 1 sets its bits.")
ATOMIC_CLEAR_OFFSET = Key("clear", Offset(), "Bytes from each register to where 1 clears its bits.")
ATOMIC_XOR_OFFSET = Key("xor", Offset(), "Bytes from each register to where 1 inverts its bits.")

ATOMIC_OFFSETS = Table("block's atomic", ATOMIC_SET_OFFSET, ATOMIC_CLEAR_OFFSET, ATOMIC_XOR_OFFSET)


class RestoreRule(Kind[Restore]):
    """``never``, or a number that says when."""

    def read(self, node: Node, report: Report) -> Restore | None:
        """The rule, or None with an error reported."""
        text = scalar(node, "never or a number", report)
        if text is None:
            return None
        if text == "never":
            return Restore(never=True)
        if text[:1].isalpha():
            report.error(
                node,
                "unknown-word",
                f"{quote(text)} is neither never nor a number",
                "write never, or 1, 2, 3",
            )
            return None
        order = Number().read(node, report)
        return None if order is None else Restore(order=order)

    def schema(self) -> dict[str, object]:
        """The word, or a number."""
        return {"anyOf": [{"const": "never"}, Number().schema()]}


CONSTRAINT_MIN = Key("min", Number(), "The least value that may be written.")
CONSTRAINT_MAX = Key("max", Number(), "The greatest value that may be written.")
CONSTRAINT_ENUM_ONLY = Key("enum_only", Boolean(), "Only values that the enumeration names may be written.")
CONSTRAINT_AS_READ = Key("as_read", Boolean(), "Only the value that was read may be written.")

CONSTRAINT = Table("constraint", CONSTRAINT_MIN, CONSTRAINT_MAX, CONSTRAINT_ENUM_ONLY, CONSTRAINT_AS_READ)

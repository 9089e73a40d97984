"""The kind of value that names values: ``{0: off, 4..7: reserved, 0b1x: fast, default: unknown}``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.maps.entries import Key, Kind, Table, named_pairs, read_entries
from inspector.maps.findings import Report, quote
from inspector.maps.kinds import NUMBER_PATTERN, Text, reference
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.numbers import NumberError, parse_number


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

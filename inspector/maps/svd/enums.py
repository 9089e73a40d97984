"""Enumerated values as the map's enums: values, ranges of them and bits that do not matter, each once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from inspector.maps.findings import quote
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.svd.budget import DEFINITION
from inspector.maps.svd.context import Context
from inspector.maps.svd.naming import identifier
from inspector.maps.svd.numbers import parse_enum_value, parse_truth
from inspector.maps.xml import Element
from inspector.model.bits import ones

MOST_SPELT_OUT = 64
"""Values that a pattern is spelt out as where others have some of them."""

_VALUE_TAGS = frozenset(("name", "description", "value", "isDefault", "headerEnumName"))


@dataclass(slots=True)
class _Value:
    """A value, or all that agree in some bits."""

    value: int
    free: int
    name: str
    desc: str
    line: int

    def meets(self, other: _Value) -> bool:
        return not (self.value ^ other.value) & ~(self.free | other.free)


class Enums:
    """Makes the enumerations of one description.

    An enumeration that others derive from stands once among the map's enums, under its name; others
    stand where they are used.
    """

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._derivations = context.derivations
        self._budget = context.budget
        self._notes = context.notes
        self._shared: dict[int, tuple[str, int]] = {}
        self._named: dict[str, Node] = {}

    @property
    def named(self) -> MappingNode | None:
        """The map's ``enums``; None where there are none."""
        return self._tree.mapping(self._named.items(), 0) if self._named else None

    def share(self, derived: Element) -> None:
        """Note that this enumeration derives from another, which it adds nothing to."""
        original = self._original(derived)
        if original is not derived:
            self._shared.setdefault(id(original), ("", 0))

    def keys(self, parts: list[Element], width: int) -> list[tuple[str, Node]]:
        """``enum`` and ``enum_write`` of a field of ``width`` bits with these ``enumeratedValues``."""
        keys: dict[str, Node] = {}
        for part in parts:
            usage = self._derivations.resolve(part).value("usage") or "read-write"
            key = "enum_write" if usage == "write" else "enum"
            if key in keys:
                message = "a second enumeratedValues for the same usage is left out"
                self._notes.repair("enumeratedValues that stand twice", part.line, message)
                continue
            node = self._node(part, width)
            if node is not None:
                keys[key] = node
        return [(key, keys[key]) for key in ("enum", "enum_write") if key in keys]

    def _node(self, part: Element, width: int) -> Node | None:
        original = self._original(part)
        if id(original) not in self._shared:
            return self._values(self._derivations.resolve(part), width)
        name, stated_width = self._shared[id(original)]
        if not name:
            node = self._values(original, width)
            if node is None:
                return None
            name = self._free_name(original.value("name") or "values")
            self._named[name] = node
            self._shared[id(original)] = (name, width)
        elif stated_width != width:
            # What fits in one width need not fit in another.
            return self._values(original, width)
        return self._tree.scalar(name, part.line)

    def _original(self, part: Element) -> Element:
        """The enumeration whose values these are, behind references that add nothing to it."""
        seen: set[int] = set()
        while "derivedFrom" in part.attributes and part.child("enumeratedValue") is None:
            seen.add(id(part))
            base = self._derivations.base(part)
            if base is None or id(base) in seen:
                break
            part = base
        return part

    def _free_name(self, name: str) -> str:
        wanted = name = identifier(name)
        number = 1
        while name in self._named:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def _values(self, element: Element, width: int) -> Node | None:
        """The mapping from values to names; None where there are none."""
        self._budget.spend(DEFINITION * len(element.children), element.line)
        exact: dict[int, _Value] = {}
        patterns: list[_Value] = []
        default: tuple[str, int] | None = None
        for child in element.children:
            if child.tag != "enumeratedValue":
                continue
            name, desc, text, is_default = self._read(child)
            if is_default:
                default = (name or "default", child.line)
            if not text:
                continue
            value = self._value(child, name, desc, text, width)
            if value is None:
                continue
            if value.free == ones(width):
                default = (value.name, child.line)
            elif value.free:
                patterns.append(value)
            elif value.value in exact:
                self._clash(value, exact[value.value])
            else:
                exact[value.value] = value
        values = [*exact.values(), *self._apart(patterns, exact)] if patterns else list(exact.values())
        return self._mapping(element, values, default, width)

    def _read(self, child: Element) -> tuple[str, str, str, bool]:
        """The name, what it means beyond that, the value, and whether it is the default."""
        name = text = description = ""
        is_default = False
        for part in child.children:
            tag = part.tag
            if tag == "name":
                name = " ".join(part.text.split())
            elif tag == "value":
                text = part.text.strip()
            elif tag == "description":
                description = " ".join(part.text.split())
            elif tag == "isDefault":
                is_default = parse_truth(part.text.strip())
            elif tag not in _VALUE_TAGS:
                self._notes.drop(f"{tag} of enumerated values", part.line)
        if not name or description == name:
            return name or description, "", text, is_default
        return name, description, text, is_default

    def _value(self, child: Element, name: str, desc: str, text: str, width: int) -> _Value | None:
        parsed = parse_enum_value(text)
        if parsed is None:
            message = f"the enumerated value {quote(text)} of {quote(name)} is no number; it is left out"
            self._notes.repair("enumerated values that are no numbers", child.line, message)
            return None
        value, free = parsed
        limit = ones(width)
        if (value | free) > limit:
            message = (
                f"the enumerated value {quote(text)} of {quote(name)} does not fit in {width} "
                f"{'bit' if width == 1 else 'bits'}; {value & limit:#x} is taken"
            )
            self._notes.repair("enumerated values that were too wide", child.line, message)
            value, free = value & limit, free & limit
        return _Value(value, free, name or text, desc, child.line)

    def _clash(self, value: _Value, other: _Value) -> None:
        if value.name != other.name:
            message = f"{quote(value.name)} has the value of {quote(other.name)}; it is left out"
            self._notes.repair("enumerated values that stand twice", value.line, message)

    def _apart(self, patterns: list[_Value], exact: dict[int, _Value]) -> list[_Value]:
        """The patterns; one that others have values of is spelt out without those."""
        kept: list[_Value] = []
        for pattern in patterns:
            others = [other for other in [*exact.values(), *kept] if pattern.meets(other)]
            if not others:
                kept.append(pattern)
            elif 1 << pattern.free.bit_count() > MOST_SPELT_OUT:
                self._clash(pattern, others[0])
            else:
                values = [replace(pattern, value=value, free=0) for value in _spelt_out(pattern)]
                kept += [value for value in values if not any(map(value.meets, others))]
        return kept

    def _mapping(
        self, element: Element, values: list[_Value], default: tuple[str, int] | None, width: int
    ) -> Node | None:
        tree = self._tree
        pairs: list[tuple[str, Node]] = []
        names: dict[str, int] = {}
        for value in values:
            name = value.name
            if name in names and not name.lower().startswith(("reserved", "rsvd", "-")):
                name = self._another_name(value, names)
            names[name] = value.value
            key = str(value.value)
            if value.free:
                digits = (_digit(value, i) for i in reversed(range(width)))
                key = f"0b{''.join(digits)}"
            node: Node = tree.scalar(name, value.line)
            if value.desc:
                stated = [("name", node), ("desc", tree.scalar(value.desc, value.line))]
                node = tree.mapping(stated, value.line)
            pairs.append((key, node))
        if default is not None:
            pairs.append(("default", tree.scalar(*default)))
        return tree.mapping(pairs, element.line) if pairs else None

    def _another_name(self, value: _Value, names: dict[str, int]) -> str:
        number = 2
        while (name := f"{value.name}_{number}") in names:
            number += 1
        message = f"{quote(value.name)} names {names[value.name]} too; here it is called {quote(name)}"
        self._notes.repair("names of several enumerated values", value.line, message)
        return name


def _digit(value: _Value, i: int) -> str:
    return "x" if value.free >> i & 1 else str(value.value >> i & 1)


def _spelt_out(pattern: _Value) -> list[int]:
    """The values that agree with a pattern, lowest first."""
    values = [pattern.value]
    for i in range(pattern.free.bit_length()):
        if pattern.free >> i & 1:
            values += [value | 1 << i for value in values]
    return sorted(values)

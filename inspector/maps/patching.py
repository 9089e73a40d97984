"""Applies what an overlay states to the registers that its paths lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from inspector.maps.entries import merged_pairs
from inspector.maps.findings import MOST_COMPARED, Report, did_you_mean, quote
from inspector.maps.keys import FIELDS, REGISTERS
from inspector.maps.merging import (
    BLOCK,
    ELEMENT,
    FIELD,
    Form,
    Pairs,
    Spent,
    TooMuchError,
    mapping_like,
    merge,
    value_of,
)
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.maps.placements import Placement, element_names

MOST_STEPS = 5_000_000
"""Registers and fields that the paths of all overlays of a map may be held against."""


class Pattern:
    """A dotted part of a path."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.wild = "*" in text or "?" in text
        self._matcher = re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in text))

    def matches(self, name: str) -> bool:
        """Whether a name is meant, with or without the place for its index."""
        if not self.wild:
            return self.text in (name, name.replace("%s", ""))
        return self._matcher.fullmatch(name.replace("%s", "")) is not None

    def elements(self, names: Iterable[str]) -> list[str]:
        """Which elements of an array are meant."""
        return [name for name in names if self._matcher.fullmatch(name)]


@dataclass(slots=True)
class Entry:
    """A path of an overlay with what is stated of what it leads to.

    Attributes:
        key: The path.
        value: A mapping, or null to delete.
        matched: Whether it has led anywhere.
        depth: How many of its parts have led anywhere.
        around: The names that the part after those was held against.
        partial: The array of which it means some elements only; empty for none.
    """

    key: ScalarNode
    value: Node
    region: Pattern | None = None
    parts: tuple[Pattern, ...] = ()
    matched: bool = False
    depth: int = 0
    around: list[str] = field(default_factory=list)
    partial: str = ""

    def __post_init__(self) -> None:
        region, slash, path = self.key.text.rpartition("/")
        self.region = Pattern(region) if slash else None
        self.parts = tuple(map(Pattern, path.split(".")))

    @property
    def deletes(self) -> bool:
        """Whether what it leads to is deleted."""
        return isinstance(self.value, ScalarNode)

    def look(self, depth: int, names: Iterable[str]) -> None:
        """Note where the part after ``depth`` others is looked for, for the message if it is nowhere."""
        if depth > self.depth:
            self.depth, self.around = depth, []
        if depth == self.depth and len(self.around) < MOST_COMPARED:
            self.around += names


class Patcher:
    """Follows the paths of one overlay.

    Args:
        entries: The paths, later ones winning.
        report: Takes what is wrong.
        spent: What was taken so far; counted on.
    """

    def __init__(self, entries: list[Entry], report: Report, spent: Spent) -> None:
        self._entries = entries
        self._report = report
        self._spent = spent
        self._placed: set[int] = set()

    def of_instance(self, place: Placement) -> tuple[int, ...]:
        """The entries whose first part means an instance, or all elements of an array of them."""
        found = [
            i
            for i, entry in enumerate(self._entries)
            if (entry.region is None or any(map(entry.region.matches, place.regions)))
            and self._leads(entry, 0, place.name, place.elements)
        ]
        self._placed.update(found)
        return tuple(found)

    def of_block(self, name: str) -> tuple[int, ...]:
        """The entries whose first part is a block's name; asked for once all instances were."""
        return tuple(
            i
            for i, entry in enumerate(self._entries)
            # Importers call blocks after instances, and others may share the block.
            if entry.region is None and i not in self._placed and self._leads(entry, 0, name, ())
        )

    def apply(self, entries: Iterable[int], block: Node) -> Node:
        """A block with what some entries state."""
        for i in entries:
            block = self._within(self._entries[i], block, BLOCK, 1)
        return block

    def tell_unused(self, names: Iterable[str]) -> None:
        """Report the paths that led nowhere.

        Args:
            names: The blocks and instances.
        """
        known = list(names)
        for entry in self._entries:
            if entry.matched and not entry.partial:
                continue
            part = entry.parts[entry.depth].text
            if entry.partial:
                message = f"{quote(part)} means some elements of the array {quote(entry.partial)} only"
                hint = f"they are all alike: name the array itself, {entry.partial.replace('%s', '')}"
            elif entry.depth == 0:
                message = f"no instance and no block is called {quote(part)}"
                if entry.region is not None:
                    message = f"no region {quote(entry.region.text)} has an instance {quote(part)}"
                hint = "" if part in known else did_you_mean(part, known)
            else:
                way = ".".join(pattern.text for pattern in entry.parts[: entry.depth])
                message = f"there is no {quote(part)} in {quote(way)}"
                hint = did_you_mean(part, entry.around)
            self._report.error(entry.key, "overlay", message, hint)

    def _within(self, entry: Entry, node: Node, form: Form, depth: int) -> Node:
        """A block, group or register with what an entry states of it, or of what is in it."""
        if depth == len(entry.parts):
            return self._stated(entry, node, form)
        entry.look(depth, ())
        for key in (REGISTERS.name, FIELDS.name) if form is not FIELD else ():
            inside = value_of(node, key, self._report)
            if isinstance(inside, MappingNode):
                below = ELEMENT if key == REGISTERS.name else FIELD
                found = self._among(entry, inside, below, depth)
                if found is inside:
                    return node
                return self._with(node, key, found)
        return node

    def _stated(self, entry: Entry, node: Node, form: Form) -> Node:
        entry.matched = True
        if entry.deletes:
            self._report.error(
                entry.key,
                "overlay",
                "a block is not deleted by a patch",
                "delete its instances: regions: {REGION: {instances: {NAME: ~}}}",
            )
            return node
        self._count(entry, len(node.items) if isinstance(node, MappingNode) else 1)
        return merge(node, entry.value, form, self._report, "overlay")

    def _among(self, entry: Entry, inside: MappingNode, form: Form, depth: int) -> Node:
        """Registers or fields with what an entry states of those that its next part means."""
        pairs = merged_pairs(inside, self._report)
        self._count(entry, len(pairs))
        pattern, last = entry.parts[depth], depth + 1 == len(entry.parts)
        entry.look(depth, (key.text for key, _ in pairs))
        changed: Pairs = []
        for key, node in pairs:
            if not self._leads(entry, depth, key.text, element_names(key.text, node, self._report)):
                changed.append((key, node))
            elif last and pattern.text == "*" and value_of(node, REGISTERS.name, self._report) is not None:
                changed.append((key, self._within(entry, node, form, depth)))
            elif last and entry.deletes:
                entry.matched = True
            else:
                changed.append((key, self._within(entry, node, form, depth + 1)))
        same = len(changed) == len(pairs) and all(a[1] is b[1] for a, b in zip(changed, pairs, strict=True))
        return inside if same else mapping_like(inside, changed)

    def _leads(self, entry: Entry, depth: int, name: str, elements: tuple[str, ...]) -> bool:
        """Whether a part of an entry's path means a thing of that name, or all elements of an array."""
        self._count(entry, 1)
        pattern = entry.parts[depth]
        if pattern.matches(name):
            return True
        self._count(entry, len(elements))
        meant = pattern.elements(elements)
        if meant and len(meant) < len(elements):
            entry.partial = name
        return bool(meant) and len(meant) == len(elements)

    def _with(self, node: Node, name: str, value: Node) -> Node:
        assert isinstance(node, MappingNode), "it has that key"
        pairs = [(key, value if key.text == name else old) for key, old in merged_pairs(node, self._report)]
        return mapping_like(node, pairs)

    def _count(self, entry: Entry, steps: int) -> None:
        self._spent.steps += steps
        if self._spent.steps > MOST_STEPS:
            message = f"the paths are to be held against more than {MOST_STEPS:,} registers"
            self._report.error(entry.key, "too-large", message)
            raise TooMuchError

"""Names and arrays: what things in a map may be called, and how their elements are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.maps.entries import Entries, Key
from inspector.maps.findings import Report, quote
from inspector.maps.keys import COUNT, INDEX, OFFSETS, STRIDE
from inspector.maps.nodes import ScalarNode
from inspector.model.register import Dimension

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_MAP_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
"""Of a map: parts are called by numbers."""
_INDEX = re.compile(r"[A-Za-z0-9_-]+")
_ELEMENT = re.compile(rf"({NAME.pattern})\[{_INDEX.pattern}\]")


@dataclass(frozen=True, slots=True)
class Shape:
    """An array as a map states it.

    Attributes:
        count: Number of elements.
        stride: Distance from one to the next; None where not stated.
        index: The elements' names.
        offsets: Where each element is from the first one's own place; None where they are a stride apart.
    """

    count: int
    stride: int | None
    index: tuple[str, ...]
    offsets: tuple[int, ...] | None = None

    def dimension(self, stride: int) -> Dimension:
        """The array with its stride, stated or by default; it has none where each element has its place."""
        return Dimension(self.count, stride if self.offsets is None else 0, self.index, self.offsets)


def check_name(name: ScalarNode, what: str, report: Report, *, array: bool = False) -> bool:
    """Whether a thing may be called so; where not, it is reported.

    Args:
        name: The name.
        what: What it names, such as ``register``.
        report: Takes what is wrong.
        array: Whether ``%s`` may stand in it.
    """
    text = name.text
    if "%s" in text:
        if not array:
            report.error(
                name,
                "name",
                f"the {what} {quote(text)} has '%s' in its name and is no array",
                "state count, or index with the elements' names",
            )
            return False
        text = text.replace("%s", "i" if text.startswith("%s") else "0", 1)
    if (_MAP_NAME if what == "map" else NAME).fullmatch(text):
        return True
    # Elements that differ from one another are written out one by one: they are registers like others.
    if what in ("register", "group") and not array and _ELEMENT.fullmatch(text):
        return True
    report.error(
        name,
        "name",
        f"{quote(name.text)} is no name for a {what}",
        "a name begins with a letter or _ and goes on with letters, digits, _ and -",
    )
    return False


def read_shape(
    entries: Entries,
    name: ScalarNode,
    report: Report,
    *,
    count_key: Key[int] = COUNT,
    stride_key: Key[int] = STRIDE,
    offsets_key: Key[tuple[int, ...]] = OFFSETS,
) -> Shape | None:
    """The shape of an array, or None for a single thing; what is wrong with it is reported."""
    count, index, offsets = entries.get(count_key), entries.get(INDEX), entries.get(offsets_key)
    if entries.wrong_any(count_key, INDEX, offsets_key):
        return None
    if offsets is not None:
        if entries.stated(stride_key):
            report.error(entries.at(stride_key), "array", "a stride beside offsets", "state one or the other")
        if count is not None and count != len(offsets):
            report.error(
                entries.at(offsets_key),
                "array",
                f"{len(offsets)} offsets for {count} elements",
                "drop count, or state every offset",
            )
        count = len(offsets)
    if index is not None:
        _check_index(entries, index, count, name, report)
        count = len(index) if offsets is None else count
    if count is None:
        if entries.stated(stride_key):
            report.error(
                entries.at(stride_key), "array", "a stride without a count", "state count, or drop stride"
            )
        return None
    names = index if index is not None else tuple(map(str, range(count)))
    if index is None and name.text.startswith("%s"):
        report.error(name, "name", "an element's name would begin with a digit", "state index with names")
    if len(names) != count:
        return None
    return Shape(count, None if offsets is not None else entries.get(stride_key), names, offsets)


def _check_index(
    entries: Entries, index: tuple[str, ...], count: int | None, name: ScalarNode, report: Report
) -> None:
    node = entries.at(INDEX)
    if count is not None and count != len(index):
        report.error(
            node, "array", f"{len(index)} names for {count} elements", "drop count, or name every element"
        )
    seen: set[str] = set()
    for text in index:
        if not _INDEX.fullmatch(text) or (name.text.startswith("%s") and not NAME.fullmatch(text)):
            report.error(node, "name", f"{quote(text)} cannot stand in an element's name")
        elif text in seen:
            report.error(node, "duplicate-name", f"the index names {quote(text)} twice")
        seen.add(text)


def element_names(name: str, shape: Shape | Dimension | None) -> list[str]:
    """The names of a thing's elements: ``NAME[0]``, or ``%s`` replaced."""
    if shape is None:
        return [name]
    dimension = shape if isinstance(shape, Dimension) else shape.dimension(0)
    return [dimension.element_name(name, i) for i in range(dimension.count)]


def check_elements(
    things: list[tuple[ScalarNode, Shape | Dimension | None]], what: str, report: Report
) -> None:
    """Report elements that are called like another thing beside them.

    Only ``%s`` in an array's name, or an element written out, can bring that about.
    """
    if not any("%s" in name.text or "[" in name.text for name, _ in things):
        return
    owners: dict[str, ScalarNode] = {}
    for name, shape in things:
        for element in element_names(name.text, shape):
            other = owners.setdefault(element, name)
            if other is not name:
                report.error(
                    name,
                    "duplicate-name",
                    f"the {what} {quote(element)} is there twice",
                    f"line {other.start.line + 1} has it too",
                )

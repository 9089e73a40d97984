"""``derivedFrom`` at every level: an element with what it takes from the one that it names.

A name is looked for nearest first: among elements of its kind whose path ends as the reference says,
the one that shares most of its own path. So a bare name finds a sibling before a stranger, a dotted
path finds its element from the device on or from any level below, and what stands later in the file
is as good as what stands before. What only derivation brings about is found by descent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspector.maps.findings import quote
from inspector.maps.svd.arrays import DIM_TAGS
from inspector.maps.svd.budget import MOST_DERIVED, Budget, TooMuchError
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.positions import POSITION_TAGS, read_position
from inspector.maps.xml import Element

_PARTS = {
    "peripheral": ("registers",),
    "registers": ("register", "cluster"),
    "cluster": ("register", "cluster"),
    "register": ("fields", "enumeratedValues"),
    "fields": ("field",),
    "field": ("enumeratedValues",),
}
"""Which children hold what can be derived from, by the parent's tag."""

_CONTAINERS = {"registers", "fields"}
_NAMED = {"register", "cluster", "enumeratedValue"}
_MERGED = _CONTAINERS | _NAMED
"""What a derived element has beside its base's, each by name."""

Path = tuple[str, ...]


class Derivations:
    """Resolves the references of one device."""

    def __init__(self, peripherals: list[Element], budget: Budget, notes: Notes) -> None:
        self._peripherals = peripherals
        self._budget = budget
        self._notes = notes
        self._resolved: dict[int, Element] = {}
        self._open: list[Element] = []
        self._paths: dict[int, Path] | None = None
        self._named: dict[tuple[str, str], list[Element]] = {}
        self._arrays: dict[str, list[Element]] = {}

    def resolve(self, element: Element) -> Element:
        """The element as it would be if it stated everything itself; itself where it derives nothing."""
        if "derivedFrom" not in element.attributes:
            return element
        known = self._resolved.get(id(element))
        if known is None:
            known = self._derive(element, element.attributes["derivedFrom"].strip())
            self._resolved[id(element)] = known
        return known

    def base(self, element: Element) -> Element | None:
        """The element that this one derives from, or None where it is not there."""
        reference = element.attributes.get("derivedFrom", "").strip()
        return self._find(element, reference) if reference else None

    def _derive(self, element: Element, reference: str) -> Element:
        name = element.value("name") or element.tag
        if any(other is element for other in self._open):
            message = (
                f"{quote(name)} derives from itself, by way of {quote(self._open[-1].value('name') or '')}"
            )
            self._repair(element, f"{message}; what it states itself is kept")
            return _without_reference(element)
        base = self._find(element, reference)
        if base is None:
            message = f"{quote(name)} derives from {quote(reference)}, which is not there"
            self._repair(element, f"{message}; what it states itself is kept")
            return _without_reference(element)
        if len(self._open) >= MOST_DERIVED:
            raise TooMuchError(f"more than {MOST_DERIVED} things that derive from each other", element.line)
        self._open.append(element)
        try:
            merged = merge(self.resolve(base), element)
            self._budget.spend(sum(1 + len(child.children) for child in merged.children), element.line)
            return merged
        finally:
            self._open.pop()

    def _repair(self, element: Element, message: str) -> None:
        self._notes.repair("derivedFrom without a base", element.line, message)

    # --- finding ------------------------------------------------------------------------------

    def _find(self, element: Element, reference: str) -> Element | None:
        if element.tag == "peripheral":
            return next(
                (other for other in self._peripherals if _is_called(reference, other.value("name") or "")),
                None,
            )
        parts = tuple(part.strip() for part in reference.split("."))
        if self._paths is None:
            self._index()
        assert self._paths is not None
        own = self._paths.get(id(element), ())
        arrays = self._arrays.get(element.tag, [])
        candidates = self._named.get((element.tag, parts[-1]), []) + [
            other for other in arrays if _is_called(parts[-1], self._paths[id(other)][-1])
        ]
        self._budget.spend(len(candidates) + len(arrays), element.line)
        best: Element | None = None
        closest = (-1, False)
        for other in candidates:
            path = self._paths[id(other)]
            if other is not element and _ends(path, parts):
                nearness = (_shared(path, own), len(path) == len(parts))
                if best is None or nearness > closest:
                    best, closest = other, nearness
        if best is not None and closest[0]:
            return best
        scope = (
            next(
                (
                    item
                    for item in self._peripherals
                    if "derivedFrom" in item.attributes and item.value("name") == own[0]
                ),
                None,
            )
            if own
            else None
        )
        found = self._descend(parts, _inside(self.resolve(scope)), element) if scope is not None else None
        if found is None and best is None and element.tag == "enumeratedValues":
            found = self._of_owner(element, parts)
        return (
            found
            or best
            or self._descend(parts, iter(self._peripherals), element)
            or self._itself(element, parts)
        )

    def _itself(self, element: Element, parts: Path) -> Element | None:
        """The element, where it is what it names and nothing else is."""
        assert self._paths is not None
        return element if _ends(self._paths.get(id(element), ()), parts) else None

    def _of_owner(self, element: Element, parts: Path) -> Element | None:
        """The enumeration of the field or register that is named in its place."""
        assert self._paths is not None
        for tag in ("field", "register"):
            for owner in [*self._named.get((tag, parts[-1]), ()), *self._arrays.get(tag, ())]:
                inside = owner.child("enumeratedValues")
                if inside is not None and inside is not element and _ends(self._paths[id(owner)], parts):
                    return inside
        return None

    def _index(self) -> None:
        self._paths = {}
        stack: list[tuple[Element, Path]] = [(peripheral, ()) for peripheral in reversed(self._peripherals)]
        while stack:
            element, path = stack.pop()
            if element.tag not in ("registers", "fields"):
                name = element.value("name") or ""
                path = (*path, name)
                self._paths[id(element)] = path
                self._named.setdefault((element.tag, name), []).append(element)
                if "%s" in name:
                    self._arrays.setdefault(element.tag, []).append(element)
            inside = _PARTS.get(element.tag, ())
            stack += [(child, path) for child in reversed(element.children) if child.tag in inside]

    def _descend(self, parts: Path, inside: Iterator[Element], element: Element) -> Element | None:
        """What stands at a path from there on once everything above it is derived."""
        found: Element | None = None
        for part in parts:
            found = next((child for child in inside if _is_called(part, child.value("name") or "")), None)
            if found is None:
                return None
            if not any(found is other for other in self._open):
                found = self.resolve(found)
            inside = _inside(found)
        return found if found is not None and found is not element and found.tag == element.tag else None


def _inside(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.tag in ("registers", "fields"):
            yield from child.children
        elif child.tag in ("register", "cluster", "enumeratedValues"):
            yield child


def _is_called(part: str, name: str) -> bool:
    """Whether a thing of that name, or an element of the array of that name, is called so."""
    if part == name:
        return True
    if "%s" not in name:
        return False
    bare = name.replace("[%s]", "%s")
    if part == bare.replace("%s", ""):
        return True
    return re.fullmatch(re.escape(bare).replace("%s", r"(\w+|\[\w+\])"), part) is not None


def _ends(path: Path, parts: Path) -> bool:
    return len(path) >= len(parts) and all(
        _is_called(part, name) for part, name in zip(parts, path[-len(parts) :], strict=True)
    )


def _shared(path: Path, own: Path) -> int:
    count = 0
    for one, other in zip(path, own, strict=False):
        if one != other:
            break
        count += 1
    return count


# --- merging ------------------------------------------------------------------------------------


def _without_reference(element: Element) -> Element:
    copy = Element(element.tag, {}, element.line)
    copy.text, copy.children = element.text, element.children
    return copy


def merge(base: Element, own: Element) -> Element:
    """An element with what it states itself, and what its base states beyond that.

    Things inside are kept by their names; an array stays one only under a name that can name its elements.
    """
    merged = _without_reference(own)
    stated = {child.tag for child in own.children}
    left_out = {tag for tag in stated if tag not in _MERGED}
    if "dim" in stated or "%s" not in (own.value("name") or ""):
        left_out |= DIM_TAGS
    children: list[Element] = []
    if own.tag == "field" and stated & POSITION_TAGS:
        left_out |= POSITION_TAGS
        if stated & POSITION_TAGS == {"bitOffset"}:
            children += _width(base)
    inside = {
        (part.tag, part.value("name"))
        for child in own.children
        if child.tag in _MERGED
        for part in ([child] if child.tag in _NAMED else child.children)
    }
    for child in base.children:
        if child.tag in left_out or (child.tag, child.value("name")) in inside:
            continue
        if child.tag in _CONTAINERS and child.tag in stated:
            kept = Element(child.tag, {}, child.line)
            kept.children = [part for part in child.children if (part.tag, part.value("name")) not in inside]
            child = kept
        children.append(child)
    merged.children = children + own.children
    return merged


def _width(base: Element) -> list[Element]:
    """The width of a field, for one that derives from it and states its lowest bit alone."""
    position = read_position({child.tag: child for child in base.children})
    if position is None:
        return []
    width = Element("bitWidth", {}, base.line)
    width.text = str(position[1] - position[0] + 1)
    return [width]

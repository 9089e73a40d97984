"""``derivedFrom`` at every level: an element with what it takes from the one that it names.

A bare name finds a sibling before a stranger, and a dotted path finds its element from the device on or
from any level below. What a peripheral has only because it is derived comes before what another has, and
what stands later in the file is as good as what stands before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inspector.maps.findings import quote
from inspector.maps.svd.budget import MOST_DERIVED, Budget, TooMuchError
from inspector.maps.svd.merging import merge, without_reference
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.references import Path, References, is_called
from inspector.maps.xml import Element


class Derivations:
    """Resolves the references of one device."""

    def __init__(self, peripherals: list[Element], budget: Budget, notes: Notes) -> None:
        self._peripherals = peripherals
        self._budget = budget
        self._notes = notes
        self._resolved: dict[int, Element] = {}
        self._open: list[Element] = []
        self._known: References | None = None

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
        if self._is_open(element):
            way = quote(self._open[-1].value("name") or self._open[-1].tag)
            self._repair(element, f"{quote(name)} derives from itself, by way of {way}")
            return without_reference(element)
        if len(self._open) >= MOST_DERIVED:
            raise TooMuchError(f"more than {MOST_DERIVED} things that derive from each other", element.line)
        self._open.append(element)
        try:
            base = self._find(element, reference)
            if base is None:
                self._repair(element, f"{quote(name)} derives from {quote(reference)}, which is not there")
                return without_reference(element)
            merged = merge(self.resolve(base), element)
        finally:
            self._open.pop()
        self._budget.spend(sum(1 + len(child.children) for child in merged.children), element.line)
        return merged

    def _is_open(self, element: Element) -> bool:
        return any(element is other for other in self._open)

    def _repair(self, element: Element, message: str) -> None:
        message = f"{message}; what it states itself is kept"
        self._notes.repair("derivedFrom without a base", element.line, message)

    def _find(self, element: Element, reference: str) -> Element | None:
        if element.tag == "peripheral":
            named = [item for item in self._peripherals if _is(reference, item)]
            # One of that very name comes before an array, and itself is what it means at last.
            named.sort(key=lambda item: (item is element, item.value("name") != reference))
            return named[0] if named else None
        parts = tuple(part.strip() for part in reference.split("."))
        if self._known is None:
            self._known = References(self._peripherals, self._budget)
        known = self._known
        best, shared = known.nearest(element, parts)
        if best is not None and shared:
            return best
        found = self._inherited(element, parts, known)
        if found is None and best is None and element.tag == "enumeratedValues":
            found = known.values_of(element, parts)
        found = found or best or self._descend(parts, self._peripherals, element)
        return found or (element if known.is_itself(element, parts) else None)

    def _inherited(self, element: Element, parts: Path, known: References) -> Element | None:
        """What the element's peripheral has at that path because it is derived."""
        own = known.path(element)
        for item in self._peripherals:
            if own and "derivedFrom" in item.attributes and item.value("name") == own[0]:
                return self._descend(parts, _inside(self.resolve(item)), element)
        return None

    def _descend(self, parts: Path, inside: Iterable[Element], element: Element) -> Element | None:
        """What stands at a path from there on once everything above it is derived."""
        found: Element | None = None
        for part in parts:
            found = next((child for child in inside if _is(part, child)), None)
            if found is None:
                return None
            if not self._is_open(found):
                found = self.resolve(found)
            inside = _inside(found)
        return found if found is not None and found is not element and found.tag == element.tag else None


def _is(part: str, element: Element) -> bool:
    return is_called(part, element.value("name") or "")


def _inside(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.tag in ("registers", "fields"):
            yield from child.children
        elif child.tag in ("register", "cluster", "enumeratedValues"):
            yield child

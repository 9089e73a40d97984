"""What a reference may mean: the elements that are called so, the nearest first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspector.maps.svd.budget import CANDIDATE, Budget
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

Path = tuple[str, ...]


class References:
    """Knows where everything stands that can be derived from."""

    def __init__(self, peripherals: list[Element], budget: Budget) -> None:
        self._budget = budget
        self._paths: dict[int, Path] = {}
        self._named: dict[tuple[str, str], list[Element]] = {}
        self._arrays: dict[tuple[str, str], list[Element]] = {}
        stack: list[tuple[Element, Path]] = [(peripheral, ()) for peripheral in reversed(peripherals)]
        while stack:
            element, path = stack.pop()
            if element.tag not in ("registers", "fields"):
                name = element.value("name") or ""
                path = (*path, name)
                self._paths[id(element)] = path
                self._named.setdefault((element.tag, name), []).append(element)
                if "%s" in name:
                    head = name.partition("%s")[0].removesuffix("[")
                    self._arrays.setdefault((element.tag, head), []).append(element)
            inside = _PARTS.get(element.tag, ())
            stack += [(child, path) for child in reversed(element.children) if child.tag in inside]

    def path(self, element: Element) -> Path:
        """The names from the peripheral down to the element; empty for one that is in no peripheral."""
        return self._paths.get(id(element), ())

    def nearest(self, element: Element, parts: Path) -> tuple[Element | None, int]:
        """The element of its kind that a reference means, and how many names their paths share.

        Of those whose path ends as the reference says, it is the one that shares most of the path; of
        several, one that is named from the peripheral on, else the first.
        """
        own = self.path(element)
        best: Element | None = None
        closest = (0, False)
        for other in self._called(element.tag, parts[-1], element.line):
            path = self.path(other)
            if other is not element and _ends(path, parts):
                nearness = (_shared(path, own), len(path) == len(parts))
                if best is None or nearness > closest:
                    best, closest = other, nearness
        return best, closest[0]

    def values_of(self, element: Element, parts: Path) -> Element | None:
        """The enumeration of the field or register that is named in its place."""
        for tag in ("field", "register"):
            for owner in self._called(tag, parts[-1], element.line):
                inside = owner.child("enumeratedValues")
                if inside is not None and inside is not element and _ends(self.path(owner), parts):
                    return inside
        return None

    def is_itself(self, element: Element, parts: Path) -> bool:
        """Whether the reference means the element that makes it."""
        return _ends(self.path(element), parts)

    def _called(self, tag: str, name: str, line: int) -> Iterator[Element]:
        """The elements of that name, and the arrays with an element of that name."""
        named = self._named.get((tag, name), [])
        heads = (name[:length] for length in range(len(name) + 1))
        arrays = [array for head in heads for array in self._arrays.get((tag, head), ())]
        self._budget.spend(CANDIDATE * (len(named) + len(arrays)), line)
        yield from named
        for array in arrays:
            if is_called(name, self.path(array)[-1]):
                yield array


def is_called(part: str, name: str) -> bool:
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
        is_called(part, name) for part, name in zip(parts, path[-len(parts) :], strict=True)
    )


def _shared(path: Path, own: Path) -> int:
    count = 0
    for one, other in zip(path, own, strict=False):
        if one != other:
            break
        count += 1
    return count

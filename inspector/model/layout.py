"""Layouts: which registers some children are, in the order of their offsets; arrays are not gone through.

Array elements stand for themselves only once they are asked for, by number, by path or by the bytes that
they share, so that a hundred thousand of them cost as much as one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from operator import add, attrgetter
from typing import NamedTuple

from inspector.model.register import Child, Group, Memory, Register, walk
from inspector.model.spans import Spans

Spot = tuple[str, int, Register]
"""A register, with its path and its offset in bytes."""

_Part = Register | Group | list[Spot]
"""What takes a stretch of the order: a child, or the elements of several that stand among each other."""

_OFFSET, _SIZE, _WIDTH, _DIMENSION = map(attrgetter, ("offset", "size", "width", "dimension"))


@dataclass(frozen=True, slots=True)
class Found:
    """A register, or a memory window, that has certain bytes.

    Attributes:
        path: Its path within the children.
        start: Its first byte.
        what: What it is.
        order: Where it stands in the order of the map file.
    """

    path: str
    start: int
    what: Register | Memory
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Registers that follow one another and belong together: an array, a group, or an element of an array.

    Attributes:
        name: Such as ``CH[0..7]``, or ``CH[3]`` for an element.
        first: The number of the first one.
        count: How many they are.
        what: The array or group.
    """

    name: str
    first: int
    count: int
    what: Register | Group

    def within(self, name: str, first: int) -> Stretch:
        """The same, seen from around the group of that name, whose first register has that number."""
        return Stretch(f"{name}.{self.name}", first + self.first, self.count, self.what)


class Extent(NamedTuple):
    """Where registers and memory windows are, from the beginning of the block or group.

    Attributes:
        first: The offset of the first register.
        last: The offset of the last register.
        start: The first byte of the registers and memory windows.
        end: The byte after the last.
        widest: The bits of the widest register; 0 where there is none.
    """

    first: int
    last: int
    start: int
    end: int
    widest: int


class Layout:
    """The registers of a block or a group.

    Attributes:
        count: How many there are.
        flat: Whether the children are registers alone, none of them an array.
        has_memory: Whether there are memory windows.
    """

    def __init__(self, children: Sequence[Child]) -> None:
        # A map of many different registers goes through all of them here, before the first one is shown.
        self._children = children
        self.flat = set(map(type, children)) <= {Register} and not any(map(_DIMENSION, children))
        self.count = len(children) if self.flat else sum(map(self._count_of, children))
        self.has_memory = not self.flat and any(map(self._has_memory, children))

    def _count_of(self, child: Child) -> int:
        if isinstance(child, Memory):
            return 0
        count = child.dimension.count if child.dimension is not None else 1
        return count if isinstance(child, Register) else count * self.inner(child).count

    def _has_memory(self, child: Child) -> bool:
        return isinstance(child, Memory) or (isinstance(child, Group) and self.inner(child).has_memory)

    # --- where they are ------------------------------------------------------------------------

    @cached_property
    def extent(self) -> Extent:
        """Where the registers and memory windows are; nobody goes through them before that is asked."""
        if not self.flat:
            return self._extent_of_nested()
        firsts = list(map(_OFFSET, self._children))
        widths = set(map(_WIDTH, self._children))
        first, last = min(firsts, default=0), max(firsts, default=0)
        widest = max(widths, default=0)
        end = last + widest // 8 if len(widths) < 2 else max(map(add, firsts, map(_SIZE, self._children)))
        return Extent(first, last, first, end, widest)

    def _extent_of_nested(self) -> Extent:
        widest = 0
        firsts: list[int] = []
        lasts: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        for child in self._children:
            if isinstance(child, Memory):
                starts.append(child.offset)
                ends.append(child.offset + child.size)
                continue
            count, first, last, start, end = self._reach(child)
            if count:
                firsts.append(first)
                lasts.append(last)
            starts.append(start)
            ends.append(end)
            width = child.width if isinstance(child, Register) else self.inner(child).extent.widest
            widest = max(widest, width)
        return Extent(
            first=min(firsts, default=0),
            last=max(lasts, default=0),
            start=min(starts, default=0),
            end=max(ends, default=0),
            widest=widest,
        )

    def _reach(self, child: Register | Group) -> tuple[int, int, int, int, int]:
        """How many registers, from where to where they begin, and from where to where they have bytes."""
        low = high = child.offset
        count = 1
        if child.dimension is not None:
            count, shifts = child.dimension.count, child.dimension.starts
            low, high = low + min(shifts, default=0), high + max(shifts, default=0)
        if isinstance(child, Register):
            return count, low, high, low, high + child.size
        inner = self.inner(child)
        at = inner.extent
        if not at.end:
            return 0, low, low, low, low
        return count * inner.count, low + at.first, high + at.last, low + at.start, high + at.end

    def inner(self, group: Group) -> Layout:
        """The layout of one element of a group."""
        layout = self._inner.get(group)
        if layout is None:
            layout = self._inner[group] = Layout(group.children)
        return layout

    @cached_property
    def _inner(self) -> dict[Group, Layout]:
        return {}

    def each(self) -> Iterator[tuple[Register, int]]:
        """Each register with how many elements it has; arrays are not gone through."""
        for child in self._children:
            if isinstance(child, Memory):
                continue
            count = child.dimension.count if child.dimension else 1
            if isinstance(child, Register):
                yield child, count
            else:
                for register, below in self.inner(child).each():
                    yield register, count * below

    @cached_property
    def access_widths(self) -> frozenset[int]:
        """The widths of the bus accesses that its registers take."""
        return frozenset([register.access_width for register, _ in self.each()])

    @cached_property
    def aligned(self) -> bool:
        """Whether each access is at a multiple of its width, where all of it is at one of the widest's."""
        return all(map(self._child_aligned, self._children))

    def _child_aligned(self, child: Child) -> bool:
        if isinstance(child, Memory):
            return True
        starts = child.dimension.starts if child.dimension else (0,)
        steps = (starts.step if len(starts) > 1 else 0,) if isinstance(starts, range) else starts
        if isinstance(child, Register):
            size = child.access_width // 8
            return not child.offset % size and not any(step % size for step in steps)
        inner = self.inner(child)
        size = max(inner.access_widths, default=8) // 8
        return inner.aligned and not child.offset % size and not any(step % size for step in steps)

    # --- by number -----------------------------------------------------------------------------

    @cached_property
    def _parts(self) -> list[_Part]:
        """What follows one another in the order of offsets."""
        reaches = []
        for place, child in enumerate(self._children):
            if isinstance(child, Memory):
                continue
            if isinstance(child, Register) and child.dimension is None:
                reaches.append((child.offset, child.offset, place))
            else:
                count, first, last, *_ = self._reach(child)
                if count:
                    reaches.append((first, last, place))
        reaches.sort()
        clusters: list[list[int]] = []
        top = -1
        for first, last, place in reaches:
            if first > top:
                clusters.append([])
            clusters[-1].append(place)
            top = max(top, last)
        return [self._part(places) for places in clusters]

    def _part(self, places: list[int]) -> _Part:
        children = [self._children[place] for place in sorted(places)]
        (child, *others) = children
        if not others and not isinstance(child, Memory) and self._in_order(child):
            return child
        # Where offsets are equal, the order is that of the map file.
        found = [(path, offset, what) for path, offset, what in walk(children) if isinstance(what, Register)]
        return sorted(found, key=lambda spot: spot[1])

    def _in_order(self, child: Register | Group) -> bool:
        """Whether each element's registers stand behind those of the one before."""
        if child.dimension is None:
            return True
        inner = self.inner(child) if isinstance(child, Group) else None
        size = 0 if inner is None else inner.extent.last - inner.extent.first
        starts = child.dimension.starts
        if isinstance(starts, range):
            return starts.step > size
        return all(later - one > size for one, later in pairwise(starts))

    @cached_property
    def _firsts(self) -> list[int]:
        """The number of each part's first register."""
        return [0, *accumulate(map(self._count, self._parts))]

    def _count(self, part: _Part) -> int:
        if isinstance(part, list):
            return len(part)
        count = part.dimension.count if part.dimension else 1
        return count * (self.inner(part).count if isinstance(part, Group) else 1)

    def at(self, number: int) -> Spot:
        """The register of that number in the order of offsets."""
        place = bisect_right(self._firsts, number) - 1
        part, number = self._parts[place], number - self._firsts[place]
        if isinstance(part, list):
            return part[number]
        if isinstance(part, Register):
            name, offset = _element(part, number)
            return name, offset, part
        inner = self.inner(part)
        element, number = divmod(number, inner.count)
        name, offset = _element(part, element)
        path, below, register = inner.at(number)
        return f"{name}.{path}", offset + below, register

    def where(self, test: Callable[[Register], bool]) -> list[int]:
        """The numbers of the registers that pass a test, which is made once for an array."""
        found: list[int] = []
        for first, part in zip(self._firsts, self._parts, strict=False):
            if isinstance(part, list):
                found += [first + number for number, spot in enumerate(part) if test(spot[2])]
                continue
            count = part.dimension.count if part.dimension else 1
            inner = self.inner(part) if isinstance(part, Group) else None
            size = inner.count if inner else 1
            below = [0] if isinstance(part, Register) and test(part) else inner.where(test) if inner else []
            found += [
                first + element * size + number
                for element in range(count if below else 0)
                for number in below
            ]
        return found

    # --- by what they belong to ----------------------------------------------------------------

    def belonging(self, number: int) -> list[Stretch]:
        """The arrays, groups and elements that the register of that number is in, the outermost first.

        What stands among others by its offsets is left out: its registers do not follow one another.
        """
        place = bisect_right(self._firsts, number) - 1
        part, first = self._parts[place], self._firsts[place]
        if isinstance(part, list):
            return []
        found = []
        if part.dimension is not None:
            found.append(Stretch(_array_name(part), first, self._count(part), part))
        if isinstance(part, Group):
            inner = self.inner(part)
            element, below = divmod(number - first, inner.count)
            name, first = _element(part, element)[0], first + element * inner.count
            found.append(Stretch(name, first, inner.count, part))
            found += [each.within(name, first) for each in inner.belonging(below)]
        return found

    def arrays(self, least: int) -> Iterator[Stretch]:
        """The arrays of at least so many elements that are in no other such array."""
        if self.flat:
            return
        for first, part in zip(self._firsts, self._parts, strict=False):
            if isinstance(part, list):
                continue
            if part.dimension is not None and part.dimension.count >= least:
                yield Stretch(_array_name(part), first, self._count(part), part)
            elif isinstance(part, Group):
                inner = self.inner(part)
                for element in range(part.dimension.count if part.dimension else 1):
                    name, start = _element(part, element)[0], first + element * inner.count
                    yield from (each.within(name, start) for each in inner.arrays(least))

    # --- by path -------------------------------------------------------------------------------

    @cached_property
    def _named(self) -> dict[str, int]:
        """The numbers of the registers that are in no group and no array."""
        named: dict[str, int] = {}
        for number, part in zip(self._firsts, self._parts, strict=False):
            if isinstance(part, list):
                named.update((spot[0], number + place) for place, spot in enumerate(part))
            elif isinstance(part, Register) and part.dimension is None:
                named[part.name] = number
        return named

    @cached_property
    def _nested(self) -> list[tuple[int, Register | Group]]:
        """The arrays and groups, with the numbers of their first registers."""
        return [
            (number, part)
            for number, part in zip(self._firsts, self._parts, strict=False)
            if isinstance(part, Group) or (isinstance(part, Register) and part.dimension is not None)
        ]

    def number(self, path: str) -> int | None:
        """The number of the register at ``path``, or None."""
        found = self._named.get(path)
        if found is not None:
            return found
        dots = [place for place, letter in enumerate(path) if letter == "."]
        for first, part in self._nested:
            if isinstance(part, Register):
                element = _element_called(part, path)
                if element is not None:
                    return first + element
                continue
            inner = self.inner(part)
            for dot in dots:
                element = _element_called(part, path[:dot])
                below = inner.number(path[dot + 1 :]) if element is not None else None
                if element is not None and below is not None:
                    return first + element * inner.count + below
        return None

    # --- by bytes ------------------------------------------------------------------------------

    @cached_property
    def _spans(self) -> Spans[int]:
        """The places of the children by their bytes, all of an array's elements as one."""
        starts, ends = [], []
        for child in self._children:
            if isinstance(child, Memory) or (isinstance(child, Register) and child.dimension is None):
                start, end = child.offset, child.offset + child.size
            else:
                *_, start, end = self._reach(child)
            starts.append(start)
            ends.append(end)
        return Spans(zip(starts, range(len(starts)), strict=True), ends.__getitem__)

    @cached_property
    def overlaps(self) -> bool:
        """Whether any two registers or memory windows may share bytes."""
        return self._spans.overlap or any(
            self._overlaps_itself(child) for child in self._children if not isinstance(child, Memory)
        )

    def _overlaps_itself(self, child: Register | Group) -> bool:
        if isinstance(child, Register) and child.dimension is None:
            return False
        if isinstance(child, Register):
            size = child.size
        else:
            inner = self.inner(child)
            size = inner.extent.end - inner.extent.start
            if inner.overlaps:
                return True
        starts = child.dimension.starts if child.dimension is not None else ()
        if isinstance(starts, range):
            return len(starts) > 1 and starts.step < size
        return any(later - one < size for one, later in pairwise(sorted(starts)))

    def over(self, start: int, end: int) -> Iterator[Found]:
        """The registers and memory windows that have any of the bytes from ``start`` to before ``end``."""
        for place in self._spans.over(start, end):
            child = self._children[place]
            if isinstance(child, Memory):
                yield Found(child.name, child.offset, child, (place,))
                continue
            if isinstance(child, Register):
                for element in _elements_over(child, start - child.size, end):
                    name, offset = _element(child, element)
                    yield Found(name, offset, child, (place, element))
                continue
            inner = self.inner(child)
            for element in _elements_over(child, start - inner.extent.end, end - inner.extent.start):
                name, offset = _element(child, element)
                for found in inner.over(start - offset, end - offset):
                    path, order = f"{name}.{found.path}", (place, element, *found.order)
                    yield Found(path, offset + found.start, found.what, order)


def _element(child: Register | Group, number: int) -> tuple[str, int]:
    """The name and the offset of an array's element; of what is no array, its own."""
    dimension = child.dimension
    if dimension is None:
        return child.name, child.offset
    return dimension.element_name(child.name, number), child.offset + dimension.at(number)


def _array_name(child: Register | Group) -> str:
    """How all elements of an array are called together."""
    dimension = child.dimension
    assert dimension is not None
    if "%s" in child.name:
        return f"{child.name.replace('%s', dimension.index[0])}..{dimension.index[-1]}"
    return f"{child.name}[{dimension.index[0]}..{dimension.index[-1]}]"


def _element_called(child: Register | Group, name: str) -> int | None:
    """Which element of an array is called so; of what is no array, 0 where that is its name."""
    if child.dimension is None:
        return 0 if child.name == name else None
    return child.dimension.element_called(child.name, name)


def _elements_over(child: Register | Group, low: int, high: int) -> Iterator[int] | range:
    """Those elements whose offset is more than ``low`` and less than ``high``."""
    dimension = child.dimension
    low, high = low - child.offset, high - child.offset
    if dimension is None:
        return range(1 if low < 0 < high else 0)
    starts = dimension.starts
    if not isinstance(starts, range):
        return (number for number, start in enumerate(starts) if low < start < high)
    step = starts.step
    return range(max(0, low // step + 1), min(dimension.count, -(-high // step)))

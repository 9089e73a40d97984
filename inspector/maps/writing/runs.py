"""Finds arrays: things that are alike but for a number in their names and equal distances."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

FEWEST = 3
"""Elements from which on an array is shorter to read than its elements."""

_NUMBER = re.compile(r"0|[1-9][0-9]*")
_ELEMENT = re.compile(r"(.+)\[([A-Za-z0-9_-]+)\]")


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """An array, or one thing by itself.

    Attributes:
        name: With ``%s`` where the elements' names differ; of elements called ``NAME[0]``, NAME alone.
        things: The elements.
        index: Their names; empty for one thing by itself.
        starts: Where they are, from the first one on.
    """

    name: str
    things: tuple[T, ...]
    index: tuple[str, ...] = ()
    starts: tuple[int, ...] = (0,)

    @property
    def numbered(self) -> bool:
        """Whether the elements are called 0, 1, 2 and so on."""
        return self.index == tuple(map(str, range(len(self.index))))

    @property
    def lowest(self) -> int:
        """Where the lowest element is, from the first one on: 0 or less."""
        return min(self.starts)

    @property
    def stride(self) -> int | None:
        """The distance from one element to the next; None where they differ."""
        steps = {later - earlier for earlier, later in zip(self.starts, self.starts[1:], strict=False)}
        return steps.pop() if len(steps) == 1 else None


def find_runs(
    things: Sequence[T],
    name_of: Callable[[T], str],
    start_of: Callable[[T], int],
    content_of: Callable[[T], Hashable],
    *,
    elements: bool = False,
) -> list[Run[T]]:
    """Join neighbours into arrays; what is in none stands by itself.

    Args:
        things: In file order.
        name_of: What a thing is called.
        start_of: Where it is, in bytes or bits.
        content_of: What must be the same of all elements; None for what can be in no array.
        elements: Whether ``NAME[0]`` and its neighbours cannot be written out one by one.
    """
    runs: list[Run[T]] = []
    taken: set[str] = set()
    first = 0
    while first < len(things):
        run = _elements(things, first, name_of, start_of) if elements else None
        run = run or _numbered(things, first, name_of, start_of, content_of)
        # Two arrays can't be called the same; the elements of a second one stand by themselves.
        if run is None or run.name in taken:
            run = Run(name_of(things[first]), (things[first],))
        taken.add(run.name)
        runs.append(run)
        first += len(runs[-1].things)
    return runs


def _elements(
    things: Sequence[T], first: int, name_of: Callable[[T], str], start_of: Callable[[T], int]
) -> Run[T] | None:
    """The elements of ``NAME[…]``, which cannot be written out one by one."""
    match = _ELEMENT.fullmatch(name_of(things[first]))
    if match is None:
        return None
    index: list[str] = []
    for thing in things[first:]:
        found = _ELEMENT.fullmatch(name_of(thing))
        if found is None or found[1] != match[1]:
            break
        index.append(found[2])
    members = tuple(things[first : first + len(index)])
    base = start_of(members[0])
    return Run(match[1], members, tuple(index), tuple(start_of(thing) - base for thing in members))


def _numbered(
    things: Sequence[T],
    first: int,
    name_of: Callable[[T], str],
    start_of: Callable[[T], int],
    content_of: Callable[[T], Hashable],
) -> Run[T] | None:
    """The longest array whose numbers count up by one in the same place of their names."""
    content = content_of(things[first])
    if content is None:
        return None
    name, base = name_of(things[first]), start_of(things[first])
    best: Run[T] | None = None
    for match in _NUMBER.finditer(name):
        head, tail, number = name[: match.start()], name[match.end() :], int(match[0])
        if not head or (head[-1:].isdigit() or tail[:1].isdigit()):
            continue
        members = [things[first]]
        step = 0
        for thing in things[first + 1 :]:
            distance = start_of(thing) - start_of(members[-1])
            if (
                name_of(thing) != f"{head}{number + len(members)}{tail}"
                or distance <= 0
                or (step and distance != step)
                or content_of(thing) != content
            ):
                break
            step = distance
            members.append(thing)
        if len(members) >= FEWEST and (best is None or len(members) > len(best.things)):
            index = tuple(str(number + i) for i in range(len(members)))
            starts = tuple(start_of(thing) - base for thing in members)
            best = Run(f"{head}%s{tail}", tuple(members), index, starts)
    return best

"""Things that take bytes, found by the bytes that they have."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Spans(Generic[T]):
    """Things with the bytes that they take, to be found by bytes.

    Where a thing ends is asked once something behind its beginning is looked for.
    """

    def __init__(self, things: Iterable[tuple[int, T]], end_of: Callable[[T], int]) -> None:
        """Take in things by first byte, and a way to know the byte after the last."""
        self._things = sorted(things, key=lambda thing: thing[0])
        self._starts = [start for start, _ in self._things]
        self._end_of = end_of
        # For each, where the farthest of those up to it ends.
        self._tops: list[int] = []

    def over(self, start: int, end: int) -> Iterator[T]:
        """What has any of the bytes from ``start`` to before ``end``, in no certain order."""
        for number in range(bisect_left(self._starts, end) - 1, -1, -1):
            if self._top(number) <= start:
                return
            thing = self._things[number][1]
            if self._end_of(thing) > start:
                yield thing

    def _top(self, number: int) -> int:
        tops = self._tops
        if number >= len(tops):
            known = len(tops)
            ends = (self._end_of(thing) for _, thing in self._things[known : max(number + 1, 2 * known)])
            # Whole: of two threads that come here at once, each leaves what is right.
            tops = self._tops = [*tops[:-1], *accumulate([*tops[-1:], *ends], max)]
        return tops[number]

    @property
    def overlap(self) -> bool:
        """Whether any two of them share bytes."""
        return any(start < self._top(number) for number, start in enumerate(self._starts[1:]))

"""Many short texts, searched as one: what Python does fast with one long text it does slowly with many."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate


class SearchText:
    """Lines of lower-case text, found by their numbers.

    Attributes:
        text: All of them, each after a line break, and a line break at the end.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        kept = [line.lower().replace("\n", " ") for line in lines]
        self.text = "\n" + "\n".join(kept) + "\n"
        self._starts = array("L", accumulate((len(line) + 1 for line in kept), initial=1))
        self._starts.pop()

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, number: int) -> int:
        """Where in the whole text a line begins."""
        return self._starts[number]

    def line(self, number: int) -> str:
        """The line of that number, in lower case."""
        start = self._starts[number]
        return self.text[start : self.text.index("\n", start)]

    def holding(self, part: str) -> Iterator[int]:
        """The numbers of the lines that hold ``part``, each once, in order.

        A line break in ``part`` stands for the line's beginning or end.
        """
        return (number for number, _ in self.places(part))

    def places(self, part: str) -> Iterator[tuple[int, int]]:
        """The same, each with where in the whole text ``part`` is first in that line."""
        text, starts = self.text, self._starts
        at = text.find(part)
        while at >= 0:
            # A part that begins with the line break belongs to the line behind that.
            number = bisect_right(starts, at + part.startswith("\n")) - 1
            yield number, at
            at = text.find(part, text.index("\n", starts[number]))

    def like(self, part: str) -> Iterator[int]:
        """The numbers of the lines that hold the characters of ``part`` in that order, others among them."""
        starts = self._starts
        for found in _scattered(part).finditer(self.text):
            yield bisect_right(starts, found.start() + 1) - 1


@lru_cache(maxsize=64)
def _scattered(part: str) -> re.Pattern[str]:
    """Matches the line break before a line that holds the characters of ``part`` in order.

    Each step takes all that is not the next character and never gives any of it back, so that a line is
    gone through once.
    """
    steps = "".join(rf"[^\n{re.escape(c)}]*+{re.escape(c)}" for c in part)
    return re.compile(rf"\n{steps}")


def scattered_in(part: str, line: str) -> list[int] | None:
    """The places in ``line`` of the characters of ``part``, in order; None where they are not there.

    Of all the places where its first character is, the one from which the whole is shortest.
    """
    best: list[int] | None = None
    start = line.find(part[:1])
    while start >= 0:
        places = [start]
        for c in part[1:]:
            at = line.find(c, places[-1] + 1)
            if at < 0:
                return best
            places.append(at)
        if best is None or places[-1] - places[0] < best[-1] - best[0]:
            best = places
        start = line.find(part[:1], start + 1)
    return best

"""Many short texts, searched as one: what Python does fast with one long text it does slowly with many."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, islice, repeat
from operator import contains

_RARE = 16
"""Of how many lines at most one may hold what is looked for from place to place, not line by line."""

Flags = int
"""Which lines, as a number: a byte of 0 or 1 for each, the first line's the lowest."""


class SearchText:
    """Lines of lower-case text, found by their numbers.

    Attributes:
        text: All of them, each after a line break, and a line break at the end.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = [line.lower().replace("\n", " ") for line in lines]
        self.text = "\n" + "\n".join(self._lines) + "\n"
        self._starts = array("L", accumulate((len(line) + 1 for line in self._lines), initial=1))
        self._starts.pop()

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, number: int) -> str:
        """The line of that number, in lower case."""
        return self._lines[number]

    def lines(self) -> Iterator[str]:
        """Each line, in lower case."""
        return iter(self._lines)

    def holding(self, part: str) -> Iterator[int]:
        """The numbers of the lines that hold ``part``, each once, in order.

        A line break in ``part`` stands for the line's beginning or end.
        """
        text, starts = self.text, self._starts
        behind = 1 if part.startswith("\n") else 0
        at = text.find(part)
        while at >= 0:
            # A part that begins with the line break belongs to the line behind that.
            number = bisect_right(starts, at + behind) - 1
            yield number
            at = text.find(part, starts[number] + len(self._lines[number]))

    def marks(self, part: str) -> bytes:
        """A byte for each line: whether it holds ``part``. Takes no longer where all of them do."""
        if part not in self.text:
            return bytes(len(self))
        found = bytearray(len(self))
        last = 0
        for last in islice(self.holding(part), len(self) // _RARE + 1):
            found[last] = 1
        found[last + 1 :] = bytes(map(contains, self._lines[last + 1 :], repeat(part)))
        return bytes(found)

    def some(self, parts: Iterable[str], most: int) -> bytes:
        """The same of several parts, looked for in the first ``most`` lines that hold each alone."""
        found = bytearray(len(self))
        for part in parts:
            for number in islice(self.holding(part), most):
                found[number] = 1
        return bytes(found)

    def scattered(self, part: str) -> bytes:
        """The same of those that hold the characters of ``part`` in that order, others among them."""
        found, starts = bytearray(len(self)), self._starts
        for match in _scattered(part).finditer(self.text):
            found[bisect_right(starts, match.start() + 1) - 1] = 1
        return bytes(found)


class SharedText:
    """A text for each of many users, of whom many have the same.

    Attributes:
        own: The texts, each once.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        numbers: dict[str, int] = {}
        self._of = array("L", (numbers.setdefault(text, len(numbers)) for text in texts))
        self.own = SearchText(numbers)

    def line(self, user: int) -> str:
        """The text of a user, in lower case."""
        return self.own.line(self._of[user])

    def flags(self, part: str) -> Flags:
        """The users whose text holds ``part``."""
        return self.users(self.own.marks(part))

    def some(self, part: str, most: int) -> Flags:
        """The same, of the first ``most`` texts that hold it alone."""
        return self.users(self.own.some([part], most))

    def users(self, marks: bytes) -> Flags:
        """The users of those texts that have a byte set."""
        if 1 not in marks:
            return 0
        # Where no two share a text, each has that of its own number.
        return flags(marks if len(marks) == len(self._of) else bytes(map(marks.__getitem__, self._of)))


def flags(marks: bytes) -> Flags:
    """A byte for each line as flags."""
    return int.from_bytes(marks, "little")


def flagged(which: Flags, count: int) -> bytes:
    """Flags of ``count`` lines as a byte for each."""
    return which.to_bytes(count, "little")


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


def begun(part: str, line: str) -> int:
    """How many characters of ``part`` are in ``line`` in that order, others among them."""
    at = 0
    for count, c in enumerate(part):
        at = line.find(c, at) + 1
        if not at:
            return count
    return len(part)

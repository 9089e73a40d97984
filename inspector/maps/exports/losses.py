"""What a format cannot say: every item that an export changes or leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.errors import Finding, SourcePosition

MOST_PLACES = 6
"""Places that one line on a terminal names."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of thing that is not carried over, and where.

    Attributes:
        message: What, and what is written in its place.
        places: Whose it is: paths within a block, with the block's name in front.
        position: Where the map states the first of them, where that is known.
    """

    message: str
    places: tuple[str, ...]
    position: SourcePosition | None

    def __str__(self) -> str:
        return f"{self.message}: {', '.join(self.places)}" if self.places else self.message

    def finding(self, file: str) -> Finding:
        """A warning of it.

        Args:
            file: The map's file, for what is of no place in it.
        """
        shown = ", ".join(self.places[:MOST_PLACES])
        more = len(self.places) - MOST_PLACES
        places = f"{shown} and {more:,} more, which the file lists" if more > 0 else shown
        message = f"{self.message}: {places}" if places else self.message
        return Finding("warning", message, self.position or SourcePosition(file, 1, 1), "not-carried")


class Losses:
    """Collects what is lost."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[dict[str, None], SourcePosition | None]] = {}

    def add(self, message: str, place: str = "", position: SourcePosition | None = None) -> None:
        """Note that something of ``place`` is not carried over."""
        places, _ = self._found.setdefault(message, ({}, position))
        if place:
            places[place] = None

    def __iter__(self) -> Iterator[Loss]:
        for message, (places, position) in self._found.items():
            yield Loss(message, tuple(places), position)

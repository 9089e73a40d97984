"""Names of places within a document."""

from __future__ import annotations

import re


class Anchors:
    """Gives the places of a document names that are valid in a link and given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, *parts: str) -> str:
        """A name of these parts that no other place has."""
        wanted = "-".join(re.sub("[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts).strip("-")
        wanted = wanted or "place"
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name

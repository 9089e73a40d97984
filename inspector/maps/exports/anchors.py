"""Names of places within a document."""

from __future__ import annotations

import re

from inspector.maps.identifiers import Names


class Anchors:
    """Gives the places of a document names that are valid in a link and given once."""

    def __init__(self) -> None:
        self._names = Names()

    def take(self, *parts: str) -> str:
        """A name of these parts that no other place has."""
        wanted = "-".join(re.sub("[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts).strip("-")
        return self._names.take(wanted or "place")

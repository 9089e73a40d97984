"""A board: a map and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterMap
    from inspector.ui.live import SessionFactory

FIRST = "board"
"""The mode of the first board's screen; the others have numbers."""


class Board(NamedTuple):
    """A map on its backends, to be shown.

    Attributes:
        map: The map.
        open_session: Opens it; called on a thread of its own.
        simulate: Opens it in simulation instead; None where that is not offered.
        name: What its tab says; the map's name where left out.
        hardware: The regions that the map itself would open on hardware, with the backend's word.
    """

    map: RegisterMap
    open_session: SessionFactory
    simulate: SessionFactory | None = None
    name: str = ""
    hardware: Mapping[str, str] = MappingProxyType({})

    @property
    def tab(self) -> str:
        """What its tab says."""
        return self.name or self.map.name


FindBoard = Callable[[str], Board]
"""Loads the map that a person typed, as ``MAP`` or ``MAP -b BACKEND``, and prepares to open it."""

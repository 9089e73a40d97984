"""Places: the instances of a map, each with where its registers stand in the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from inspector.model.layout import Layout
from inspector.model.region import Instance, Region

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An instance, with its registers.

    Attributes:
        number: Counts the instances from 0.
        region: Where it is.
        instance: What it is.
        layout: Its registers.
        first: The index of the first of them in the map.
        prefix: What stands before their paths.
        prefixed: Whether ``REGION/`` is part of that.
    """

    number: int
    region: Region
    instance: Instance
    layout: Layout
    first: int
    prefix: str
    prefixed: bool

    @property
    def count(self) -> int:
        """How many registers it has."""
        return self.layout.count

    @property
    def indices(self) -> range:
        """The indices of its registers."""
        return range(self.first, self.first + self.layout.count)

    @property
    def by_local(self) -> ByLocal[int]:
        """The indices of its registers by path within the block."""
        return ByLocal(self, _itself)

    def index(self, local: str) -> int | None:
        """The index of the register at a path within the block, or None."""
        number = self.layout.number(local)
        return None if number is None else self.first + number


def _itself(index: int) -> int:
    return index


class ByLocal(Mapping[str, T]):
    """Something of each register of an instance, by path within the block."""

    def __init__(self, place: Place, of: Callable[[int], T]) -> None:
        """Look things up by the registers' indices in the map."""
        self._place = place
        self._of = of

    def __getitem__(self, local: str) -> T:
        index = self._place.index(local)
        if index is None:
            raise KeyError(local)
        return self._of(index)

    def __iter__(self) -> Iterator[str]:
        layout = self._place.layout
        return (layout.at(number)[0] for number in range(layout.count))

    def __len__(self) -> int:
        return self._place.count

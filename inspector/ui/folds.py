"""Folds: what of the blocks is folded away, from an array's element outwards to the whole block."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from inspector.model.nodes import ByPath, Nodes
from inspector.model.place import Place

LONG = 33
"""Of how many elements on an array starts folded."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Registers that can be folded into one row: an array, a group, an element, a block.

    Attributes:
        path: Of what they are, such as ``DMA.CH[0..7]``.
        place: Whose they are, as an index of ``Rows.places``.
        name: The same within its block; empty for a whole block.
        first: The index of the first of them.
        count: How many they are.
    """

    path: str
    place: int
    name: str
    first: int
    count: int

    @property
    def end(self) -> int:
        """The index behind the last."""
        return self.first + self.count


class Folds:
    """What is folded, and what can be.

    Attributes:
        folded: What is folded, by path; what is in a fold that is in another one stays folded in it.
    """

    def __init__(self, nodes: Nodes, places: Sequence[Place]) -> None:
        """Fold nothing yet.

        Args:
            nodes: Every register of the map.
            places: The blocks that have rows.
        """
        self._nodes = nodes
        self._places = places
        self._firsts = [place.first for place in places]
        self.folded: dict[str, Fold] = {}

    # --- what can be folded ------------------------------------------------------------------

    def around(self, index: int) -> list[Fold]:
        """What the register at an index can be folded into: its element, its array, …, its block at last."""
        number = self._number(index)
        return [*reversed(self._within(number, index)), self.block(number)]

    def beginning(self, index: int) -> Fold | None:
        """The least that begins with the register at an index, short of its block; or None."""
        found = self._within(self._number(index), index)
        return found[-1] if found and found[-1].first == index else None

    def covering(self, index: int) -> Fold | None:
        """The least that the register at an index is in and does not begin, short of its block; or None."""
        found = self._within(self._number(index), index)
        return next((fold for fold in reversed(found) if fold.first < index), None)

    def _within(self, number: int, index: int) -> list[Fold]:
        """The arrays, groups and elements around a register, the outermost first; of one alone, none."""
        place = self._places[number]
        return [
            Fold(place.prefix + each.name, number, each.name, place.first + each.first, each.count)
            for each in place.layout.belonging(index - place.first)
            if each.count > 1
        ]

    def _number(self, index: int) -> int:
        number = bisect_right(self._firsts, index) - 1
        # Of those that begin together, the ones before the last have memory windows alone.
        while self._places[number].indices.stop <= index:
            number -= 1
        return number

    def block(self, number: int) -> Fold:
        """A whole block as a fold."""
        place = self._places[number]
        return Fold(place.prefix, number, "", place.first, place.count)

    # --- what is folded ----------------------------------------------------------------------

    def put(self, folds: Iterable[Fold], folded: bool) -> None:
        """Fold parts of blocks away, or unfold them."""
        for fold in folds:
            if folded:
                self.folded[fold.path] = fold
            else:
                self.folded.pop(fold.path, None)

    def put_long_arrays(self) -> None:
        """Fold what would bury everything else, unless there is nothing else."""
        found = [fold for number in range(len(self._places)) for fold in self._long_arrays(number)]
        if sum(fold.count for fold in found) < len(self._nodes):
            self.put(found, True)

    def _long_arrays(self, number: int) -> Iterator[Fold]:
        place = self._places[number]
        if place.count >= LONG:
            for each in place.layout.arrays(LONG):
                yield Fold(place.prefix + each.name, number, each.name, place.first + each.first, each.count)

    def hiding(self, index: int) -> list[Fold]:
        """What is folded and has the register at an index in it."""
        return [fold for fold in self.around(index) if fold.path in self.folded]

    def folded_block(self, number: int) -> Fold | None:
        """A block as a fold where it is folded as a whole."""
        return self.folded.get(self._places[number].prefix)

    def outermost(self) -> dict[int, list[Fold]]:
        """What is folded of each block and is in nothing else of it that is."""
        found: dict[int, list[Fold]] = {}
        for fold in sorted(self.folded.values(), key=lambda fold: (fold.first, -fold.count)):
            own = found.setdefault(fold.place, [])
            if fold.name and (not own or own[-1].end <= fold.first):
                own.append(fold)
        return found

    # --- remembering -------------------------------------------------------------------------

    def kept(self) -> list[tuple[str, str]]:
        """What is folded, as `recall` takes it: each by its path and that of its first register."""
        return [(fold.path, self._nodes[fold.first].path) for fold in self.folded.values() if fold.count]

    def recall(self, folds: Iterable[tuple[str, str]]) -> None:
        """Fold what was folded before, and nothing else. What the map has no more is left out."""
        by_path = ByPath(self._nodes)
        self.folded.clear()
        for path, register in folds:
            node = by_path.get(register)
            found = () if node is None else (each for each in self.around(node.index) if each.path == path)
            self.put(found, True)

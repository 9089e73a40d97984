"""What fits every word of a search, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_

from inspector.model.field import Field
from inspector.ui.searchindex import SearchIndex, Spot, described_field
from inspector.ui.searchtext import Flags, flagged, flags
from inspector.ui.searchwords import APART, ELSEWHERE, TAIL, Word

KINDS = ("name", "field", "value", "text")
"""Where words may be, in the order in which what they find is told."""

_NAME, _FIELD, _VALUE, _TEXT = range(len(KINDS))

_RANKED = 1_000
"""How many registers are put into order one by one; of more it goes by the last word alone."""

_Key = tuple[int, ...]
"""How the words are in an instance's name: where that is the same, the same paths fit."""


class Query:
    """Words, each of which must be in a register's path, in its fields, in their values or in its texts."""

    def __init__(self, index: SearchIndex, words: Sequence[Word]) -> None:
        self._index = index
        self._words = words
        self._keys: list[_Key] = list(zip(*(word.places for word in words), strict=True))
        self._all = flags(b"\1" * len(index.names))

    def _fitting(self, kind: int) -> dict[_Key, Flags]:
        """The paths with every word in one of `KINDS` up to that."""
        held = [reduce(or_, (_own(word, each) for each in range(kind + 1))) for word in self._words]
        found = {}
        for key in set(self._keys):
            fit = self._all
            for word, own, placed in zip(self._words, held, key, strict=True):
                if placed >= ELSEWHERE:
                    fit &= own | word.tails[placed - TAIL] if placed >= TAIL else own
            found[key] = fit
        return found

    def _spots(self, fitting: Mapping[_Key, Flags]) -> Iterator[Spot]:
        """The registers with those paths, in the order of the map."""
        count = len(self._index.names)
        marks = {key: flagged(which, count) for key, which in fitting.items() if which}
        if not marks:
            return
        for place, (key, (start, end, first)) in enumerate(zip(self._keys, self._index.spans, strict=True)):
            own = marks.get(key)
            line = -1 if own is None else own.find(1, start, end)
            while own is not None and line >= 0:
                yield Spot(first + line - start, place, line)
                line = own.find(1, line + 1, end)

    # --- names -------------------------------------------------------------------------------

    def named(self) -> Iterator[Spot]:
        """The registers whose paths hold every word, the best first."""
        fitting = self._fitting(_NAME)
        found = list(islice(self._spots(fitting), _RANKED + 1))
        if len(found) > _RANKED:
            found = list(islice(self._by_last_word(fitting), _RANKED))
        ranked = sorted((self._rank(spot), spot) for spot in found)
        return (spot for rank, spot in ranked if rank < APART)

    def _rank(self, spot: Spot) -> int:
        return sum(word.rank(spot.place, spot.line) for word in self._words)

    def _by_last_word(self, fitting: Mapping[_Key, Flags]) -> Iterator[Spot]:
        """Those that fit, in the order of how well the last word does."""
        last = self._words[-1]
        seen: set[int] = set()
        for rank, level in enumerate(last.levels):
            chosen = {}
            for key, which in fitting.items():
                placed = key[-1]
                tails = last.tails[placed - TAIL] if placed >= TAIL and rank == 1 else 0
                chosen[key] = which if placed == rank else which & (level | tails)
            for spot in self._spots(chosen):
                if spot.node not in seen:
                    seen.add(spot.node)
                    yield spot

    # --- what registers say ------------------------------------------------------------------

    def told(self, kind: int) -> Iterator[Spot]:
        """The registers that only fit with one of `KINDS`, and those before it; the best first."""
        before = self._fitting(kind - 1)
        new = {key: which & ~before[key] for key, which in self._fitting(kind).items()}
        which = reduce(or_, new.values(), 0)
        if which:
            for level in self._levels(kind, which):
                yield from self._spots({key: own & level for key, own in new.items()})

    def _levels(self, kind: int, which: Flags) -> Sequence[Flags]:
        if kind == _TEXT:
            return (which,)
        texts = self._index.fields if kind == _FIELD else self._index.values
        told = (word for word in reversed(self._words) if _own(word, kind) & which)
        return next(told, self._words[-1]).told(texts, which)

    def field(self, spot: Spot, kind: int) -> Field | None:
        """The field that made a register fit; None where that was something else."""
        index = self._index
        before = [index.prefixes[spot.place] + index.names.line(spot.line)]
        before += [texts.line(spot.line) for texts in (index.fields, index.values)[: max(kind - 1, 0)]]
        rest = [word for word in self._words if not any(word.text in text for text in before)]
        register = index.registers[spot.line]
        if kind == _TEXT:
            return described_field(register, [word.text for word in rest])
        if kind == _NAME:
            return None
        found = (
            word.named_field(register) if kind == _FIELD else word.value_field(register)
            for word in reversed(rest)
        )
        return next((field for field in found if field is not None), None)


def _own(word: Word, kind: int) -> Flags:
    # One by one: what nobody asks for is not worked out.
    if kind == _NAME:
        return word.names
    if kind == _FIELD:
        return word.fields
    return word.values if kind == _VALUE else word.prose

"""The words of a search: which paths, fields, values and texts each of them is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from inspector.model.field import Field
from inspector.model.register import Register
from inspector.ui.searchindex import SearchIndex, named_field, value_field
from inspector.ui.searchtext import Flags, SharedText, begun, flags, scattered_in

ELSEWHERE = 4
"""The rank of what does not hold a word at all."""

TAIL = 10
"""The rank of an instance of which the end and a path's beginning may hold a word together, and up."""

APART = 1_000
"""The rank of what fits by its characters alone, which stand too far apart to be meant."""

_STARTS = "_[/"
"""What stands before a part of a name."""

_EDGES = "._[]/"
"""What parts a path into words."""

_SOME = 3_000
"""Of how many lines that hold a word in some way the rank is worked out: of more nobody sees the order."""


class Word:
    """A word, with what it is in; worked out once it is asked for, and kept while one types on.

    Ranks say how well a name fits: 0 it is the word, 1 it begins so, 2 a part of it begins so, 3 it holds it.

    Attributes:
        text: The word, in lower case.
        places: For each instance the rank of its name; from `TAIL` on where the word may be the end of its
            name and the beginning of a path: that less `TAIL` is the place in ``tails``.
        tails: Paths that fit at some instances.
    """

    def __init__(self, index: SearchIndex, text: str) -> None:
        self.text = text
        self._index = index
        self.tails: list[Flags] = []
        self.places = self._placed()

    def _placed(self) -> Sequence[int]:
        names, ends = self._index.names, []
        for at in (at for at, c in enumerate(self.text[:-1]) if c == "."):
            tail = flags(names.some([f"\n{self.text[at + 1 :]}"], len(names)))
            if tail:
                ends.append(self.text[: at + 1])
                self.tails.append(tail)
        ranks: list[int] = []
        for prefix in self._index.prefixes:
            rank = _rank_of_prefix(self.text, prefix)
            if rank == ELSEWHERE and ends:
                fits = (TAIL + number for number, end in enumerate(ends) if prefix.endswith(end))
                rank = next(fits, ELSEWHERE)
            ranks.append(rank)
        return ranks

    @cached_property
    def names(self) -> Flags:
        """The paths that hold it."""
        return flags(self._index.names.marks(self.text))

    @cached_property
    def fields(self) -> Flags:
        """The paths of the registers with a field that is called so."""
        return self._index.fields.flags(self.text)

    @cached_property
    def values(self) -> Flags:
        """The same, with a value that is called so."""
        return self._index.values.flags(self.text)

    @cached_property
    def prose(self) -> Flags:
        """The same, with a text that says so."""
        return self._index.prose.flags(self.text)

    @cached_property
    def known(self) -> bool:
        """Whether anything is called so."""
        return bool(self.names or self.fields or self.values) or any(
            rank != ELSEWHERE for rank in self.places
        )

    def rank(self, place: int, line: int) -> int:
        """How well a register's whole path fits."""
        name, placed = self._index.names.line(line), self.places[place]
        text = self.text.rpartition(".")[2] if placed >= TAIL else self.text
        own = next((rank for rank, fits in enumerate(_ways(text)) if fits(name)), ELSEWHERE)
        return min(own, placed)

    @cached_property
    def levels(self) -> Sequence[Flags]:
        """The paths that hold it by their ranks."""
        text = self.text

        def some(*parts: str) -> Flags:
            return flags(self._index.names.some(parts, _SOME))

        exact = some(f"\n{text}\n", f".{text}\n", f"\n{text}[", f".{text}[")
        begins = some(f"\n{text}", f".{text}") & ~exact
        words = some(*(f"{edge}{text}" for edge in _STARTS)) & ~exact & ~begins
        return exact, begins, words, self.names & ~exact & ~begins & ~words

    def told(self, texts: SharedText, which: Flags) -> Sequence[Flags]:
        """Of some paths those whose registers' ``texts`` have the word itself, begin so, or hold it."""
        exact = which & texts.some(f" {self.text} ", _SOME)
        begins = which & texts.some(f" {self.text}", _SOME) & ~exact
        return exact, begins, which & ~exact & ~begins

    def named_field(self, register: Register) -> Field | None:
        """The field that is called so."""
        return named_field(register, self.text)

    def value_field(self, register: Register) -> Field | None:
        """The field of which a value is called so."""
        return value_field(register, self.text)


class LooseWord(Word):
    """A word that nothing is called: it fits where its characters are in that order, others among them."""

    def _placed(self) -> Sequence[int]:
        names, numbers, ranks = self._index.names, {}, []
        for prefix in self._index.prefixes:
            count = begun(self.text, prefix)
            if count == len(self.text):
                ranks.append(ELSEWHERE - 1)
                continue
            if count not in numbers:
                numbers[count] = TAIL + len(self.tails)
                self.tails.append(flags(names.scattered(self.text[count:])))
            ranks.append(numbers[count])
        return ranks

    @cached_property
    def names(self) -> Flags:
        """None."""
        return 0

    @cached_property
    def fields(self) -> Flags:
        """The paths of the registers with a field that is called like that."""
        texts = self._index.fields
        marks = bytearray(texts.own.scattered(self.text))
        at = marks.find(1)
        while at >= 0:
            marks[at] = any(_near_in(self.text, name) for name in texts.own.line(at).split())
            at = marks.find(1, at + 1)
        return texts.users(bytes(marks))

    @cached_property
    def values(self) -> Flags:
        """None."""
        return 0

    def rank(self, place: int, line: int) -> int:
        """How far its characters stand apart in a path; those that begin a part count less."""
        path = self._index.prefixes[place] + self._index.names.line(line)
        places = _near_in(self.text, path)
        if places is None:
            return APART
        starts = sum(at == 0 or path[at - 1] in _EDGES for at in places)
        return places[-1] - places[0] - 3 * starts

    def named_field(self, register: Register) -> Field | None:
        """The field that is called like that."""
        return next((each for each in register.fields if _near_in(self.text, each.name.lower())), None)


def _near_in(text: str, name: str) -> list[int] | None:
    """The places in ``name`` of the characters of ``text``, in order; None where they stand too far apart."""
    places = scattered_in(text, name)
    return places if places and places[-1] - places[0] <= 3 * len(text) + 3 else None


def _rank_of_prefix(text: str, prefix: str) -> int:
    if text not in prefix:
        return ELSEWHERE
    if prefix.startswith(text) or f"/{text}" in prefix:
        return 1
    return 2 if any(f"{edge}{text}" in prefix for edge in _STARTS) else 3


@lru_cache(maxsize=64)
def _ways(text: str) -> Sequence[Callable[[str], bool]]:
    """For each rank, whether a path within a block has it."""
    return (
        lambda name: (
            name == text or name.endswith(f".{text}") or name.startswith(f"{text}[") or f".{text}[" in name
        ),
        lambda name: name.startswith(text) or f".{text}" in name,
        lambda name: any(f"{edge}{text}" in name for edge in _STARTS),
        lambda name: text in name,
    )

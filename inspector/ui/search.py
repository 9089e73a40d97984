"""Finding registers by name, by the names of fields and values, by text and by address, the best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.ui.addresses import BaseOf, around, at_address, at_offset, written
from inspector.ui.searchindex import SearchIndex, described_field, named_field, value_field
from inspector.ui.searchtext import SearchText, scattered_in

MOST = 400
"""How many matches are found at most: nobody goes through more."""

_TRIED = 10_000
"""How many registers are looked at for words that are partly in their paths and partly elsewhere."""

_RANKED = 2_000
"""How many paths are put into order."""

_EDGES = "._[]/"
"""What parts a path into words."""

_START_RANK = {".": 0, "\n": 0, "_": 1, "[": 1, "]": 1, "/": 1}
"""How well a name fits that has this before what was typed; 2 for any other."""

Candidate = tuple[int, Field | None, str]
"""A register's place in the map, the field that fits, and what of it does."""


@dataclass(frozen=True, slots=True)
class Match:
    """A register that fits.

    Attributes:
        node: Which.
        field: The field that fits, where it was one.
        where: What fits: ``address``, ``name``, ``field``, ``value``, ``like`` (a name with other characters
            among those typed) or ``text``.
    """

    node: RegisterNode
    field: Field | None
    where: str


class Search:
    """Finds registers of a map; see `SearchIndex` for what making one takes."""

    def __init__(self, register_map: RegisterMap) -> None:
        self._nodes = register_map.nodes
        self._bases = {region.name: region.base for region in register_map.regions}
        self._index = SearchIndex(register_map.nodes)

    def find(self, text: str, base_of: BaseOf | None = None) -> list[Match]:
        """Find at most `MOST` registers that fit every word of ``text``.

        First what holds a byte at that address or offset; then names: those that are the last word, that
        begin so, that have a part that begins so, that hold it; then names of fields, names of values, and
        texts. Where no name is like that, those that hold its characters with others among them.

        Args:
            text: What was typed.
            base_of: Where the regions are; as the map says where left out.
        """
        found: dict[int, Match] = {}
        words = text.lower().split()
        if words:
            self._take(found, self._called(text, words, base_of or self._bases.get))
            if not found:
                self._take(found, self._like("".join(words)))
            self._take(found, self._told_in_text(words))
        return list(found.values())

    def _take(self, found: dict[int, Match], candidates: Iterator[Candidate]) -> None:
        """Take in what is not there yet, as far as there is room."""
        if len(found) == MOST:
            return
        for index, field, where in candidates:
            if index not in found:
                found[index] = Match(self._nodes[index], field, where)
                if len(found) == MOST:
                    return

    def gap(self, text: str, base_of: BaseOf | None = None) -> str:
        """Which registers stand around an address that none holds, in words; empty where it is no such."""
        typed = written(text)
        if typed is None or not typed.based or typed.relative:
            return ""
        base_of = base_of or self._bases.get
        before, behind = (
            None if index is None else self._placed(index, base_of)
            for index in around(self._nodes, typed.value, base_of)
        )
        if before and behind:
            return f"between {before} and {behind}: no register holds it"
        return f"behind {before}, the last" if before else f"before {behind}, the first" if behind else ""

    def _placed(self, index: int, base_of: BaseOf) -> str:
        node = self._nodes[index]
        return f"{node.path} ({(base_of(node.region.name) or 0) + node.offset:#x})"

    def _called(self, text: str, words: Sequence[str], base_of: BaseOf) -> Iterator[Candidate]:
        index = self._index
        yield from self._addressed(text, base_of)
        yield from self._named(words)
        yield from self._told(words, index.fields, named_field, "field")
        yield from self._told(words, index.values, value_field, "value")

    def _addressed(self, text: str, base_of: BaseOf) -> Iterator[Candidate]:
        typed = written(text)
        if typed is None or not (typed.based or typed.relative):
            return
        if not typed.relative:
            yield from ((index, None, "address") for index in at_address(self._nodes, typed.value, base_of))
        yield from ((index, None, "address") for index in at_offset(self._nodes, typed.value))

    def _named(self, words: Sequence[str]) -> Iterator[Candidate]:
        paths, last = self._index.paths, words[-1]
        for part in (f"\n{last}\n", f".{last}\n", f".{last}["):
            for number in paths.holding(part):
                if _all_in(words, paths.line(number)):
                    yield number, None, "name"
        rarest = min(words, key=paths.text.count)
        ranked = []
        for number, at in islice(paths.places(rarest), _TRIED):
            if len(words) > 1:
                if not _all_in(words, paths.line(number)):
                    continue
                at = paths.text.index(last, paths.start(number))
            ranked.append((_START_RANK.get(paths.text[at - 1], 2), number))
            if len(ranked) == _RANKED:
                break
        yield from ((number, None, "name") for _, number in sorted(ranked))

    def _told(
        self,
        words: Sequence[str],
        texts: SearchText,
        field_of: Callable[[Register, str], Field | None],
        where: str,
    ) -> Iterator[Candidate]:
        """Registers where one word is in ``texts``, and each other one there or in the path."""
        for at in reversed(range(len(words))):
            word, others = words[at], [*words[:at], *words[at + 1 :]]
            for number in self._telling(texts, word, others):
                field = field_of(self._index.registers[number], word)
                rest = [other for other in others if other not in texts.line(number)]
                for index in self._users(number, rest):
                    yield index, field, where

    def _telling(self, texts: SearchText, word: str, others: Sequence[str]) -> Iterator[int]:
        """The registers that hold ``word``: called so, beginning so, holding it."""
        paths = self._index.paths
        missing = [other for other in others if other not in texts.text]
        if missing:
            # What only a path can have leads to few registers sooner than what many say.
            rarest = min(missing, key=paths.text.count)
            seen: dict[int, None] = {}
            for index in islice(paths.holding(rarest), _TRIED):
                seen.setdefault(self._index.register_of(index))
            yield from (number for number in seen if word in texts.line(number))
            return
        for part in (f" {word} ", f" {word}", word):
            yield from islice(texts.holding(part), _TRIED)

    def _told_in_text(self, words: Sequence[str]) -> Iterator[Candidate]:
        prose = self._index.prose
        word = max(words, key=len)
        others = [other for other in words if other is not word]
        for number in prose.holding(word):
            line = prose.line(number)
            rest = [other for other in others if other not in line]
            said = [each for each in words if each not in rest]
            field = described_field(self._index.registers[number], said)
            for index in self._users(number, rest):
                yield index, field, "text"

    def _users(self, register: int, rest: Sequence[str]) -> Iterator[int]:
        """The places of a register's users whose paths hold the rest of the words."""
        users = self._index.users(register)
        if not rest:
            yield from users
            return
        paths = self._index.paths
        yield from (index for index in islice(users, _TRIED) if _all_in(rest, paths.line(index)))

    def _like(self, part: str) -> Iterator[Candidate]:
        if len(part) < 2:
            return
        paths = self._index.paths
        near = sorted(islice(paths.like(part), _RANKED), key=lambda number: _apart(part, paths.line(number)))
        yield from ((number, None, "like") for number in near)
        for number in islice(self._index.fields.like(part), _RANKED):
            for field in self._index.registers[number].fields:
                if scattered_in(part, field.name.lower()) is not None:
                    yield from ((index, field, "like") for index in self._index.users(number))
                    break


def _all_in(words: Sequence[str], line: str) -> bool:
    return all(word in line for word in words)


def _apart(part: str, line: str) -> tuple[int, int]:
    """How far the characters of ``part`` stand apart in ``line``; those that begin a word count less."""
    places = scattered_in(part, line) or [0]
    starts = sum(at == 0 or line[at - 1] in _EDGES for at in places)
    return places[-1] - places[0] - 3 * starts, len(line)

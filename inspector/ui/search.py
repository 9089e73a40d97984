"""Finding registers by name, by the names of fields and values, by text and by address, the best first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from inspector.model.field import Field
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode
from inspector.ui.addresses import BaseOf, around, at_address, at_offset, written
from inspector.ui.searchindex import SearchIndex
from inspector.ui.searchquery import KINDS, Query
from inspector.ui.searchwords import LooseWord, Word
from inspector.ui.typos import corrections

MOST = 400
"""How many matches are found at most: nobody goes through more."""

_KEPT = 24
"""How many words are kept for the next key, with what they are in."""

_TEXT = KINDS.index("text")

_MEANT = 3
"""How many words are tried in place of one with a slip in it."""

_SHORT, _LONG = 4, 5
"""How many letters a name has in which one may be wrong, and a word of a text: ``txen`` is no ``then``."""


@dataclass(frozen=True, slots=True)
class Match:
    """A register, or a memory window, that fits.

    Attributes:
        node: Which.
        field: The field that fits, where it was one.
        where: What fits: ``address``, ``name``, ``field``, ``value``, or ``text``.
        words: What is to be seen there, in lower case; as typed, or as it was meant.
        nearly: Not all words fit as they were typed.
    """

    node: RegisterNode | MemoryNode
    field: Field | None
    where: str
    words: tuple[str, ...]
    nearly: bool = False

    @property
    def title(self) -> str:
        """The title that it has in the map."""
        node = self.node
        return node.register.title if isinstance(node, RegisterNode) else node.memory.title


class Search:
    """Finds registers of a map; see `SearchIndex` for what making one takes."""

    def __init__(self, register_map: RegisterMap) -> None:
        self._nodes = register_map.nodes
        self._bases = {region.name: region.base for region in register_map.regions}
        self._index = SearchIndex(register_map)
        self._words: dict[tuple[str, type[Word]], Word] = {}

    def find(self, text: str, base_of: BaseOf | None = None, near: int | None = None) -> list[Match]:
        """Find at most `MOST` registers and memory windows that fit every word of ``text``.

        First what holds a byte at that address or offset; then paths: those that are the word, that begin so,
        that have a part that begins so, that hold it; then names of fields, names of values, and texts. Where
        there is nothing of that, names as they were meant by a slip of the fingers, names with the characters
        in that order and others among them, and texts as they were meant.

        Args:
            text: What was typed.
            base_of: Where the regions are; as the map says where left out.
            near: The index of the register one stands on: of equal offsets those in its block come first.
        """
        words = list(dict.fromkeys(text.lower().split()))
        if not words:
            return []
        found: dict[object, Match] = {}
        for match in self._all(words, base_of or self._bases.get, near):
            found.setdefault(match.node, match)
            if len(found) == MOST:
                break
        return list(found.values())

    def _all(self, words: Sequence[str], base_of: BaseOf, near: int | None) -> Iterator[Match]:
        query = self._query(words)
        found = False
        for match in chain(
            self._addressed(words, base_of, near),
            self._told(query, words, range(_TEXT)),
            self._windows(words, named=True),
            self._told(query, words, (_TEXT,)),
            self._windows(words, named=False),
        ):
            found = True
            yield match
        if not found and not any(_means_address(word) for word in words):
            yield from self._like(words)

    def _query(self, words: Iterable[str], loose: bool = False) -> Query:
        return Query(self._index, [self._word(word, loose) for word in words])

    def _word(self, text: str, loose: bool = False) -> Word:
        """A word as it was worked out at the last key; one that nothing is called may be ``loose``."""
        word = self._kept(text, Word)
        return self._kept(text, LooseWord) if loose and not word.known else word

    def _kept(self, text: str, kind: type[Word]) -> Word:
        key = text, kind
        word = self._words[key] if key in self._words else kind(self._index, text)
        # What was asked for last is dropped last.
        self._words.pop(key, None)
        self._words[key] = word
        if len(self._words) > _KEPT:
            del self._words[next(iter(self._words))]
        return word

    # --- by address ----------------------------------------------------------------------------

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

    def _addressed(self, words: Sequence[str], base_of: BaseOf, near: int | None) -> Iterator[Match]:
        """What holds the byte that one of the words is the address or offset of, and fits the others."""
        for word in words:
            typed = written(word)
            if typed is None or not (typed.based or typed.relative):
                continue
            rest = [other for other in words if other != word]
            if not typed.relative:
                for index in at_address(self._nodes, typed.value, base_of):
                    yield from self._match_at(index, rest)
                for window in self._index.windows:
                    base = base_of(window.region.name)
                    start = None if base is None else base + window.offset
                    if start is not None and start <= typed.value < start + window.memory.size:
                        yield from _match_window(window, rest)
            for index in at_offset(self._nodes, typed.value, near):
                yield from self._match_at(index, rest)

    def _match_at(self, index: int, rest: Sequence[str]) -> Iterator[Match]:
        if not rest or _all_in(rest, self._index.path(index)):
            yield Match(self._nodes[index], None, "address", tuple(rest))

    # --- by words ------------------------------------------------------------------------------

    def _told(
        self, query: Query, words: Sequence[str], kinds: Iterable[int], *, nearly: bool = False
    ) -> Iterator[Match]:
        for kind in kinds:
            for spot in query.told(kind) if kind else query.named():
                field = query.field(spot, kind)
                yield Match(self._nodes[spot.node], field, KINDS[kind], tuple(words), nearly)

    def _windows(self, words: Sequence[str], *, named: bool) -> Iterator[Match]:
        """The memory windows whose paths hold every word, or whose texts do."""
        for window in self._index.windows:
            path = window.path.lower()
            if _all_in(words, path) if named else _all_in(words, f"{path} {_prose(window)}"):
                yield Match(window, None, "name" if named else "text", tuple(words))

    def _like(self, words: Sequence[str]) -> Iterator[Match]:
        """What is nearly so: with a slip of the fingers, or with other characters among them."""
        loose = [word for word in words if not self._word(word).known]
        if not loose:
            return
        for meant in self._meant(words, loose, self._index.vocabulary, lambda word: word.known):
            yield from self._told(self._query(meant), meant, range(_TEXT), nearly=True)
        if max(map(len, loose)) > 1:
            yield from self._told(self._query(words, loose=True), words, range(_TEXT), nearly=True)
        unsaid = [word for word in loose if not self._word(word).prose]
        for meant in self._meant(words, unsaid, self._index.said, lambda word: bool(word.prose), _LONG):
            yield from self._told(self._query(meant), meant, (_TEXT,), nearly=True)

    def _meant(
        self,
        words: Sequence[str],
        slips: Sequence[str],
        vocabulary: Collection[str],
        fits: Callable[[Word], bool],
        least: int = _SHORT,
    ) -> Iterator[list[str]]:
        """The words with those that have a slip in them as they may be meant, the likeliest first."""
        choices: dict[str, list[str]] = {}
        for slip in slips:
            meant = (each for each in corrections(slip, vocabulary, least) if fits(self._word(each)))
            choices[slip] = list(islice(meant, _MEANT))
        if not slips or not all(choices.values()):
            return
        likeliest = {slip: meant[0] for slip, meant in choices.items()}
        for choice in choices[slips[0]]:
            yield [{**likeliest, slips[0]: choice}.get(word, word) for word in words]


def _means_address(word: str) -> bool:
    typed = written(word)
    return typed is not None and (typed.based or typed.relative)


def _match_window(window: MemoryNode, rest: Sequence[str]) -> Iterator[Match]:
    if _all_in(rest, window.path.lower()):
        yield Match(window, None, "address", tuple(rest))


def _prose(window: MemoryNode) -> str:
    return f"{window.memory.title} {window.memory.desc}".lower()


def _all_in(words: Iterable[str], line: str) -> bool:
    return all(word in line for word in words)

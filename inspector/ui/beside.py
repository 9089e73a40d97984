"""The same map on another target: what a register holds there, and how the two values compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from inspector.model.bits import Bits, runs
from inspector.model.decode import NOTHING_KNOWN, Known
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session import Sample
from inspector.session.difference import field_differences, volatile_bits
from inspector.session.sample import UNREAD
from inspector.ui.condition import PlaceWords, condition, place_words
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Line, Span, clean, join
from inspector.ui.live import Live
from inspector.ui.marks import Moment
from inspector.ui.rowstate import RowState, row_state

MOST_WORDS = 6
"""How many differing fields a row names; the panel lists them all."""


class Verdict(Enum):
    """How the values of a register on two targets compare; the value is its mark in the row."""

    EQUAL = "="
    DIFFERS = "≠"
    VOLATILE = "~"
    ONE_SIDE = "?"
    UNKNOWN = " "

    @property
    def look(self) -> str:
        """How its mark looks."""
        return _LOOKS[self]


_LOOKS = {
    Verdict.EQUAL: "faint",
    Verdict.DIFFERS: "changed",
    Verdict.VOLATILE: "dim",
    Verdict.ONE_SIDE: "fading",
    Verdict.UNKNOWN: "text",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """A register on the other target; equal ones draw the same.

    Attributes:
        verdict: How the two values compare.
        name: What that target is called in a row: the number of its tab.
        value: What it holds there; None where that is not known.
        fade: How recently that changed.
        old: Whether that is no longer live.
        note: Why it is not known, in words; empty where it is.
        wrong: Whether the note is an error.
        trouble: The mark of what is amiss there, with its look.
        words: Which fields differ, and how; empty where none does.
        known: What is known there of the conditions on other registers.
        here: What the screen's own target is called in a row.
        volatile: The bits that hardware changes at any time.
    """

    verdict: Verdict
    name: str = ""
    value: int | None = None
    fade: int = 0
    old: bool = False
    note: str = ""
    wrong: bool = False
    trouble: Span = ("", "text")
    words: Line = ()
    known: Known = field(default_factory=dict)
    here: str = ""
    volatile: int = 0

    @property
    def mark(self) -> Span:
        """How the two values compare; quietly where the other one is not live."""
        return self.verdict.value, "dim" if self.old or self.wrong else self.verdict.look


class Pair(NamedTuple):
    """The values of a register on two targets, with what is known there of the conditions on others."""

    here: int
    there: int
    known_here: Known = NOTHING_KNOWN
    known_there: Known = NOTHING_KNOWN


def verdict(node: RegisterNode, here: int | None, there: int | None) -> Verdict:
    """Compare two values; what hardware changes at any time is told apart."""
    if here is None and there is None:
        return Verdict.UNKNOWN
    if here is None or there is None:
        return Verdict.ONE_SIDE
    if here == there:
        return Verdict.EQUAL
    lasting = (here ^ there) & ~volatile_bits(node.register)
    return Verdict.DIFFERS if lasting else Verdict.VOLATILE


def difference_words(node: RegisterNode, pair: Pair) -> Line:
    """Which fields differ, and how: ``MODE slow ≠ fast``; what is volatile calmly, and last."""
    parts = sorted(_differences(node, pair), key=lambda part: part[-1][1] == "dim")
    left = len(parts) - MOST_WORDS
    if left > 0:
        parts[MOST_WORDS:] = [((f"{left} more", "dim"),)]
    return join(parts, (" · ", "faint"))


def _differences(node: RegisterNode, pair: Pair) -> Iterator[Line]:
    register = node.register
    rest = pair.here ^ pair.there
    named = {each.name: each for each in register.fields}
    for each in field_differences(register, pair[:2], pair[2:]):
        rest &= ~named[each.name].bits.mask
        one, other = (clean(text) for text in each.texts)
        yield _part(f"{clean(each.name)} {one}", other, volatile=each.volatile)
    if not rest:
        return
    if not register.fields:
        # The value's own columns say it all, but for a name.
        names = [register.enum.name_of(word) if register.enum else None for word in pair[:2]]
        if any(names):
            one, other = (clean(name) if name else "?" for name in names)
            yield _part(one, other, volatile=register.volatile)
            return
    if lasting := rest & ~volatile_bits(register):
        bits = Bits(runs(lasting))
        yield ((f"{'bit' if bits.width == 1 else 'bits'} {bits}", "text"),)
    else:
        yield (("volatile", "dim"),)


def _part(one: str, other: str, *, volatile: bool) -> Line:
    mark, look = ("~", "dim") if volatile else ("≠", "text")
    return ((f"{one} ", look), (mark, "dim" if volatile else "changed"), (f" {other}", look))


class Side(NamedTuple):
    """One of the two.

    Attributes:
        live: Its link to the hardware.
        name: What its tab says.
        number: Of its tab, as people count.
    """

    live: Live
    name: str
    number: int


class OtherTarget:
    """The other target as one screen sees it: each question costs the same however large the map is.

    Attributes:
        moment: Its values as what the screen's own are compared with.
        live: Its link to the hardware.
        name: What it is called.
        short: The same in a row.
        here: What the screen's own target is called, above its values.
    """

    def __init__(self, register_map: RegisterMap, here: Side, there: Side, keyboard: Keyboard) -> None:
        """Compare ``here`` with ``there``, both of the same map."""
        self.live = there.live
        self.name = there.name
        self.short = str(there.number)
        self.here = f"{here.number} {here.name}"
        self._short_here = str(here.number)
        samples, count = there.live.samples, len(register_map.nodes)
        self.moment = Moment(there.name, f"{self.short} {there.name}", 0.0, samples, count, file=there.name)
        self._map = register_map
        self._keyboard = keyboard
        self._here = here.live
        self._now = 0.0
        self._places: dict[str, PlaceWords] = {}
        self._found: set[int] = set()
        self._looked_at = 0
        self._words: dict[int, tuple[Pair, Line]] = {}

    def begin(self, now: float) -> None:
        """Look at the clock, and at the regions again, before anything is asked for a painting."""
        self._now = now
        self._places.clear()

    def place(self, region: str) -> PlaceWords:
        """How a region is on the other target; worked out once for each painting."""
        words = self._places.get(region)
        if words is None:
            words = self._places[region] = place_words(self.live, region, self._keyboard)
        return words

    def of(self, node: RegisterNode) -> Beside:
        """A register on the other target."""
        here, there = self._here.sample(node), self.live.sample(node)
        state = self._state(node, there)
        judged = verdict(node, here.value, there.value)
        words: Line = ()
        if here.value is not None and there.value is not None and here.value != there.value:
            pair = Pair(here.value, there.value, self._known(self._here, node), state.known)
            words = self._said(node, pair)
        elif there.value is None and not state.note:
            # Nothing was asked of it yet.
            judged = Verdict.UNKNOWN
        self._note(node.index, self.differs(node.index))
        return Beside(
            judged,
            self.short,
            there.value,
            state.fade,
            state.old,
            state.note,
            state.wrong,
            state.trouble,
            words,
            state.known,
            self._short_here,
            volatile_bits(node.register),
        )

    def differs(self, index: int) -> bool:
        """Whether a register is known to differ: in what lasts, or because one side alone could be read.

        Of a region that is closed on one side nothing is known to differ.
        """
        here, there = self._here.samples.get(index, UNREAD), self.live.samples.get(index, UNREAD)
        if here.value == there.value:
            return False
        if here.value is None or there.value is None:
            region = self._map.nodes[index].region.name
            closed = any(condition(live, region).closed for live in (self._here, self.live))
            return bool(here.error or there.error) and not closed
        return verdict(self._map.nodes[index], here.value, there.value) is Verdict.DIFFERS

    def differing(self) -> frozenset[int]:
        """The registers that are known to differ, by index.

        All are looked at only where more were read than what was shown, which is looked at anyway.
        """
        here, there = self._here.samples, self.live.samples
        known = len(here) + len(there)
        if known != self._looked_at:
            self._looked_at = known
            for index in dict.fromkeys((*here, *there)):
                self._note(index, self.differs(index))
        return frozenset(self._found)

    def _note(self, index: int, differs: bool) -> None:
        if differs:
            self._found.add(index)
        else:
            self._found.discard(index)

    # --- one register ------------------------------------------------------------------------

    def _known(self, live: Live, node: RegisterNode) -> Known:
        return self._map.known_of(node, lambda other: live.sample(other).value)

    def _state(self, node: RegisterNode, sample: Sample) -> RowState:
        return row_state(
            node,
            sample,
            self._now,
            fresh=self.live.fresh,
            place=self.place(node.region.name),
            keyboard=self._keyboard,
            known=self._known(self.live, node),
        )

    def _said(self, node: RegisterNode, pair: Pair) -> Line:
        """The words for a pair of values; kept, as most pairs stay as they are."""
        kept = self._words.get(node.index)
        if kept is None or kept[0] != pair:
            kept = self._words[node.index] = pair, difference_words(node, pair)
        return kept[1]

"""Filters: which registers are shown, by what is known of them. Nothing is read for it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from inspector.ui.lines import Line, clean, cut, length, width_of

if TYPE_CHECKING:
    from inspector.model.layout import Layout
    from inspector.model.registermap import RegisterNode
    from inspector.ui.screen import MainScreen

_EVERY = 1.0
"""Seconds between looks at what fits now."""

_SHARE = 20
"""Of how much time one part at most is spent on these looks."""

_LINGER = 4
"""For how many looks what has fitted stays: what comes and goes every second would be no rest to the eye."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A reason to show a register.

    Attributes:
        name: What fits, in words.
        fitting: The indices of the registers that fit now.
        note: What else is to be known of it where it is chosen.
        by_value: Whether only a register fits whose value is known.
        counted: How many fit, where that is known sooner than which.
    """

    name: str
    fitting: Callable[[], frozenset[int]]
    note: Callable[[], str] = str
    by_value: bool = False
    counted: Callable[[], int] | None = None

    @property
    def count(self) -> int:
        """How many registers fit now."""
        return len(self.fitting()) if self.counted is None else self.counted()


class Filters:
    """Shows only what fits every chosen filter.

    What fits now comes within a second. What no longer fits goes after a few, and never from under the
    cursor, which stays on its line of the screen: it goes once the cursor has left it.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._marked = Filter("differs from the mark", self._changed, self._of_mark, by_value=True)
        self.all: Sequence[Filter] = (
            self._marked,
            Filter("differs from reset", self._differs, self._of_read, by_value=True),
            Filter("has an error", self._failed, lambda: "where the last read failed"),
            Filter("is not read", self._skipped, lambda: "each says why"),
            Filter("writable", self._writable, counted=lambda: self._writable_count),
            Filter("watched", lambda: screen.watching.indices, self._of_watched),
            Filter("found by the last search", lambda: screen.finding.found, self._of_search),
        )
        self.chosen: list[Filter] = []
        self._shown: frozenset[int] = frozenset()
        self._read = 0
        self._fitted: deque[frozenset[int]] = deque(maxlen=_LINGER)
        self._next = 0.0
        self._can_be_written: frozenset[int] | None = None

    # --- what fits ---------------------------------------------------------------------------

    def _changed(self) -> frozenset[int]:
        marks = self._screen.marks
        if not marks.taken:
            return frozenset()
        return frozenset(node.index for node in self._known() if marks.changed(node))

    def _differs(self) -> frozenset[int]:
        marks = self._screen.marks
        return frozenset(node.index for node in self._known() if marks.differs_from_reset(node))

    def _failed(self) -> frozenset[int]:
        return frozenset(self._screen.live.failing)

    def _skipped(self) -> frozenset[int]:
        samples = self._screen.live.samples
        return frozenset(index for index, sample in list(samples.items()) if sample.skipped is not None)

    def _writable(self) -> frozenset[int]:
        if self._can_be_written is None:
            nodes = self._screen.map.nodes
            self._can_be_written = frozenset(nodes.where(lambda register: register.writable))
        return self._can_be_written

    @cached_property
    def _writable_count(self) -> int:
        counts: dict[Layout, int] = {}
        for place in self._screen.map.nodes.places:
            if place.layout not in counts:
                each = place.layout.each()
                counts[place.layout] = sum(count for register, count in each if register.writable)
        return sum(counts[place.layout] for place in self._screen.map.nodes.places)

    def _known(self) -> list[RegisterNode]:
        nodes = self._screen.map.nodes
        return [nodes[index] for index in list(self._screen.live.samples)]

    def _count_read(self) -> int:
        """Of how many registers the value is known."""
        return sum(sample.value is not None for sample in list(self._screen.live.samples.values()))

    def _of_read(self) -> str:
        return f"of the {self._count_read()} that were read"

    def _of_mark(self) -> str:
        moment = self._screen.marks.moment
        if moment is None:
            return f"nothing is marked{self._screen.keyboard.clause('mark', ': {} marks')}"
        return clean(moment.name)

    def _of_watched(self) -> str:
        return self._screen.keyboard.clause("pin", "{} watches")

    def _of_search(self) -> str:
        text = self._screen.finding.text
        return f"/{clean(text)}" if text else self._screen.keyboard.clause("find", "{} searches")

    # --- choosing ----------------------------------------------------------------------------

    @property
    def on(self) -> bool:
        """Whether any is chosen."""
        return bool(self.chosen)

    def show(self) -> None:
        """Let filters be chosen."""
        from inspector.ui.filtersheet import FilterSheet

        self._screen.app.push_screen(FilterSheet(self))

    def toggle(self, each: Filter) -> None:
        """Choose a filter, or choose it no longer."""
        if each in self.chosen:
            self.chosen.remove(each)
        else:
            self.chosen.append(each)
        self.apply()

    def only_marked(self) -> None:
        """Show only what differs from the mark, or all again."""
        if self._marked not in self.chosen and not self._screen.marks.taken:
            marks = self._screen.keyboard.clause("mark", ": {} marks what is known now")
            self._screen.say(f"nothing is marked yet{marks}")
            return
        self.toggle(self._marked)

    def choose(self, each: Filter) -> None:
        """Choose that filter alone."""
        self.chosen[:] = [each]
        self.apply()

    def drop(self) -> None:
        """Show all registers again."""
        self.chosen.clear()
        self.apply()

    def apply(self) -> None:
        """Show what fits now."""
        self._fitted.clear()
        if self.chosen:
            self._shown = self._look()
            self._screen.table.only(self._shown)
        else:
            self._screen.table.only(None)
        self._screen.repaint()

    def _look(self) -> frozenset[int]:
        """What fits, or did a few looks ago."""
        start = time.monotonic()
        self._fitted.append(frozenset.intersection(*(each.fitting() for each in self.chosen)))
        self._read = self._count_read()
        now = time.monotonic()
        self._next = now + max(_EVERY, _SHARE * (now - start))
        return frozenset.union(*self._fitted)

    def follow(self) -> None:
        """Look now and then whether something else fits."""
        table = self._screen.table
        if not self.chosen or self._screen.finding.open:
            return
        if not table.filtered:
            # Something that does not fit was gone to.
            self.chosen.clear()
            return
        if time.monotonic() < self._next:
            return
        fitting = self._look()
        selected = table.selected
        if selected is not None and selected.index in self._shown:
            fitting |= {selected.index}
        if fitting != self._shown:
            self._shown = fitting
            table.only(fitting)

    # --- what is said ------------------------------------------------------------------------

    @property
    def line(self) -> Line:
        """What is shown, and how to show all again; empty where that is all."""
        if not self.chosen:
            return ()
        names = " and ".join(each.name for each in self.chosen)
        ways = self._screen.keyboard.clauses("   {}", ("filters", "{} changes"), ("leave", "{} shows all"))
        return ((f" ⊂ {self._count}: {names}", "changed"), (ways, "dim"))

    @property
    def _count(self) -> str:
        count = len(self._screen.map.nodes)
        unread = self._read < count and any(each.by_value for each in self.chosen)
        return f"{len(self._shown)} of {count} registers" + (f", {self._read} read" if unread else "")

    def beside(self, line: Line, width: int) -> Line:
        """A line of something else, with what is shown at its end as far as that is not all."""
        if not self.chosen or not line:
            return line or self.line
        mark = f"  ⊂ {self._count}{self._screen.keyboard.clause('filters', ' ({})')} "
        room = width - width_of(mark)
        line = cut(line, max(room, 0))
        return (*line, (" " * (room - length(line)), "text"), (mark, "changed"))

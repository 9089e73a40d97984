"""Filters: which registers are shown, by what is known of them. Nothing is read for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events

from inspector.ui.bars import Keys
from inspector.ui.choose import ChoiceSheet
from inspector.ui.lines import Line, fit

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterNode
    from inspector.ui.screen import MainScreen

_EVERY = 1.0
"""Seconds between looks at what fits now."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A reason to show a register.

    Attributes:
        name: What fits, in words.
        fitting: The indices of the registers that fit now.
    """

    name: str
    fitting: Callable[[], frozenset[int]]


class Filters:
    """Shows only what fits every chosen filter.

    What no longer fits goes once a second, but never from under the cursor.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.all: Sequence[Filter] = (
            Filter("differs from the mark", self._changed),
            Filter("differs from reset", self._differs),
            Filter("has an error", self._failed),
            Filter("is not read", self._skipped),
            Filter("writable", self._writable),
            Filter("watched", lambda: screen.watching.indices),
            Filter("found last", lambda: screen.finding.found),
        )
        self.chosen: list[Filter] = []
        self._shown: frozenset[int] = frozenset()
        self._looked = 0.0
        self._can_be_written: frozenset[int] | None = None

    # --- what fits ---------------------------------------------------------------------------

    def _changed(self) -> frozenset[int]:
        marks = self._screen.marks
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
            self._can_be_written = frozenset(
                index for index in range(len(nodes)) if nodes.register(index).writable
            )
        return self._can_be_written

    def _known(self) -> list[RegisterNode]:
        nodes = self._screen.map.nodes
        return [nodes[index] for index in list(self._screen.live.samples)]

    # --- choosing ----------------------------------------------------------------------------

    @property
    def on(self) -> bool:
        """Whether any is chosen."""
        return bool(self.chosen)

    def show(self) -> None:
        """Let filters be chosen."""
        self._screen.app.push_screen(FilterSheet(self))

    def toggle(self, each: Filter) -> None:
        """Choose a filter, or choose it no longer."""
        if each in self.chosen:
            self.chosen.remove(each)
        else:
            self.chosen.append(each)
        self.apply()

    def only_marked(self) -> None:
        """Choose what differs from the mark and nothing else, or none."""
        marked = next(each for each in self.all if each.fitting == self._changed)
        if self.chosen == [marked]:
            self.drop()
        elif not self._screen.marks.taken:
            self._screen.say(f"there is no mark yet: {self._screen.keyboard.label('mark')} marks now")
        else:
            self.chosen[:] = [marked]
            self.apply()

    def drop(self) -> None:
        """Show all registers again."""
        self.chosen.clear()
        self.apply()

    def apply(self) -> None:
        """Show what fits now."""
        self._looked = time.monotonic()
        table = self._screen.table
        if not self.chosen:
            table.only(None)
            return
        self._shown = self._fitting()
        table.only(self._shown)
        self._screen.repaint()

    def _fitting(self) -> frozenset[int]:
        sets = [each.fitting() for each in self.chosen]
        return frozenset.intersection(*sets)

    def follow(self) -> None:
        """Look now and then whether something else fits."""
        table = self._screen.table
        if not self.chosen or self._screen.finding.open:
            return
        if not table.filtered:
            # Something that does not fit was gone to.
            self.chosen.clear()
            return
        if time.monotonic() < self._looked + _EVERY:
            return
        self._looked = time.monotonic()
        fitting = self._fitting()
        selected = table.selected
        if selected is not None and selected.index in self._shown:
            fitting |= {selected.index}
        if fitting != self._shown:
            self._shown = fitting
            table.only(fitting)

    @property
    def line(self) -> Line:
        """What is shown, and how to show all again; empty where that is all."""
        if not self.chosen:
            return ()
        names = " and ".join(each.name for each in self.chosen)
        count, every = len(self._shown), len(self._screen.map.nodes)
        return (
            (f" ⊂ {count} of {every} registers: {names}", "changed"),
            ("   F changes that, Esc shows all", "dim"),
        )


class FilterSheet(ChoiceSheet[None]):
    """The filters, each with how many registers fit."""

    def __init__(self, filters: Filters) -> None:
        super().__init__()
        self._filters = filters
        self._counts = [len(each.fitting()) for each in filters.all]

    def title_text(self) -> str:
        """What is chosen here."""
        return "Show only registers for which all of these hold"

    def choices(self, width: int) -> Sequence[Line]:
        """Each filter with its count."""
        return [
            (
                ("[x] " if each in self._filters.chosen else "[ ] ", "key"),
                (fit(each.name, 26), "text"),
                (f"{count:>6}", "dim"),
            )
            for each, count in zip(self._filters.all, self._counts, strict=True)
        ]

    def keys(self) -> Keys:
        """The keys that matter here."""
        return (
            ("Space", "chooses", "screen.choose"),
            ("Enter", "that one alone", "screen.take"),
            ("0", "all registers", "screen.drop"),
            ("Esc", "back", "screen.back"),
        )

    def on_key(self, event: events.Key) -> None:
        """Choose, or choose none."""
        if event.key == "space":
            self.action_choose()
        elif event.key == "0":
            self.action_drop()

    def action_choose(self) -> None:
        """Choose the one under the cursor, or no longer."""
        self._filters.toggle(self._filters.all[self.at])
        self._write()

    def action_take(self) -> None:
        """Choose the one under the cursor alone, and go."""
        chosen = self._filters.all[self.at]
        self._filters.chosen[:] = [chosen]
        self._filters.apply()
        self.dismiss(None)

    def action_drop(self) -> None:
        """Show all, and go."""
        self._filters.drop()
        self.dismiss(None)

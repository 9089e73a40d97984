"""A watched register or field over time: its picture, and the moments at which it changed."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from inspector.session.words import clock
from inspector.ui.bars import Keys
from inspector.ui.lines import Line, clean
from inspector.ui.plot import plot
from inspector.ui.sheets import CurrentSheet
from inspector.ui.words import span_words

if TYPE_CHECKING:
    from inspector.session.history import Pin
    from inspector.session.series import Series
    from inspector.ui.screen import MainScreen

_SPANS = (10.0, 60.0, 600.0, 3600.0, 8 * 3600.0, 24 * 3600.0)
"""Seconds that the picture covers."""

_LISTED = 200
"""How many changes are listed at most, the latest first."""


class PlotSheet(CurrentSheet):
    """One pin over time, kept current."""

    does: ClassVar[Mapping[str, str]] = {"plot": "back"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "span(-1)", show=False),
        Binding("minus", "span(1)", show=False),
        Binding("space", "hold", show=False),
        Binding("w", "write", show=False),
        Binding("n,right", "next(1)", show=False),
        Binding("N,left", "next(-1)", show=False),
    ]

    def __init__(self, main: MainScreen, pin: Pin) -> None:
        super().__init__(main)
        self._pin = pin
        self._span = 1
        self._held: float | None = None

    # --- what it shows -----------------------------------------------------------------------

    def lines(self, width: int) -> list[Line]:
        """The picture with its axes, then the changes."""
        pin = self._pin
        series = self._main.watching.series(pin)
        value, words = self._main.watching.value(pin)
        title: Line = ((clean(pin.path), "title"), (f"  {value}  {clean(words)}", "text"))
        if series is None:
            return [title, (), (("nothing is kept of it: its region is folded or not open", "changed"),)]
        return [title, (), *self._picture(series, width), (), *self._changes(series)]

    def _picture(self, series: Series, width: int) -> list[Line]:
        pin, span = self._pin, _SPANS[self._span]
        end = time.monotonic() if self._held is None else self._held
        height = max(3, min(12, self.size.height // 3))
        room = max(width - 12, 8)
        step = span / (room * 2)
        # By whole steps, so that nothing wavers between them.
        start = (end // step - room * 2) * step
        steps = [span and (span.low, span.high) for span in series.spans(start, step, room * 2, end)]
        known = [extreme for each in steps if each is not None for extreme in each]
        low, high = min(known, default=0), max(known, default=0)
        if pin.width == 1:
            low, high = 0, 1
        lines: list[Line] = []
        rows = plot(steps, room, height, low, high)
        for number, row in enumerate(rows):
            label = self._label(high) if number == 0 else self._label(low) if number == height - 1 else ""
            lines.append(((f"{label[:10]:>10} ", "dim"), ("│", "rule"), (row, "even")))
        before, now = f"-{span_words(span)}", "now" if self._held is None else "held"
        gap = max(room - len(before) - len(now), 1)
        lines.append(((" " * 11, "dim"), ("└" + "─" * room, "rule")))
        lines.append(((" " * 12 + before + " " * gap + now, "dim"),))
        if known:
            duty = self._main.watching.duty(pin)
            part = f" · 1 for {duty} of the last second" if duty else ""
            lines.append(
                ((f"least {self._label(min(known))} · greatest {self._label(max(known))}{part}", "text"),)
            )
        else:
            lines.append((("nothing was read in this time", "changed"),))
        return lines

    def _label(self, value: int) -> str:
        field = self._pin.field
        return clean(field.render(value)) if field is not None else f"{value:#x}"

    def _changes(self, series: Series) -> list[Line]:
        events = series.events
        since = "" if series.since is None else f", watched since {clock(series.since)}"
        lines: list[Line] = [((f"{series.changes} changes{since}", "dim"),)]
        for each in reversed(events[-_LISTED:]):
            part = f"{each.time % 1:.3f}"[1:]
            old, new = ("?" if value is None else self._label(value) for value in (each.old, each.new))
            words = each.error or f"{old} → {new}"
            lines.append(
                ((f"{clock(each.time)}{part}  ", "dim"), (clean(words), "wrong" if each.error else "text"))
            )
        return lines

    def keys(self) -> Keys:
        """The keys that matter here."""
        return (
            ("+", "closer", "screen.span(-1)"),
            ("-", "longer", "screen.span(1)"),
            ("Space", "goes on" if self._held is not None else "holds", "screen.hold"),
            ("n", "next pin", "screen.next(1)"),
            ("w", "CSV file", "screen.write"),
            ("Esc", "back", "screen.back"),
        )

    # --- what is done ------------------------------------------------------------------------

    def action_span(self, step: int) -> None:
        """Show a shorter or a longer time."""
        self._span = max(0, min(self._span + step, len(_SPANS) - 1))
        self._write()

    def action_hold(self) -> None:
        """Let the picture stand still, or go on; reading goes on meanwhile."""
        self._held = time.monotonic() if self._held is None else None
        self._write()

    def action_next(self, step: int) -> None:
        """Show the next pin."""
        pins = self._main.watching.pins
        keys = [pin.key for pin in pins]
        if self._pin.key in keys:
            self._pin = pins[(keys.index(self._pin.key) + step) % len(pins)]
            self._write()

    def action_write(self) -> None:
        """Write the changes that are kept to a file, in the columns of ``inspector watch --csv``."""
        main, pin = self._main, self._pin
        series = main.watching.series(pin)
        if main.barred("no file is written from here") or series is None:
            return
        name = f"{pin.path.replace('/', '-')}-{time.strftime('%Y%m%d-%H%M%S')}.csv"
        events = series.events
        try:
            with Path(name).open("x", encoding="utf-8", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(("time", "path", "value", "error"))
                for each in events:
                    value = "" if each.new is None else each.new
                    rows.writerow((f"{each.time:.6f}", pin.path, value, each.error))
        except OSError as error:
            main.say(f"not written: {name}: {error.strerror or error}", "wrong")
        else:
            main.say(f"{len(events)} changes are in {name}", "good")
        self.dismiss(None)

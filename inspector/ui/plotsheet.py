"""What is watched over time: its picture, its extremes, and the moments at which it changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from inspector.session.words import clock
from inspector.ui.bars import KeyLine, Keys
from inspector.ui.copying import takes_clipboard
from inspector.ui.editline import EditLine
from inspector.ui.eventlog import csv_text, event_line
from inspector.ui.glance import hold_of
from inspector.ui.lines import Line, Span, clean, cut, join
from inspector.ui.plot import DOTS, plot, time_axis
from inspector.ui.plotscale import axis_times, drawing, extremes, window_text
from inspector.ui.sheets import CurrentSheet
from inspector.ui.watchlines import named, value_cells
from inspector.ui.words import plural

if TYPE_CHECKING:
    from inspector.session.history import Pin
    from inspector.session.series import Event
    from inspector.ui.screen import MainScreen

_HOUR = 3_600
_MINUTES = (5, 10, 30, 60, 120, 300, 600, 1800)
_HOURS = (1, 2, 4, 8, 24, 48, 168)

WINDOWS = (*_MINUTES, *(hours * _HOUR for hours in _HOURS))
"""Seconds that the picture covers, to choose from."""

_FIRST = (10, 60)
"""Seconds that it covers to begin with, at least and at most: no more than there is."""

_LISTED = 200
"""How many changes are listed at most, the latest first."""

_LOW, _HIGH = 4, 20
"""Lines of a picture at least and at most."""


class PlotSheet(CurrentSheet):
    """One pin over time, or all of them one above the other; kept current until it is held."""

    does: ClassVar[Mapping[str, str]] = {"plot": "back"}
    widest: ClassVar[int] = 10_000

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "zoom(-1)", show=False),
        Binding("minus", "zoom(1)", show=False),
        Binding("space", "hold", show=False),
        Binding("left,h", "shift(-1)", show=False),
        Binding("right,l", "shift(1)", show=False),
        Binding("left_square_bracket", "event(-1)", show=False),
        Binding("right_square_bracket", "event(1)", show=False),
        Binding("tab,n", "next(1)", show=False),
        Binding("shift+tab,N", "next(-1)", show=False),
        Binding("a", "all", show=False),
        Binding("y", "copy", show=False),
        Binding("w", "save", show=False),
    ]

    DEFAULT_CSS = """
    PlotSheet > Vertical { width: 100%; height: 100%; }
    """

    def __init__(self, main: MainScreen, pin: Pin) -> None:
        super().__init__(main)
        self._pin = pin
        self._window = self._fitting()
        self._held: float | None = None
        self._all = False
        self._typed: EditLine | None = None
        self._said: Span | None = None

    # --- what it shows -----------------------------------------------------------------------

    @property
    def _pins(self) -> list[Pin]:
        """What is shown, as far as it is still watched."""
        watched = self._main.watching.pins
        return list(watched) if self._all else [pin for pin in watched if pin.key == self._pin.key]

    def _fitting(self) -> int:
        """The window to begin with."""
        series = self._main.live.history.of(self._pin)
        age = 0.0 if series is None else time.monotonic() - series.begun
        wanted = max(_FIRST[0], min(age, _FIRST[1]))
        return next(number for number, window in enumerate(WINDOWS) if window >= wanted)

    @property
    def _now(self) -> float:
        """The right end of the picture, on the monotonic clock."""
        return time.monotonic() if self._held is None else self._held

    def lines(self, width: int) -> list[Line]:
        """The pictures with their time axis, then the changes."""
        pins = self._pins
        if not pins:
            return [(("it is no longer watched", "dim"),)]
        height = self.size.height - 4
        listed = min(height // 3, 8) if height >= 12 else 0
        each = (height - listed - 4) // len(pins) - 2
        # By the pins alone, so that what is drawn never moves sideways.
        lead = min(max(map(value_cells, pins)), max(width // 3, 4)) + 2
        cells = max(width - lead, 2)
        step = self._seconds / (cells * DOTS)
        # Columns begin at fixed times, so that the picture moves on and never shimmers.
        start = self._now // step * step - self._seconds
        lines: list[Line] = []
        for pin in pins:
            lines += self._picture(pin, start, step, lead, cells, max(each, _LOW))
        lines += time_axis(lead, cells, axis_times(start, self._seconds, cells))
        lines.append(self._state())
        return [*(cut(line, width) for line in lines), *self._log(width)]

    def _picture(self, pin: Pin, start: float, step: float, lead: int, cells: int, height: int) -> list[Line]:
        series = self._main.live.history.of(pin)
        if series is None:
            return []
        spans = series.spans(start, step, cells * DOTS, time.monotonic(), hold=hold_of(pin))
        drawn = drawing(pin, spans, series.number)
        rows = min(height, 3 * drawn.rows + 1 if drawn.rows else _HIGH)
        value = "—" if series.value is None else named(pin, series.value)
        title: Line = ((clean(pin.path), "title"), (f"  {value}", "strong"))
        facts: list[Line] = [
            ((f"{name} ", "dim"), (text, "text")) for name, text in extremes(pin, spans, series.number)
        ]
        count, since = self._main.watching.changes(pin)
        if since is not None:
            facts.append(((f"{plural(count, 'change')} since {clock(since, date=False)}", "dim"),))
        return [
            (*title, ("   ", "text"), *join(facts, ("  ", "text"))),
            *plot(drawn.columns, lead, cells, rows, drawn.scale),
        ]

    def _state(self) -> Line:
        """How much time is shown, whether it goes on, and what was said last."""
        state: Line = ((f"{window_text(self._seconds)}", "dim"),)
        if self._held is not None:
            state = (*state, ("  ‖ held; Space goes on", "changed"))
        return (*state, ("   ", "text"), self._said) if self._said else state

    def _events(self) -> list[tuple[Pin, Event]]:
        """The changes of what is shown, the oldest first."""
        found: list[tuple[Pin, Event]] = []
        for pin in self._pins:
            series = self._main.live.history.of(pin)
            found += [(pin, event) for event in series.events] if series is not None else []
        return sorted(found, key=lambda each: each[1].clock)

    def _log(self, width: int) -> list[Line]:
        found = self._events()
        lines = [event_line(pin, event, path=self._all) for pin, event in reversed(found[-_LISTED:])]
        return [cut(line, width) for line in lines]

    def _write(self) -> None:
        super()._write()
        if self._typed is not None:
            self.query_one(KeyLine).ask(" save as: ", self._typed)

    def keys(self) -> Keys:
        """The keys that matter here."""
        several: Keys = (
            ("Tab", "next", "screen.next(1)"),
            ("a", "one" if self._all else "all", "screen.all"),
        )
        return (
            ("+ -", "span", "screen.zoom(-1)"),
            ("Space", "goes on" if self._held is not None else "holds", "screen.hold"),
            ("← →", "move", "screen.shift(-1)"),
            ("[ ]", "change", "screen.event(-1)"),
            ("w", "save", "screen.save"),
            *(several if len(self._main.watching.pins) > 1 else ()),
            ("y", "copy", "screen.copy"),
            ("Esc", "back", "screen.back"),
        )

    # --- keys --------------------------------------------------------------------------------

    def take_key(self, key: str, character: str | None) -> bool:
        """Type a file's name; else do what a command does that has a meaning here too."""
        if self._typed is None:
            return super().take_key(key, character)
        if key == "escape":
            self._typed = None
        elif key == "enter":
            name, self._typed = self._typed.text.strip(), None
            if name:
                self._save(Path(name).expanduser())
        else:
            self._typed.key(key, character)
        self._write()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Type what is pasted."""
        if self._typed is not None:
            self._typed.paste(event.text)
            self._write()

    @property
    def _seconds(self) -> int:
        return WINDOWS[self._window]

    def action_zoom(self, step: int) -> None:
        """Show a shorter or a longer time."""
        self._window = max(0, min(self._window + step, len(WINDOWS) - 1))
        self._write()

    def action_hold(self) -> None:
        """Let the picture stand still, or go on; what is watched is read meanwhile."""
        self._held = time.monotonic() if self._held is None else None
        self._write()

    def action_shift(self, step: int) -> None:
        """Look at earlier or later times; at the present it goes on."""
        self._look_at(self._now + step * self._seconds / 4)

    def _look_at(self, end: float) -> None:
        self._held = end if end < time.monotonic() else None
        self._write()

    def action_event(self, step: int) -> None:
        """Look at the change before or after the middle of the picture."""
        middle = self._now - self._seconds / 2
        near = self._seconds / 1_000
        clocks = [event.clock for _, event in self._events()]
        if step < 0:
            found = max((clock for clock in clocks if clock < middle - near), default=None)
        else:
            found = min((clock for clock in clocks if clock > middle + near), default=None)
        if found is None:
            self._say(f"no {'earlier' if step < 0 else 'later'} change is kept", "dim")
        else:
            self._held = found + self._seconds / 2
            self._write()

    def action_next(self, step: int) -> None:
        """Show the next of what is watched."""
        pins = self._main.watching.pins
        keys = [pin.key for pin in pins]
        if self._pin.key in keys:
            self._pin = pins[(keys.index(self._pin.key) + step) % len(pins)]
            self._all = False
            self._write()

    def action_all(self) -> None:
        """Show all that is watched, one above the other, or one alone again."""
        self._all = not self._all
        self._write()

    # --- what is taken away ------------------------------------------------------------------

    def _say(self, text: str, look: str) -> None:
        self._said = text, look
        self._write()

    def action_copy(self) -> None:
        """Copy the changes as a table."""
        found = self._events()
        if not takes_clipboard():
            self._say("this terminal takes no clipboard from programs: w saves a file", "wrong")
            return
        self.app.copy_to_clipboard(csv_text(found))
        # With the first one, which is no change.
        self._say(f"copied {plural(len(found), 'value')}", "good")

    def action_save(self) -> None:
        """Ask where to save the changes."""
        if self._main.view_only:
            self._say("no file is written from here", "changed")
            return
        path = self._pin.path.replace("/", "-") if not self._all else self._main.map.name
        self._typed = EditLine.of(f"{path}-{time.strftime('%Y%m%d-%H%M%S')}.csv")
        self._write()

    def _save(self, path: Path) -> None:
        found = self._events()
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(csv_text(found))
        except FileExistsError:
            self._say(f"not saved: {path} is there already; choose another name", "wrong")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._say(f"not saved: {path}: {reason}", "wrong")
        else:
            self._say(f"saved {plural(len(found), 'value')} in {path}", "good")

"""What is watched: registers and fields that are read even out of sight, with what they held over time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from inspector.errors import UsageError
from inspector.model.decode import decode, summarise
from inspector.model.numbers import group_hex
from inspector.model.paths import find
from inspector.session.history import Pin

if TYPE_CHECKING:
    from inspector.session import Sample
    from inspector.session.series import Series
    from inspector.ui.screen import MainScreen
    from inspector.ui.watchpane import WatchPane

STEP = 0.5
"""Seconds that a cell of a sparkline stands for: it moves on no faster, whatever is sampled."""

SAMPLING: tuple[float | None, ...] = (None, 50.0, 100.0, 250.0, 500.0, 1000.0)
"""How often watched registers can be read per second; None for as often as all others."""


class Watching:
    """The pins, and the panes that show them.

    Attributes:
        pins: In the order in which they are shown.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._panes: list[WatchPane] = []
        self.pins: list[Pin] = []

    @property
    def indices(self) -> frozenset[int]:
        """The places in the map of the watched registers."""
        return frozenset(pin.node.index for pin in self.pins)

    # --- pinning -----------------------------------------------------------------------------

    def toggle(self) -> None:
        """Watch what is selected, or let it go: the register, or the field where the fields have the keys."""
        screen = self._screen
        node = screen.table.selected
        if node is None:
            screen.say("only registers and fields are watched: select one first")
            return
        pin = Pin(node, screen.detail.field_in_hand)
        before = self._like(pin)
        if before is not None:
            self.pins.remove(before)
            words = "no longer watched"
        else:
            self.pins.append(pin)
            words = "watched from now on"
        self._changed()
        acting = not node.safety.safe and before is None
        why = f", but never read by itself: {node.safety.reason or 'write-only'}" if acting else ""
        screen.say(f"{pin.path} is {words}{why}")

    def _like(self, pin: Pin) -> Pin | None:
        """The pin of the same register or field, or None."""
        return next((each for each in self.pins if each.key == pin.key), None)

    def drop(self, pin: Pin) -> None:
        """Let a pin go."""
        if pin in self.pins:
            self.pins.remove(pin)
            self._changed()

    def move(self, pin: Pin, step: int) -> None:
        """Move a pin among the others."""
        at = self.pins.index(pin)
        to = max(0, min(at + step, len(self.pins) - 1))
        self.pins.insert(to, self.pins.pop(at))
        self._changed()

    def recall(self) -> None:
        """Watch what was watched when the map was last left; what the map has no more is left out."""
        paths = self._screen.remembered.get("watched")
        for path in paths if isinstance(paths, list) else ():
            if isinstance(path, str):
                try:
                    self.pins.append(Pin(*find(self._screen.map, path)))
                except UsageError:
                    continue
        if self.pins:
            self._changed()

    def _changed(self) -> None:
        screen = self._screen
        screen.table.pinned.clear()
        screen.table.pinned.update(self.indices)
        screen.remembered.put("watched", [pin.path for pin in self.pins])
        screen.table.refresh()
        self.read_again()
        self._show_panes()
        screen.repaint()

    def read_again(self) -> None:
        """Have the watched registers read, those in folded regions left out."""
        screen = self._screen
        folded = screen.table.rows.folded
        screen.live.pin(pin for pin in self.pins if pin.node.region.name not in folded)

    def sample(self, step: int) -> None:
        """Read watched registers more often, or less."""
        live = self._screen.live
        at = SAMPLING.index(live.pinned_rate) if live.pinned_rate in SAMPLING else 0
        live.pinned_rate = SAMPLING[max(0, min(at + step, len(SAMPLING) - 1))]
        often = "as often as the others" if live.pinned_rate is None else f"{live.pinned_rate:g} times a second"
        self._screen.say(f"what is watched is read {often}, within the bus's share")

    # --- the panes ---------------------------------------------------------------------------

    def _show_panes(self) -> None:
        from inspector.ui.watchpane import WatchPane

        screen = self._screen
        if not self._panes:
            if not self.pins or not screen.is_mounted:
                return
            beside, below = WatchPane(self, id="watch"), WatchPane(self, id="watch-strip", strip=True)
            self._panes = [beside, below]
            screen.query_one("#left").mount(beside)
            screen.query_one("#centre").mount(below)

    def present(self, now: float) -> None:
        """Show what the pins hold now."""
        if self.pins and not self._panes:
            self._show_panes()
        narrow = self._screen.has_class("-narrow")
        room = not self._screen.has_class("-tiny") and not self._screen.has_class("-short")
        for pane in self._panes:
            pane.fit(len(self.pins) if room else 0, narrow=narrow)
            if pane.display and self.pins:
                pane.present(now)

    @property
    def pane(self) -> WatchPane | None:
        """The pane in sight, or None."""
        return next((pane for pane in self._panes if pane.display and self.pins), None)

    @property
    def has_keys(self) -> bool:
        """Whether a pane has the keys."""
        return any(pane.has_focus for pane in self._panes)

    def take_keys(self) -> None:
        """Give a pane the keys."""
        pane = self.pane
        if pane is None:
            self._screen.say("nothing is watched: p watches what is selected")
        else:
            pane.take_keys()

    def plot(self) -> None:
        """Show the selected pin over time; what is selected in the table is watched first where none is."""
        from inspector.ui.plotsheet import PlotSheet

        screen = self._screen
        pane = self.pane
        pin = pane.pin if pane is not None and pane.has_focus else None
        if pin is None and screen.table.selected is not None:
            wanted = Pin(screen.table.selected, screen.detail.field_in_hand)
            pin = self._like(wanted)
            if pin is None:
                self.pins.append(wanted)
                self._changed()
                pin = wanted
        if pin is None:
            pin = self.pins[0] if self.pins else None
        if pin is None:
            screen.say("nothing to plot: select a register first")
            return
        screen.app.push_screen(PlotSheet(screen, pin))

    def repaint(self) -> None:
        """Paint where the cursor is."""
        self._screen.repaint()

    # --- what they hold ----------------------------------------------------------------------

    def series(self, pin: Pin) -> Series | None:
        """What a pin held over time, or None where nothing is kept of it."""
        return self._screen.live.history.of(pin)

    def sample_of(self, pin: Pin) -> Sample:
        """What is known of a pin's register."""
        return self._screen.live.sample(pin.node)

    @property
    def sampling_words(self) -> str:
        """How often the pins are read, where that is more often than all else; empty where not."""
        rate = self._screen.live.pinned_rate
        return "" if rate is None else f"{rate:g}/s"

    def duty(self, pin: Pin) -> str:
        """How much of the last second a single bit was 1, as a percentage; empty where nobody knows."""
        series = self.series(pin)
        if series is None or pin.width != 1:
            return ""
        # By whole steps, so that it stands still between them.
        end = time.monotonic() // STEP * STEP
        seen = [value for value in series.lately(end) if value is not None]
        return f"{sum(seen) / len(seen) * 100:.0f} %" if len(seen) >= 2 else ""

    def value(self, pin: Pin) -> tuple[str, str]:
        """What a pin holds now, and what that means."""
        live = self._screen.live
        node = pin.node
        word = live.sample(node).value
        if word is None:
            return "——————", ""
        known = live.known(node)
        if pin.field is None:
            return group_hex(word, node.width), summarise(node.register, word, known)
        for decoded in decode(node.register, word, known):
            if decoded.field is pin.field:
                number = str(decoded.value) if pin.field.width < 4 else f"{decoded.value:#x}"
                return (number, decoded.text) if decoded.text != number else (number, "")
        return "——————", ""

    def history(self, pin: Pin, cells: int) -> str:
        """A sparkline of that many cells."""
        from inspector.ui.sparkline import sparkline

        series = self.series(pin)
        if series is None:
            return " " * cells
        now = time.monotonic()
        start = (now // STEP - cells) * STEP
        spans = series.spans(start, STEP, cells, now)
        return sparkline([span and (span.low, span.high) for span in spans], bit=pin.width == 1)

"""Watching: the pinned registers and fields, how often they are read, and what of them is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inspector.errors import UsageError
from inspector.model.paths import find
from inspector.session.history import Pin

if TYPE_CHECKING:
    from inspector.model.field import Field
    from inspector.model.registermap import RegisterNode
    from inspector.session.history import Key
    from inspector.ui.glance import Glance
    from inspector.ui.screen import MainScreen
    from inspector.ui.watchpane import WatchPane

__all__ = ["Pin", "Watching"]

MOST = 64
"""Pins at most, each of which takes about a megabyte in the course of a week."""

RATES = (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""Samples a second of what is watched, to choose from beyond the rate of all that is in sight."""


class Watching:
    """What is watched, in the order a person wants.

    Attributes:
        pins: The watched registers and fields.
        at: The number of the pin under the cursor.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._panes: list[WatchPane] = []
        self.pins: list[Pin] = []
        self.at = 0
        self._glances: dict[Key, Glance] = {}
        self._shares: Mapping[str, int] = {}
        self._shares_of = -1
        self._looked = -1.0
        self._marked: tuple[object, Mapping[Key, int]] = (None, {})

    @property
    def indices(self) -> frozenset[int]:
        """The watched registers."""
        return frozenset(pin.node.index for pin in self.pins)

    def recall(self) -> None:
        """Watch what was watched when the map was last left; what the map has no more is left out."""
        paths = self._screen.remembered.get("watched")
        for path in paths if isinstance(paths, list) else ():
            if isinstance(path, str) and len(self.pins) < MOST:
                try:
                    pin = Pin(*find(self._screen.map, path))
                except UsageError:
                    continue
                if self._like(pin) is None:
                    self.pins.append(pin)
        if self.pins:
            self._changed()

    # --- pinning -----------------------------------------------------------------------------

    def toggle(self) -> None:
        """Watch what is selected, or let it go: the field where the fields have the keys."""
        pin = self._in_hand()
        if pin is None:
            return
        known = self._like(pin)
        if known is not None:
            self._drop(known)
        elif self._add(pin):
            self._screen.say(f"{pin.path} is watched from now on{self._caveat(pin)}")

    def _caveat(self, pin: Pin) -> str:
        """What there is to know about watching it."""
        safety = pin.node.safety
        if safety.safe:
            return ""
        reads = self._screen.keyboard.clause("read", ". {} reads it once")
        return f", but not read by itself: {safety.reason}{reads}"

    def _in_hand(self) -> Pin | None:
        """What is selected; None where that is nothing that can be watched, which is said."""
        screen = self._screen
        node = screen.table.selected
        if node is None:
            screen.say("registers and fields can be watched: select one first")
            return None
        field: Field | None = None
        if screen.detail.has_keys:
            field = screen.detail.field_in_hand
            if field is None and screen.detail.bit is not None:
                screen.say(
                    f"bit {screen.detail.bit} belongs to no field: in the table the register can be watched"
                )
                return None
        pin = Pin(node, field)
        readable = field.access.readable if field is not None else node.register.readable
        if not readable:
            screen.say(f"{pin.path} cannot be read, so there is nothing to watch")
            return None
        return pin

    def _add(self, pin: Pin) -> bool:
        if len(self.pins) >= MOST:
            self._screen.say(f"{MOST} registers and fields are watched, which is the most: let one go first")
            return False
        self.pins.append(pin)
        self.at = len(self.pins) - 1
        self._changed()
        return True

    def _like(self, pin: Pin) -> Pin | None:
        """The pin of the same register or field, or None."""
        return next((each for each in self.pins if each.key == pin.key), None)

    def _drop(self, pin: Pin) -> None:
        self.pins.remove(pin)
        self.at = max(0, min(self.at, len(self.pins) - 1))
        if not self.pins and self.has_keys:
            self._screen.table.focus()
        self._changed()
        self._screen.say(f"{pin.path} is no longer watched")

    def _changed(self) -> None:
        screen = self._screen
        screen.table.set_pinned(self.indices)
        self._looked = -1.0
        self.read_again()
        self._remember()

    def _remember(self) -> None:
        self._screen.remembered.put("watched", [pin.path for pin in self.pins] or None)

    def read_again(self) -> None:
        """Have the watched registers read, those in folded regions left out."""
        self._screen.live.pin(self.pins, self._screen.table.rows.folded)

    # --- the pane ----------------------------------------------------------------------------

    def present(self, now: float) -> None:
        """Show what is watched, as far as there is room."""
        if self.pins and not self._panes:
            self._make_panes()
        if self.pins:
            self._look(now)
        for pane in self._panes:
            pane.present(now)

    def _make_panes(self) -> None:
        # Not before something is watched: most maps are opened without.
        from inspector.ui.watchpane import WatchPane

        screen = self._screen
        column = WatchPane(screen, column=True, id="watch")
        strip = WatchPane(screen, column=False, id="watch-strip")
        self._panes = [column, strip]
        screen.query_one("#left").mount(column)
        screen.query_one("#centre").mount(strip)

    @property
    def pane(self) -> WatchPane | None:
        """The pane in sight: beside the table, or on narrow screens below it; None where there is no room."""
        return next((pane for pane in self._panes if pane.shown), None)

    @property
    def has_keys(self) -> bool:
        """Whether a pane has the keys."""
        return any(pane.has_focus for pane in self._panes)

    @property
    def selected(self) -> Pin | None:
        """The pin under the cursor."""
        return self.pins[self.at] if self.at < len(self.pins) else None

    def take_keys(self) -> None:
        """Give the pane the keys, or take them back."""
        screen, pane = self._screen, self.pane
        if self.has_keys:
            screen.table.focus()
        elif not self.pins:
            watches = screen.keyboard.clause("pin", ": {} watches the selected register or field")
            screen.say(f"nothing is watched{watches}")
        elif pane is None:
            screen.say("the window has no room for what is watched")
        else:
            pane.take_keys()

    def move(self, step: int) -> None:
        """Move the cursor."""
        self.at = max(0, min(self.at + step, len(self.pins) - 1))
        self._screen.repaint()

    def choose(self, at: int) -> None:
        """Move the cursor to a pin, and go where it is."""
        if at < len(self.pins):
            self.at = at
            self.go()

    def go(self) -> None:
        """Select the register under the cursor in the table, and the field in its panel."""
        pin = self.selected
        if pin is not None:
            self._screen.go_to(pin.node, pin.field)

    def let_go(self) -> None:
        """Watch what is under the cursor no longer."""
        pin = self.selected
        if pin is not None:
            self._drop(pin)

    def reorder(self, step: int) -> None:
        """Move the pin under the cursor up or down."""
        to = self.at + step
        if 0 <= to < len(self.pins):
            self.pins.insert(to, self.pins.pop(self.at))
            self.at = to
            self._remember()
            self._screen.repaint()

    # --- sampling ----------------------------------------------------------------------------

    @property
    def fast(self) -> float | None:
        """How often what is watched is read per second, where that is more often than the rest; else None."""
        rate = self._screen.live.pinned_rate
        return rate if rate is not None and rate > self._screen.live.rate else None

    def sample(self, step: int) -> None:
        """Sample faster or slower, down to the rate of all that is in sight."""
        live = self._screen.live
        rates = [None, *(rate for rate in RATES if rate > live.rate)]
        at = rates.index(self.fast) if self.fast in rates else 0
        rate = live.pinned_rate = rates[max(0, min(at + step, len(rates) - 1))]
        if rate is None:
            self._screen.say(f"what is watched is sampled like the rest, {live.rate:g} times a second")
        else:
            self._screen.say(
                f"what is watched is sampled {rate:g} times a second, within 1 % of the bus's time"
            )

    # --- looking -----------------------------------------------------------------------------

    def _look(self, now: float) -> None:
        """Look at the past of the pins, where another step of it is over."""
        # Nothing of it is needed before something is watched.
        from inspector.ui.glance import STEP, Glance, glance

        if now // STEP == self._looked:
            return
        self._looked = now // STEP
        found = {}
        for pin, series in self._screen.live.history.all():
            before = self._glances.get(pin.key, Glance())
            found[pin.key] = glance(pin, series, now, before, fast=self.fast is not None)
        self._glances = found
        self._look_at_bits(now)

    def glance(self, pin: Pin) -> Glance:
        """What the last look found of a pin."""
        from inspector.ui.glance import Glance

        return self._glances.get(pin.key) or Glance()

    def changes(self, pin: Pin) -> tuple[int, float | None]:
        """How often a pin changed, and since when: since the mark, or since it is watched; None for never."""
        count = self.glance(pin).changes
        series, moment = self._screen.live.history.of(pin), self._screen.marks.moment
        since = None if series is None else series.since
        if moment is None or moment.file:
            return count, since
        if self._marked[0] is not moment:
            self._marked = moment, {key: each.changes for key, each in self._glances.items()}
        return count - self._marked[1].get(pin.key, 0), max(moment.time, since or 0.0)

    def shares(self, node: RegisterNode) -> Mapping[str, int]:
        """By the names of a watched register's bits: for what percentage of the last second each was 1.

        Only of the selected register, and only where it is sampled faster than it is drawn; else empty.
        """
        return self._shares if node.index == self._shares_of else {}

    def _look_at_bits(self, now: float) -> None:
        """Work out the shares of the selected register's bits."""
        from inspector.ui.glance import percentage, steady

        node = self._screen.table.selected
        before = self._shares if node is not None and node.index == self._shares_of else {}
        found: dict[str, int] = {}
        self._shares, self._shares_of = found, -1 if node is None else node.index
        if node is None or self.fast is None:
            return
        for pin in self.pins:
            series = self._screen.live.history.of(pin)
            if pin.node.index != node.index or series is None:
                continue
            samples = series.lately(now)
            fields = pin.node.register.fields if pin.field is None else (pin.field,)
            for field in fields:
                mask = 1 if pin.field is not None else field.bits.mask
                share = steady(before.get(field.name), percentage(samples, mask))
                if field.width == 1 and share is not None:
                    found[field.name] = share

    # --- over time ---------------------------------------------------------------------------

    def plot(self) -> None:
        """Show what is in hand over time, watched from now on if it was not."""
        here = self.has_keys or (self.pins and self._screen.table.selected is None)
        pin = self.selected if here else self._in_hand()
        if pin is None:
            return
        known = self._like(pin)
        if known is None and not self._add(pin):
            return
        from inspector.ui.plotsheet import PlotSheet

        self._screen.app.push_screen(PlotSheet(self._screen, known or pin))

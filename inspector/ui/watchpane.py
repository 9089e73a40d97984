"""The pane of what is watched: in the left column, or as a strip below the table on narrow screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from inspector.ui.commands import WATCH_COMMANDS, bindings
from inspector.ui.lines import Line, LineView, Span, clean, cut, fit, squeeze
from inspector.ui.rowstate import FADE_LOOKS, fade_of

if TYPE_CHECKING:
    from inspector.session.history import Pin
    from inspector.ui.watching import Watching

_STRIP_LINES = 4
"""How many lines the strip has at most."""


class WatchPane(LineView):
    """Each pin with its value, its history, and for a single bit the part of the time that it is 1."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(WATCH_COMMANDS)

    DEFAULT_CSS = """
    WatchPane { height: auto; }
    """

    class Chosen(Message):
        """A pin was chosen."""

        def __init__(self, pin: Pin) -> None:
            super().__init__()
            self.pin = pin

    class Left(Message):
        """The keys go back to the table."""

    def __init__(self, watching: Watching, *, strip: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._watching = watching
        self._strip = strip
        self._at = 0
        self._lead = 1
        self._fitted: tuple[bool, int] | None = None

    @property
    def pin(self) -> Pin | None:
        """The pin under the cursor."""
        pins = self._watching.pins
        return pins[min(self._at, len(pins) - 1)] if pins else None

    def fit(self, count: int, *, narrow: bool) -> None:
        """Take the room that so many pins need, within reason, where this is the pane for such a screen."""
        shown = count > 0 and narrow == self._strip
        lines = min(count, _STRIP_LINES) + 1 if self._strip else min(2 * count, 16) + 2
        if (shown, lines) != self._fitted:
            self._fitted = shown, lines
            self.display = shown
            self.styles.height = lines

    def take_keys(self) -> None:
        """Take the keys; Tab passes it by, since what is watched is looked at and seldom gone to."""
        self.can_focus = True
        self.focus()

    def on_blur(self) -> None:
        """Let Tab pass it by again."""
        self.can_focus = False
        self._watching.repaint()

    def present(self, now: float) -> None:
        """Show what the pins hold now."""
        width = self.room
        if width < 8:
            return
        pins = self._watching.pins
        self._at = min(self._at, len(pins) - 1)
        lines: list[Line] = [self._heading(width)] if self._strip else [(), self._heading(width)]
        self._lead = len(lines)
        grounds: dict[int, str] = {}
        for number, pin in enumerate(pins):
            here = number == self._at and self.has_focus
            if here:
                grounds[len(lines)] = "focus-row"
            lines += self._row(pin, width, now) if self._strip else self._pair(pin, width, now)
        self.show(lines, grounds)
        if self.has_focus:
            self.reveal()

    def _heading(self, width: int) -> Line:
        sampling = self._watching.sampling_words
        return cut(((" WATCH", "dim"), (f"  {sampling}" if sampling else "", "faint")), width)

    def _value(self, pin: Pin, now: float) -> Span:
        text, _ = self._watching.value(pin)
        sample = self._watching.sample_of(pin)
        return text, FADE_LOOKS.get(fade_of(sample, now), "text")

    def _pair(self, pin: Pin, width: int, now: float) -> list[Line]:
        """Two lines: the name, and below it the value with its history."""
        watching = self._watching
        value, look = self._value(pin, now)
        _, words = watching.value(pin)
        duty = watching.duty(pin)
        cells = max(4, min(12, width - len(value) - 5 - (len(duty) + 1 if duty else 0)))
        second: list[Span] = [(f"   {value} ", look), (watching.history(pin, cells), "even")]
        if duty:
            second.append((f" {duty:>5}", "text"))
        elif words:
            second.append((f" {clean(words)}", "dim"))
        return [((f" • {squeeze(clean(pin.path), width - 4)}", "text"),), cut(second, width - 1)]

    def _row(self, pin: Pin, width: int, now: float) -> list[Line]:
        """One line for all of it."""
        watching = self._watching
        value, look = self._value(pin, now)
        _, words = watching.value(pin)
        room = min(24, width // 3)
        parts: list[Span] = [
            (" • ", "focus"),
            (fit(squeeze(clean(pin.path), room), room), "text"),
            (fit(value, 12, right=True), look),
            (f"  {watching.history(pin, 16)} ", "even"),
            (fit(watching.duty(pin), 6, right=True), "text"),
            (f"  {clean(words)}", "dim"),
        ]
        return [cut(parts, width)]

    def reveal(self) -> None:
        """Have the pin under the cursor in sight."""
        step = 1 if self._strip else 2
        row = self._lead + self._at * step
        top, height = self.scroll_offset.y, self.size.height
        if row < top:
            self.scroll_to(y=row - 1, animate=False)
        elif row + step > top + height:
            self.scroll_to(y=row + step - height, animate=False)

    # --- keys --------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Go to the next pin."""
        self._at = max(0, min(self._at + step, len(self._watching.pins) - 1))
        self._watching.repaint()

    def action_shift(self, step: int) -> None:
        """Move the pin among the others."""
        pin = self.pin
        if pin is not None:
            self._at = max(0, min(self._at + step, len(self._watching.pins) - 1))
            self._watching.move(pin, step)

    def action_choose(self) -> None:
        """Select its register in the table."""
        pin = self.pin
        if pin is not None:
            self.post_message(self.Chosen(pin))

    def action_drop(self) -> None:
        """Let it go."""
        pin = self.pin
        if pin is not None:
            self._watching.drop(pin)
            if not self._watching.pins:
                self.post_message(self.Left())

    def action_sample(self, step: int) -> None:
        """Read what is watched more often, or less."""
        self._watching.sample(step)

    def on_click(self, event: events.Click) -> None:
        """Select the register of the pin that was clicked."""
        at = (event.y + self.scroll_offset.y - self._lead) // (1 if self._strip else 2)
        if 0 <= at < len(self._watching.pins):
            self._at = at
            self.action_choose()

"""How the live values are looked at: paused or not, how fast, in which base, which are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.model.registermap import RegisterNode
    from inspector.ui.screen import MainScreen

RATES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Ticks per second to choose from."""

_BASES = {"hex": "hexadecimal", "dec": "decimal", "bin": "binary"}


class Viewing:
    """What a person sets about the display; nothing of it touches the hardware.

    Attributes:
        pins: The watched registers, in the order they were chosen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.pins: list[RegisterNode] = []

    def pause(self) -> None:
        """Stop or go on with the live refresh."""
        live = self._screen.live
        live.paused = not live.paused
        self._screen.say("paused: values stay as they are, with their age" if live.paused else "live again")

    def rate(self, step: int) -> None:
        """Refresh faster or slower."""
        live = self._screen.live
        at = min(range(len(RATES)), key=lambda i: abs(RATES[i] - live.rate))
        live.rate = RATES[max(0, min(at + step, len(RATES) - 1))]
        self._screen.say(f"refreshing {live.rate:g} times a second")

    def format(self) -> None:
        """Write values in the next base."""
        table = self._screen.table
        table.set_format(table.form.next)
        self._screen.say(f"values in {_BASES[table.form.value]}")

    def pin(self) -> None:
        """Watch the selected register, or let it go."""
        screen = self._screen
        node = screen.table.selected
        if node is None:
            return
        if node in self.pins:
            self.pins.remove(node)
        else:
            self.pins.append(node)
        screen.table.pin(node)
        self.pin_again()
        screen.say(f"{node.path} is {'watched from now on' if node in self.pins else 'no longer watched'}")

    def pin_again(self) -> None:
        """Have the watched registers read, those in folded regions left out."""
        folded = self._screen.table.rows.folded
        self._screen.live.pin(node for node in self.pins if node.region.name not in folded)

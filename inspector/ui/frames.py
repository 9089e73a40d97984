"""Frames: what one event changed is painted with it, and not on the next beat of a clock."""

from __future__ import annotations

import time

from textual.screen import Screen

SHORTEST = 0.008
"""Seconds between two such frames; what comes sooner waits for Textual's clock, and what else comes."""


class Frames:
    """Paints a screen."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._last = 0.0

    def paint(self) -> None:
        """Paint what is dirty."""
        now = time.perf_counter()
        if self._screen._dirty_widgets and now - self._last >= SHORTEST:
            self._last = now
            self._screen._on_timer_update()

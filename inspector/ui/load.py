"""How busy polling keeps the bus, in a text that stands still while the load only wavers."""

from __future__ import annotations

_LEAST = 0.001
"""Below a thousandth nothing is said."""

_APART = 2.0
"""By which factor the load must differ from what is shown before that is said anew."""

_WEIGHT = 0.1
"""How much a tick counts in the average."""

_LINGER = 5.0
"""Seconds that a number of slowed registers stays after the last tick that had to slow them."""


class ShownLoad:
    """The load as shown: averaged, coarse, and left as it is until it is clearly another.

    Attributes:
        text: Such as ``bus 0.3 %``; empty where there is next to none.
        slowed: Such as ``12 slowed``; empty where every register is read at the rate.
    """

    def __init__(self) -> None:
        self.text = ""
        self.slowed = ""
        self._average = 0.0
        self._shown = 0.0
        self._most = 0
        self._slow_until = 0.0

    def take(self, load: float, slowed: int, now: float) -> None:
        """Take in what a tick measured.

        Args:
            load: The part of the time that the bus was busy.
            slowed: How many registers were read less often.
            now: On the monotonic clock, in seconds.
        """
        self._average += _WEIGHT * (load - self._average)
        if self._shown:
            calm = self._shown / _APART < self._average < self._shown * _APART
        else:
            calm = self._average < _LEAST
        if not calm:
            self._shown = self._average if self._average >= _LEAST else 0.0
            percent = self._shown * 100
            self.text = f"bus {percent:.{0 if percent >= 1 else 1}f} %" if self._shown else ""
        if slowed:
            self._slow_until = now + _LINGER
            self._most = max(self._most, slowed)
        elif now >= self._slow_until:
            self._most = 0
        self.slowed = f"{self._most} slowed" if self._most else ""

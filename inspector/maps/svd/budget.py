"""Bounds on what a description may come to: what is derived can be far more than what is written."""

from __future__ import annotations

MOST_STEPS = 20_000_000
"""Steps of work. The public description that takes the most takes a twentieth of it."""

DEFINITION = 40
"""Steps for a register, a field or an enumerated value."""

CANDIDATE = 8
"""Steps for a thing that a reference might mean."""

MOST_DERIVED = 100
"""References from one thing to the next; public descriptions have three."""

MOST_LEVELS = 24
"""Clusters within clusters; public descriptions have two."""


class TooMuchError(Exception):
    """A description of more than a map can have, or than anybody could mean.

    Attributes:
        line: Where, counted from 0.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Budget:
    """Counts the work that one description takes."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def spend(self, steps: int, line: int) -> None:
        """Take steps for what stands in ``line``.

        Raises:
            TooMuchError: None are left.
        """
        self._left -= steps
        if self._left < 0:
            message = "what the description derives and repeats comes to more than anybody could use"
            raise TooMuchError(message, line)

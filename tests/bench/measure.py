"""Fair timing: rivals take turns, so that a machine that slows down slows them all; medians are quoted."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping

Measure = Callable[[], float]
"""Does the work once and returns its cost."""


def as_installed() -> dict[str, str]:
    """The environment of a user's program: modules are compiled once, and not at every start."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def take_turns(rivals: Mapping[str, Measure], rounds: int) -> dict[str, float]:
    """Measure each rival ``rounds`` times in turn, after one round that is not counted; medians by name."""
    costs: dict[str, list[float]] = {name: [] for name in rivals}
    for round_ in range(rounds + 1):
        for name, measure in rivals.items():
            cost = measure()
            if round_:
                costs[name].append(cost)
    return {name: statistics.median(values) for name, values in costs.items()}


def report(medians: Mapping[str, float], ours: str, unit: str) -> None:
    """Print each rival's median, and ours as a ratio of it."""
    for name, median in medians.items():
        ratio = "" if name == ours or not median else f"   ours is {medians[ours] / median:.2f} times that"
        print(f"  {name:<44} {median:10.2f} {unit}{ratio}")

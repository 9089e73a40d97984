"""What the watch pane shows of the past of one pin: worked out anew at a slow, steady pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from inspector.model.register import Poll
from inspector.session.series import HOLD, Series
from inspector.ui.sparkline import bit_line, sparkline

if TYPE_CHECKING:
    from inspector.session.history import Pin

STEP = 0.5
"""Seconds for each character of a sparkline."""

LONGEST = 40
"""Characters of a sparkline at most."""

_MOST_HELD = 1e12


@dataclass(frozen=True, slots=True)
class Glance:
    """A pin's past in short.

    Attributes:
        line: Its sparkline, the present at the right.
        share: Of a bit that is sampled faster than it is drawn: the percentage of the samples of the last
            second in which it was 1; else None.
        flips: How often it changed in that second.
        changes: How often it changed since it is watched.
        failures: How often a read of it failed.
        changed: When it last changed, in seconds since the epoch, or None.
        low: The least value so far, or None.
        high: The greatest value so far, or None.
    """

    line: str = ""
    share: int | None = None
    flips: int = 0
    changes: int = 0
    failures: int = 0
    changed: float | None = None
    low: int | None = None
    high: int | None = None


def hold_of(pin: Pin) -> float:
    """For how many seconds a value of ``pin`` stands where no other one is read."""
    register = pin.node.register
    # What is read only once does not go stale by standing there.
    return _MOST_HELD if register.const or register.poll is Poll.ONCE else HOLD


def glance(pin: Pin, series: Series, now: float, before: Glance, *, fast: bool) -> Glance:
    """Look at what is known of a pin.

    Args:
        pin: Which.
        series: Its history.
        now: On the monotonic clock.
        before: What the last look found.
        fast: Whether it is sampled faster than it is drawn.
    """
    # Steps begin at fixed times, so that the line moves on and never shimmers.
    end = now // STEP * STEP
    spans = series.spans(end - LONGEST * STEP, STEP, LONGEST, end, hold=hold_of(pin))
    share, flips = None, 0
    if fast:
        samples = series.lately(now)
        flips = _flips(samples)
        if pin.width == 1:
            share = steady(before.share, percentage(samples, 1))
    line = bit_line(spans) if pin.width == 1 else sparkline(spans, series.number)
    # What was before it was watched is no gap.
    before_it = min(int(max(series.begun - (end - LONGEST * STEP), 0) // STEP), LONGEST)
    return Glance(
        line=" " * before_it + line[before_it:],
        share=share,
        flips=flips,
        changes=series.changes,
        failures=series.failures,
        changed=series.changed,
        low=series.low,
        high=series.high,
    )


def _flips(samples: Sequence[int | None]) -> int:
    read = [sample for sample in samples if sample is not None]
    return sum(one != other for one, other in pairwise(read))


def percentage(samples: Sequence[int | None], mask: int) -> float | None:
    """In how many of a hundred samples a bit was 1; None where there are too few of them to tell."""
    read = [sample for sample in samples if sample is not None]
    if len(read) < 2:
        return None
    return 100 * sum(1 for sample in read if sample & mask) / len(read)


def steady(before: int | None, share: float | None) -> int | None:
    """A percentage to show: the one before where it is as good, and 0 and 100 only where that is exact."""
    if share is None:
        return None
    if share in (0, 100):
        return int(share)
    if before is not None and 0 < before < 100 and abs(share - before) <= 1:
        return before
    return min(max(round(share), 1), 99)


def share_text(share: int | None) -> str:
    """A percentage in words."""
    return "" if share is None else f"{share} %"

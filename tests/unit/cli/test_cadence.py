from __future__ import annotations

from itertools import islice

import pytest

from inspector.cli.cadence import ticks


class Clock:
    """A clock that only sleeping and working move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def run(work: list[float], period: float = 1.0) -> list[float]:
    """When each tick begins, after work of these lengths."""
    clock = Clock()
    begun = []
    made = ticks(period, clock=clock, sleep=clock.sleep)
    for length in work:
        next(made)
        begun.append(clock.now - 100)
        clock.now += length
    return begun


def test_work_does_not_make_it_drift() -> None:
    assert run([0.25, 0.5, 0.25, 0.75]) == [0, 1, 2, 3]


def test_what_is_missed_is_left_out() -> None:
    assert run([0.5, 2.5, 0.5, 0.5]) == [0, 1, 4, 5]


def test_count() -> None:
    clock = Clock()
    assert list(ticks(1, count=3, clock=clock, sleep=clock.sleep)) == [0, 1, 2]
    assert clock.now == 102


@pytest.mark.parametrize(
    ("rate", "duration", "expected"), [(10, 1, 10), (10, 0.3, 3), (49, 1, 49), (10, 0.25, 3)]
)
def test_duration(rate: float, duration: float, expected: int) -> None:
    clock = Clock()
    assert len(list(ticks(1 / rate, duration=duration, clock=clock, sleep=clock.sleep))) == expected


def test_without_a_limit_it_goes_on() -> None:
    clock = Clock()
    assert list(islice(ticks(1, clock=clock, sleep=clock.sleep), 5)) == [0, 1, 2, 3, 4]

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from inspector.model.format import Format, FormatType
from inspector.model.quantity import Quantity
from inspector.session.series import EVENTS, HOLD, RECENT, SPANS, Ring, Series, Span

EPOCH = 1_700_000_000.0


def series(*samples: tuple[float, int | None]) -> Series:
    """A series of samples at times; None is a read that was left out."""
    made = Series()
    for clock, value in samples:
        if value is None:
            made.part(clock, EPOCH + clock)
        else:
            made.take(value, clock, EPOCH + clock)
    return made


def still(value: int) -> Span:
    return Span(value, value, value)


# --- the ring ------------------------------------------------------------------------------------


@given(st.integers(1, 7), st.lists(st.integers(0, 3), max_size=30), st.integers(-1, 60))
def test_a_ring_keeps_the_last_rows_and_finds_those_from_a_time_on(
    size: int, gaps: list[int], start: int
) -> None:
    ring, rows, at = Ring(size, "dQ"), [], 0
    for number, gap in enumerate(gaps):
        at += gap
        ring.append(at, number)
        rows.append((at, number))
    kept = rows[-size:]
    before = [row for row in kept if row[0] < start]
    assert ring.since(start) == before[-1:] + [row for row in kept if row[0] >= start]
    assert len(ring) == len(kept)


def test_numbers_of_more_than_64_bits_are_kept_too() -> None:
    wide = Series(wide=True)
    wide.take(1 << 100, 1.0, EPOCH)
    assert wide.spans(0.0, 1.0, 2, 2.0) == [None, Span(1 << 100, 1 << 100, 2.0**100)]


# --- what was seen when --------------------------------------------------------------------------


def test_a_value_stands_until_the_next_one_and_no_longer_than_it_is_known() -> None:
    seen = series((10.0, 5), (10.5, 9))
    assert seen.spans(9.875, 0.125, 8, 20.0) == [None, *[still(5)] * 4, *[still(9)] * 3]
    assert seen.spans(12.0, 0.125, 12, 20.0) == [*[still(9)] * 8, None, None, None, None]
    # Where it ends is now, if that comes first.
    assert seen.spans(10.5, 0.125, 4, 10.75) == [still(9), still(9), None, None]


def test_what_could_not_be_read_is_a_gap_and_no_zero() -> None:
    seen = series((1.0, 7), (1.25, None), (1.375, None), (2.0, 7))
    assert seen.spans(1.0, 0.125, 9, 2.125) == [still(7), still(7), *[None] * 6, still(7)]
    # The same in steps that are as long as the spans that are kept, or longer.
    assert seen.spans(1.0, 0.5, 3, 2.4) == [still(7), None, still(7)]
    assert seen.lately(2.5, 2.0) == [7, None, 7]


def test_a_step_has_the_least_the_greatest_and_the_mean() -> None:
    seen = series((1.0, 4), (1.25, 2), (1.5, 9), (1.75, 1))
    assert seen.spans(1.0, 1.0, 1, 2.0) == [Span(1, 9, 4.0)]
    assert seen.spans(1.0, 0.5, 2, 2.0) == [Span(2, 4, 3.0), Span(1, 9, 5.0)]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), min_size=1, max_size=200))
def test_coarse_steps_say_the_same_as_looking_at_every_sample(moves: list[tuple[int, int]]) -> None:
    clock, samples = 0.0, []
    for tenths, value in moves:
        clock += tenths / 16
        samples.append((clock, value))
    count = int(clock // 60) + 1
    found = series(*samples).spans(0.0, 60.0, count, clock, hold=0.0)
    for at, span in enumerate(found):
        within = [value for moment, value in samples if at * 60 <= moment < (at + 1) * 60]
        if within:
            assert span is not None
            assert (span.low, span.high) == (min(within), max(within))
            assert abs(span.mean - sum(within) / len(within)) < 1e-9
        else:
            assert span is None


def test_a_bit_that_is_set_once_in_a_night_is_seen_with_its_time() -> None:
    seen, rare = Series(), 5 * 3600 + 1234.5
    clock = 0.0
    while clock < 10 * 3600:
        seen.take(int(clock == rare), clock, EPOCH + clock)
        clock += 0.5
    steps = seen.spans(0.0, 300.0, 120, clock)
    assert [at for at, span in enumerate(steps) if span and span.high] == [int(rare // 300)]
    assert None not in steps
    assert [(each.time, each.old, each.new) for each in seen.events[1:]] == [
        (EPOCH + rare, 0, 1),
        (EPOCH + rare + 0.5, 1, 0),
    ]
    assert seen.changes == 2
    # The last half hour is known to the half second, though its samples are long forgotten.
    assert seen.spans(clock - 1800, 0.5, 3600, clock).count(None) == 0


def test_what_is_older_than_single_samples_reach_is_shown_from_spans() -> None:
    seen = Series()
    for tick in range(RECENT + 2000):
        seen.take(tick % 2, tick / 1000, EPOCH)
    found = seen.spans(0.0, 0.1, 100, 10.192)
    assert None not in found[:100]
    assert found[5] == Span(0, 1, 0.5)


def test_memory_is_bounded() -> None:
    seen = Series()
    for tick in range(3 * RECENT):
        seen.take(tick, float(tick), EPOCH)
    assert len(seen.lately(1e9, 1e9)) == RECENT
    assert len(seen.events) == EVENTS
    rows = RECENT * (8 + 8 + 1) + sum(size for _, size in SPANS) * (8 * 4 + 8)
    assert rows < 1_000_000


# --- what happened -------------------------------------------------------------------------------


def test_changes_and_failures_are_told_with_their_times() -> None:
    seen = Series()
    seen.take(1, 10.0, EPOCH)
    seen.take(1, 11.0, EPOCH + 1)
    seen.part(12.0, EPOCH + 2, "SIGBUS: bus error")
    seen.part(13.0, EPOCH + 3, "SIGBUS: bus error")
    seen.take(1, 14.0, EPOCH + 4)
    seen.take(0, 15.0, EPOCH + 5)
    assert [(each.time - EPOCH, each.old, each.new, each.error) for each in seen.events] == [
        (0.0, None, 1, ""),
        (2.0, 1, None, "SIGBUS: bus error"),
        (4.0, None, 1, ""),
        (5.0, 1, 0, ""),
    ]
    assert (seen.changes, seen.failures, seen.changed, seen.since) == (1, 1, EPOCH + 5, EPOCH)


def test_another_failure_than_before_is_told_too() -> None:
    seen = Series()
    for error in ("EIO: one", "EIO: one", "EIO: two"):
        seen.part(1.0, EPOCH, error)
    assert [each.error for each in seen.events] == ["EIO: one", "EIO: two"]


def test_numbers_are_compared_by_what_they_mean() -> None:
    def number(raw: int) -> float:
        found = Quantity("T", Format(FormatType.SIGNED), "", 8).number(raw)
        assert found is not None
        return found

    seen = Series(number)
    for clock, value in enumerate((0xFF, 0x01, 0x80)):
        seen.take(value, float(clock), EPOCH)
    assert (seen.low, seen.high) == (0x80, 0x01)
    assert seen.spans(0.0, 5.0, 1, 5.0) == [Span(0x80, 0x01, (-1 + 1 - 128) / 3)]


def values_of(spans: Sequence[Span | None]) -> list[int | None]:
    return [None if span is None else span.high for span in spans]


def test_what_is_read_only_once_stands_as_long_as_one_says() -> None:
    seen = series((0.0, 3))
    assert values_of(seen.spans(0.0, 10.0, 3, 30.0, hold=1e9)) == [3, 3, 3]
    assert values_of(seen.spans(0.0, 10.0, 3, 30.0)) == [3, None, None]
    assert HOLD < 10

"""What one watched value held over time, in bounded memory: single samples, spans of them, and its changes.

The last `RECENT` samples are kept one by one. Beyond them there are spans of half a second, of five seconds
and of a minute, each with the least, the greatest and the mean of what was seen in it: half an hour, eight
hours and a week of them. Of the changes the last `EVENTS` are kept, each with its time. Together that is
about a megabyte for each watched value, taken only as it fills.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, MutableSequence
from itertools import chain, pairwise
from math import ceil
from typing import NamedTuple

RECENT = 8_192
"""Samples kept one by one."""

EVENTS = 1_024
"""Changes kept, each with its time."""

SPANS = ((0.5, 3_600), (5.0, 5_760), (60.0, 10_080))
"""The lengths of spans in seconds, and how many of each are kept."""

HOLD = 2.5
"""For how many seconds a value is taken to stand after it was read; what is read less often has gaps."""


class Span(NamedTuple):
    """What was seen within some time.

    Attributes:
        low: The least value.
        high: The greatest.
        mean: Of the samples, as numbers.
    """

    low: int
    high: int
    mean: float


class Event(NamedTuple):
    """A change, or a read that failed.

    Attributes:
        time: When it was seen, in seconds since the epoch.
        clock: The same on the monotonic clock.
        old: The value before; None where that is not known.
        new: The value after; None where the read failed.
        error: Why it failed; empty where it did not.
    """

    time: float
    clock: float
    old: int | None
    new: int | None
    error: str = ""


class Ring:
    """Rows of numbers, of which the first one never falls; a new row takes the place of the oldest."""

    def __init__(self, size: int, kinds: str) -> None:
        """Keep ``size`` rows.

        Args:
            size: How many at most.
            kinds: Of each column, how `array.array` calls its numbers; ``O`` for whole numbers of any size.
        """
        self._size = size
        self._columns: tuple[MutableSequence[float], ...] = tuple(
            [] if kind == "O" else array(kind) for kind in kinds
        )
        self._next = 0

    def __len__(self) -> int:
        return len(self._columns[0])

    def append(self, *row: float) -> None:
        """Take a row in."""
        if len(self) < self._size:
            for column, number in zip(self._columns, row, strict=True):
                column.append(number)
            return
        for column, number in zip(self._columns, row, strict=True):
            column[self._next] = number
        self._next = (self._next + 1) % self._size

    def since(self, start: float) -> list[tuple[float, ...]]:
        """The rows from the last one before ``start`` on, the oldest first."""
        count, times = len(self), self._columns[0]
        place = bisect_left(range(count), start, key=lambda at: times[(self._next + at) % count])
        begin, end = self._next + max(place - 1, 0), self._next
        if begin >= count:
            return list(zip(*(column[begin - count : end] for column in self._columns), strict=True))
        parts = ((column[begin:], column[:end]) for column in self._columns)
        return list(zip(*(chain(one, other) for one, other in parts), strict=True))


class Piece(NamedTuple):
    """A sample, or a span of them; without samples it is a gap.

    Attributes:
        begin: On the monotonic clock.
        low: The least value.
        high: The greatest.
        total: The sum of the samples as numbers.
        samples: How many there were.
        end: Where the next one could begin.
    """

    begin: float
    low: int
    high: int
    total: float
    samples: int
    end: float


class _Level:
    """Spans of one length."""

    def __init__(self, length: float, size: int, kind: str, number: Callable[[int], float]) -> None:
        self.length = length
        self._number = number
        self._kept = Ring(size, f"d{kind}{kind}dL")
        self._end = 0.0
        self._begin = self._low_number = self._high_number = self._total = 0.0
        self._low = self._high = self._count = 0

    def take(self, begin: float, low: int, high: int, total: float, count: int) -> Piece | None:
        """Take samples in; the span before, where they begin another one."""
        done = self.close() if begin >= self._end else None
        least = self._number(low)
        most = least if low == high else self._number(high)
        if not self._count:
            self._begin, self._end = begin, (begin // self.length + 1) * self.length
        if not self._count or least < self._low_number:
            self._low, self._low_number = low, least
        if not self._count or most > self._high_number:
            self._high, self._high_number = high, most
        self._total += total
        self._count += count
        return done

    def close(self) -> Piece | None:
        """End the present span; it, where anything was in it."""
        if not self._count:
            return None
        done = self.present
        self._kept.append(*done[:5])
        self._total, self._count, self._end = 0.0, 0, 0.0
        return done

    def part(self, clock: float) -> None:
        """Put a gap here."""
        self._kept.append(clock, 0, 0, 0.0, 0)

    @property
    def present(self) -> Piece:
        """The span that is not over; without samples where there is none."""
        return Piece(self._begin, self._low, self._high, self._total, self._count, self._end)

    def since(self, start: float) -> Iterator[Piece]:
        """The spans that reach beyond ``start``, the present one included."""
        for begin, low, high, total, count in self._kept.since(start):
            end = (begin // self.length + 1) * self.length if count else begin
            yield Piece(begin, int(low), int(high), total, int(count), end)
        if self._count:
            yield self.present


class Series:
    """One value over time. Filled by one thread, looked at by others.

    Attributes:
        value: The last value; None where none was read.
        changes: How often it changed.
        failures: How often a read failed that had not failed before.
        low: The least value so far, or None.
        high: The greatest value so far, or None.
        since: When the first value was read, in seconds since the epoch; None before.
        changed: When it last changed, in seconds since the epoch; None where it never did.
        clock: When it was last read, on the monotonic clock.
        begun: Since when it is watched, on the monotonic clock.
    """

    def __init__(
        self, number: Callable[[int], float] = float, *, wide: bool = False, begun: float = 0.0
    ) -> None:
        """Begin.

        Args:
            begun: Now, on the monotonic clock.
            number: What a raw value counts as, by which values are compared and averaged.
            wide: Whether values have more than 64 bits.
        """
        kind = "O" if wide else "Q"
        self.number = number
        self.begun = begun
        self.value: int | None = None
        self.changes = self.failures = 0
        self.low: int | None = None
        self.high: int | None = None
        self.since: float | None = None
        self.changed: float | None = None
        self.clock = float("-inf")
        self._failed = True
        self._recent = Ring(RECENT, f"d{kind}B")
        self._levels = [_Level(length, size, kind, number) for length, size in SPANS]
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._lock = threading.Lock()

    # --- taking in ---------------------------------------------------------------------------

    def take(self, value: int, clock: float, time: float) -> None:
        """Take a sample in.

        Args:
            value: What was read.
            clock: When, on the monotonic clock.
            time: When, in seconds since the epoch.
        """
        with self._lock:
            if value != self.value or self._failed:
                self._note(value, clock, time)
            self._failed, self.value, self.clock = False, value, clock
            self._recent.append(clock, value, 1)
            self._pass_on(clock, value, value, self.number(value), 1)

    def _note(self, value: int, clock: float, time: float) -> None:
        """Note a change, and how far the values reach."""
        self._events.append(Event(time, clock, None if self._failed else self.value, value))
        if self.value is None:
            self.since, self.low, self.high = time, value, value
            return
        if value != self.value:
            self.changes += 1
            self.changed = time
        number = self.number
        assert self.low is not None and self.high is not None
        if number(value) < number(self.low):
            self.low = value
        elif number(value) > number(self.high):
            self.high = value

    def _pass_on(self, begin: float, low: int, high: int, total: float, count: int) -> None:
        for level in self._levels:
            done = level.take(begin, low, high, total, count)
            if done is None:
                return
            begin, low, high, total, count, _ = done

    def part(self, clock: float, time: float, error: str = "") -> None:
        """Note that nothing could be read; that goes on until the next sample.

        Args:
            clock: When, on the monotonic clock.
            time: When, in seconds since the epoch.
            error: Why a read failed; empty where none was made.
        """
        with self._lock:
            if self._failed and not (error and self._is_news(error)):
                return
            if error:
                self._events.append(Event(time, clock, None if self._failed else self.value, None, error))
                self.failures += 1
            if not self._failed:
                self._recent.append(clock, 0, 0)
                done = self._levels[0].close()
                self._levels[0].part(clock)
                if done is not None:
                    self._pass_on_from(1, done)
            self._failed = True

    def _is_news(self, error: str) -> bool:
        """Whether the last event is not that failure already."""
        return not self._events or self._events[-1].error != error

    def _pass_on_from(self, first: int, done: Piece) -> None:
        piece: Piece | None = done
        for level in self._levels[first:]:
            if piece is None:
                return
            piece = level.take(*piece[:5])

    # --- looking -----------------------------------------------------------------------------

    @property
    def events(self) -> list[Event]:
        """The changes and failures that are kept, the oldest first."""
        with self._lock:
            return list(self._events)

    def lately(self, end: float, seconds: float = 1.0) -> list[int | None]:
        """The samples of the ``seconds`` before ``end``, one by one; None for a gap."""
        with self._lock:
            rows = self._recent.since(end - seconds)
        return [int(row[1]) if row[2] else None for row in rows if end - seconds <= row[0] < end]

    def spans(
        self, start: float, step: float, count: int, now: float, *, hold: float = HOLD
    ) -> list[Span | None]:
        """What was seen in each of ``count`` steps of ``step`` seconds from ``start`` on; None for a gap.

        Args:
            start: On the monotonic clock.
            step: How long each is, in seconds.
            count: How many.
            now: Until when the last value stands, on the monotonic clock.
            hold: For how many seconds a value stands where no other one was read.
        """
        found: list[Span | None] = [None] * count
        counts = [0] * count
        for piece, following in pairwise([*self._pieces(start, step), None]):
            if piece is None or not piece.samples:
                continue
            until = now if following is None else following.begin
            first = int((piece.begin - start) // step)
            last = max(first, _steps(min(piece.end, until) - start, step) - 1)
            for at in range(max(first, 0), min(last + 1, count)):
                self._widen(found, counts, at, piece)
            # Beyond it the value stands, up to the step in which the next one begins.
            held = Span(piece.low, piece.high, piece.total / piece.samples)
            for at in range(max(last + 1, 0), min(_steps(min(piece.end + hold, until) - start, step), count)):
                found[at] = held
        return found

    def _widen(self, found: list[Span | None], counts: list[int], at: int, piece: Piece) -> None:
        before, mean = found[at], piece.total / piece.samples
        if before is None or not counts[at]:
            found[at], counts[at] = Span(piece.low, piece.high, mean), piece.samples
            return
        counts[at] += piece.samples
        found[at] = Span(
            min(before.low, piece.low, key=self.number),
            max(before.high, piece.high, key=self.number),
            before.mean + (mean - before.mean) * piece.samples / counts[at],
        )

    def _pieces(self, start: float, step: float) -> list[Piece]:
        """What there is from ``start`` on: as fine as ``step`` needs it, coarser where that is forgotten."""
        with self._lock:
            fine = sum(level.length <= step for level in self._levels)
            levels = self._levels[max(fine - 1, 0) :]
            if not fine:
                pieces = [self._single(*row) for row in self._recent.since(start)]
            else:
                pieces = list(levels.pop(0).since(start))
                # What the finer ones have not passed on yet.
                finer = reversed(self._levels[: fine - 1])
                pieces += [level.present for level in finer if level.present.samples]
            for level in levels:
                reach = pieces[0].begin if pieces else float("inf")
                if reach > start:
                    pieces[:0] = [piece for piece in level.since(start) if piece.begin < reach]
        return pieces

    def _single(self, clock: float, value: float, good: float) -> Piece:
        return Piece(clock, int(value), int(value), self.number(int(value)), int(good), clock)


def _steps(seconds: float, step: float) -> int:
    """How many steps it takes to cover some time, however it was rounded."""
    return ceil(seconds / step - 1e-9)

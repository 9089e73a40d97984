"""How a pin is plotted: numbers between their extremes, bits and named values as steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspector.session.history import Pin
from inspector.session.series import Span
from inspector.ui.plot import Column, Scale
from inspector.ui.watchlines import is_number, named
from inspector.ui.words import plural

_STEPS = 8
"""Named values that get a step of their own whether they were seen or not."""

_MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn.

    Attributes:
        scale: What stands at which height.
        columns: The dots.
        rows: How many steps there are; 0 for a number.
    """

    scale: Scale
    columns: list[Column]
    rows: int = 0


def drawing(pin: Pin, spans: Sequence[Span | None], number: Callable[[int], float]) -> Drawing:
    """Work out how what was seen of a pin is drawn."""
    seen = [span for span in spans if span is not None]
    values = _step_values(pin, seen)
    if values:
        ranks = {value: rank for rank, value in enumerate(values)}
        columns: list[Column] = [
            None if span is None else (ranks[span.low], ranks[span.high]) for span in spans
        ]
        labels = tuple((rank, named(pin, value)) for value, rank in ranks.items())
        return Drawing(Scale(0, len(values) - 1, labels), columns, len(values))
    columns = [None if span is None else (number(span.low), number(span.high)) for span in spans]
    if not seen:
        return Drawing(Scale(0, 1, ()), columns)
    low = min((span.low for span in seen), key=number)
    high = max((span.high for span in seen), key=number)
    if low == high:
        # A value that stands still does so in the middle.
        return Drawing(Scale(number(low) - 1, number(low) + 1, ((number(low), named(pin, low)),)), columns)
    ends = (number(low), named(pin, low)), (number(high), named(pin, high))
    return Drawing(Scale(number(low), number(high), ends), columns)


def _step_values(pin: Pin, seen: Sequence[Span]) -> list[int]:
    """The values that have a step each, from the lowest; none where the pin is a number."""
    if pin.width == 1:
        return [0, 1]
    enum = pin.field.enum if pin.field is not None else pin.node.register.enum
    if is_number(pin) or enum is None:
        return []
    values = {value for span in seen for value in (span.low, span.high)}
    if len(enum.entries) <= _STEPS:
        values |= {entry.low for entry in enum.entries if entry.low == entry.high}
    return sorted(values) if len(values) <= _MOST_STEPS else []


def extremes(pin: Pin, spans: Sequence[Span | None], number: Callable[[int], float]) -> list[tuple[str, str]]:
    """What there is to say of what was seen, each with its name: the least, the greatest, the mean."""
    seen = [span for span in spans if span is not None]
    if not seen:
        return []
    mean = sum(span.mean for span in seen) / len(seen)
    if pin.width == 1:
        return [("1 for", f"{share_of(mean)} of the time")]
    if not is_number(pin):
        return []
    field = pin.field or pin.node.register
    unit = f" {field.unit}" if field.unit else ""
    return [
        ("min", named(pin, min((span.low for span in seen), key=number))),
        ("max", named(pin, max((span.high for span in seen), key=number))),
        ("mean", f"{mean:.6g}{unit}"),
    ]


def share_of(part: float) -> str:
    """A part of the time as a percentage; what is rare is not rounded away."""
    percent = 100 * part
    if 0 < percent < 0.1:
        return "less than 0.1 %"
    if 99.9 < percent < 100:
        return "more than 99.9 %"
    return f"{percent:.1f} %" if percent % 1 else f"{percent:.0f} %"


def axis_times(start: float, seconds: float, cells: int) -> list[str]:
    """What the clocks here showed along a time axis.

    Args:
        start: Its left end, on the monotonic clock.
        seconds: How long it is.
        cells: How wide.
    """
    offset = time.time() - time.monotonic()
    form = "%a %H:%M" if seconds > 86_400 else "%H:%M" if seconds > 7_200 else "%H:%M:%S"
    fitting = max(min(cells // 16, 6), 1)
    # Whole seconds apart, where that can be.
    count = next((each for each in range(fitting, 1, -1) if seconds % each == 0), fitting)
    return [
        time.strftime(form, time.localtime(start + offset + seconds * at / count)) for at in range(count + 1)
    ]


def window_text(seconds: int) -> str:
    """A length of time in the largest unit that it is a whole number of."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            return plural(seconds // unit, name)
    return f"{seconds} seconds"

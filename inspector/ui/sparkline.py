"""Sparklines: what a value held lately, in one line of characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspector.session.series import Span

_BARS = "▁▂▃▄▅▆▇█"

GAP = "·"
"""Where nothing was read."""

LOW, HIGH, BOTH = "▁", "▔", "█"
"""A bit that was 0, that was 1, and that was both within one step."""


def sparkline(spans: Sequence[Span | None], number: Callable[[int], float]) -> str:
    """A number over time, between the least and the greatest in sight."""
    seen = [span for span in spans if span is not None]
    if not seen:
        return GAP * len(spans)
    low, high = min(number(span.low) for span in seen), max(number(span.high) for span in seen)
    scale = (len(_BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(GAP if span is None else _BARS[round((span.mean - low) * scale)] for span in spans)


def bit_line(spans: Sequence[Span | None]) -> str:
    """A bit over time, low or high."""
    return "".join(GAP if span is None else _level(span) for span in spans)


def _level(span: Span) -> str:
    return HIGH if span.low else BOTH if span.high else LOW

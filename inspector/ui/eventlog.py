"""When what is watched changed: in words, and as the table that ``inspector watch --csv`` prints."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from inspector.ui.lines import Line, clean
from inspector.ui.watchlines import named

if TYPE_CHECKING:
    from inspector.session.history import Pin
    from inspector.session.series import Event


def moment_text(moment: float) -> str:
    """A time to the millisecond, as the clocks here show it."""
    whole = int(moment * 1000)
    return f"{time.strftime('%H:%M:%S', time.localtime(whole // 1000))}.{whole % 1000:03}"


def event_line(pin: Pin, event: Event, *, path: bool = False) -> Line:
    """An event in a line; with its path where others stand beside it."""
    day = time.strftime("%Y-%m-%d ", time.localtime(event.time))
    today = day == time.strftime("%Y-%m-%d ")
    lead: Line = ((f"{'' if today else day}{moment_text(event.time)}  ", "dim"),)
    if path:
        lead = (*lead, (f"{clean(pin.path)}  ", "text"))
    if event.new is None:
        return (*lead, (f"not read: {clean(event.error)}", "wrong"))
    if event.old is None:
        return (*lead, (f"{named(pin, event.new)}", "text"), ("  the first", "faint"))
    return (*lead, (f"{named(pin, event.old)} → {named(pin, event.new)}", "text"))


def csv_text(events: Iterable[tuple[Pin, Event]]) -> str:
    """The events as a table with the columns of ``inspector watch --csv``, the oldest first."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("time", "path", "value", "error"))
    for pin, event in sorted(events, key=lambda each: each[1].time):
        value = "" if event.new is None else event.new
        rows.writerow((event.time, pin.path, value, clean(event.error)))
    return text.getvalue()

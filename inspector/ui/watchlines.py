"""The lines of the watch pane: a pin's name, its value, and its past in short."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from inspector.model.decode import NOTHING_KNOWN, Known, fields_there, summarise
from inspector.session.words import clock
from inspector.ui.glance import Glance, share_text
from inspector.ui.lines import Line, Span, clean, cut, fit, squeeze, width_of
from inspector.ui.rowstate import FADE_LOOKS
from inspector.ui.values import ValueFormat

if TYPE_CHECKING:
    from inspector.session.history import Pin
    from inspector.ui.rowstate import RowState

_SHARE = 6
"""Cells of a percentage with the space before it."""

_LONGEST_VALUE = 24
"""Cells of a value at most."""

_LEAST_LINE, _MOST_LINE = 4, 24
"""Cells of a sparkline: with less room there is none, and more is not needed."""

_NEVER = "—"

_PARTS = 256
"""Into how many parts the values are divided to see how long they get."""


@dataclass(frozen=True, slots=True)
class PinState:
    """All that a pin's lines depend on.

    Attributes:
        pin: Which.
        state: How its register is.
        glance: Its past.
        changes: How often it changed, since the mark or since it is watched.
        cursor: Whether it is under the cursor.
    """

    pin: Pin
    state: RowState
    glance: Glance
    changes: int
    cursor: bool


def value_text(pin: Pin, word: int | None, known: Known = NOTHING_KNOWN) -> str:
    """The value of a pin, decoded; a dash where there is none."""
    if word is None:
        return _NEVER
    field = pin.field
    if field is not None and field.when:
        there = fields_there(pin.node.register, word, known)
        if not any(each is field for each, _ in there):
            return _NEVER
    return named(pin, pin.value(word))


def named(pin: Pin, value: int) -> str:
    """A value of a pin: its name, or as its format and unit have it."""
    if pin.field is not None:
        return clean(pin.field.render(value))
    register = pin.node.register
    name = register.enum.name_of(value) if register.enum else None
    return clean(ValueFormat.MAP.text(register, value) if name is None else name)


@lru_cache(maxsize=256)
def value_cells(pin: Pin) -> int:
    """How many cells the values of a pin take: what changes by itself must not move what stands beside it."""
    field, register = pin.field, pin.node.register
    enum = field.enum if field is not None else register.enum
    names = [width_of(clean(entry.name)) for entry in enum.entries] if enum else []
    most = (1 << pin.width) - 1
    # Between the ends too, where fractions have more digits.
    numbers = [width_of(named(pin, most * part // _PARTS)) for part in range(_PARTS + 1)]
    return min(max(*names, *numbers), _LONGEST_VALUE)


def short_path(pin: Pin, room: int) -> str:
    """The path of a pin: without its block, or its middle, where it is too long."""
    path = clean(pin.path)
    if width_of(path) > room:
        path = clean(f"{pin.node.local}.{pin.field.name}" if pin.field is not None else pin.node.local)
    return squeeze(path, room)


def column_lines(state: PinState, width: int) -> tuple[Line, Line]:
    """A pin in two lines: its name and what is to be said of it; its value and its past."""
    lead = _lead(state)
    room = width - 3
    name = short_path(state.pin, room)
    note = _note(state, room - width_of(name) - 2)
    gap = room - width_of(name) - width_of(note[0])
    first: Line = (*lead, (name, _name_look(state)), (" " * gap, "text"), note)
    value = min(value_cells(state.pin), room)
    second: Line = (
        ("   ", "text"),
        _value(state, value),
        *_past(state, room - 1 - value),
    )
    return cut(first, width), cut(second, width)


def strip_line(state: PinState, width: int, names: int, values: int) -> Line:
    """A pin in one line.

    Args:
        state: What it depends on.
        width: How many cells there are.
        names: Cells for the names of all pins.
        values: Cells for their values.
    """
    room = width - 3 - names - 2 - values
    past = _past(state, min(room - 2, _MOST_LINE + _SHARE))
    taken = sum(width_of(text) for text, _ in past)
    note = _note(state, room - taken - 3)
    name = fit(short_path(state.pin, names), names)
    return cut(
        (
            *_lead(state),
            (name, _name_look(state)),
            ("  ", "text"),
            _value(state, values),
            *past,
            (f"  {note[0]}", note[1]),
        ),
        width,
    )


def _lead(state: PinState) -> tuple[Span, ...]:
    trouble = state.state.trouble
    return ("▌" if state.cursor else " ", "focus"), trouble if trouble[0] else ("•", "focus"), (" ", "text")


def _name_look(state: PinState) -> str:
    return "strong" if state.cursor else "dim" if state.state.old else "text"


def _value(state: PinState, room: int) -> Span:
    row = state.state
    look = FADE_LOOKS.get(row.fade) or ("dim" if row.old or row.wrong else "strong")
    return fit(value_text(state.pin, row.value, row.known), room, right=True), look


def _past(state: PinState, room: int) -> tuple[Span, ...]:
    """The sparkline, and the share of a bit."""
    share = _SHARE if state.pin.width == 1 else 0
    line = min(room - 1 - share, _MOST_LINE)
    if line < _LEAST_LINE:
        return ((fit("", room), "text"),) if room > 0 else ()
    spans: list[Span] = [(" ", "text"), (state.glance.line[-line:].rjust(line), "even")]
    if share:
        spans.append((fit(share_text(state.glance.share), share, right=True), "strong"))
    return tuple(spans)


def _note(state: PinState, room: int) -> Span:
    """What there is to say of a pin in few words: what is amiss, else what it means, else how it went."""
    texts = _notes(state)
    return next(((text, look) for text, look in texts if 0 < width_of(text) <= room), ("", "dim"))


def _notes(state: PinState) -> list[Span]:
    """The same in full, then ever shorter."""
    row, pin, seen = state.state, state.pin, state.glance
    if row.note and (row.wrong or row.value is None):
        look = "wrong" if row.wrong else "fading"
        short = row.note.partition("; ")[0]
        return [(row.said, look), (short, look), ("failed" if row.wrong else "not read", look), ("!", look)]
    if row.old and row.when:
        return [(row.when, "fading")]
    notes: list[Span] = []
    if seen.failures:
        notes.append((f"{seen.failures} failed", "fading"))
    times = f"×{state.changes}" if state.changes else ""
    if seen.flips:
        notes.append((f"{seen.flips}/s", "dim"))
    if pin.width == 1 or not is_number(pin):
        if pin.field is None and row.value is not None:
            words = clean(summarise(pin.node.register, row.value, row.known))
            notes += [(words, "dim")] if words and not seen.failures else []
        if seen.changed is not None and not seen.flips:
            at = clock(seen.changed, date=False)
            notes += [(f"{times} {at}".strip(), "dim"), (at, "dim")]
        notes.append((times, "dim"))
    elif seen.low is not None and seen.high is not None and seen.low != seen.high:
        notes.append((f"{named(pin, seen.low)} … {named(pin, seen.high)}", "dim"))
    return notes


def is_number(pin: Pin) -> bool:
    """Whether values between two others mean something between them."""
    if pin.field is not None:
        return pin.field.enum is None
    return not pin.node.register.fields and pin.node.register.enum is None

"""What a register's row depends on: the value, how fresh it is, and what is amiss with it."""

from __future__ import annotations

from typing import NamedTuple

from inspector.errors import BusFault, InspectorError, TimedOut
from inspector.model.decode import NOTHING_KNOWN, Known
from inspector.model.register import Poll
from inspector.model.registermap import RegisterNode
from inspector.model.safety import Skip
from inspector.session import Sample
from inspector.ui.condition import FAULT, INACTIVE, Condition, PlaceWords
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Span, clean
from inspector.ui.marks import UNCOMPARED, Compared
from inspector.ui.words import error_short, span_words

CHANGED, FADING, FADED = 1, 2, 3
_FADES = ((0.6, CHANGED), (1.3, FADING), (2.0, FADED))
"""For how many seconds a change keeps each look."""

FADE_LOOKS = {CHANGED: "changed", FADING: "fading", FADED: "faded"}


def fade_of(sample: Sample, now: float) -> int:
    """How recently the value changed, as one of the fading steps; 0 where long ago."""
    if sample.changed is None:
        return 0
    age = now - sample.changed
    return next((step for limit, step in _FADES if age < limit), 0)


class Written(NamedTuple):
    """Our own last write of a register.

    Attributes:
        mark: ``✓`` where it read back the same, ``≠`` otherwise, ``→`` where it was not read back.
        clock: When, on the monotonic clock.
        changed: When the value had last changed once we had written it, which tells later changes apart.
    """

    mark: str
    clock: float
    changed: float | None


WRITTEN_FOR = 4.0
"""For how many seconds a row puts our own write before all else."""


class RowState(NamedTuple):
    """All that a register's row depends on; equal states draw the same line.

    Attributes:
        value: As last read, or None.
        fade: How recently it changed.
        when: What the column says about change and age.
        note: What stands in place of the decoded fields: an error or the reason why it is not read.
        way: What follows that on the register's own screen: which key reads it, and an error's number.
        wrong: Whether ``note`` is an error.
        old: Whether the value is no longer live.
        ours: Whether it was we who wrote the value last, rather than that the hardware changed it.
        written: What came of our own write, with its look, while the value is ours; else empty.
        just_written: Whether that is so recent that it goes before what is amiss.
        trouble: The glyph of what is amiss, with its look; empty where nothing is.
        known: What is known of the conditions on other registers.
        compared: How the value compares with that of another moment, and of a reset.
        base: Where the region is, or None where nobody knows.
    """

    value: int | None = None
    fade: int = 0
    when: str = ""
    note: str = ""
    way: str = ""
    wrong: bool = False
    old: bool = False
    ours: bool = False
    written: Span = ("", "text")
    just_written: bool = False
    trouble: Span = ("", "text")
    known: Known = NOTHING_KNOWN
    compared: Compared = UNCOMPARED
    base: int | None = None

    @property
    def said(self) -> str:
        """What stands in place of the decoded fields, with the way to read the register."""
        return self.note + self.way


def row_state(
    node: RegisterNode,
    sample: Sample,
    now: float,
    *,
    fresh: float,
    place: PlaceWords,
    keyboard: Keyboard,
    written: Written | None = None,
    known: Known = NOTHING_KNOWN,
    compared: Compared = UNCOMPARED,
) -> RowState:
    """Judge a sample.

    Args:
        node: The register.
        sample: What is known of it.
        now: On the monotonic clock, in seconds.
        fresh: For how many seconds a value counts as live.
        place: How its region is.
        keyboard: Which keys do what.
        written: Our own last write.
        known: What is known of the conditions on other registers.
        compared: How the value compares with that of another moment.
    """
    age = None if sample.clock is None else now - sample.clock
    # What the live refresh reads only once, or leaves alone, does not go stale by standing there.
    fixed = node.register.const or node.register.poll is Poll.ONCE
    (note, way), wrong, trouble = _trouble(node, sample, place, keyboard)
    old = place.closed or trouble == _WAITS or (age is not None and age > fresh and not fixed)
    ours = written is not None and written.changed == sample.changed
    when = ""
    if old and age is not None:
        when = f"{span_words(age)} old"
    elif fixed and sample.value is not None:
        when = "constant"
    elif written is not None and ours:
        when = _ago(now - written.clock)
    elif sample.changed is not None:
        when = _ago(now - sample.changed)
    just = written is not None and now - written.clock < WRITTEN_FOR
    return RowState(
        value=sample.value,
        fade=0 if old else fade_of(sample, now),
        when=when,
        note=note,
        way=way,
        wrong=wrong,
        old=old,
        ours=ours and not old,
        written=(written.mark, _written_look(written.mark, just)) if written and (just or ours) else _NOTHING,
        just_written=just,
        trouble=trouble,
        known=known,
        compared=compared,
        base=place.base,
    )


def _ago(seconds: float) -> str:
    return f"{span_words(seconds)} ago" if seconds >= 1 else "now"


def _written_look(mark: str, just: bool) -> str:
    if mark == "≠":
        return "wrong" if just else "fading"
    return "good" if just else "dim"


_NOTHING: Span = ("", "text")
_WAITS: Span = (Condition.STALLED.glyph, "dim")


class _Note(NamedTuple):
    """Why a register's value is not known, and what follows that; see `RowState`."""

    note: str = ""
    way: str = ""


_SILENT = _Note()


def _trouble(
    node: RegisterNode, sample: Sample, place: PlaceWords, keyboard: Keyboard
) -> tuple[_Note, bool, Span]:
    """What is amiss: the words in place of the fields, whether they are an error, and the glyph."""
    nothing = sample.value is None
    if place.closed:
        # The heading says why; what was read before stays, greyed.
        condition = place.condition
        words = "not open" if condition is Condition.REFUSED else condition.value
        return (_Note(words) if nothing else _SILENT), False, (condition.glyph, "dim")
    if sample.error is not None:
        return _failure(sample.error, place, nothing, keyboard.clause("read", _AGAIN))
    skipped = sample.skipped
    if skipped is not None and skipped.skip is Skip.FAULTED:
        return _Note(clean(skipped.reason), keyboard.clause("read", _AGAIN)), True, (FAULT, "wrong")
    if skipped is not None and skipped.skip is Skip.INACTIVE:
        return _Note(clean(skipped.reason)), False, (INACTIVE, "fading")
    if skipped is not None and nothing:
        return _skipped(node, sample, keyboard), False, _NOTHING
    if nothing and node.register.poll in (Poll.NEVER, Poll.MANUAL) and node.safety.safe:
        return _Note("read on request only", keyboard.clause("read", " · {} reads it")), False, _NOTHING
    return _SILENT, False, _NOTHING


_AGAIN = "; {} reads it again"


def _failure(error: InspectorError, place: PlaceWords, nothing: bool, again: str) -> tuple[_Note, bool, Span]:
    way = f"{again} ({error.errno_name})"
    if isinstance(error, BusFault):
        return _Note("bus error", way), True, (FAULT, "wrong")
    if isinstance(error, TimedOut):
        # Loaded by then: only an open session gives such samples.
        from inspector.session.knowledge import Waiting

        if isinstance(error, Waiting):
            return (_Note("waits") if nothing else _SILENT), False, _WAITS
        if place.stalled:
            return _Note(f"no answer for {place.stalled}"), True, (Condition.STALLED.glyph, "changed")
        return _Note("no answer", way), True, (FAULT, "wrong")
    return _Note(error_short(error)), True, (FAULT, "wrong")


def _skipped(node: RegisterNode, sample: Sample, keyboard: Keyboard) -> _Note:
    """Why a register is not read unasked, and the way to read it."""
    safety = sample.skipped or node.safety
    if safety.skip is Skip.WRITE_ONLY:
        return _Note("write-only")
    if safety.skip is Skip.NO_ACCESS:
        return _Note("no access")
    return _Note(clean(safety.reason), keyboard.clause("read", " · {} reads it once"))

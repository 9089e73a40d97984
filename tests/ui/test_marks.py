"""Marks: what differs from another moment, from a reset, and what was ours."""

from __future__ import annotations

import time
from typing import Any

import pytest

from inspector.errors import BusFault
from inspector.model.registermap import RegisterNode
from inspector.session import Sample
from inspector.ui.columns import columns
from inspector.ui.condition import Condition, PlaceWords
from inspector.ui.differences import Difference, Differences, moved_fields
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import plain
from inspector.ui.marks import UNCOMPARED, Marks, Moment
from inspector.ui.measures import measure
from inspector.ui.rowlines import header, register_line
from inspector.ui.rowstate import RowState, Written, row_state
from inspector.ui.values import ValueFormat
from tests.ui.driving import small_map

MAP = small_map()
CTRL = MAP.by_path["DEV.CTRL"]
OPEN = PlaceWords(Condition.OPEN, ("shared", "dim"), ("shared", "dim"))


def moment(*samples: Sample, file: str = "") -> Moment:
    return Moment("then", "THEN", 0.0, dict(enumerate(samples)), len(samples), file)


def state(sample: Sample, marks: Marks | None = None, node: RegisterNode = CTRL, **rest: Any) -> RowState:
    compared = UNCOMPARED if marks is None else marks.compare(node)
    return row_state(
        node, sample, 100.0, fresh=1.0, place=OPEN, keyboard=Keyboard(), compared=compared, **rest
    )


def row(row_state: RowState, width: int = 120, *, marked: bool = False, node: RegisterNode = CTRL) -> str:
    at = columns(measure(MAP), width, ValueFormat.MAP, marked=marked)
    return plain(register_line(node, row_state, at, ValueFormat.MAP)).rstrip()


# --- comparing -------------------------------------------------------------------------------


def test_without_a_mark_nothing_is_compared_but_the_reset_value() -> None:
    marks = Marks({CTRL.index: Sample(value=0x10)})
    assert not marks.taken
    assert marks.word(CTRL) is None
    assert marks.changed(CTRL) == 0
    assert marks.compare(CTRL) is UNCOMPARED


def test_the_bits_that_differ_from_the_mark() -> None:
    samples = {CTRL.index: Sample(value=0x21)}
    marks = Marks(samples)
    marks.moment = moment(Sample(value=0x10))
    assert marks.taken
    assert marks.word(CTRL) == 0x10
    assert marks.changed(CTRL) == 0x31
    samples[CTRL.index] = Sample(value=0x10)
    assert marks.changed(CTRL) == 0


@pytest.mark.parametrize(("then", "now"), [(None, 3), (3, None), (None, None)])
def test_what_is_not_known_does_not_differ(then: int | None, now: int | None) -> None:
    marks = Marks({CTRL.index: Sample(value=now)})
    marks.moment = moment(Sample(value=then))
    assert marks.changed(CTRL) == 0
    assert not marks.returned(CTRL)


def test_what_changed_and_is_the_same_again_has_changed() -> None:
    then = Sample(value=1, clock=1.0)
    marks = Marks({CTRL.index: then.read(2, 0.0, 2.0).read(1, 0.0, 3.0)})
    marks.moment = moment(then)
    assert marks.changed(CTRL) == 0
    assert marks.returned(CTRL)
    # A file does not tell when its values had changed.
    marks.moment = moment(Sample(value=1), file="old.jsonl")
    assert not marks.returned(CTRL)


def test_only_the_defined_bits_of_a_reset_value_count() -> None:
    marks = Marks({CTRL.index: Sample(value=0x11)})
    assert marks.differs_from_reset(CTRL) == 0x01
    assert Marks({}).differs_from_reset(CTRL) == 0


def test_a_mark_of_a_hundred_thousand_registers_is_immediate() -> None:
    samples = {index: Sample(value=index) for index in range(100_000)}
    start = time.perf_counter()
    marks = Marks(samples)
    marks.moment = Moment("then", "THEN", 0.0, dict(samples), 100_000)
    took = time.perf_counter() - start
    assert marks.word(CTRL) == CTRL.index
    # A few milliseconds; a copy of each sample would take a hundred times as long.
    assert took < 0.1


# --- rows ------------------------------------------------------------------------------------


def test_each_kind_of_change_has_a_glyph_of_its_own() -> None:
    then = Sample(value=0x10, clock=90.0)
    now = then.read(0x21, 0.0, 99.9)
    marks = Marks({CTRL.index: now})
    assert " ◂ * now " in row(state(now, marks))
    marks.moment = moment(then)
    assert "0x0000_0021 ◂Δ* 0x0000_0010   now " in row(state(now, marks), marked=True)
    back = now.read(0x10, 0.0, 99.9)
    marks = Marks({CTRL.index: back})
    marks.moment = moment(then)
    assert "0x0000_0010 ◂≈  0x0000_0010   now " in row(state(back, marks), marked=True)
    assert "0x0000_0010     " in row(state(then))


def test_where_there_is_no_room_the_old_value_stands_before_the_fields() -> None:
    now = Sample(value=0x21, clock=99.9)
    marks = Marks({CTRL.index: now})
    marks.moment = moment(Sample(value=0x10))
    assert row(state(now, marks), 72, marked=True).endswith("Δ* was 0x0000_0010 · MODE…")


def test_the_heading_says_what_is_compared_with() -> None:
    at = columns(measure(MAP), 120, ValueFormat.MAP, marked=True)
    assert " AT 05:28:01 " in plain(header(at, "AT 05:28:01"))
    assert "RESET" not in plain(header(at))


def test_what_we_wrote_is_told_from_what_the_hardware_did() -> None:
    ours = Sample(value=0x21, clock=99.9, changed=97.0)
    written = Written("✓", 97.0, 97.0)
    assert " ✓   you, 3 s" in row(state(ours, written=written))
    assert "you, 3 s ago" in row(state(ours, written=written), 160)
    later = Sample(value=0x22, clock=99.9, changed=99.0)
    assert " ✓   1 s ago" in row(state(later, written=written))
    gone = Written("✓", 50.0, 50.0)
    assert "✓" not in row(state(later, written=gone))
    assert " ✓   you, 50 s" in row(state(Sample(value=1, clock=99.9, changed=50.0), written=gone))


def test_what_cannot_be_read_says_that_we_wrote_it() -> None:
    kick = MAP.by_path["DEV.KICK"]
    sample = Sample().not_read(kick.safety)
    text = row(state(sample, node=kick, written=Written("→", 90.0, None)), node=kick)
    assert "—————— →   you, 10 s   write-only" in text


def test_a_failure_goes_before_a_write_that_is_past() -> None:
    sample = Sample(value=1, clock=99.9, changed=50.0).failed(BusFault("no"))
    assert " !   " in row(state(sample, written=Written("✓", 50.0, 50.0)))
    assert " ✓   " in row(state(sample, written=Written("✓", 99.0, 50.0)))


def test_a_write_that_reads_back_otherwise_stays_marked() -> None:
    sample = Sample(value=1, clock=99.9, changed=50.0)
    assert " ≠   you, 50 s" in row(state(sample, written=Written("≠", 50.0, 50.0)))


# --- differences -----------------------------------------------------------------------------


def test_differences_follow_what_is_looked_at_again() -> None:
    live = {0: Sample(value=1), 1: Sample(value=5), 2: Sample(value=7), 9: Sample(value=9)}
    before = moment(Sample(value=1), Sample(value=4), Sample())
    found = Differences(before, Moment("now", "NOW", 1.0, live))
    assert found.compared == 2
    assert found.found == {1: Difference(4, 5)}
    live[0] = Sample(value=3)
    live[1] = Sample(value=4)
    found.look([0])
    assert found.found == {0: Difference(1, 3), 1: Difference(4, 5)}
    found.look([1])
    assert found.found == {0: Difference(1, 3)}


def test_what_changed_and_came_back_is_listed_unless_a_file_is_compared() -> None:
    then, now = Sample(value=1), Sample(value=1, changed=3.0)
    assert Differences(moment(then), moment(now)).found == {0: Difference(1, 1)}
    assert Differences(moment(then, file="a.jsonl"), moment(now)).found == {}


def test_only_the_fields_that_differ_are_told() -> None:
    assert moved_fields(CTRL.register, 0x10, 0x21) == ["MODE slow → fast", "EN 0 → 1"]
    assert moved_fields(CTRL.register, 0x10, 0x11) == ["EN 0 → 1"]

from __future__ import annotations

import itertools
from typing import Any

import pytest

from inspector.errors import RefusedError
from inspector.model.access import TOKENS, OnWrite
from inspector.model.danger import value_danger
from inspector.model.enumeration import EnumEntry, Enumeration, _least
from inspector.model.field import Field
from inspector.model.register import Atomic, Register
from tests.unit.model.build import field, register
from tests.unit.model.test_atomic import composed

POWER = Enumeration((EnumEntry(0, 0, "on"), EnumEntry(2, 3, "off", danger="For good.")))


def power(access: str = "rw", **rest: Any) -> Register:
    return register("R", field("MODE", "1:0", access, enum=POWER), field("B", "7:4"), **rest)


def test_a_registers_danger_holds_for_each_write() -> None:
    one = register("R", field("A", "0"), field("B", "1"), danger="Kicks the dog.")
    assert composed(one, "A=1").dangers == ("X.R: Kicks the dog.",)
    assert composed(one, "=0").dangers == ("X.R: Kicks the dog.",)


def test_a_fields_danger_holds_where_the_field_is_meant_and_something_happens() -> None:
    one = register(
        "R", field("GO", "0", "rw1p", danger="Resets."), field("A", "1", danger="Hot."), field("B", "2")
    )
    assert composed(one, "GO=pulse").dangers == ("X.R.GO: Resets.",)
    assert composed(one, "B=1").dangers == ()
    assert composed(one, "A=0", "GO=1").dangers == ("X.R.GO: Resets.", "X.R.A: Hot.")
    # Zero does not trigger anything; whether one is stored before nobody asks.
    assert composed(one, "=6").dangers == ("X.R.A: Hot.",)
    shown = register("R", field("S", "0", "ro", danger="Never."), field("A", "1"))
    assert composed(shown, "=3").dangers == ()


def test_a_values_danger_holds_where_it_goes_out_or_may() -> None:
    assert composed(power(), "MODE=2").dangers == ("X.R.MODE = off: For good.",)
    assert composed(power(), "MODE=0").dangers == ()
    assert composed(power(), "MODE=1").dangers == ()
    assert composed(power(), "=0x13").dangers == ("X.R.MODE = off: For good.",)
    # What it becomes depends on what is read.
    assert composed(power(), "MODE=|1").dangers == ("X.R.MODE = off: For good.",)
    assert composed(power(), "MODE=&~2").dangers == ()
    assert composed(power(), "MODE=toggle").dangers == ("X.R.MODE = off: For good.",)
    # A neighbour keeps what it has.
    assert composed(power(), "B=1").dangers == ()


def test_what_was_shown_and_is_guarded_is_known() -> None:
    assert composed(power(), "MODE=|1", shown=0).dangers == ()
    assert composed(power(), "MODE=|1", shown=2).dangers == ("X.R.MODE = off: For good.",)
    assert composed(power(volatile=True), "MODE=|1", shown=0).dangers == ("X.R.MODE = off: For good.",)


def test_an_alias_leaves_the_other_bits_as_nobody_knows_them() -> None:
    one = power(atomic=Atomic(0x10, 0x20, 0x30))
    assert composed(one, "MODE=|1").dangers == ("X.R.MODE = off: For good.",)
    assert composed(one, "MODE=&~2", shown=3).dangers == ()
    full = Enumeration((EnumEntry(3, 3, "off", danger="For good."),))
    alone = register("R", field("MODE", "1:0", enum=full), field("B", "2"), atomic=Atomic(0x10, 0x20, 0x30))
    # Nobody reads it, so that what was shown guards nothing.
    assert composed(alone, "MODE=|2", shown=0).dangers == ("X.R.MODE = off: For good.",)
    assert composed(one, "MODE=clear").dangers == ()
    assert composed(one, "MODE=set").dangers == ("X.R.MODE = off: For good.",)


def test_only_enabled_bits_of_a_masked_write_are_dangerous() -> None:
    one = power(write_mask="upper")
    assert composed(one, "=0x00f00003").dangers == ()
    assert composed(one, "=0x00030003").dangers == ("X.R.MODE = off: For good.",)
    assert composed(one, "=0x00010001").dangers == ("X.R.MODE = off: For good.",)
    assert composed(one, "=0x00020001").dangers == ()
    assert composed(one, "MODE=1").dangers == ()


def test_the_names_of_what_is_written_count() -> None:
    writes = Enumeration((EnumEntry(1, 1, "kick", danger="Ouch."),))
    one = register("R", Field("F", field("F", "1:0").bits, TOKENS["rw"], enum=POWER, enum_write=writes))
    assert composed(one, "F=kick").dangers == ("X.R.F = kick: Ouch.",)
    assert composed(one, "F=2").dangers == ()


def test_a_whole_registers_values_have_dangers() -> None:
    one = register("R", enum=POWER, width=8)
    assert composed(one, "=off" if POWER.value_of("off") else "=3").dangers == ("X.R = off: For good.",)
    assert composed(one, "=0").dangers == ()
    assert composed(one, "=|1").dangers == ("X.R = off: For good.",)


def test_what_is_only_assumed_to_store_is_meant_too() -> None:
    unknown = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    one = register("R", field("U", "1:0", unknown, enum=POWER, danger="Who knows."), field("A", "4"))
    with pytest.raises(RefusedError):
        composed(one, "A=1")
    assert composed(one, "A=1", assume_store=True).dangers == (
        "X.R.U: Who knows.",
        "X.R.U = off: For good.",
    )
    hidden = register("R", field("W", "1:0", "wo", danger="Hidden."), field("A", "4"), reset=1)
    assert composed(hidden, "A=1", assume_store=True).dangers == ("X.R.W: Hidden.",)
    assert composed(hidden, "A=1", last_written=1).dangers == ()


def test_one_danger_is_told_once() -> None:
    twice = Enumeration((EnumEntry(1, 1, "off", danger="Off."), EnumEntry(2, 2, "off", danger="Off.")))
    one = register("R", field("A", "1:0", enum=twice), field("B", "2"))
    assert composed(one, "A=toggle").dangers == ("X.R.A = off: Off.",)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_the_least_number_that_agrees(width: int) -> None:
    everything = range(1 << width)
    for low, value, fixed in itertools.product(everything, repeat=3):
        if value & ~fixed:
            continue
        wanted = next((n for n in range(low, 1 << width) if n & fixed == value), None)
        assert _least(low, value, fixed, width) == wanted


def test_the_danger_of_one_value() -> None:
    assert [value_danger(POWER, value) for value in range(5)] == ["", "", "For good.", "For good.", ""]
    assert value_danger(None, 2) == ""


def test_what_of_a_masked_write_depends_on_a_read_may_be_dangerous() -> None:
    assert composed(power(write_mask="upper"), "MODE=^3").dangers == ("X.R.MODE = off: For good.",)
    # Nothing is read for it, so that what was shown guards nothing.
    assert composed(power(write_mask="upper"), "MODE=|1", shown=0).dangers == ("X.R.MODE = off: For good.",)


def test_flags_that_are_cleared_as_they_are_seen_may_be_dangerous() -> None:
    one = register("R", field("F", "0", "w1c", danger="Lets the next one in."), field("A", "1"))
    assert composed(one, "F=clear").dangers == ("X.R.F: Lets the next one in.",)
    assert composed(one, "F=clear", shown=0).dangers == ("X.R.F: Lets the next one in.",)


def test_what_cannot_be_written_is_no_danger_whatever_a_write_would_do() -> None:
    shown = TOKENS["ro"].with_effects(on_write=OnWrite.STORE)
    assert (
        composed(register("R", field("S", "0", shown, danger="Never."), field("A", "1")), "=3").dangers == ()
    )


def test_the_topmost_bit_of_a_register_counts() -> None:
    top = Enumeration((EnumEntry(0x80, 0x80, "off", danger="For good."),))
    assert composed(register("R", enum=top, width=8), "=0x80").dangers == ("X.R = off: For good.",)
    assert composed(register("R", enum=top, width=8), "=1").dangers == ()

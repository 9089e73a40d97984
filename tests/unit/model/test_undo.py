from __future__ import annotations

from typing import Any

import pytest

from inspector.model.access import TOKENS, OnWrite, ReservedWrite
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.register import Atomic, Register
from inspector.model.undo import Undo, undo
from tests.unit.model.build import field, one_block, register
from tests.unit.model.test_atomic import composed


def undone(one: Register, *edits: str, old: int | None, **rest: Any) -> Undo:
    made = composed(one, *edits, **rest)
    return undo(made, old, None if old is None else made.word(old))


def shown(found: Undo) -> list[str]:
    return [str(edit) for edit in found.edits]


def kept(found: Undo) -> list[tuple[str, str]]:
    return [(one.name, one.why) for one in found.kept]


PLAIN = register("R", field("A", "3:0"), field("B", "7:4"))


def test_only_what_was_changed_goes_back() -> None:
    found = undone(PLAIN, "A=5", old=0x21)
    assert (found.edits, found.kept) == ((Edit(PLAIN.fields[0], Operator.ASSIGN, 1),), ())
    register_map = one_block(PLAIN)
    again = compose(register_map, register_map.nodes[0], found.edits)
    # B has changed since, and stays so.
    assert again.word(0x95) == 0x91


def test_a_whole_write_gives_back_each_field_that_changed() -> None:
    assert shown(undone(PLAIN, "=0x45", old=0x35)) == ["B = 0x3"]
    assert undone(register("R"), "=4", old=7).edits == (Edit(None, Operator.ASSIGN, 7),)
    assert shown(undone(PLAIN, "=0x35", old=0x35)) == []


def test_bits_that_were_changed_by_an_operation_go_back_alone() -> None:
    assert undone(PLAIN, "A=^6", old=2).edits == (
        Edit(PLAIN.fields[0], Operator.OR, 2),
        Edit(PLAIN.fields[0], Operator.AND_NOT, 4),
    )
    assert shown(undone(PLAIN, "A=|6", old=2)) == ["A &~ 0x4"]
    assert shown(undone(PLAIN, "A=|2", old=2)) == []
    assert shown(undone(register("R", width=8), "=^0x81", old=0x80)) == [
        "the register | 0x80",
        "the register &~ 0x1",
    ]


@pytest.mark.parametrize(
    ("access", "text", "why"),
    [
        ("w1c", "clear", "it is a flag: a write can only clear it"),
        ("w1s", "set", "a write can only set it"),
        ("w1t", "toggle", "a write toggles it"),
        ("rw1p", "pulse", "a write triggers it"),
        ("wo", "1", "it is write-only, so what it held is not known"),
        ("rw-once", "1", "it can be written only once"),
        (TOKENS["rw"].with_effects(on_write=OnWrite.PUSH), "1", "a write adds an entry to its FIFO"),
        (
            TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN),
            "1",
            "the map does not say what writing it does",
        ),
    ],
)
def test_what_cannot_go_back_has_its_reason(access: Any, text: str, why: str) -> None:
    one = register("R", field("F", "0", access), field("A", "4"), access="ro")
    found = undone(one, f"F={text}", "A=1", old=int(access == "w1c"))
    assert shown(found) == ["A = 0x0"]
    assert kept(found) == [("F", why)]
    assert found.kept[0].field is one.fields[0]


def test_what_the_write_did_nothing_to_needs_no_undo() -> None:
    one = register("R", field("F", "0", "w1c"), field("A", "4"), field("N", "8", "ro"))
    assert undone(one, "=0x110", old=1) == Undo((Edit(one.fields[1], Operator.ASSIGN, 0),), ())
    once = register("R", field("L", "0", "rw-once"), field("A", "4"), access="ro")
    assert kept(undone(once, "=0x10", old=0)) == []
    assert kept(undone(once, "=0x11", old=0)) == [("L", "it can be written only once")]


def test_nothing_is_undone_where_the_old_value_is_not_known() -> None:
    made = composed(PLAIN, "A=1")
    assert kept(undo(made, None, 1)) == [("X.R", "what it held before is not known")]
    assert kept(undo(made, 1, None)) == [("X.R", "what it wrote is not known")]
    assert undo(made, None, None).edits == ()


def test_danger_is_never_part_of_an_undo() -> None:
    modes = Enumeration((EnumEntry(0, 0, "on"), EnumEntry(3, 3, "off", danger="For good.")))
    one = register("R", field("HOT", "0", danger="Burns."), field("M", "3:2", enum=modes), field("A", "4"))
    found = undone(one, "=0x10", old=0xD)
    assert shown(found) == ["A = 0x0"]
    assert kept(found) == [("HOT", "danger: Burns."), ("M", "danger: For good.")]
    # Only what would be written counts: out of a dangerous value there is a way.
    assert shown(undone(one, "M=3", old=0)) == ["M = 0x0"]
    assert kept(undone(register("R", danger="Boom."), "=1", old=0)) == [("X.R", "danger: Boom.")]


def test_what_does_not_echo_or_holds_a_key_stays() -> None:
    assert kept(undone(register("R", echo=False), "=1", old=0)) == [
        ("the register", "it does not read back what was written")
    ]
    keyed = register("R", field("A", "0"), field("K", "7:4", write_value=5))
    assert undone(keyed, "=0x51", old=0) == Undo((Edit(keyed.fields[0], Operator.ASSIGN, 0),), ())


def test_bits_without_a_name_go_back_where_they_are_kept() -> None:
    assert shown(undone(PLAIN, "=0x8000", old=0x4000)) == ["the register | 0x4000", "the register &~ 0x8000"]
    zero = register("R", field("A", "3:0"), reserved_write=ReservedWrite.ZERO)
    found = undone(zero, "=0x8000", old=0x4000)
    assert kept(found) == [("unnamed bits", "nobody says that unnamed bits keep what is written to them")]


def test_a_masked_write_gives_back_what_it_enabled() -> None:
    one = register("R", field("A", "3:0"), field("B", "7:4"), write_mask="upper")
    assert shown(undone(one, "=0x000f0035", old=0x62)) == ["A = 0x2"]
    assert shown(undone(register("R", write_mask="upper"), "=0x00030001", old=2)) == [
        "the register | 0x2",
        "the register &~ 0x1",
    ]


def test_what_was_only_assumed_to_store_is_told_too() -> None:
    one = register("R", field("A", "0"), field("W", "7:4", "wo"), reset=0x50)
    assert kept(undone(one, "A=1", old=0, assume_store=True)) == [
        ("W", "it is write-only, so what it held is not known")
    ]


def test_an_alias_is_undone_where_the_old_value_is_known() -> None:
    one = register("R", field("A", "3:0"), field("B", "7:4"), atomic=Atomic(0x10, 0x20, 0x30))
    made = composed(one, "A=0xf")
    assert made.alias is not None
    assert shown(undo(made, 0x12, made.left(0xF, 0x12))) == ["A = 0x2"]
    assert kept(undo(made, None, made.left(0xF, None)))[0][1] == "what it held before is not known"


def test_a_field_that_is_reserved_and_was_edited_goes_back() -> None:
    one = register("R", field("A", "0", reserved_write=ReservedWrite.ZERO), field("B", "1"))
    assert undone(one, "A=1", old=2) == Undo((Edit(one.fields[0], Operator.ASSIGN, 0),), ())


def test_a_neighbour_that_was_written_as_it_was_needs_no_undo() -> None:
    one = register("R", field("A", "0"), field("W", "7:4", "wo"), access="ro")
    assert undone(one, "A=1", old=0, last_written=0x30).kept == ()
    # What cannot be read may have changed even where zero was written over what reads as zero.
    assert kept(undone(one, "W=0", old=0)) == [("W", "it is write-only, so what it held is not known")]
    once = register("R", field("L", "0", "rw-once"), field("A", "4"), access="ro")
    assert kept(undone(once, "=0x11", old=1)) == []


def test_an_operation_on_a_higher_field_goes_back_in_the_fields_own_bits() -> None:
    assert undone(PLAIN, "B=^6", old=0x20).edits == (
        Edit(PLAIN.fields[1], Operator.OR, 2),
        Edit(PLAIN.fields[1], Operator.AND_NOT, 4),
    )

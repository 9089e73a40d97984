"""What registers do when they are read and written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inspector.model.access import TOKENS, Access, OnRead, OnWrite, Writable
from inspector.model.guard import Guard
from inspector.model.register import Register, RegisterBehaviour
from tests.unit.backends.simulation.board import Board, bits, field

RESET = 0x0F0F_0F0F
ONES = 0xFFFF_FFFF
WORD = 0x00FF_00FF


def register(name: str = "R", access: str | Access = "rw", offset: int = 0, **more: Any) -> Register:
    made = Register(name, offset, 32, TOKENS[access] if isinstance(access, str) else access, reset=RESET)
    return replace(made, **({"reset_mask": ONES} | more))


@pytest.mark.parametrize(
    ("access", "first", "again", "written"),
    [
        ("rw", RESET, RESET, WORD),
        ("ro", RESET, RESET, RESET),
        ("wo", 0, 0, 0),
        ("rw-once", RESET, RESET, WORD),
        ("w1c", RESET, RESET, RESET & ~WORD),
        ("w1s", RESET, RESET, RESET | WORD),
        ("w1t", RESET, RESET, RESET ^ WORD),
        ("w0c", RESET, RESET, RESET & WORD),
        ("w0s", RESET, RESET, RESET | ~WORD & ONES),
        ("w0t", RESET, RESET, RESET ^ ~WORD & ONES),
        ("rwclr", RESET, RESET, 0),
        ("rwset", RESET, RESET, ONES),
        ("rc", RESET, 0, 0),
        ("rset", RESET, ONES, ONES),
        ("wrc", RESET, 0, WORD),
        ("wrs", RESET, ONES, WORD),
        ("w1src", RESET, 0, WORD),
        ("w1crs", RESET, ONES, ONES & ~WORD),
        ("w0src", RESET, 0, ~WORD & ONES),
        ("w0crs", RESET, ONES, WORD),
        ("wsrc", RESET, 0, ONES),
        ("wcrs", RESET, ONES, 0),
        ("rw1p", RESET, RESET, RESET),
        ("none", 0, 0, 0),
    ],
)
def test_every_access_token(access: str, first: int, again: int, written: int) -> None:
    board = Board(register(access=access))
    assert [board.read("R"), board.read("R")] == [first, again]
    board.write("R", WORD)
    assert board.read("R") == written


@pytest.mark.parametrize(
    ("access", "held"),
    [("wo", WORD), ("wo-once", WORD), ("wo1c", RESET & ~WORD), ("wo1s", RESET | WORD), ("wo1p", RESET)],
)
def test_write_only_registers_hold_what_they_were_written(access: str, held: int) -> None:
    board = Board(register(access=access))
    board.write("R", WORD)
    assert board.read("R") == 0
    assert board.simulation.peek("X.R") == held


def test_what_is_modified_by_an_access_visibly_changes() -> None:
    access = Access(True, Writable.YES, OnRead.MODIFY, OnWrite.MODIFY)
    board = Board(register(access=access))
    assert [board.read("R"), board.read("R")] == [RESET, RESET + 1]
    board.write("R", 0)
    assert board.read("R") == RESET + 3


def test_unknown_effects_store_and_have_none() -> None:
    board = Board(register(access=Access(True, Writable.YES, OnRead.UNKNOWN, OnWrite.UNKNOWN)))
    board.write("R", WORD)
    assert [board.read("R"), board.read("R")] == [WORD, WORD]


def test_only_the_first_write_reaches_what_is_writable_once() -> None:
    board = Board(register(fields=(field("ONCE", bits(7, 0), "rw-once"), field("FREE", bits(15, 8)))))
    board.write("R", 0x1122)
    board.write("R", 0x3344)
    assert board.read("R") & 0xFFFF == 0x3322


def test_each_field_reacts_its_own_way_and_reserved_bits_keep_their_reset() -> None:
    board = Board(
        register(
            fields=(
                field("FLAG", bits(3, 0), "w1c"),
                field("MODE", bits(11, 8)),
                field("BUSY", bits(27, 24), "ro"),
                field("KEY", bits(19, 16), "wo"),
            )
        )
    )
    assert board.read("R") == RESET & 0x0F00_0F0F
    board.write("R", 0xFFFF_F5F1)
    assert board.read("R") == 0x0F00_050E


def test_reserved_bits_read_as_their_reset_whatever_is_written() -> None:
    board = Board(register(reset=0xA5, fields=(field("LOW", bits(3, 0)),)))
    assert board.read("R") == 0xA5
    board.write("R", 0x5A)
    assert board.read("R") == 0xAA


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"reset": None, "expect": 0x1234}, 0x1234),
        ({"reset": 0x55, "expect": 0x1234}, 0x55),
        ({"reset": None}, 0),
        ({"reset": 0xFFFF, "reset_mask": 0x0FF0}, 0x0FF0),
        ({"reset": 0xFF, "reset_mask": 0x0F, "expect": 0x1230}, 0x123F),
    ],
)
def test_where_registers_start(changes: dict[str, Any], value: int) -> None:
    assert Board(register(**changes)).read("R") == value


def test_fields_state_their_start_too() -> None:
    fields = (field("A", bits(3, 0), reset=5), field("B", bits(7, 4), expect=6), field("C", bits(11, 8)))
    assert Board(register(reset=None, fields=fields)).read("R") == 0x65
    assert Board(register(reset=0xFFF, fields=fields)).read("R") == 0xFF5


def test_a_write_without_its_key_is_ignored() -> None:
    board = Board(
        register(reset=0, fields=(field("KEY", bits(31, 16), "wo", write_value=0x5AFA), field("EN", bits(0))))
    )
    board.write("R", 0x0000_0001)
    assert board.read("R") == 0
    board.write("R", 0x5AFA_0001)
    assert board.read("R") == 1


def test_the_upper_half_enables_the_lower_halfs_bits() -> None:
    board = Board(register(reset=0x0F, write_mask="upper"))
    board.write("R", 0x0003_0030)
    assert board.read("R") == 0x0C
    board.write("R", 0x0030_0030)
    assert board.read("R") == 0x3C


def test_a_register_that_must_be_written_twice() -> None:
    board = Board(register(reset=0, write_twice=True))
    board.write("R", 5)
    assert board.read("R") == 0
    board.write("R", 6)
    assert board.read("R") == 0
    board.write("R", 6)
    assert board.read("R") == 6
    board.write("R", 7)
    assert board.read("R") == 6


@pytest.mark.parametrize("path", ["LOCK.ON", "LOCK"])
def test_a_locked_register_ignores_writes(path: str) -> None:
    lock = register("LOCK", offset=4, reset=0, fields=(field("ON", bits(0)),))
    board = Board(register(reset=0, locked_by=Guard(path, 1)), lock)
    board.write("R", 1)
    board.write("LOCK", 1)
    board.write("R", 2)
    assert board.read("R") == 1
    board.write("LOCK", 0)
    board.write("R", 2)
    assert board.read("R") == 2


def test_set_clear_and_toggle_registers_act_on_another() -> None:
    def acting(name: str, offset: int, **behaviour: Any) -> Register:
        sim = RegisterBehaviour(**behaviour)
        return register(name, "wo", offset, sim=sim)

    board = Board(
        register(reset=0b1100),
        acting("SET", 4, sets="R"),
        acting("CLEAR", 8, clears="R"),
        acting("TOGGLE", 12, toggles="R"),
    )
    board.write("SET", 0b0001)
    assert board.read("R") == 0b1101
    board.write("CLEAR", 0b0100)
    assert board.read("R") == 0b1001
    board.write("TOGGLE", 0b0011)
    assert board.read("R") == 0b1010


def test_only_writable_bits_are_passed_on() -> None:
    sim = RegisterBehaviour(sets="R")
    board = Board(
        register(reset=0),
        register(
            "SET", "wo", 4, sim=sim, fields=(field("LOW", bits(3, 0), "wo"), field("RO", bits(4), "ro"))
        ),
    )
    board.write("SET", ONES)
    assert board.read("R") == 0xF


def test_a_masked_view_of_another_register() -> None:
    view = register("MIS", "ro", 8, sim=RegisterBehaviour(follows="RIS", masked_by="IMSC"))
    board = Board(register("RIS", reset=0b1110), register("IMSC", offset=4, reset=0b0111), view)
    assert board.read("MIS") == 0b0110
    board.write("IMSC", 0b1000)
    assert board.read("MIS") == 0b1000


def test_registers_that_follow_each_other_in_a_circle_end_somewhere() -> None:
    board = Board(
        register("A", sim=RegisterBehaviour(follows="B")),
        register("B", offset=4, reset=7, sim=RegisterBehaviour(follows="A")),
    )
    assert board.read("B") == 7


def test_looking_from_another_register_has_no_side_effect() -> None:
    board = Board(register("FLAGS", "rc"), register("VIEW", "ro", 4, sim=RegisterBehaviour(follows="FLAGS")))
    assert [board.read("VIEW"), board.read("VIEW")] == [RESET, RESET]
    assert [board.read("FLAGS"), board.read("FLAGS")] == [RESET, 0]


def test_the_complement_of_what_was_written() -> None:
    board = Board(register(reset=0, sim=RegisterBehaviour(invert=True)))
    board.write("R", 0x1234_5678)
    assert board.read("R") == 0xEDCB_A987
    assert board.read("R") == 0xEDCB_A987


def test_a_read_only_and_a_write_only_register_share_their_place() -> None:
    board = Board(register("IIR", "rc", reset=0x11), register("FCR", "wo", reset=0))
    board.write("FCR", 0x22)
    assert board.simulation.peek("X.IIR") == 0x11
    assert board.read("FCR") == 0x11
    assert board.read("IIR") == 0
    assert board.simulation.peek("X.FCR") == 0x22


def test_big_endian_registers_of_every_width() -> None:
    wide = [
        Register("B64", 0, 64, TOKENS["rw"], byte_order="big", reset=0x0102_0304_0506_0708, reset_mask=~0),
        Register("B16", 8, 16, TOKENS["rw"], byte_order="big", reset=0x0102, reset_mask=~0),
        Register("B8", 10, 8, TOKENS["rw"], byte_order="big", reset=0x01, reset_mask=~0),
    ]
    board = Board(*wide)
    assert [board.read(made.name) for made in wide] == [made.reset for made in wide]
    assert board.io.read64(0) == 0x0807_0605_0403_0201
    assert board.io.read16(8) == 0x0201
    board.write("B16", 0x1234)
    assert board.simulation.peek("X.B16") == 0x1234
    assert board.io.read16(8) == 0x3412

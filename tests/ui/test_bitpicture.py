"""The picture of a register's bits, as text."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.model.field import Field
from inspector.model.register import Register
from inspector.ui.bitpicture import Picture, field_looks, geometry
from inspector.ui.lines import length, plain
from tests.ui.driving import register
from tests.unit.model.build import field


def picture(target: Register, value: int | None, room: int, **rest: Any) -> list[str]:
    at = geometry(target.width, room)
    return [plain(line).rstrip() for line, _ in Picture(target, value, **rest).lines(at, room)]


FLAGS = register(
    "FLAGS",
    field("LEVEL", "12:8"),
    field("BUSY", "3"),
    field("EMPTY", "2"),
    field("FULL", "1"),
    field("OE", "0"),
)


def test_32_bits_fit_in_80_columns() -> None:
    assert picture(FLAGS, 0x304, 79)[:2] == [
        " 31            24  23            16  15             8   7             0",
        "  · · · · · · · ·   · · · · · · · ·   · · · 0 0 0 1 1   · · · · 0 1 0 0",
    ]


def test_names_come_down_from_their_bits() -> None:
    lines = picture(FLAGS, 0x304, 79, label_rows=4)
    assert lines[2:] == [
        "                                            LEVEL ───           │ │ │ OE",
        "                                                                │ │ FULL",
        "                                                                │ EMPTY",
        "                                                                BUSY",
    ]


def test_names_that_find_no_room_are_left_to_the_list() -> None:
    lines = picture(FLAGS, 0x304, 79, label_rows=1)
    assert lines[2:] == ["                                            LEVEL ───           BUSY  OE"]


def test_a_name_at_the_edge_moves_left() -> None:
    target = register("R", field("A_LONG_NAME_INDEED", "0"))
    at = geometry(32, 79)
    lines = Picture(target, 0).lines(at, 79)
    assert plain(lines[2][0]).endswith("A_LONG_NAME_INDEED")
    assert length(lines[2][0]) <= 79


def test_names_at_the_edge_end_below_their_bits() -> None:
    target = register(
        "R",
        field("PLL", "5:4"),
        field("BEAT", "3"),
        field("BATTERY", "2"),
        field("POWER", "1"),
        field("CLOCK", "0"),
    )
    assert picture(target, 0, 74, label_rows=5)[2:] == [
        "                                                            PLL │ │ │ │",
        "                                                             BEAT │ │ │",
        "                                                            BATTERY │ │",
        "                                                                POWER │",
        "                                                                  CLOCK",
    ]


def test_64_bits_take_two_rows() -> None:
    target = register("R", width=64)
    lines = picture(target, 1 << 63 | 1, 79)
    assert len(lines) == 4
    assert lines[0].startswith(" 63")
    assert lines[1].startswith("  1 0")
    assert lines[3].endswith("0 1")


@pytest.mark.parametrize("room", [10, 20, 40, 79, 118, 200])
@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_every_bit_is_found_where_it_is_drawn(width: int, room: int) -> None:
    target = register("R", width=width)
    at = geometry(width, room)
    drawn = Picture(target, 0).lines(at, room)
    rows = [row for _, row in drawn if row is not None]
    assert len(rows) == width // at.per_row
    for bit in range(width):
        row = (width - 1 - bit) // at.per_row
        assert at.bit_at(at.column(bit), row, width) == bit
    assert at.bit_at(0, 0, width) is None
    if room >= 40:
        assert all(length(line) <= room for line, _ in drawn)


def test_changed_and_edited_bits_have_a_mark() -> None:
    target = register("R", width=8)
    assert "1◂" in picture(target, 1, 79, changed=1)[1]
    assert "1◂" in picture(target, 1, 79, edited=1)[1]
    assert "◂" not in picture(target, 1, 79)[1]


def test_unknown_bits_are_not_zeros() -> None:
    assert picture(FLAGS, None, 79)[1].split().count("?") == 9
    assert "0" not in picture(FLAGS, None, 79)[1]


def test_neighbours_differ_in_hue() -> None:
    looks = field_looks(FLAGS)
    assert [looks[name] for name in ("LEVEL", "BUSY", "EMPTY", "FULL", "OE")] == [
        "even",
        "odd",
        "even",
        "odd",
        "even",
    ]


def test_discontiguous_fields_are_named_at_each_part() -> None:
    split: Field = field("SPLIT", "30,4:2")
    lines = picture(register("R", split), 0, 118)
    assert lines[2].count("SPLIT") == 2


def test_bits_that_differ_from_the_mark_are_marked_behind_what_is_newer() -> None:
    digits = picture(FLAGS, 0x304, 79, marked=0b0111, changed=0b0010, edited=0b0001)[1]
    assert digits.endswith("· · · · 0 1Δ0◂0◂")

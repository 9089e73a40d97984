"""Values as a map says they are written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inspector.model.edit import parse_value
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.format import Format, FormatType
from inspector.session import Sample
from inspector.ui.columns import Arrangement, Column, columns
from inspector.ui.condition import Condition, PlaceWords
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import plain
from inspector.ui.measures import measure
from inspector.ui.rowlines import register_line
from inspector.ui.rowstate import row_state
from inspector.ui.values import ValueFormat, as_stated
from tests.ui.driving import register, small_map


def stated(kind: FormatType, value: int, *, width: int = 32, unit: str = "", **rest: Any) -> str | None:
    shown = register("R", width=width, format=Format(kind, **rest), unit=unit)
    text = as_stated(shown, value)
    if text is not None:
        edit = parse_value(text, shown)
        assert edit.value == value
    return text


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (FormatType.HEX, 1, None),
        (FormatType.ADDR, 0x8000_0000, None),
        (FormatType.DEC, 1_234_567, "1_234_567"),
        (FormatType.SIGNED, 0xFFFF_FFFE, "-2"),
        (FormatType.ASCII, 0x4445_4D4F, "'DEMO'"),
        (FormatType.ASCII, 0x01, None),
        (FormatType.IPV4, 0x0A00_0001, "10.0.0.1"),
        # Typed, its digits would be a decimal number; in hexadecimal they are the same.
        (FormatType.BCD, 0x2025, None),
    ],
)
def test_a_stated_format_is_shown_where_an_edit_takes_it_back(
    kind: FormatType, value: int, expected: str | None
) -> None:
    assert stated(kind, value) == expected


def test_a_unit_stands_with_the_number() -> None:
    assert stated(FormatType.DEC, 85, width=16, unit="°C") == "85 °C"
    assert stated(FormatType.UFIXED, 0x180, frac=8, unit="V") == "1.5 V"
    assert stated(FormatType.HEX, 25, unit="ms") == "25 ms"


def test_without_a_map_the_bases_are_the_same_for_all() -> None:
    plain_register = register("R", format=Format(FormatType.DEC))
    texts = {form: form.text(plain_register, 0x1F) for form in ValueFormat}
    assert texts == {
        ValueFormat.MAP: "31",
        ValueFormat.DEC: "31",
        ValueFormat.BIN: "0b0000_0000_0000_0000_0000_0000_0001_1111",
        ValueFormat.HEX: "0x0000_001f",
    }
    assert ValueFormat.HEX.next is ValueFormat.MAP


def row(form: ValueFormat, value: int, width: int = 120, **rest: Any) -> str:
    register_map = small_map()
    node = register_map.by_path["MORE.R1"]
    node = replace(node, register=register("R1", **rest))
    place = PlaceWords(Condition.OPEN, ("shared", "dim"), ("shared", "dim"))
    state = row_state(
        node, Sample(value=value, clock=99.9), 100.0, fresh=1.0, place=place, keyboard=Keyboard()
    )
    return plain(register_line(node, state, columns(measure(register_map), width, form), form)).rstrip()


def test_no_row_says_the_same_twice() -> None:
    decimal = Format(FormatType.DEC)
    assert row(ValueFormat.MAP, 31, format=decimal).split() == ["0x004", "R1", "rw", "31", "0x1f"]
    assert row(ValueFormat.HEX, 31, format=decimal).split() == ["0x004", "R1", "rw", "0x0000_001f", "31"]
    address = Format(FormatType.ADDR)
    assert row(ValueFormat.MAP, 31, format=address).split() == ["0x004", "R1", "rw", "0x0000_001f"]
    assert row(ValueFormat.MAP, 31).split() == ["0x004", "R1", "rw", "0x0000_001f"]


@pytest.mark.parametrize(
    ("mask", "expected"),
    [(0xFFFF_FFFF, "0x0000_0090"), (0xF8, "0x????_??9?"), (0x0000_FFFF, "0x????_0090"), (0, "0x????_????")],
)
def test_only_the_defined_digits_of_a_reset_value_are_shown(mask: int, expected: str) -> None:
    register_map = small_map()
    node = register_map.by_path["MORE.R1"]
    node = replace(node, register=replace(node.register, reset=0x90, reset_mask=mask))
    place = PlaceWords(Condition.OPEN, ("shared", "dim"), ("shared", "dim"))
    state = row_state(node, Sample(value=1, clock=99.9), 100.0, fresh=1.0, place=place, keyboard=Keyboard())
    at = columns(measure(register_map), 120, ValueFormat.MAP, Arrangement().toggled(Column.RESET))
    assert plain(register_line(node, state, at, ValueFormat.MAP)).split()[-1] == expected


def test_a_name_of_a_value_stands_beside_it() -> None:
    named = Enumeration((EnumEntry(31, 31, "fast"),))
    assert row(ValueFormat.MAP, 31, format=Format(FormatType.DEC), enum=named).split()[-2:] == ["31", "fast"]
    assert row(ValueFormat.MAP, 30, format=Format(FormatType.DEC), enum=named).split()[-2:] == ["30", "0x1e"]


@pytest.mark.parametrize("width", [60, 80, 99])
def test_long_binary_does_not_break_the_row(width: int) -> None:
    register_map = small_map()
    at = columns(measure(register_map), width, ValueFormat.BIN)
    wide = register_map.by_path["DEV.WIDE"]
    place = PlaceWords(Condition.OPEN, ("shared", "dim"), ("shared", "dim"))
    state = row_state(
        wide, Sample(value=1 << 40, clock=99.9), 100.0, fresh=1.0, place=place, keyboard=Keyboard()
    )
    line = plain(register_line(wide, state, at, ValueFormat.BIN))
    assert len(line) == at.slots[-1].end <= width
    assert "0x0000_0100_0000_0000" in line

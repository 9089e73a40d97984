from __future__ import annotations

import pytest

from inspector.model.numbers import NumberError, group_hex, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("10", 10),
        ("0x0900_0000", 0x0900_0000),
        ("0XfF", 0xFF),
        ("0b1010_0101", 0xA5),
        ("0o17", 15),
        ("4K", 4096),
        ("1M", 1 << 20),
        ("2G", 2 << 30),
        ("1T", 1 << 40),
        ("1_000", 1000),
        ("-5", -5),
    ],
)
def test_numbers_of_maps_and_the_command_line(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text", ["", "-", "0x", "7:4", "on", "1__0", "_1", "1_", "0b2", "4k", "0x4K", "1.5", "٣", "²"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        parse_number(text)


def test_a_leading_zero_is_refused_with_both_readings() -> None:
    with pytest.raises(NumberError) as caught:
        parse_number("010")
    assert "leading zero" in str(caught.value)
    assert "0o10" in caught.value.hint
    assert "10" in caught.value.hint


def test_bare_hexadecimal_digits_get_a_hint() -> None:
    with pytest.raises(NumberError) as caught:
        parse_number("ff")
    assert caught.value.hint == "write 0xff"


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0x90, 8, "0x90"),
        (0x90, 16, "0x0090"),
        (0x9000018, 32, "0x0900_0018"),
        (1, 64, "0x0000_0000_0000_0001"),
    ],
)
def test_hexadecimal_is_grouped_by_four_digits(value: int, width: int, text: str) -> None:
    assert group_hex(value, width) == text

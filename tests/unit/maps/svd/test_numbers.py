"""The schema's spellings of numbers."""

from __future__ import annotations

import pytest

from inspector.maps.svd.numbers import LONGEST, parse_enum_value, parse_integer, parse_truth


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("10", 10),
        ("010", 10),
        ("+7", 7),
        ("0x1F", 31),
        ("0X1f", 31),
        ("#101", 5),
        ("0b101", 5),
        ("0B11", 3),
        ("4K", 4096),
        ("4k", 4096),
        ("0x2M", 2 << 20),
        ("1G", 1 << 30),
        ("1T", 1 << 40),
        ("0xFFFFFFFFFFFFFFFF", (1 << 64) - 1),
    ],
)
def test_numbers(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize(
    "text", ["", "-1", "x1", "0x", "#", "#12", "0b2", "1F", "1_000", "1.5", "4 K", "1" * (LONGEST + 1)]
)
def test_what_is_no_number(text: str) -> None:
    assert parse_integer(text) is None


@pytest.mark.parametrize(
    ("text", "value", "free"),
    [("3", 3, 0), ("0x10", 16, 0), ("#01", 1, 0), ("#1x0", 4, 2), ("0bX1", 1, 2), ("#xx", 0, 3)],
)
def test_enumerated_values_and_the_bits_that_do_not_matter(text: str, value: int, free: int) -> None:
    assert parse_enum_value(text) == (value, free)


@pytest.mark.parametrize("text", ["", "x", "1x", "#2x", "#" + "x" * LONGEST])
def test_what_is_no_enumerated_value(text: str) -> None:
    assert parse_enum_value(text) is None


def test_truth() -> None:
    assert [parse_truth(text) for text in ("true", "TRUE", "1", "false", "0", "")] == [True] * 3 + [False] * 3

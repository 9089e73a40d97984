from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.model.enumeration import EnumEntry, Enumeration

WIDTH = 5


def pattern(digits: str) -> EnumEntry:
    low = int(digits.replace("x", "0"), 2)
    free = int(digits.replace("1", "0").replace("x", "1"), 2)
    return EnumEntry(low, low | free, digits, free=free)


def matches(digits: str, value: int) -> bool:
    """By the digits themselves, one by one."""
    padded = digits.rjust(WIDTH, "0")
    return all(digit in ("x", bit) for digit, bit in zip(padded, f"{value:0{WIDTH}b}", strict=True))


PATTERNS = st.text("01x", min_size=1, max_size=WIDTH)
RANGES = st.tuples(st.integers(0, 31), st.integers(0, 31)).map(
    lambda pair: EnumEntry(min(pair), max(pair), "r")
)
ENTRIES = PATTERNS.map(pattern) | RANGES


@given(PATTERNS)
def test_a_pattern_holds_the_values_that_agree_in_its_digits(digits: str) -> None:
    entry = pattern(digits)
    held = [value for value in range(32) if value in entry]
    assert held == [value for value in range(32) if matches(digits, value)]
    assert len(entry) == len(held)


@given(ENTRIES, ENTRIES)
def test_entries_overlap_where_they_hold_a_same_value(one: EnumEntry, other: EnumEntry) -> None:
    assert one.overlaps(other) == any(value in one and value in other for value in range(32))


@given(ENTRIES, st.integers(0, 31), st.integers(0, 31))
def test_what_an_entry_may_be_beside_known_bits(entry: EnumEntry, value: int, fixed: int) -> None:
    possible = any(candidate in entry and candidate & fixed == value & fixed for candidate in range(32))
    assert entry.may_be(value & fixed, fixed, WIDTH) == possible


@pytest.mark.parametrize("digits", ["1x0", "x1", "10x1", "xx"])
def test_a_pattern_is_shown_as_a_map_writes_it(digits: str) -> None:
    assert pattern(digits).text == f"0b{digits}"


def test_a_name_of_several_values_is_no_choice() -> None:
    modes = Enumeration((EnumEntry(0, 0, "off"), pattern("1x"), EnumEntry(1, 1, "on")))
    assert [entry.name for entry in modes.choices] == ["off", "on"]
    assert modes.value_of("1x") is None
    assert [modes.name_of(value) for value in range(4)] == ["off", "on", "1x", "1x"]

from __future__ import annotations

import pytest

from inspector.model.constant import is_constant, loosest, parse_constant
from inspector.model.numbers import NumberError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1<<5", 32),
        ("3<<4|1", 0x31),
        ("1 << 5 | 1 << 2", 0x24),
        ("~0", 0xFFFF),
        ("~0x8000", 0x7FFF),
        ("~(1<<3)", 0xFFF7),
        ("~~5", 5),
        ("(2+1)*8", 24),
        ("2+1*8", 10),
        ("1<<2+1", 8),
        ("6&3^1", 3),
        ("0x100-1", 0xFF),
        ("4K-1", 4095),
        ("0b1_0<<0o10", 512),
        ("-(1<<3)", -8),
        ("-1", -1),
    ],
)
def test_calculates_as_c_and_python_do(text: str, value: int) -> None:
    assert parse_constant(text, 16) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1<<", "ends too early"),
        ("(1", "ends too early"),
        ("1)", r"'\)' is not expected"),
        ("1 2", "'2' is not expected"),
        ("1/2", "'/' is not expected"),
        ("1<<129", "shifts by 129 bits"),
        ("1<<-1", "shifts by -1 bits"),
        ("010|1", "leading zero"),
        ("~0x1_0000", "inverts 16 bits"),
        ("1|x", "'x' is not expected"),
        ("(" * 40 + "1" + ")" * 40, "more than 32 levels"),
        ("(1<<128)*(1<<128)*(1<<128)*(1<<128)*(1<<128)", "more than 512 bits"),
        ("1|" * 200 + "1", "too long"),
    ],
)
def test_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(NumberError, match=words):
        parse_constant(text, 16)


def test_tells_calculations_from_numbers_and_names() -> None:
    assert all(map(is_constant, ["1<<5", "~0", "(1)", "-1-1", "5-bits"]))
    assert not any(map(is_constant, ["1", "-1", "0x1f", "off", "W1C|x", ""]))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1", ""),
        ("1|2", "|"),
        ("1^2|3", "|"),
        ("1<<5", "<<"),
        ("(1|2)", ""),
        ("~1", ""),
        ("-1", ""),
        ("1+~2", "+"),
    ],
)
def test_finds_what_is_applied_last(text: str, sign: str) -> None:
    assert loosest(text) == sign

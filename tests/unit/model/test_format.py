from __future__ import annotations

import pytest

from inspector.model.expression import parse_expression
from inspector.model.format import Format, FormatType


@pytest.mark.parametrize(
    ("style", "value", "width", "text"),
    [
        (Format(FormatType.HEX), 0x1F, 8, "0x1f"),
        (Format(FormatType.DEC), 31, 8, "31"),
        (Format(FormatType.BIN), 5, 4, "0b0101"),
        (Format(FormatType.SIGNED), 0xFF, 8, "-1"),
        (Format(FormatType.SIGNED), 0x7F, 8, "127"),
        (Format(FormatType.BOOL), 1, 1, "true"),
        (Format(FormatType.ASCII), 0x48, 8, "'H' 0x48"),
        (Format(FormatType.ASCII), 0x1B, 8, "'.' 0x1b"),
        (Format(FormatType.ASCII), 0x4849, 16, "'HI' 0x4849"),
        (Format(FormatType.ADDR), 0x9000000, 32, "0x0900_0000"),
        (Format(FormatType.FLOAT), 0x3FC00000, 32, "1.5"),
        (Format(FormatType.FLOAT), 0x3E00, 16, "1.5"),
        (Format(FormatType.BCD), 0x59, 8, "59"),
        (Format(FormatType.BCD), 0x5A, 8, "0x5a (not BCD)"),
        (Format(FormatType.IPV4), 0xC0A80001, 32, "192.168.0.1"),
        (Format(FormatType.FIXED, frac=4), 0xF8, 8, "-0.5"),
        (Format(FormatType.UFIXED, frac=6), 0x20, 6, "0.5"),
        (Format(FormatType.LINEAR, scale=0.125, offset=-40), 520, 12, "25"),
    ],
)
def test_each_format(style: Format, value: int, width: int, text: str) -> None:
    assert style.render(value, width) == text


def test_a_formula_shows_what_it_comes_to_or_else_the_value() -> None:
    def formula(text: str) -> Format:
        return Format(FormatType.EXPR, expression=parse_expression(text))

    assert formula("value * 1000").render(1234, 16) == "1234000"
    assert formula("value / 8").render(9, 8) == "1.125"
    assert formula("value * GAIN").render(9, 8, {"GAIN": 4}) == "36"
    assert formula("value / GAIN").render(9, 8, {"GAIN": 0}) == "0x9"
    assert formula("value / GAIN").render(9, 8) == "0x9"

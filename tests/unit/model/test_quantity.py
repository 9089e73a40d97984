"""Numbers with units: expectations are worked out by hand from what the map states."""

from __future__ import annotations

import pytest

from inspector.errors import UsageError, ValueOverflow
from inspector.model.edit import Operator, parse_value, value_text
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.expression import parse_expression
from inspector.model.field import Field
from inspector.model.format import Format, FormatType
from tests.unit.model.build import field, register


def shown_as(kind: FormatType, bits: str, unit: str = "", *, formula: str = "", **rest: float) -> Field:
    made = Format(kind, expression=parse_expression(formula) if formula else None, **rest)  # type: ignore[arg-type]
    return field("F", bits, format=made, unit=unit)


SUPPLY = shown_as(FormatType.UFIXED, "15:0", "V", frac=12)
GRAVITY = shown_as(FormatType.FIXED, "15:0", "g", frac=14)
WARMTH = shown_as(FormatType.LINEAR, "15:0", "°C", scale=0.02, offset=-273.15)
DIVISOR = shown_as(FormatType.UFIXED, "21:0", frac=6)
SECONDS = shown_as(FormatType.DEC, "9:0", "s")
MICRO = shown_as(FormatType.DEC, "31:0", "µs")
BAUD = shown_as(FormatType.EXPR, "15:0", "Bd", formula="48000000 / (16 * (value + 1))")
SQUARE = shown_as(FormatType.EXPR, "7:0", "W", formula="value * value / 100")
REAL = shown_as(FormatType.FLOAT, "31:0")
KELVIN = shown_as(FormatType.DEC, "15:0", "K")
DATE = shown_as(FormatType.BCD, "15:0", "min")
RESISTOR = shown_as(FormatType.DEC, "31:0", "Ω")


def raw(text: str, meant: Field) -> int:
    edit = parse_value(text, register("R", meant), meant)
    assert edit.operator is Operator.ASSIGN
    return edit.value


@pytest.mark.parametrize(
    ("text", "meant", "value"),
    [
        ("3.3V", SUPPLY, 13517),  # 3.3 * 4096 = 13516.8
        ("3.3 V", SUPPLY, 13517),
        ("3300 mV", SUPPLY, 13517),
        ("3.3e3mV", SUPPLY, 13517),
        ("3_300.0 mV", SUPPLY, 13517),
        ("3.", SUPPLY, 12288),
        (".5", SUPPLY, 2048),
        ("3 v", SUPPLY, 12288),
        ("3", SUPPLY, 3),
        ("0x3", SUPPLY, 3),
        ("-0.5 g", GRAVITY, 0xE000),
        ("-1", GRAVITY, 0xFFFF),
        ("1g", GRAVITY, 0x4000),
        ("25.5 °C", WARMTH, 14932),  # (25.5 + 273.15) / 0.02 = 14932.5, to even
        ("25.5 C", WARMTH, 14932),
        ("13.0156", DIVISOR, 833),  # 13.0156 * 64 = 832.998
        ("0.3 ks", SECONDS, 300),
        ("1.6", SECONDS, 2),
        ("2 ms", MICRO, 2000),
        ("2us", MICRO, 2),
        ("2 μs", MICRO, 2),  # the Greek letter instead of the micro sign
        ("115200 Bd", BAUD, 25),  # 48e6 / 16 / 26 = 115385
        ("115.2kBd", BAUD, 25),
        ("1.44 W", SQUARE, 12),
        ("3.14", REAL, 0x4048F5C3),
        ("-2.0", REAL, 0xC0000000),
        ("inf", REAL, 0x7F800000),
        ("300 K", KELVIN, 300),
        ("12 min", DATE, 0x12),
        ("4.7 kohm", RESISTOR, 4700),
        ("4K", RESISTOR, 4096),
    ],
)
def test_takes_a_number_with_its_unit(text: str, meant: Field, value: int) -> None:
    assert raw(text, meant) == value


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("20 V", SUPPLY, r"F: '20 V' is out of range: it takes 0 V to 15\.9998 V"),
        ("-0.1 V", SUPPLY, "out of range"),
        ("2.5 g", GRAVITY, r"it takes -2 g to 1\.99994 g"),
        ("2000 °C", WARMTH, r"it takes -273\.15 °C to 1037\.55 °C"),
        ("2ks", SECONDS, "it takes 0 s to 1023 s"),
        ("1 Bd", BAUD, r"it takes 45\.7764 Bd to 3e\+06 Bd"),
        ("700 W", SQUARE, "it takes 0 W to 650.25 W"),
        ("1e+99", REAL, "too large for 32 bits of floating point"),
        ("10000 min", DATE, "it takes 0 min to 9999 min"),
        ("1e999 V", SUPPLY, "out of range"),
    ],
)
def test_refuses_what_no_raw_value_means(text: str, meant: Field, words: str) -> None:
    with pytest.raises(ValueOverflow, match=words):
        raw(text, meant)


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("3.3 A", SUPPLY, "'3.3 A' is not in V; write it like 1.5 V"),
        ("13 V", DIVISOR, "the map states no unit"),
        ("1.5", field("F", "7:0"), "'1.5' is not a whole number"),
        ("300K", KELVIN, "write the number in full, or '300 K' with a space"),
        ("1f", SUPPLY, "write 0x1f"),
        (
            "1.5 W",
            shown_as(FormatType.EXPR, "7:0", "W", formula="value * SCALE"),
            "depends on SCALE too; write the raw number",
        ),
        (
            "1.5 W",
            shown_as(FormatType.EXPR, "15:0", "W", formula="(value - 300) * (value - 300)"),
            "goes up and down",
        ),
        ("1.5 W", shown_as(FormatType.EXPR, "7:0", "W", formula="1 / (value - value)"), "comes to no number"),
        ("1.5 W", shown_as(FormatType.LINEAR, "7:0", "W", scale=0.0), "every raw value means the same"),
    ],
)
def test_says_what_to_write_instead(text: str, meant: Field, words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("(", r"\(").replace("+", r"\+")):
        raw(text, meant)


def test_names_that_look_like_quantities_stay_names() -> None:
    supply = field("V", "0", enum=Enumeration((EnumEntry(0, 0, "1.8 V"), EnumEntry(1, 1, "3.3 V"))))
    assert raw("3.3 V", supply) == 1
    with pytest.raises(UsageError, match=r"no value named '3\.2 V'; did you mean '3\.3 V'"):
        raw("3.2 V", supply)


@pytest.mark.parametrize(
    ("kind", "bits", "text", "value"),
    [
        (FormatType.ASCII, "7:0", "'A'", 0x41),
        (FormatType.ASCII, "31:0", "'DEMO' 0x44454d4f", 0x44454D4F),
        (FormatType.ASCII, "31:0", "'.EMO' 0x454d4f", 0x454D4F),
        (FormatType.HEX, "15:0", '"OK"', 0x4F4B),
        (FormatType.IPV4, "31:0", "192.168.0.1", 0xC0A80001),
        (FormatType.BOOL, "0", "true", 1),
        (FormatType.SIGNED, "7:0", "-5", 0xFB),
        (FormatType.ADDR, "63:0", "0x0000_0001_8000_0000", 0x1_8000_0000),
    ],
)
def test_takes_what_is_shown(kind: FormatType, bits: str, text: str, value: int) -> None:
    assert raw(text, shown_as(kind, bits)) == value


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("'AB'", shown_as(FormatType.ASCII, "7:0")),
        ("'ä'", shown_as(FormatType.ASCII, "15:0")),
        ("1.2.3.256", shown_as(FormatType.IPV4, "31:0")),
        ("1.2.3", shown_as(FormatType.IPV4, "31:0")),
    ],
)
def test_refuses_what_is_never_shown(text: str, meant: Field) -> None:
    with pytest.raises(UsageError):
        raw(text, meant)


@pytest.mark.parametrize(
    ("meant", "value", "text"),
    [
        (SUPPLY, 0x3000, "3 V"),
        (SUPPLY, 1, "0.000244141 V"),
        (DIVISOR, 13 << 6, "13.0"),
        (field("F", "7:0"), 0x1F, "0x1f"),
        (field("F", "2:0"), 5, "5"),
        (shown_as(FormatType.ASCII, "7:0"), 0x41, "'A' 0x41"),
        (shown_as(FormatType.SIGNED, "7:0"), 0xFB, "-5"),
        (SECONDS, 300, "300 s"),
        (shown_as(FormatType.EXPR, "7:0", "W", formula="value // 2"), 7, "0x7"),
    ],
)
def test_proposes_a_text_that_means_exactly_the_value(meant: Field, value: int, text: str) -> None:
    assert value_text(value, register("R", meant), meant) == text

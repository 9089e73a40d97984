from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.model.expression import DEEPEST, LONGEST, Expression, ExpressionError, parse_expression


@pytest.mark.parametrize(
    ("text", "value", "result"),
    [
        ("value", 7, 7),
        ("value * 503.975 / 4096 - 273.15", 2400, 2400 * 503.975 / 4096 - 273.15),
        ("2 + 3 * value", 4, 14),
        ("(2 + 3) * value", 4, 20),
        ("10 - 3 - 2", 0, 5),
        ("-value", 5, -5),
        ("~value & 0xf", 0b0101, 0b1010),
        ("value >> 4 & 0b11", 0b110000, 0b11),
        ("1 << value", 5, 32),
        ("value // 3 + value % 3", 10, 4),
        ("value | 1 ^ 3", 4, 6),
        ("1e3 + .5", 0, 1000.5),
        ("GAIN * value", 3, 6),
        ("CH[1] + value", 3, 8),
    ],
)
def test_a_formula_comes_to(text: str, value: int, result: float) -> None:
    evaluated = parse_expression(text).evaluate({"value": value, "GAIN": 2, "CH[1]": 5})
    assert evaluated == pytest.approx(result)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("value *", 7),
        ("import os", 7),
        ("(value", 6),
        ("value)", 5),
        ("value ** 2", 7),
        ("value.real", 5),
        ("__import__('os')", 10),
        ("0777", 1),
        ("1 +* 2", 3),
        ("value[", 5),
        ("ä", 0),
    ],
)
def test_a_text_that_is_no_formula_is_refused_at_its_place(text: str, at: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert caught.value.at == at


@pytest.mark.parametrize("text", ["1 / 0", "1 // value", "1 << 200", "1.5 & 1", "MISSING + 1", "1 << -1"])
def test_a_formula_may_come_to_nothing(text: str) -> None:
    assert parse_expression(text).evaluate({"value": 0}) is None


def test_the_names_besides_the_value_are_fields() -> None:
    assert parse_expression("value * GAIN + OFFSET[2] - GAIN").names == {"GAIN", "OFFSET[2]"}


def test_a_formula_is_bounded() -> None:
    assert parse_expression("(" * DEEPEST + "1" + ")" * DEEPEST).evaluate({}) == 1
    for bomb in (
        "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1),
        "-" * (DEEPEST + 2) + "1",
        "1" * (LONGEST + 1),
    ):
        with pytest.raises(ExpressionError):
            parse_expression(bomb)


@given(st.text(alphabet="0123456789.exvalueGN_+-*/%<>&|^~() ", max_size=40), st.integers(0, 1 << 64))
def test_no_text_does_more_than_be_refused(text: str, value: int) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        assert 0 <= error.at <= len(text)
    else:
        assert isinstance(expression.evaluate({"value": value, "GN": 3}), int | float | None)


def test_formulas_of_one_text_are_equal() -> None:
    assert parse_expression("value + 1") == Expression("value + 1")

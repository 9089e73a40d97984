from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.maps.ipxact.expressions import DEEPEST, ExpressionError, evaluate

PARAMETERS = {"BASE": 0x1000, "uuid_ab_1": 3}


def parameter(name: str) -> int:
    if name not in PARAMETERS:
        raise ExpressionError(f"there is no parameter '{name}'")
    return PARAMETERS[name]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        (" 1_000 ", 1000),
        ("0x1F", 31),
        ("0X1f", 31),
        ("#1F", 31),
        ("4K", 4096),
        ("2m", 2 << 20),
        ("'h10", 16),
        ("32'hDEAD_beef", 0xDEADBEEF),
        ("8 'b1010", 10),
        ("'o17", 15),
        ("16'd99", 99),
        ("8'sh7f", 127),
        ("'1", 1),
        ("true", 1),
        ("false", 0),
        ("BASE + 'h4", 0x1004),
        ("uuid_ab_1*4", 12),
        ("1 * (2 ** 10)", 1024),
        ("2+3*4", 14),
        ("(2+3)*4", 20),
        ("10-4-3", 3),
        ("7/2", 3),
        ("-7/2", -3),
        ("-7%4", -3),
        ("1<<4|1", 17),
        ("'hff >> 4 & 3", 3),
        ("6 ^ 3", 5),
        ("~'h0 & 'hff", 255),
        ("!0 && 2 > 1", 1),
        ("1 == 2 || 3 != 3", 0),
        ("2 >= 2", 1),
        ("1 ? 2 : 3 ? 4 : 5", 2),
        ("0 ? 2 : 0 ? 4 : 5", 5),
        ("$clog2(1)", 0),
        ("$clog2(5)", 3),
        ("$pow(2, 5)", 32),
        ("-(-3)", 3),
        ("2**3**2", 64),
    ],
)
def test_what_expressions_are_worth(text: str, value: int) -> None:
    assert evaluate(text, parameter) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it ends where a value is missing"),
        ("1 +", "it ends where a value is missing"),
        ("* 2", "'*' stands where a value is missing"),
        ("(1", "')' is missing"),
        ("1 ? 2", "':' is missing"),
        ("1 2", "'2' stands where the expression could end"),
        ("1.5", "'1.5' is not understood"),
        ("'hxz", '"\'hxz" is not understood'),
        ("{1, 2}", "'{1, 2}' is not understood"),
        ("12ab", "'12ab' is not understood"),
        ("NOBODY", "there is no parameter 'NOBODY'"),
        ("1 / 0", "it divides by 0"),
        ("1 % 0", "it divides by 0"),
        ("1 << 1000000000", "it shifts by '1000000000' bits"),
        ("1 << -1", "it shifts by '-1' bits"),
        ("2 ** 1000000000", "it raises to the power of '1000000000'"),
        ("9 ** 500", "a value of it has more than 512 bits"),
        ("9" * 400, "a value of it has more than 512 bits"),
        ("$bits(3)", "the function '$bits' of 1 values is not known"),
        ("$clog2(1, 2)", "the function '$clog2' of 2 values is not known"),
        ("(" * 900, f"it is more than {DEEPEST} levels deep"),
        ("1" * 2000, "it has more than 1,000 characters"),
    ],
)
def test_what_is_no_expression(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, parameter)
    assert str(caught.value).replace("''hxz'", '"\'hxz"') == reason


NUMBERS = st.integers(0, 1 << 40).flatmap(
    lambda value: st.sampled_from(
        [(str(value), str(value)), (f"'h{value:x}", str(value)), (f"{value:#x}", str(value))]
    )
)


def joined(pair: tuple[tuple[str, str], str, tuple[str, str]]) -> tuple[str, str]:
    (ours, python), sign, (our_other, python_other) = pair
    return f"({ours} {sign} {our_other})", f"({python} {sign} {python_other})"


EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "&", "|", "^"]), inner).map(joined),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_arithmetic_is_what_python_makes_of_it(pair: tuple[str, str]) -> None:
    ours, python = pair
    assert evaluate(ours, parameter) == eval(python)


@given(
    st.lists(st.tuples(st.integers(1, 99), st.sampled_from(["+", "-", "*", "<<", "&", "|", "^"])), max_size=6)
)
def test_operators_bind_as_tightly_as_in_python(parts: list[tuple[int, str]]) -> None:
    # Both languages order these operators alike.
    text = "".join(f"{number} {sign} " for number, sign in parts) + "1"
    try:
        value = evaluate(text, parameter)
    except ExpressionError:
        return
    assert value == eval(text)


@given(st.text(max_size=60) | st.text("0123456789abxhX'#()+-*/%<>?:&|^~! KM$_", max_size=60))
def test_any_text_is_worth_something_or_refused(text: str) -> None:
    try:
        value = evaluate(text, parameter)
    except ExpressionError:
        return
    assert isinstance(value, int)

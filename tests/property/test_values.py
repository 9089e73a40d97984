"""What a person types for a value: calculations as Python has them, and quantities there and back."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import InspectorError
from inspector.model.constant import parse_constant
from inspector.model.edit import parse_value, value_text
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.expression import parse_expression
from inspector.model.field import Field
from inspector.model.format import Format, FormatType
from inspector.model.numbers import NumberError
from tests.unit.model.build import field, register

WIDTHS = st.sampled_from([1, 4, 8, 12, 16, 24, 32])
UNITS = st.sampled_from(["", "V", "mV", "°C", "%", "Hz", "µs", "K", "g", "rpm"])


@st.composite
def shown(draw: st.DrawFn) -> Field:
    """A field of any format and unit."""
    kind = draw(st.sampled_from(FormatType))
    width = draw(st.sampled_from([16, 32])) if kind is FormatType.FLOAT else draw(WIDTHS)
    width = 32 if kind is FormatType.IPV4 else 1 if kind is FormatType.BOOL else width
    made = Format(
        kind,
        frac=draw(st.integers(0, width)) if kind in (FormatType.FIXED, FormatType.UFIXED) else 0,
        scale=draw(st.sampled_from([1.0, 0.5, 0.02, -1.5, 64.0, 0.392156862745098])),
        offset=draw(st.sampled_from([0.0, 41.5, -273.15])),
        expression=parse_expression(
            draw(st.sampled_from(["value / 16", "1000 / (value + 1)", "value * value"]))
        ),
    )
    return field("F", f"{width - 1}:0" if width > 1 else "0", format=made, unit=draw(UNITS))


@given(shown(), st.data())
def test_what_is_proposed_means_the_value(meant: Field, data: st.DataObject) -> None:
    raw = data.draw(st.integers(0, (1 << meant.width) - 1))
    one = register("R", meant)
    assert parse_value(value_text(raw, one, meant), one, meant).value == raw


@given(st.integers(1, 32), st.integers(0, 32), st.booleans(), st.data())
def test_a_fixed_point_number_is_the_nearest(width: int, frac: int, both: bool, data: st.DataObject) -> None:
    kind = FormatType.FIXED if both else FormatType.UFIXED
    meant = field("F", f"{width - 1}:0" if width > 1 else "0", format=Format(kind, frac=frac), unit="V")
    low, high = (-(1 << width - 1), (1 << width - 1) - 1) if both else (0, (1 << width) - 1)
    hundredths = data.draw(st.integers(100 * low // (1 << frac) - 5, 100 * high // (1 << frac) + 5))
    wanted = Fraction(hundredths, 100)
    text = f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02} V"
    try:
        raw = parse_value(text, register("R", meant), meant).value
    except InspectorError:
        assert not low <= wanted * (1 << frac) <= high
        return
    number = raw - (1 << width) if both and raw >> width - 1 else raw
    assert abs(number - wanted * (1 << frac)) <= Fraction(1, 2)


@st.composite
def calculations(draw: st.DrawFn, depth: int = 3) -> str:
    """A calculation that Python understands as well."""
    if not depth or draw(st.booleans()):
        number = draw(st.integers(0, 255))
        return draw(st.sampled_from([str(number), hex(number), bin(number), oct(number)]))
    left, right = draw(calculations(depth - 1)), draw(calculations(depth - 1))
    match draw(st.sampled_from(["()", "-", "<<", "|", "^", "&", "+", "*"])):
        case "()":
            return f"({left})"
        case "<<":
            return f"{left} << {draw(st.integers(0, 9))}"
        case sign:
            return f"{left}{draw(st.sampled_from(['', ' ']))}{sign} {right}"


@given(calculations())
def test_calculations_come_to_what_python_has(text: str) -> None:
    try:
        assert parse_constant(text, 32) == eval(text)
    except NumberError as error:
        assert "shifts" in str(error) or "bits" in str(error)


@given(st.text(max_size=30), st.sampled_from([None, Enumeration((EnumEntry(0, 0, "off"),))]), shown())
def test_any_text_is_a_value_or_refused_in_words(text: str, names: Enumeration | None, meant: Field) -> None:
    one = register("R", field("E", "3:0", enum=names), meant)
    for each in (*one.fields, None):
        try:
            edit = parse_value(text, one, each)
        except InspectorError as error:
            assert str(error)
        else:
            assert 0 <= edit.value < 1 << (each.width if each else one.width)

from __future__ import annotations

import pytest

from inspector.errors import UsageError, ValueOverflow
from inspector.model.edit import Operator, parse_assignment, parse_value
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.field import Constraint
from tests.unit.model.build import field, one_block, register

MODES = Enumeration((EnumEntry(0, 0, "off"), EnumEntry(1, 1, "clear"), EnumEntry(2, 2, "fast")))
EN = field("EN", "0")
MODE = field("MODE", "2:1", enum=MODES, constraint=Constraint(enum_only=True))
DIV = field("DIV", "15:8", constraint=Constraint(minimum=2, maximum=200))
RSVD = field("RSVD", "3", constraint=Constraint(as_read=True))
CR = register("CR", EN, MODE, DIV)


@pytest.mark.parametrize(
    ("text", "operator", "value"),
    [
        ("1", Operator.ASSIGN, 1),
        ("0b1", Operator.ASSIGN, 1),
        ("clear", Operator.CLEAR, 0),
        ("pulse", Operator.PULSE, 0),
        ("|1", Operator.OR, 1),
        ("&~1", Operator.AND_NOT, 1),
        ("^ 0x1", Operator.XOR, 1),
    ],
)
def test_values_of_a_field(text: str, operator: Operator, value: int) -> None:
    edit = parse_value(text, CR, EN)
    assert (edit.operator, edit.value) == (operator, value)


@pytest.mark.parametrize(
    ("text", "operator", "value"),
    [
        ("1<<5|1", Operator.ASSIGN, 0x21),
        ("~0", Operator.ASSIGN, 0xFFFF_FFFF),
        ("0xdead beef", Operator.ASSIGN, 0xDEAD_BEEF),
        ("|1<<5|1", Operator.OR, 0x21),
        ("&~(1<<5)", Operator.AND_NOT, 0x20),
        ("&0xff", Operator.AND_NOT, 0xFFFF_FF00),
        ("^(1|2)", Operator.XOR, 3),
        ("~", Operator.TOGGLE, 0),
    ],
)
def test_calculations_and_operations(text: str, operator: Operator, value: int) -> None:
    edit = parse_value(text, CR)
    assert (edit.operator, edit.value) == (operator, value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("^1|2", r"can be read in two ways; write \^\(1\|2\)"),
        ("&~1<<5", r"write &~\(1<<5\)"),
        ("&1|2", r"write &\(1\|2\)"),
        ("+1", "write the number without the \\+"),
        ("1<<", "ends too early"),
        ("|", "is not a number"),
        ("1<<32", "the register has 32 bits"),
    ],
)
def test_says_what_to_write_instead(text: str, words: str) -> None:
    with pytest.raises((UsageError, ValueOverflow), match=words):
        parse_value(text, CR)


def test_an_enumerations_name_wins_over_a_verb() -> None:
    assert parse_value("clear", CR, MODE).operator is Operator.ASSIGN
    assert parse_value("fast", CR, MODE).value == 2


def test_negative_numbers_are_twos_complement() -> None:
    assert parse_value("-1", CR).value == 0xFFFF_FFFF


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fats", "did you mean 'fast'?"),
        ("3", "3 has no name"),
        ("bogus", "no value named 'bogus'"),
    ],
)
def test_what_an_enumeration_refuses(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_value(text, CR, MODE)
    assert words in str(caught.value)


def test_a_misspelt_name_that_begins_with_a_digit_is_a_name() -> None:
    sizes = field("LEN", "1:0", enum=Enumeration((EnumEntry(0, 0, "5 bits"), EnumEntry(1, 1, "6 bits"))))
    one = register("LCR", sizes)
    with pytest.raises(UsageError, match=r"no value named '6 bit'; did you mean '6 bits'\?"):
        parse_value("6 bit", one, sizes)
    with pytest.raises(UsageError, match="'010' is ambiguous"):
        parse_value("010", one, sizes)


def test_a_name_of_several_values_says_which() -> None:
    kind = field("KIND", "2:0", enum=Enumeration((EnumEntry(0, 0, "none"), EnumEntry(1, 3, "some")), "rest"))
    one = register("R", kind)
    with pytest.raises(UsageError, match=r"KIND has several values named 'some', 1\.\.3: write one as a"):
        parse_value("some", one, kind)
    with pytest.raises(UsageError, match="several values named 'rest', every value without a name"):
        parse_value("rest", one, kind)


def test_constraints() -> None:
    with pytest.raises(UsageError, match="1 is less than 2"):
        parse_value("1", CR, DIV)
    with pytest.raises(UsageError, match="201 is more than 200"):
        parse_value("201", CR, DIV)


@pytest.mark.parametrize("text", ["2", "-2", "0x100", "|2"])
def test_a_value_too_wide_is_eoverflow(text: str) -> None:
    with pytest.raises(ValueOverflow, match="EN has 1 bit") as caught:
        parse_value(text, CR, EN)
    assert caught.value.errno_name == "EOVERFLOW"
    assert caught.value.exit_status == 2


def test_assignments() -> None:
    register_map = one_block(CR)
    node, edit = parse_assignment(register_map, "X.CR.MODE=fast")
    assert (node.path, edit.field, edit.value) == ("X.CR", MODE, 2)
    with pytest.raises(UsageError, match="is not PATH=VALUE"):
        parse_assignment(register_map, "X.CR")


def test_what_may_only_be_written_as_read_cannot_be_edited() -> None:
    with pytest.raises(UsageError, match="only the value that was read"):
        parse_value("1", CR, RSVD)

"""Fields: where they are, what may be written, and what of them is put right."""

from __future__ import annotations

import pytest

from inspector.model.field import Constraint
from tests.unit.maps.svd.importing import (
    field,
    fields,
    left_out,
    one,
    register,
    repairs,
    the_field,
    the_register,
    tree,
)


@pytest.mark.parametrize(
    ("place", "bits"),
    [
        ("<bitOffset>4</bitOffset><bitWidth>3</bitWidth>", "6:4"),
        ("<bitWidth>0x2</bitWidth><bitOffset>#11</bitOffset>", "4:3"),
        ("<bitOffset>7</bitOffset>", "7"),
        ("<lsb>4</lsb><msb>6</msb>", "6:4"),
        ("<bitRange>[6:4]</bitRange>", "6:4"),
        ("<bitRange> [ 6 : 4 ] </bitRange>", "6:4"),
        ("<bitRange>[31:0]</bitRange>", "31:0"),
    ],
)
def test_bits(place: str, bits: str) -> None:
    data = one(register("R", 0, f"<fields><field><name>F</name>{place}</field></fields>"))
    assert str(the_field(data).bits) == bits
    assert repairs(data) == []


@pytest.mark.parametrize(
    ("place", "bits", "told"),
    [
        ("<bitRange>[4:6]</bitRange>", "6:4", "'F' of 'R' has its msb 4 below its lsb 6; they are exchanged"),
        ("<lsb>9</lsb><msb>8</msb>", "9:8", "'F' of 'R' has its msb 8 below its lsb 9; they are exchanged"),
        ("<bitRange>[36:26]</bitRange>", "31:26", "'F' of 'R' has bits 36:26 of 32; it ends at bit 31"),
        ("<bitRange>[40:33]</bitRange>", "", "'F' of 'R' has bits 40:33 of 32; it is left out"),
        ("<bitRange>[6-4]</bitRange>", "", "'F' of 'R' has no bits that could be read; it is left out"),
        ("<lsb>4</lsb>", "", "'F' of 'R' has no bits that could be read; it is left out"),
        ("<bitOffset>x</bitOffset>", "", "'F' of 'R' has no bits that could be read; it is left out"),
        (
            "<bitOffset>1</bitOffset><bitWidth>0</bitWidth>",
            "",
            "'F' of 'R' has no bits that could be read; it is left out",
        ),
    ],
)
def test_bits_that_are_put_right(place: str, bits: str, told: str) -> None:
    data = one(register("R", 0, f"<fields>{field('Z', '0')}<field><name>F</name>{place}</field></fields>"))
    assert [str(item.bits) for item in the_register(data).fields if item.name == "F"] == (
        [bits] if bits else []
    )
    assert repairs(data) == [told]


def test_several_lists_of_fields_are_one_and_fields_stand_without_a_list_too() -> None:
    data = one(register("R", 0, fields(field("A", "0")) + fields(field("B", "1")) + field("C", "2")))
    assert [item.name for item in the_register(data).fields] == ["A", "B", "C"]


def test_fields_that_overlap_are_views() -> None:
    data = one(
        register("R", 0, fields(field("A", "7:0"), field("B", "3:0"), field("C", "9:8"), field("D", "8:2")))
    )
    assert {item.name: item.alt for item in the_register(data).fields} == {
        "A": "",
        "B": "view2",
        "C": "",
        "D": "view3",
    }
    assert repairs(data) == [
        "'B' has bits of 'A' in 'R'; it is kept as a view of them",
        "'D' has bits of 'A' in 'R'; it is kept as a view of them",
    ]


def test_a_field_to_read_and_one_to_write_share_their_bits() -> None:
    data = one(
        register(
            "R",
            0,
            fields(
                field("STATUS", "7:0", "<access>read-only</access>"),
                field("COMMAND", "3:0", "<access>write-only</access>"),
            ),
        )
    )
    assert [item.alt for item in the_register(data).fields] == ["", ""]
    assert repairs(data) == []


def test_fields_of_one_name_are_told_apart() -> None:
    data = one(register("R", 0, fields(*(field("RESERVED", str(bit)) for bit in range(14)))))
    assert [item.name for item in the_register(data).fields][:3] == ["RESERVED", "RESERVED_2", "RESERVED_3"]
    told = repairs(data)
    assert told[0] == "a second field 'RESERVED'; it is called 'RESERVED_2'"
    assert told[10:] == ["3 more names that stand twice; the last is here"]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("<writeAsRead>true</writeAsRead>", Constraint(as_read=True)),
        ("<writeAsRead>false</writeAsRead>", Constraint()),
        ("<range><minimum>2</minimum><maximum>5</maximum></range>", Constraint(2, 5)),
        ("<range><minimum>0</minimum><maximum>5</maximum></range>", Constraint(None, 5)),
        ("<range><minimum>0</minimum><maximum>7</maximum></range>", Constraint()),
        ("<range><minimum>1</minimum><maximum>0xFFFF</maximum></range>", Constraint(1, None)),
    ],
)
def test_constraints(constraint: str, expected: Constraint) -> None:
    data = one(
        register("R", 0, fields(field("F", "2:0", f"<writeConstraint>{constraint}</writeConstraint>")))
    )
    assert the_field(data).constraint == expected


def test_only_named_values_may_be_written() -> None:
    words = "<writeConstraint><useEnumeratedValues>true</useEnumeratedValues></writeConstraint>"
    names = (
        "<enumeratedValues><enumeratedValue><name>A</name><value>0</value></enumeratedValue>"
        "<enumeratedValue><name>B</name><isDefault>true</isDefault></enumeratedValue></enumeratedValues>"
    )
    assert the_field(one(register("R", 0, fields(field("F", "2:0", words + names))))).constraint.enum_only
    data = one(register("R", 0, fields(field("F", "2:0", words))))
    assert not the_field(data).constraint.enum_only
    assert left_out(data) == ["useEnumeratedValues of fields that have none"]


def test_a_range_that_no_value_is_in_is_told() -> None:
    words = "<writeConstraint><range><minimum>9</minimum><maximum>20</maximum></range></writeConstraint>"
    data = one(register("R", 0, fields(field("F", "2:0", words))))
    assert the_field(data).constraint == Constraint()
    assert left_out(data) == ["writeConstraint ranges that no value is in"]


def test_what_a_field_of_bits_alone_looks_like() -> None:
    data = one(
        register(
            "R",
            0,
            fields(
                field("EN", "0", "<description>EN</description>"),
                field("MODE", "5:4", "<description> Mode\n   of it </description>"),
            ),
        )
    )
    assert tree(data)["blocks"] == {
        "p": {
            "registers": {
                "R": {"offset": "0x0", "fields": {"EN": "0", "MODE": {"bits": "5:4", "desc": "Mode of it"}}}
            }
        }
    }

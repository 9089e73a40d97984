"""Enumerated values."""

from __future__ import annotations

import pytest

from inspector.model.enumeration import Enumeration
from tests.unit.maps.svd.importing import (
    dim,
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


def values(*pairs: tuple[str, str], extra: str = "", attributes: str = "") -> str:
    """``enumeratedValues`` with these names and values; the value ``default`` is the default."""
    items = "".join(
        f"<enumeratedValue><name>{name}</name>"
        + ("<isDefault>true</isDefault>" if value == "default" else f"<value>{value}</value>")
        + "</enumeratedValue>"
        for name, value in pairs
    )
    return f"<enumeratedValues{attributes}>{extra}{items}</enumeratedValues>"


def of(*parts: str, bits: str = "2:0") -> bytes:
    return one(register("R", 0, fields(field("F", bits, "".join(parts)))))


def names(enum: Enumeration | None) -> dict[str, str]:
    assert enum is not None
    found = {entry.text: entry.name for entry in enum.entries}
    return {**found, "default": enum.default} if enum.default else found


def test_values_patterns_and_the_rest() -> None:
    data = of(values(("off", "0"), ("on", "#1"), ("high", "0b1x0"), ("other", "default")))
    assert names(the_field(data).enum) == {"0": "off", "1": "on", "0b1x0": "high", "default": "other"}
    assert the_field(data).enum_write is None
    assert repairs(data) == []


def test_reading_and_writing_have_values_of_their_own() -> None:
    data = of(
        values(("idle", "0"), ("busy", "1"), extra="<usage>read</usage>"),
        values(("start", "1"), extra="<usage>write</usage>"),
    )
    assert names(the_field(data).enum) == {"0": "idle", "1": "busy"}
    assert names(the_field(data).enum_write) == {"1": "start"}
    alone = of(values(("start", "1"), extra="<usage>write</usage>"))
    assert the_field(alone).enum is None
    assert names(the_field(alone).enum_write) == {"1": "start"}


def test_descriptions_are_kept_where_they_say_more() -> None:
    data = of(
        "<enumeratedValues>"
        "<enumeratedValue><name>A</name><description>A</description><value>0</value></enumeratedValue>"
        "<enumeratedValue><name>B</name><description>means\n b</description><value>1</value>"
        "</enumeratedValue>"
        "<enumeratedValue><description>nameless</description><value>2</value></enumeratedValue>"
        "</enumeratedValues>"
    )
    assert tree(data)["blocks"] == {
        "p": {
            "registers": {
                "R": {
                    "offset": "0x0",
                    "fields": {
                        "F": {
                            "bits": "2:0",
                            "enum": {"0": "A", "1": {"name": "B", "desc": "means b"}, "2": "nameless"},
                        }
                    },
                }
            }
        }
    }
    assert left_out(data) == []


@pytest.mark.parametrize(
    ("pairs", "expected", "told"),
    [
        (
            [("A", "0"), ("B", "9")],
            {"0": "A", "1": "B"},
            ["the enumerated value '9' of 'B' does not fit in 3 bits; 0x1 is taken"],
        ),
        ([("A", "0"), ("B", "0")], {"0": "A"}, ["'B' has the value of 'A'; it is left out"]),
        ([("A", "0"), ("A", "0")], {"0": "A"}, []),
        ([("A", "0"), ("A", "1")], {"0": "A", "1": "A_2"}, ["'A' names 0 too; here it is called 'A_2'"]),
        ([("Reserved", "0"), ("Reserved", "1")], {"0": "Reserved", "1": "Reserved"}, []),
        (
            [("A", "0"), ("B", "many")],
            {"0": "A"},
            ["the enumerated value 'many' of 'B' is no number; it is left out"],
        ),
        ([("A", "0"), ("rest", "#xxx")], {"0": "A", "default": "rest"}, []),
        (
            [("A", "5"), ("high", "#1xx")],
            {"5": "A", "4": "high", "6": "high_2", "7": "high_3"},
            [
                "'high' names 4 too; here it is called 'high_2'",
                "'high' names 4 too; here it is called 'high_3'",
            ],
        ),
    ],
)
def test_what_is_put_right(pairs: list[tuple[str, str]], expected: dict[str, str], told: list[str]) -> None:
    data = of(values(*pairs))
    assert names(the_field(data).enum) == expected
    assert repairs(data) == told


def test_a_pattern_of_too_many_values_is_left_out_where_others_have_some() -> None:
    data = of(values(("A", "#10000001"), ("high", "#1xxxxxxx")), bits="7:0")
    assert names(the_field(data).enum) == {"129": "A"}
    assert repairs(data) == ["'high' has the value of 'A'; it is left out"]


def test_a_second_list_for_the_same_usage_is_told() -> None:
    data = of(values(("A", "0")), values(("B", "1")))
    assert names(the_field(data).enum) == {"0": "A"}
    assert repairs(data) == ["a second enumeratedValues for the same usage is left out"]


def test_a_list_without_values_is_nothing() -> None:
    assert the_field(of("<enumeratedValues></enumeratedValues>")).enum is None


def test_values_of_a_whole_register() -> None:
    data = one(register("R", 0, values(("A", "0"), ("B", "0xFFFFFFFF"))))
    assert names(the_register(data).enum) == {"0": "A", "4294967295": "B"}


@pytest.mark.parametrize("reference", ["E", "F.E", "R.F.E", "P.R.F.E", "F"])
def test_values_that_derive_stand_once(reference: str) -> None:
    derived = f'<enumeratedValues derivedFrom="{reference}"></enumeratedValues>'
    data = one(
        register("S", 4, fields(field("G", "2:0", derived + ""), field("H", "4:3", derived)))
        + register("R", 0, fields(field("F", "2:0", values(("A", "0"), ("B", "1"), extra="<name>E</name>"))))
    )
    assert tree(data)["enums"] == {"E": {"0": "A", "1": "B"}}
    for name, path in (("F", "P.R"), ("G", "P.S"), ("H", "P.S")):
        assert names(the_field(data, name, path).enum) == {"0": "A", "1": "B"}


def test_values_that_derive_and_add_stand_for_themselves() -> None:
    derived = values(("C", "2"), attributes=' derivedFrom="E"')
    data = one(
        register("R", 0, fields(field("F", "2:0", values(("A", "0"), extra="<name>E</name>"))))
        + register("S", 4, fields(field("G", "2:0", derived)))
    )
    assert names(the_field(data, "G", "P.S").enum) == {"0": "A", "2": "C"}
    assert "enums" not in tree(data)


def test_values_that_do_not_fit_where_they_are_derived_are_cut_there() -> None:
    derived = '<enumeratedValues derivedFrom="E"></enumeratedValues>'
    data = one(
        register("R", 0, fields(field("F", "2:0", values(("A", "0"), ("B", "5"), extra="<name>E</name>"))))
        + register("S", 4, fields(field("G", "1:0", derived)))
    )
    assert names(the_field(data, "F").enum) == {"0": "A", "5": "B"}
    assert names(the_field(data, "G", "P.S").enum) == {"0": "A", "1": "B"}


def test_values_that_derive_in_a_circle_end() -> None:
    def derived(name: str, base: str) -> str:
        return f'<enumeratedValues derivedFrom="{base}"><name>{name}</name></enumeratedValues>'

    data = one(
        register("R", 0, fields(field("F", "0", derived("A", "B")), field("G", "1", derived("B", "A"))))
    )
    assert the_field(data).enum is None
    assert any("derives from itself" in told for told in repairs(data))


def test_elements_of_a_field_array_have_the_values() -> None:
    data = one(register("R", 0, fields(field("F%s", "1:0", dim(2, 2) + values(("A", "0"), ("B", "3"))))))
    assert names(the_field(data, "F1").enum) == {"0": "A", "3": "B"}

from __future__ import annotations

import pytest

from inspector.model.access import TOKENS, OnRead, OnWrite, Writable

from ..imported import loaded, messages, plain, registers
from .components import field, field_of, of_registers, register, register_of, tag


@pytest.mark.parametrize(
    ("word", "token"),
    [
        ("read-only", "ro"),
        ("read-write", "rw"),
        ("write-only", "wo"),
        ("writeOnce", "wo-once"),
        ("read-writeOnce", "rw-once"),
        ("no-access", "none"),
    ],
)
def test_access(word: str, token: str) -> None:
    access = field_of(tag("access", word)).access
    assert access.token == token


@pytest.mark.parametrize(
    ("word", "effect"),
    [
        ("oneToClear", OnWrite.W1C),
        ("oneToSet", OnWrite.W1S),
        ("oneToToggle", OnWrite.W1T),
        ("zeroToClear", OnWrite.W0C),
        ("zeroToSet", OnWrite.W0S),
        ("zeroToToggle", OnWrite.W0T),
        ("clear", OnWrite.WCLR),
        ("set", OnWrite.WSET),
        ("modify", OnWrite.MODIFY),
    ],
)
def test_what_writing_does(word: str, effect: OnWrite) -> None:
    access = field_of(tag("modifiedWriteValue", word)).access
    assert (access.on_write, access.on_read, access.readable) == (effect, OnRead.UNKNOWN, True)


@pytest.mark.parametrize(
    ("word", "effect"), [("clear", OnRead.CLEAR), ("set", OnRead.SET), ("modify", OnRead.MODIFY)]
)
def test_what_reading_does(word: str, effect: OnRead) -> None:
    access = field_of(tag("access", "read-only"), tag("readAction", word)).access
    assert (access.on_read, access.writable) == (effect, Writable.NO)


def test_what_reading_does_is_unknown_where_nothing_is_said() -> None:
    assert field_of().access.on_read is OnRead.UNKNOWN
    assert field_of(tag("access", "write-only")).access == TOKENS["wo"]


def test_a_users_own_effect_is_told() -> None:
    result = of_registers(register(field(tag("readAction", "modify", modify="pops"))))
    assert any("modify of readAction" in line for line in messages(result))


def test_an_effect_that_is_not_known_is_left_out_and_told() -> None:
    result = of_registers(register(field(tag("access", "sometimes"), tag("readAction", "explode"))))
    assert register_of(result).fields[0].access.on_read is OnRead.UNKNOWN
    assert [line.partition(": ")[2] for line in messages(result)] == [
        "access 'sometimes' is not known; it is left out",
        "readAction 'explode' is not known; it is left out",
    ]


def test_policies_of_1685_2022() -> None:
    policies = tag(
        "fieldAccessPolicies",
        tag(
            "fieldAccessPolicy",
            tag("modeRef", "secure") + tag("access", "read-write") + tag("modifiedWriteValue", "set"),
        )
        + tag("fieldAccessPolicy", tag("access", "read-only") + tag("readAction", "clear")),
    )
    result = of_registers(register(field(policies)), version="2022")
    assert register_of(result).fields[0].access == TOKENS["rc"]
    assert any("access policies of particular modes" in line for line in messages(result))


def test_a_policy_of_a_mode_alone_is_taken_and_told() -> None:
    policy = tag("fieldAccessPolicy", tag("modeRef", "a") + tag("access", "read-only"))
    result = of_registers(register(field(tag("fieldAccessPolicies", policy))), version="2022")
    assert register_of(result).fields[0].access.token == "ro"
    assert any("modes: the access is that of the first one" in line for line in messages(result))


# --- resets -------------------------------------------------------------------------------------


def reset(value: str, mask: str = "", **attributes: str) -> str:
    inner = tag("value", value) + (tag("mask", mask) if mask else "")
    return tag("reset", inner, **attributes)


def test_a_fields_reset() -> None:
    found = field_of(tag("resets", reset("'h7b")))
    assert found.reset == 0x7B


def test_the_hard_reset_is_taken_of_several() -> None:
    resets = tag("resets", reset("1", resetTypeRef="SOFT") + reset("2", resetTypeRef="HARD") + reset("3"))
    result = of_registers(register(field(resets, width="8")))
    assert register_of(result).fields[0].reset == 2
    assert any("resets of further types" in line for line in messages(result))


def test_without_a_hard_reset_the_first_is_taken() -> None:
    resets = tag("resets", reset("1", resetTypeRef="SOFT") + reset("2", resetTypeRef="COLD"))
    assert field_of(resets).reset == 1


def test_a_reset_of_some_bits_of_a_field_is_the_registers() -> None:
    partial = field(tag("resets", reset("'hff", "'h0f")), name="A", width="8")
    whole = field(tag("resets", reset("'h3")), name="B", lsb="8", width="4")
    found = register_of(of_registers(register(partial, whole)))
    assert (found.reset, found.reset_mask) == (0x30F, 0xF0F)
    assert [item.reset for item in found.fields] == [None, 3]


def test_a_registers_reset_before_1685_2014() -> None:
    found = register_of(of_registers(register(reset("0xa5", "0xff"), field(width="4")), version="2009"))
    assert (found.reset, found.reset_mask, found.fields[0].reset) == (0xA5, 0xFF, 5)


def test_a_reset_that_is_too_wide_is_cut_and_told() -> None:
    result = of_registers(register(field(tag("resets", reset("'h1f")), width="4")))
    assert register_of(result).fields[0].reset == 0xF
    assert any(
        "the reset 0x1f of 'F' does not fit in 4 bits; 0xf is taken" in line for line in messages(result)
    )


# --- values -------------------------------------------------------------------------------------


def value(name: str, number: str, **attributes: str) -> str:
    return tag("enumeratedValue", tag("name", name) + tag("value", number), **attributes)


def test_enumerated_values() -> None:
    found = field_of(tag("enumeratedValues", value("off", "0") + value("on", "'h1")))
    assert found.enum is not None
    assert [(entry.low, entry.name) for entry in found.enum.entries] == [(0, "off"), (1, "on")]
    assert found.enum_write is None


def test_values_that_mean_something_else_when_written() -> None:
    values = value("idle", "0") + value("busy", "1", usage="read") + value("start", "1", usage="write")
    found = field_of(tag("enumeratedValues", values))
    assert found.enum is not None
    assert found.enum_write is not None
    assert [entry.name for entry in found.enum.entries] == ["idle", "busy"]
    assert [entry.name for entry in found.enum_write.entries] == ["idle", "start"]


def test_what_values_mean() -> None:
    on = tag("enumeratedValue", tag("name", "on") + tag("description", "It\n runs.") + tag("value", "1"))
    found = field_of(tag("enumeratedValues", on))
    assert found.enum is not None
    assert [(entry.name, entry.desc) for entry in found.enum.entries] == [("on", "It runs.")]


def test_values_before_1685_2009() -> None:
    values = tag("values", tag("value", "0x2") + tag("name", "two"))
    found = field_of(values, version="2009")
    assert found.enum is not None
    assert found.enum.entries[0].low == 2


def test_values_that_contradict_each_other_are_told() -> None:
    values = value("a", "0") + value("b", "0") + value("a", "1") + value("far", "'h100")
    result = of_registers(register(field(tag("enumeratedValues", values), width="8")))
    enum = register_of(result).fields[0].enum
    assert enum is not None
    assert [(entry.low, entry.name) for entry in enum.entries] == [(0, "a"), (1, "a_2")]
    assert [line.partition(": ")[2] for line in messages(result)] == [
        "the value 0x100 of 'far' does not fit in 8 bits; it is left out",
        "'b' has the value of 'a'; it is left out",
        "'a' names another value too; here it is called 'a_2'",
    ]


def test_constraints() -> None:
    def constraint(*parts: str) -> str:
        return tag("writeValueConstraint", "".join(parts))

    found = field_of(constraint(tag("minimum", "2"), tag("maximum", "9"))).constraint
    assert (found.minimum, found.maximum) == (2, 9)
    assert field_of(constraint(tag("writeAsRead", "true"))).constraint.as_read
    values = tag("enumeratedValues", value("off", "0") + value("on", "1"))
    named = field_of(constraint(tag("useEnumeratedValues", "true")), values, width="1")
    assert named.constraint.enum_only


def test_a_constraint_that_says_nothing_is_told() -> None:
    empty = tag("writeValueConstraint", tag("minimum", "9") + tag("maximum", "2"))
    unnamed = tag("writeValueConstraint", tag("useEnumeratedValues", "true"))
    result = of_registers(
        register(field(empty, name="A", width="4"), field(unnamed, name="B", lsb="4", width="4"))
    )
    assert [item.constraint.minimum for item in register_of(result).fields] == [None, None]
    assert len(messages(result)) == 2


# --- the rest -----------------------------------------------------------------------------------


def test_volatile_is_said_once_where_it_holds_for_all() -> None:
    all_of_them = of_registers(register(field(tag("volatile", "true")), tag("volatile", "false")))
    assert register_of(all_of_them).volatile
    mixed = of_registers(register(field(tag("volatile", "true"), name="A"), field(name="B", lsb="1")))
    assert [item.volatile for item in register_of(mixed).fields] == [True, False]
    assert not register_of(mixed).volatile


def test_reserved_fields_are_hidden_and_testable_is_kept() -> None:
    assert field_of(tag("reserved", "1")).hidden
    result = of_registers(register(field(tag("testable", "true", testConstraint="readOnly"))))
    assert "'x-ipxact-testable': 'readOnly'" in str(plain(result.root))


def test_arrays_of_fields() -> None:
    array = tag("array", tag("dim", "3") + tag("bitStride", "8"))
    found = register_of(of_registers(register(field(array, name="G", width="2")), version="2022"))
    assert [(item.name, item.bits.lsb) for item in found.fields] == [("G[0]", 0), ("G[1]", 8), ("G[2]", 16)]


def test_elements_outside_the_register_are_left_out_and_told() -> None:
    array = tag("array", tag("dim", "9") + tag("bitStride", "8"))
    result = of_registers(register(field(array, name="G", width="2")), version="2022")
    assert len(register_of(result).fields) == 4
    assert any("has 9 elements, of which 4 fit" in line for line in messages(result))


def test_fields_on_the_same_bits_are_views() -> None:
    result = of_registers(
        register(field(name="A", width="4"), field(name="B", lsb="3"), field(name="C", lsb="9"))
    )
    assert [item.alt for item in register_of(result).fields] == ["", "view2", ""]
    assert any("'B' has bits of 'A' in 'R'" in line for line in messages(result))


def test_a_field_that_is_read_and_one_that_is_written_share_bits() -> None:
    result = of_registers(
        register(field(tag("access", "read-only"), name="A"), field(tag("access", "write-only"), name="B"))
    )
    assert [item.alt for item in register_of(result).fields] == ["", ""]
    assert messages(result) == []


@pytest.mark.parametrize(
    ("lsb", "width", "bits", "reason"),
    [
        ("32", "1", None, "begins at bit 32 of 32"),
        ("30", "4", "31:30", "it ends at bit 31"),
        ("x", "4", None, "has no bits that could be computed"),
        ("0", "0", None, "has no bits that could be computed"),
    ],
)
def test_bits_outside_the_register_are_told(lsb: str, width: str, bits: str | None, reason: str) -> None:
    result = of_registers(register(field(name="A", lsb=lsb, width=width), field(name="B", lsb="8")))
    fields = {item.name: str(item.bits) for item in register_of(result).fields}
    assert fields.get("A") == bits
    assert any(reason in line for line in messages(result))


def test_names_that_stand_twice_are_told() -> None:
    result = of_registers(register(field(name="A"), field(name="A", lsb="1")))
    assert len(registers(loaded(result))["main.R"].fields) == 2
    assert any("a second field 'A'" in line for line in messages(result))

"""What OpenTitan's fields do, after the table of reggen's documentation, and what they say."""

from __future__ import annotations

import pytest

from inspector.model.access import OnRead, OnWrite
from tests.unit.maps.imported import loaded, messages, plain
from tests.unit.maps.opentitan.describing import block, described, field_of, registers_of, word


@pytest.mark.parametrize(
    ("swaccess", "token"),
    [
        ("rw", "rw"),
        ("ro", "ro"),
        ("wo", "wo"),
        ("rw1c", "w1c"),
        ("rw1s", "w1s"),
        ("rw0c", "w0c"),
        ("r0w1c", "wo1c"),
        ("rc", "rc"),
        ("none", "none"),
    ],
)
def test_software_access(swaccess: str, token: str) -> None:
    assert field_of(f'bits: "0", swaccess: "{swaccess}"').access.token == token
    assert field_of('bits: "0"', register=f'swaccess: "{swaccess}",').access.token == token


def test_a_field_s_access_wins_over_its_register_s() -> None:
    assert field_of('bits: "0", swaccess: "ro"', register='swaccess: "rw",').access.token == "ro"


@pytest.mark.parametrize(
    ("hwaccess", "volatile"), [("hro", False), ("none", False), ("hrw", True), ("hwo", True), ("", False)]
)
def test_what_hardware_writes_is_volatile(hwaccess: str, volatile: bool) -> None:
    stated = f'hwaccess: "{hwaccess}",' if hwaccess else ""
    assert field_of('bits: "0", swaccess: "rw"', register=stated).volatile is volatile


def test_hardware_that_is_told_of_reads_does_something() -> None:
    strobed = 'swaccess: "ro", hwaccess: "hwo", hwext: "true", hwre: "true",'
    assert field_of('bits: "7:0"', register=strobed).access.on_read is OnRead.EXTERNAL
    told_of_nothing = 'swaccess: "ro", hwaccess: "hwo", hwext: "true",'
    field = field_of('bits: "7:0"', register=told_of_nothing)
    assert field.access.on_read is OnRead.NONE
    assert field.volatile


@pytest.mark.parametrize(
    ("register", "field", "reset"),
    [
        ("", "", 0),
        ('resval: "0xa5",', "", 0xA5),
        ("", 'resval: "0x5a"', 0x5A),
        ("", "resval: 7", 7),
        ("", 'resval: "true"', 1),
        ("", 'resval: "x"', None),
        ('hwext: "true", hwaccess: "hrw", hwqe: "true",', "", None),
        ('hwext: "true", hwaccess: "hrw", hwqe: "true",', 'resval: "3"', 3),
        ("", 'resval: "0x10 + 2 * 3"', 0x16),
        ("", "resval: \"__import__('os').getpid()\"", None),
    ],
)
def test_resets(register: str, field: str, reset: int | None) -> None:
    assert field_of(f'bits: "7:0", swaccess: "rw", {field}', register=register).reset == reset


def test_a_reset_that_is_partly_undefined() -> None:
    (register,) = registers_of(
        """
        {name: "R", desc: "", swaccess: "rw", fields: [
            {bits: "3:0", name: "A", desc: "", resval: "5"}
            {bits: "7:4", name: "B", desc: "", resval: "x"}
        ]}
        """
    ).values()
    assert (register.reset, register.reset_mask) == (5, 0xFFFF_FF0F)


def test_a_reset_for_each_element() -> None:
    found = registers_of(
        """
        {multireg: {name: "M", desc: "", count: "3", cname: "M", compact: "false", swaccess: "rw", fields: [
            {bits: "15:0", name: "BASE", desc: "", resval: "0x100 + (multireg_idx * 0x40)"}]}}
        """
    )
    assert {name: register.reset for name, register in found.items()} == {
        "M_0": 0x100,
        "M_1": 0x140,
        "M_2": 0x180,
    }


def test_multi_bit_booleans() -> None:
    imported = block(
        """
        {name: "R", desc: "", fields: [
            {bits: "3:0", name: "A", desc: "", swaccess: "rw", mubi: true, resval: true}
            {bits: "15:8", name: "B", desc: "", swaccess: "rw1s", mubi: true, resval: false}
        ]}
        """
    )
    (register,) = loaded(imported).blocks[0].children
    fields = {field.name: field for field in getattr(register, "fields", ())}
    # 6 and 9, the next digit the opposite of the one below: 0x96 is true, 0x69 false.
    assert (fields["A"].reset, fields["B"].reset) == (0x6, 0x69)
    assert fields["A"].access.on_write is OnWrite.STORE
    assert fields["B"].access.on_write is OnWrite.MODIFY
    tree = plain(imported.root)
    assert isinstance(tree, dict)
    assert tree["enums"] == {
        "mubi4": {"0x6": "true", "0x9": "false"},
        "mubi8": {"0x96": "true", "0x69": "false"},
    }


def test_enumerations_with_what_their_values_mean() -> None:
    field = field_of(
        """bits: "1:0", swaccess: "rw", enum: [
            {value: "0", name: "OFF", desc: "Stands still."}, {value: "2", name: "FAST", desc: ""}]"""
    )
    assert field.enum is not None
    assert [(entry.low, entry.name) for entry in field.enum.entries] == [(0, "OFF"), (2, "FAST")]
    assert field.desc == "OFF: Stands still."


def test_a_lock_enables_writes_while_it_is_1() -> None:
    found = registers_of(
        '{name: "REGWEN", desc: "", swaccess: "rw0c", fields: [{bits: "0", name: "EN", resval: "1"}]}\n'
        + word("A", 'regwen: "REGWEN",')
    )
    locked_by = found["A"].locked_by
    assert locked_by is not None
    assert (locked_by.path, locked_by.value) == ("REGWEN.EN", 0)


def test_each_element_has_its_own_lock() -> None:
    found = registers_of(
        """
        {multireg: {name: "REGWEN", desc: "", count: 2, cname: "R", compact: false, swaccess: "rw0c",
            fields: [{bits: "0", name: "EN", desc: "", resval: "1"}]}}
        {multireg: {name: "A", desc: "", count: 2, cname: "A", regwen: "REGWEN", regwen_multi: true,
            swaccess: "rw", fields: [{bits: "7:0", name: "F", desc: ""}]}}
        """
    )
    assert {name: str(found[name].locked_by) for name in ("A_0", "A_1")} == {
        "A_0": "REGWEN_0.EN == 0",
        "A_1": "REGWEN_1.EN == 0",
    }


def test_a_multi_bit_lock_locks_while_it_is_false() -> None:
    imported = block(
        '{name: "REGWEN", desc: "", swaccess: "rw0c", fields: [{bits: "3:0", mubi: true, resval: true}]}\n'
        + word("A", 'regwen: "REGWEN",')
    )
    (register,) = [child for child in loaded(imported).blocks[0].children if child.name == "A"]
    assert str(getattr(register, "locked_by", None)) == "REGWEN.REGWEN == 9"
    assert any("other values of a multi-bit lock" in told for told in messages(imported))


def test_a_lock_that_is_not_there_is_told() -> None:
    assert messages(block(word("A", 'regwen: "REGWEN",'))) == [
        "5 not-carried: there is no register 'REGWEN', which is said to lock this one"
    ]


def test_a_shadowed_register_is_written_twice() -> None:
    imported = block(word("CTRL_SHADOWED", 'shadowed: "true",'))
    (register,) = loaded(imported).blocks[0].children
    assert getattr(register, "write_twice", False)
    assert "forget the first of two writes" in messages(imported)[0]


def test_texts() -> None:
    imported = described(
        """
        // SPDX-License-Identifier: Apache-2.0
        {
          name: "timer", human_name: "A timer", one_line_desc: "Counts.", version: "1.2.0"
          registers: [
            { name: "R", desc: '''First.
                               Second.''', swaccess: "rw", tags: ["excl:CsrAllTests:CsrExclAll"]
              fields: [{bits: "0"}] }
          ]
        }
        """
    )
    register_map = loaded(imported)
    assert (register_map.title, register_map.desc, register_map.version, register_map.license) == (
        "A timer",
        "Counts.",
        "1.2.0",
        "Apache-2.0",
    )
    (register,) = register_map.blocks[0].children
    assert getattr(register, "desc", "") == "First.\nSecond."
    assert getattr(register, "tags", ()) == ("excl:CsrAllTests:CsrExclAll",)
    # A field without a name is called as its register.
    assert [field.name for field in getattr(register, "fields", ())] == ["R"]


def test_what_has_no_place_is_told_once_with_its_lines() -> None:
    imported = block(
        word("A", 'hwqe: "true",') + word("B", 'hwqe: "true", async: "clk_aon",'), top="clocking: []"
    )
    assert messages(imported) == [
        "1 not-carried: registers alone are carried over; no place in a map have 'clocking'",
        "5 not-carried: 'hwqe' has no place in a map; also in line 6",
        "6 not-carried: 'async' has no place in a map",
    ]

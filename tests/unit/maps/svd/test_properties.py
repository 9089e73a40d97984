"""What registers and fields inherit, and what reading and writing them do."""

from __future__ import annotations

import pytest

from inspector.model.access import OnRead, OnWrite, Writable
from tests.unit.maps.svd.importing import (
    BASE,
    addresses,
    device,
    field,
    fields,
    left_out,
    loaded,
    one,
    peripheral,
    register,
    registers,
    repairs,
    the_field,
    the_register,
    tree,
)


def test_size_access_and_reset_come_from_the_nearest_level() -> None:
    head = (
        "<size>16</size><access>read-only</access><resetValue>0x1234</resetValue><resetMask>0xFF</resetMask>"
    )
    inner = f"<cluster><name>D</name><addressOffset>4</addressOffset>{register('A', 0)}</cluster>"
    cluster = (
        "<cluster><name>C</name><addressOffset>0x10</addressOffset><size>8</size><access>write-only</access>"
        + register("A", 0)
        + register("B", 1, "<access>read-write</access><resetValue>0x1</resetValue>")
        + f"{inner}</cluster>"
    )
    data = device(
        peripheral(register("A", 0))
        + peripheral(register("A", 0) + cluster, "Q", BASE + 0x1000, "<resetMask>0xFFFFFFFF</resetMask>"),
        head,
    )
    found = {path: item for path, (_, item) in registers(loaded(data)).items()}

    def seen(path: str) -> tuple[int, bool, bool, int | None, int]:
        item = found[path]
        return item.width, item.access.readable, bool(item.access.writable), item.reset, item.reset_mask

    assert seen("P.A") == (16, True, False, 0x1234, 0xFF)
    assert seen("Q.A") == (16, True, False, 0x1234, 0xFFFF)
    assert seen("Q.C.A") == (8, False, True, 0x34, 0xFF)
    assert seen("Q.C.B") == (8, True, True, 0x01, 0xFF)
    assert seen("Q.C.D.A") == (8, False, True, 0x34, 0xFF)


def test_what_nobody_states() -> None:
    item = the_register(one(register("R", 0), ""))
    assert (item.width, item.access.readable, item.access.writable) == (32, True, Writable.YES)
    assert item.reset is None


def test_a_mask_without_a_reset_and_a_mask_of_nothing_say_nothing() -> None:
    data = one(
        register("A", 0, "<resetMask>0xFF</resetMask>")
        + register("B", 4, "<resetValue>0x12</resetValue><resetMask>0</resetMask>")
    )
    assert the_register(data, "P.A").reset is None
    assert the_register(data, "P.B").reset is None


def test_a_mask_of_32_bits_does_not_reach_into_64() -> None:
    head = "<size>32</size><resetValue>0</resetValue><resetMask>0xFFFFFFFF</resetMask>"
    data = one(register("A", 0) + register("B", 8, "<size>64</size>"), head)
    assert the_register(data, "P.A").reset_mask == 0xFFFFFFFF
    assert the_register(data, "P.B").reset_mask == 0xFFFFFFFF
    assert tree(data)["defaults"] == {"reset": "0x0", "read_effects": "unknown"}


def test_a_register_wider_than_the_bus_takes_several_accesses() -> None:
    data = one(register("R", 4, "<size>64</size>"))
    item = the_register(data)
    assert (item.width, item.access_width) == (64, 32)
    assert addresses(data) == {"P.R": BASE + 4}


@pytest.mark.parametrize(
    ("words", "readable", "writable", "on_read", "on_write"),
    [
        ("", True, "yes", "unknown", "store"),
        ("<access>read-only</access>", True, "no", "unknown", "none"),
        ("<access>write-only</access>", False, "yes", "none", "store"),
        ("<access>writeOnce</access>", False, "once", "none", "store"),
        ("<access>read-writeOnce</access>", True, "once", "unknown", "store"),
        ("<access>read-writeonce</access>", True, "once", "unknown", "store"),
        ("<modifiedWriteValues>oneToClear</modifiedWriteValues>", True, "yes", "unknown", "w1c"),
        ("<modifiedWriteValues> oneToSet </modifiedWriteValues>", True, "yes", "unknown", "w1s"),
        ("<modifiedWriteValues>oneToToggle</modifiedWriteValues>", True, "yes", "unknown", "w1t"),
        ("<modifiedWriteValues>zeroToClear</modifiedWriteValues>", True, "yes", "unknown", "w0c"),
        ("<modifiedWriteValues>zeroToSet</modifiedWriteValues>", True, "yes", "unknown", "w0s"),
        ("<modifiedWriteValues>zeroToToggle</modifiedWriteValues>", True, "yes", "unknown", "w0t"),
        ("<modifiedWriteValues>clear</modifiedWriteValues>", True, "yes", "unknown", "wclr"),
        ("<modifiedWriteValues>set</modifiedWriteValues>", True, "yes", "unknown", "wset"),
        ("<modifiedWriteValues>modify</modifiedWriteValues>", True, "yes", "unknown", "modify"),
        ("<access>read-only</access><readAction>clear</readAction>", True, "no", "clear", "none"),
        ("<access>read-only</access><readAction>set</readAction>", True, "no", "set", "none"),
        ("<readAction>clear</readAction>", True, "yes", "clear", "store"),
        ("<readAction>modify</readAction>", True, "yes", "modify", "store"),
        ("<readAction>modifyExternal</readAction>", True, "yes", "external", "store"),
        (
            "<modifiedWriteValues>oneToClear</modifiedWriteValues><readAction>modify</readAction>",
            True,
            "yes",
            "modify",
            "w1c",
        ),
        ("<access>write-only</access><readAction>clear</readAction>", False, "yes", "none", "store"),
        (
            "<access>read-only</access><modifiedWriteValues>set</modifiedWriteValues>",
            True,
            "no",
            "unknown",
            "none",
        ),
        (
            "<access>writeOnce</access><modifiedWriteValues>zeroToSet</modifiedWriteValues>",
            False,
            "once",
            "none",
            "w0s",
        ),
    ],
)
def test_access(words: str, readable: bool, writable: str, on_read: str, on_write: str) -> None:
    expected = (readable, Writable(writable), OnRead(on_read), OnWrite(on_write))
    of_register = the_register(one(register("R", 0, words))).access
    assert (of_register.readable, of_register.writable, of_register.on_read, of_register.on_write) == expected
    for data in (
        one(register("R", 0, words + fields(field("F", "0")))),
        one(register("R", 0, fields(field("F", "0", words)))),
    ):
        access = the_field(data).access
        assert (access.readable, access.writable, access.on_read, access.on_write) == expected


def test_a_fields_access_keeps_the_registers_effects_and_its_own_replaces_them() -> None:
    words = "<modifiedWriteValues>oneToClear</modifiedWriteValues><readAction>modifyExternal</readAction>"
    data = one(
        register(
            "R",
            0,
            f"<access>read-only</access>{words}"
            + fields(
                field("A", "0", "<access>read-write</access>"),
                field("B", "1", "<modifiedWriteValues>oneToSet</modifiedWriteValues>"),
                field("C", "2", "<access>write-only</access><readAction>clear</readAction>"),
            ),
        )
    )
    effects = {item.name: (item.access.on_read, item.access.on_write) for item in the_register(data).fields}
    assert effects == {
        "A": (OnRead.EXTERNAL, OnWrite.W1C),
        "B": (OnRead.EXTERNAL, OnWrite.NONE),
        "C": (OnRead.NONE, OnWrite.W1C),
    }


@pytest.mark.parametrize(("word", "meant"), [("write", "write-only"), ("ReadOnly", "read-only")])
def test_misspelt_access_is_told(word: str, meant: str) -> None:
    data = one(register("R", 0, f"<access>{word}</access>"))
    assert the_register(data).access.readable is (meant == "read-only")
    assert repairs(data) == [f"access '{word}' is taken for {meant}"]


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ("<access>sometimes</access>", "access 'sometimes' is not known; it is inherited"),
        ("<readAction>explode</readAction>", "readAction 'explode' is not known; it is left out"),
        ("<resetValue>many</resetValue>", "resetValue 'many' is no number; it is left out"),
        ("<size>1</size>", "no register has the size '1'; it is taken for 8"),
        ("<size>20</size>", "no register has the size '20'; it is taken for 32"),
        ("<size>0</size>", "no register has the size '0'; the size is inherited"),
        ("<size>4096</size>", "no register has the size '4096'; the size is inherited"),
        ("<size>8</size><size>16</size>", "size is stated again in line 5; the last one holds"),
    ],
)
def test_what_is_wrong_is_told(element: str, told: str) -> None:
    data = one(register("R", 0, element))
    assert repairs(data) == [told]
    widths = {"1": 8, "20": 32, "0": 32, "4096": 32}
    word = told.partition("size '")[2].partition("'")[0]
    assert the_register(data).width == (16 if "again" in told else widths.get(word, 32))


def test_a_reset_too_wide_is_cut_and_told() -> None:
    data = one(register("R", 0, "<size>8</size><resetValue>0x1234</resetValue>"))
    assert the_register(data).reset == 0x34
    assert repairs(data) == ["the reset 0x1234 of 'R' does not fit in 8 bits; 0x34 is taken"]


def test_protection_is_told_once() -> None:
    words = "<protection>s</protection>"
    data = one(register("A", 0, words) + register("B", 4, words))
    (told,) = left_out(data)
    assert told.startswith("protection: ")
    assert told.endswith("2 times, the first here")

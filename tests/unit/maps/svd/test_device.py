"""The whole of a description: what stands around the registers, and what has no place in a map."""

from __future__ import annotations

import pytest

from inspector.errors import MapError
from inspector.maps.svd import import_svd
from inspector.maps.svd.notes import MOST_OF_A_KIND
from inspector.model.access import OnRead
from tests.unit.maps.svd.importing import (
    BASE,
    addresses,
    device,
    findings,
    left_out,
    loaded,
    one,
    peripheral,
    register,
    registers,
    repairs,
    the_register,
    tree,
)

R = register("R", 0)


def test_what_a_description_says_of_the_device() -> None:
    data = one(
        R,
        "<vendor>ACME</vendor><version>1.2</version><description>A\n device</description><series>S</series>"
        "<licenseText>MIT\n  licence</licenseText><addressUnitBits>8</addressUnitBits>"
        "<cpu><name>CM4</name><revision>r0p1</revision><endian>little</endian></cpu><access>read-only</access>",
    )
    found = tree(data)
    assert {key: found[key] for key in found if key not in ("blocks", "regions")} == {
        "regmap": "1",
        "name": "D",
        "desc": "A device",
        "vendor": "ACME",
        "version": "1.2",
        "license": "MIT licence",
        "x-svd-series": "S",
        "x-svd-cpu": {"name": "CM4", "revision": "r0p1", "endian": "little"},
        "defaults": {"access": "ro", "read_effects": "unknown"},
    }
    register_map = loaded(data)
    assert (register_map.name, register_map.vendor, register_map.imported) == ("D", "ACME", "CMSIS-SVD")
    assert import_svd(data, "d.svd").format == "CMSIS-SVD"


def test_silence_about_reads_is_said_once() -> None:
    data = one(R + register("S", 4, "<access>read-only</access>"))
    assert tree(data)["defaults"] == {"read_effects": "unknown"}
    for path in ("P.R", "P.S"):
        assert the_register(data, path).access.on_read is OnRead.UNKNOWN


def test_a_big_endian_processor() -> None:
    data = one(R, "<cpu><name>X</name><endian>big</endian></cpu>")
    assert the_register(data).byte_order == "big"


def test_peripherals_texts_and_interrupts_stand_at_their_instances() -> None:
    interrupt = "<interrupt><name>T{0}_IRQ</name><value>{1}</value></interrupt>"
    data = device(
        peripheral(R, "TIM0", BASE, "<description>First</description>" + interrupt.format(0, 7))
        + peripheral(R, "TIM1", BASE + 0x100, "<description>Second</description>" + interrupt.format(1, 8))
    )
    assert tree(data)["blocks"] == {"tim": {"desc": "First", "registers": {"R": "0x0"}}}
    assert tree(data)["regions"] == {
        "at_40000000": {
            "base": "0x40000000",
            "instances": {
                "TIM0": {"block": "tim", "x-svd-interrupts": {"T0_IRQ": "7"}},
                "TIM1": {
                    "block": "tim",
                    "offset": "0x100",
                    "desc": "Second",
                    "x-svd-interrupts": {"T1_IRQ": "8"},
                },
            },
        }
    }


def test_a_group_of_peripherals_names_their_block() -> None:
    group = "<groupName>General Timers</groupName>"
    data = device(peripheral(R, "TIM0", BASE, group) + peripheral(R, "TIM1", BASE + 0x100, group))
    assert list(tree(data)["blocks"]) == ["general_timers"]  # type: ignore[call-overload]
    other = register("OTHER", 0)
    data = device(peripheral(R, "TIM0", BASE, group) + peripheral(other, "TIM1", BASE + 0x100, group))
    assert list(tree(data)["blocks"]) == ["tim0", "tim1"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ("<prependToName>P_</prependToName>", "P.R"),
        ("<groupName>G</groupName><prependToName>G</prependToName>", "P.R"),
        ("<prependToName>X_</prependToName>", "P.X_R"),
        ("<appendToName>_X</appendToName>", "P.R_X"),
        ("<appendToName>_P</appendToName>", "P.R"),
    ],
)
def test_what_goes_around_names(extra: str, path: str) -> None:
    assert addresses(device(peripheral(R, extra=extra))) == {path: BASE}


def test_titles_and_descriptions() -> None:
    words = "<displayName>Control</displayName><description>\n  Starts\tit. </description>"
    item = the_register(one(register("R", 0, words)))
    assert (item.title, item.desc) == ("Control", "Starts it.")
    same = the_register(one(register("R", 0, "<displayName>R</displayName><description>R</description>")))
    assert (same.title, same.desc) == ("", "")


def test_types_of_c() -> None:
    data = one(
        register("A", 0, "<dataType>int32_t</dataType>")
        + register("B", 4, "<dataType>uint8_t *</dataType>")
        + register("C", 8, "<dataType>uint32_t</dataType>")
    )
    assert {path: item.format.type.value for path, (_, item) in registers(loaded(data)).items()} == {
        "P.A": "signed",
        "P.B": "addr",
        "P.C": "hex",
    }


def test_several_lists_of_registers_are_one() -> None:
    data = device(
        f"<peripheral><name>P</name><baseAddress>{BASE:#x}</baseAddress>"
        f"<registers>{R}</registers><registers>{register('S', 4)}</registers></peripheral>"
    )
    assert addresses(data) == {"P.R": BASE, "P.S": BASE + 4}


def test_registers_know_their_line() -> None:
    item = the_register(one("\n\n" + R))
    assert item.position is not None
    assert (item.position.file, item.position.line) == ("d.svd", 7)


def test_what_has_no_place_is_told_once_with_its_first_line() -> None:
    block = "<addressBlock><offset>0</offset><size>0x10</size><usage>registers</usage></addressBlock>"
    head = "<headerStructName>H</headerStructName><disableCondition>x</disableCondition>" + block
    data = device(
        peripheral(R, extra=head)
        + peripheral(R, "Q", BASE + 0x1000, head)
        + "<peripheral><name>EMPTY</name><baseAddress>0</baseAddress></peripheral>",
        "<vendorExtensions><x/></vendorExtensions>",
    )
    assert left_out(data) == [
        "vendorExtensions of devices",
        "disableCondition of peripherals; 2 times, the first here",
        "headerStructName: what a C header calls a structure; 2 times, the first here",
        "peripherals without registers, such as 'EMPTY'",
    ]
    assert [found.position.line for found in findings(data, "not-carried")] == [1, 3, 3, 13]


def test_repairs_of_a_kind_are_counted_beyond_some() -> None:
    data = one("".join(register(f"R{i}", 4 * i, "<size>1</size>") for i in range(MOST_OF_A_KIND + 5)))
    told = repairs(data)
    assert len(told) == MOST_OF_A_KIND + 1
    assert told[-1] == "5 more sizes that no register has; the last is here"


def test_units_of_address_other_than_bytes_are_told() -> None:
    data = one(register("R", 4), "<addressUnitBits>32</addressUnitBits>")
    assert addresses(data) == {"P.R": BASE + 4}
    assert "addressUnitBits is 32; offsets are taken for bytes" in repairs(data)[0]


def test_things_without_a_place_are_told() -> None:
    data = device(
        peripheral(R + "<register><name>S</name></register>")
        + f"<peripheral><name>Q</name><registers>{R}</registers></peripheral>"
    )
    assert addresses(data) == {"P.R": BASE}
    assert repairs(data) == [
        "the register 'S' has no addressOffset; it is left out",
        "the peripheral 'Q' has no baseAddress; it is left out",
    ]


def test_names_that_none_may_have_are_put_right() -> None:
    data = device(peripheral(register("1 wire/x", 0), "8051"))
    assert addresses(data) == {"_8051._1_wire_x": BASE}


def test_control_characters_are_told() -> None:
    data = one(register("R", 0, "<description>a\x02b</description>"))
    assert the_register(data).desc == "ab"
    assert repairs(data) == ["a control character was left out: XML allows none"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<component/>", "this is no CMSIS-SVD file: its outermost element is 'component'"),
        (b"<device></device>", "the description has no registers that could be read or written"),
    ],
)
def test_what_is_no_description_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MapError) as caught:
        import_svd(data, "d.svd")
    found = caught.value.findings[0]
    assert (found.rule, found.message, found.position.line) == ("refused", reason, 1)


def test_bombs_are_refused() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><device><name>&b;</name></device>'
    with pytest.raises(MapError, match="the entity 'a' is declared"):
        import_svd(bomb, "d.svd")

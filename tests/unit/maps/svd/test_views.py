"""Registers and peripherals in one place, and places that no bus reaches."""

from __future__ import annotations

import pytest

from inspector.errors import MapError
from inspector.maps.svd import import_svd
from tests.unit.maps.svd.importing import (
    BASE,
    addresses,
    device,
    dim,
    field,
    fields,
    findings,
    left_out,
    loaded,
    one,
    peripheral,
    register,
    registers,
    repairs,
)

READ = "<access>read-only</access>"
WRITE = "<access>write-only</access>"


def views(data: bytes) -> dict[str, str]:
    return {path.removeprefix("P."): item.alt for path, (_, item) in registers(loaded(data)).items()}


def test_what_nobody_declares_is_kept_as_a_view_and_told() -> None:
    data = one(register("A", 0) + register("B", 2, "<size>16</size>") + register("C", 0))
    assert views(data) == {"A": "", "B": "view2", "C": "view3"}
    assert repairs(data) == [
        "'B' has bytes of 'A'; it is kept as a view of them",
        "'C' has bytes of 'A'; it is kept as a view of them",
    ]
    assert [found.position.line for found in findings(data, "repaired")] == [6, 7]


def test_parts_of_a_word_are_one_view() -> None:
    parts = "".join(register(f"B{i}", i, "<size>8</size>") for i in range(4))
    assert views(one(register("W", 0) + parts)) == {"W": "", **{f"B{i}": "view2" for i in range(4)}}


def test_one_to_read_and_one_to_write_share_their_place() -> None:
    data = one(register("RBR", 0, READ) + register("THR", 0, WRITE) + register("DLL", 0))
    assert views(data) == {"RBR": "", "THR": "", "DLL": "view2"}
    by_fields = one(
        register("S", 0, fields(field("F", "0", READ))) + register("C", 0, fields(field("F", "0", WRITE)))
    )
    assert views(by_fields) == {"S": "", "C": ""}
    assert repairs(by_fields) == []


def test_alternate_registers_are_not_told() -> None:
    data = one(register("A", 0) + register("B", 0, "<alternateRegister>A</alternateRegister>"))
    assert views(data) == {"A": "", "B": "view2"}
    assert repairs(data) == []


def test_groups_of_alternate_registers_are_views_by_their_names() -> None:
    group = "<alternateGroup>SPI mode</alternateGroup>"
    data = one(register("CR", 0) + register("SR", 4) + register("CR", 0, group) + register("TX", 8, group))
    assert views(data) == {"CR": "", "SR": "", "CR__SPI_mode": "SPI mode", "TX": "SPI mode"}
    assert repairs(data) == ["a second register 'CR'; it is called 'CR__SPI_mode'"]


def test_alternate_clusters_are_views_as_a_whole() -> None:
    inside = register("A", 0) + register("B", 4)
    data = one(
        f"<cluster><name>COUNT8</name><addressOffset>0</addressOffset>{inside}{register('C', 8)}</cluster>"
        "<cluster><name>COUNT16</name><addressOffset>0</addressOffset>"
        f"<alternateCluster>COUNT8</alternateCluster>{inside}{register('D', 0x20)}</cluster>"
    )
    assert views(data) == {
        "COUNT8.A": "",
        "COUNT8.B": "",
        "COUNT8.C": "",
        "COUNT16.A": "COUNT16",
        "COUNT16.B": "COUNT16",
        "COUNT16.D": "COUNT16",
    }
    assert repairs(data) == []


def test_a_register_in_the_gap_of_an_array_is_no_view() -> None:
    data = one(register("A[%s]", 0, dim(4, 8)) + register("B", 4) + register("C", 12))
    assert set(views(data).values()) == {""}


def test_a_register_on_an_element_of_an_array_is_a_view() -> None:
    data = one(register("A[%s]", 0, dim(4, 8)) + register("B", 16))
    assert views(data) == {"A[0]": "", "A[1]": "", "A[2]": "", "A[3]": "", "B": "view2"}


def test_more_registers_in_one_place_than_anything_can_have_are_refused() -> None:
    data = one("".join(register(f"R{i}", 0) for i in range(300)))
    with pytest.raises(MapError, match="has bytes that more than 256 registers have"):
        import_svd(data, "d.svd")


@pytest.mark.parametrize(("width", "offset"), [(32, 2), (16, 1), (64, 2)])
def test_what_no_bus_reaches_is_left_out_and_told(width: int, offset: int) -> None:
    data = one(register("A", 16) + register("B", offset, f"<size>{width}</size>"))
    assert addresses(data) == {"P.A": BASE + 16}
    (told,) = left_out(data)
    assert "which a bus refuses, such as 'B'" in told


def test_elements_that_a_bus_reaches_stay() -> None:
    data = one(register("A%s", 0, dim(4, 2) + "<size>32</size>"))
    assert addresses(data) == {"P.A0": BASE, "P.A2": BASE + 4}


def test_an_odd_base_moves_the_registers_and_not_their_addresses() -> None:
    data = device(
        peripheral(register("A", 2) + register("B", 6), "P", BASE + 2)
        + peripheral(register("A", 0, "<size>8</size>"), "Q", BASE + 0x1001)
    )
    assert addresses(data) == {"P.A": BASE + 4, "P.B": BASE + 8, "Q.A": BASE + 0x1001}
    assert left_out(data) == []


def test_nothing_to_reach_is_refused_with_what_was_left_out() -> None:
    with pytest.raises(MapError) as caught:
        import_svd(one(register("A", 2)), "d.svd")
    assert [found.rule for found in caught.value.findings] == ["refused", "not-carried"]
    assert "no registers that could be read or written" in caught.value.findings[0].message


def instances(data: bytes) -> dict[str, tuple[str, int, str]]:
    return {
        instance.name: (region.name, instance.offset, instance.alt)
        for region in loaded(data).regions
        for instance in region.instances
    }


def test_areas_are_the_pages_that_touch() -> None:
    end = register("END", 0x3FC)
    data = device(
        "".join(
            peripheral(end, name, base)
            for name, base in (
                ("A", 0x4000_0400),
                ("B", 0x4000_0000),
                ("C", 0x4000_1000),
                ("D", 0x4000_3000),
                ("E", 0x5000_0C00),
                ("F", 0x5000_1000),
            )
        )
    )
    assert instances(data) == {
        "B": ("at_40000000", 0, ""),
        "A": ("at_40000000", 0x400, ""),
        "C": ("at_40000000", 0x1000, ""),
        "D": ("d", 0, ""),
        "E": ("at_50000c00", 0, ""),
        "F": ("at_50000c00", 0x400, ""),
    }


def test_peripherals_in_one_place_are_views() -> None:
    alternate = "<alternatePeripheral>SPI</alternatePeripheral>"
    data = device(
        peripheral(register("A", 0), "SPI")
        + peripheral(register("A", 0), "TWI", BASE, alternate)
        + peripheral(register("A", 0), "UART", BASE)
    )
    assert instances(data) == {
        "SPI": ("at_40000000", 0, ""),
        "TWI": ("at_40000000", 0, "TWI"),
        "UART": ("at_40000000", 0, "UART"),
    }
    assert repairs(data) == ["'UART' has addresses of 'SPI'; it is kept as a view of them"]


def test_peripherals_among_the_registers_of_another_are_not_told() -> None:
    data = device(
        peripheral(register("A", 0) + register("Z", 0x800), "P")
        + peripheral(register("A", 0), "Q", BASE + 0x400)
    )
    assert instances(data) == {"P": ("at_40000000", 0, ""), "Q": ("at_40000000", 0x400, "Q")}
    assert repairs(data) == []


def test_peripherals_of_one_name_are_told_apart() -> None:
    data = device(peripheral(register("A", 0)) + peripheral(register("A", 0), "P", BASE + 0x1000))
    assert sorted(addresses(data)) == ["P.A", "P_2.A"]
    assert repairs(data) == ["a second peripheral 'P'; it is called 'P_2'"]


def test_a_peripheral_beyond_the_address_space_is_told() -> None:
    data = device(peripheral(register("A", 0)) + peripheral(register("A", 0x100), "Q", (1 << 64) - 0x100))
    assert addresses(data) == {"P.A": BASE}
    assert repairs(data) == ["'Q' ends beyond 64 bits of address; it is left out"]

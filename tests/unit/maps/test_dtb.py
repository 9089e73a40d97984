from __future__ import annotations

import struct
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector import maps
from inspector.errors import MapError
from inspector.maps.dtb import import_dtb
from inspector.maps.tree import Imported
from inspector.model.access import OnRead, OnWrite
from inspector.model.register import Memory

from .imported import addresses, loaded, plain


@dataclass
class Dt:
    """A node to be written into a blob."""

    name: str
    properties: dict[str, bytes] = field(default_factory=dict)
    children: list[Dt] = field(default_factory=list)


def cells(*numbers: int) -> bytes:
    return b"".join(struct.pack(">I", number) for number in numbers)


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def blob(root: Dt, *, version: int = 17, header: dict[int, int] | None = None) -> bytes:
    """A blob, written from the specification alone; ``header`` puts other words in its place."""
    names = bytearray()

    def written(node: Dt) -> bytes:
        parts = [cells(1), padded(node.name.encode() + b"\0")]
        for name, value in node.properties.items():
            parts += [cells(3, len(value), len(names)), padded(value)]
            names.extend(name.encode() + b"\0")
        return b"".join([*parts, *(written(child) for child in node.children), cells(2)])

    structure = written(root) + cells(4, 9)
    start = 40 + 16
    words = [
        0xD00DFEED,
        start + len(structure) + len(names),
        start,
        start + len(structure),
        40,
        version,
        16,
        0,
        len(names),
        len(structure),
    ]
    for at, word in (header or {}).items():
        words[at] = word
    return cells(*words) + bytes(16) + structure + bytes(names)


CELLS_1 = {"#address-cells": cells(1), "#size-cells": cells(1)}


def tree(*children: Dt, **properties: bytes) -> Dt:
    return Dt("", CELLS_1 | properties, list(children))


def device(name: str, *reg: int, compatible: str = "acme,thing", **properties: bytes) -> Dt:
    return Dt(name, {"compatible": compatible.encode() + b"\0", "reg": cells(*reg)} | properties)


def imported(root: Dt) -> Imported:
    return import_dtb(blob(root), "board.dtb")


def told(imported: Imported) -> list[str]:
    return [f"{found.rule}: {found.message}" for found in imported.repairs]


def refusal(data: bytes) -> str:
    with pytest.raises(MapError) as caught:
        import_dtb(data, "board.dtb")
    (found,) = caught.value.findings
    return f"{found.rule}: {found.message}"


THING = tree(device("thing@1000", 0x1000, 0x100), model=b"A board of ours\0")


def test_a_node_with_an_address_is_a_region() -> None:
    (region,) = loaded(imported(THING)).regions
    assert (region.name, region.base, region.size) == ("thing_1000", 0x1000, 0x100)
    assert region.title == "acme,thing"
    assert region.bind is not None
    assert region.bind.compatible == "acme,thing"
    assert loaded(imported(THING)).title == "A board of ours"


def test_what_nobody_describes_is_a_window_of_words_whose_effects_are_not_known() -> None:
    (region,) = loaded(imported(THING)).regions
    (window,) = region.instances[0].block.children
    assert isinstance(window, Memory)
    assert (window.size, window.width) == (0x100, 32)
    assert (window.access.on_read, window.access.on_write) == (OnRead.UNKNOWN, OnWrite.UNKNOWN)
    assert (
        "not-stated: a device tree names no registers; what no bundled map describes is shown as words"
        in told(imported(THING))
    )


def test_extents_alike_share_a_block_and_odd_ones_are_of_bytes() -> None:
    root = tree(device("a@0", 0, 16), device("b@100", 0x100, 16), device("c@200", 0x200, 14))
    register_map = loaded(imported(root))
    blocks = [region.instances[0].block.name for region in register_map.regions]
    assert blocks == ["words_10", "words_10", "bytes_e"]


def test_the_buses_in_between_translate() -> None:
    inner = Dt(
        "inner",
        CELLS_1 | {"ranges": cells(0, 0x4000, 0x1000)},
        [device("a@10", 0x10, 8), device("far@2000", 0x2000, 8)],
    )
    soc = Dt(
        "soc",
        CELLS_1 | {"ranges": cells(0, 1, 0xF000_0000, 0x1_0000)},
        [inner, device("b@20", 0x20, 8)],
    )
    root = Dt("", {"#address-cells": cells(2), "#size-cells": cells(1)}, [soc])
    result = imported(root)
    assert {region.name: region.base for region in loaded(result).regions} == {
        "b_20": 0x1_F000_0020,
        "a_10": 0x1_F000_4010,
    }
    assert (
        "not-carried: '/soc/inner/far@2000' is left out: 0x2000 is in none of the 'ranges' of /soc/inner"
        in told(result)
    )


def test_a_bus_without_ranges_passes_nothing_on() -> None:
    bus = Dt("i2c@0", CELLS_1 | {"#size-cells": cells(0)}, [device("eeprom@50", 0x50)])
    pci = Dt("pcie", {"#address-cells": cells(3), "#size-cells": cells(2)}, [device("nic@0", 0, 0, 0, 0, 0)])
    root = tree(device("a@0", 0, 4), bus, Dt("closed", CELLS_1, [device("b@0", 0, 4)]), pci)
    assert [line.partition(" is left out: ")[2] for line in told(imported(root))[1:]] == [
        "/i2c@0 numbers its children, and gives them no addresses",
        "/closed has no 'ranges': what is on it is not memory-mapped",
        "/pcie is a PCI bus: its devices are found by their PCI address",
    ]


def test_what_is_disabled_and_what_is_below_it_is_left_out_and_told() -> None:
    off = Dt("off", CELLS_1 | {"ranges": b"", "status": b"disabled\0"}, [device("a@0", 0, 4)])
    root = tree(device("on@10", 0x10, 4, status=b"okay\0"), device("b@20", 0x20, 4, status=b"fail\0"), off)
    result = imported(root)
    assert [region.name for region in loaded(result).regions] == ["on_10"]
    assert told(result)[1:] == [
        "not-carried: '/b@20' is left out: it is disabled",
        "not-carried: '/off/a@0' is left out: off is disabled",
    ]


def test_memory_is_left_out_and_told() -> None:
    reserved = Dt("reserved-memory", CELLS_1 | {"ranges": b""}, [device("pool@800", 0x800, 0x100)])
    memory = Dt("memory@0", {"device_type": b"memory\0", "reg": cells(0, 0x1000)})
    result = imported(tree(memory, reserved, device("a@1000", 0x1000, 4)))
    assert [region.name for region in loaded(result).regions] == ["a_1000"]
    assert told(result)[1:] == [
        "not-carried: '/memory@0' is left out: it is the machine's memory",
        "not-carried: '/reserved-memory/pool@800' is left out: it is the machine's memory",
    ]


def test_each_range_of_a_node_is_a_region_and_only_what_can_be_told_apart_is_bound() -> None:
    node = device("gic@0", 0x0, 0x10, 0x100, 0x10, 0x200, 0)
    node.properties["reg-names"] = b"dist\0cpu\0"
    unnamed = device("x@300", 0x300, 4, 0x400, 4)
    result = imported(tree(node, unnamed))
    regions = loaded(result).regions
    assert [(region.name, region.base) for region in regions] == [
        ("gic_0", 0),
        ("gic_0_cpu", 0x100),
        ("x_300", 0x300),
        ("x_300_1", 0x400),
    ]
    assert [region.bind and region.bind.reg_name for region in regions] == ["", "cpu", "", None]
    assert "not-carried: range 2 of '/gic@0' is left out: it has no size" in told(result)


def test_nodes_of_one_name_on_two_buses_are_two_regions() -> None:
    buses = [Dt(name, CELLS_1 | {"ranges": b""}, [device("uart@0", 0, 4)]) for name in ("a", "b")]
    assert [region.name for region in loaded(imported(tree(*buses))).regions] == ["uart_0", "uart_0_2"]


def test_a_node_that_is_its_own_label_is_titled_so() -> None:
    (region,) = loaded(imported(tree(device("a@0", 0, 4, label=b"The left one\0")))).regions
    assert region.title == "The left one"


def test_a_bundled_map_gives_its_registers_to_the_devices_that_it_binds() -> None:
    uarts = [
        device(f"serial@{base:x}", base, 0x1000, compatible="acme,uart\0arm,pl011")
        for base in (0x900_0000, 0x904_0000)
    ]
    result = imported(tree(*uarts, device("a@0", 0, 4)))
    found = addresses(loaded(result))
    assert found["serial_9000000:serial_9000000.FR"] == 0x900_0018
    assert found["serial_9040000:serial_9040000.FR"] == 0x904_0018
    root = plain(result.root)
    assert isinstance(root, dict)
    assert root["include"] == ["pl011"]
    assert root["regions"]["serial_9040000"] == {
        "base": "0x9040000",
        "size": "0x1000",
        "bind": {"compatible": "acme,uart"},
        "title": "acme,uart",
        "instances": {"serial_9040000": {"block": "pl011", "offset": "0x0"}},
    }
    assert list(root["blocks"]) == ["words_4"]


def test_a_bundled_map_may_be_rounded_up_to_pages() -> None:
    gpio = device("gpio@7e200000", 0x7E20_0000, 0xB4, compatible="brcm,bcm2835-gpio")
    (region,) = loaded(imported(tree(gpio))).regions
    assert region.size == 0x1000
    assert region.instances[0].block.name == maps.load("bcm2835-gpio").blocks[0].name


@pytest.mark.parametrize(("start", "size"), [(0x1000, 0x200), (0x1004, 0x1000), ((1 << 32) - 4, 0x1000)])
def test_a_bundled_map_that_reaches_past_the_node_is_not_used_and_that_is_told(start: int, size: int) -> None:
    result = imported(tree(device("serial@1000", start, size, compatible="arm,pl011")))
    root = plain(result.root)
    assert isinstance(root, dict)
    assert "include" not in root
    extent = f"{size:#x} bytes at {start:#x}"
    assert told(result)[0] == (
        f"not-stated: '/serial@1000' is 'arm,pl011', but has {extent}: the map 'pl011' reaches to 0x1000"
    )


def test_every_block_of_a_map_that_binds_a_device_has_a_name_of_its_own() -> None:
    bound = [
        maps.load(name)
        for name in maps.names()
        if any(region.bind is not None and region.bind.compatible for region in maps.load(name).regions)
    ]
    names = [block.name for register_map in bound for block in register_map.blocks]
    assert len(names) == len(set(names)) >= 3


def test_an_older_version_ends_where_it_ends() -> None:
    data = blob(THING, version=16, header={9: 0})
    assert [region.name for region in loaded(import_dtb(data, "b.dtb")).regions] == ["thing_1000"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({0: 0xEDFE0DD0}, "the file begins with 0xedfe0dd0, a device-tree blob with 0xd00dfeed"),
        ({5: 3}, "version 3 of the format is not known; 16 and 17 are"),
        ({6: 18}, "version 17 of the format is not known; 16 and 17 are"),
        ({1: 1 << 30}, "the blob says to have 1,073,741,824 bytes, more than 4,194,304"),
        ({2: 57}, "its structure begins at byte 0x39, which is no multiple of 4"),
        ({2: 1 << 20}, "its structure ends at byte"),
        ({8: 1 << 20}, "its block of names ends at byte"),
        ({9: 8}, "its structure breaks off at byte"),
        ({2: 60}, "at byte 0x3c stands the token 0x0, which has no place there"),
    ],
)
def test_a_header_that_lies_is_refused(header: dict[int, int], message: str) -> None:
    assert refusal(blob(THING, header=header)).startswith(f"syntax: {message}")


def test_every_shorter_file_is_refused() -> None:
    data = blob(THING)
    for length in range(len(data)):
        assert refusal(data[:length]).startswith("syntax: ")


def test_structures_that_are_none_are_refused() -> None:
    def structure(*words: bytes) -> bytes:
        body = b"".join(words)
        header = cells(0xD00DFEED, 60 + len(body), 56, 56 + len(body), 40, 17, 16, 0, 4, len(body))
        return header + bytes(16) + body + b"reg\0"

    root, end = cells(1, 0), cells(2)
    assert "a second root begins" in refusal(structure(root, end, root, end, cells(9)))
    assert "the token 0x2" in refusal(structure(end, cells(9)))
    assert "the token 0x9" in refusal(structure(root, cells(9)))
    assert "the token 0x7" in refusal(structure(root, cells(7)))
    assert "the token 0x3" in refusal(structure(cells(3, 0, 0)))
    assert "ends past the end" in refusal(structure(root, cells(3, 4096, 0)))
    assert "the name of the property at byte 0x40" in refusal(structure(root, cells(3, 0, 5), end, cells(9)))
    assert "stands twice" in refusal(structure(root, cells(3, 0, 0), cells(3, 0, 0), end, cells(9)))
    assert "the name of the node at byte 0x40" in refusal(
        structure(root, cells(1), b"a" * 300, end, end, cells(9))
    )
    assert "more than 64 levels" in refusal(structure(root * 100, end * 100, cells(9)))


def test_a_tree_without_addresses_is_refused() -> None:
    assert refusal(blob(tree())) == "refused: no enabled node has an address on the CPU's bus"
    overlay = tree(Dt("fragment@0", {}, [Dt("__overlay__", {}, [device("a@0", 0, 4)])]))
    assert "device-tree overlay" in refusal(blob(overlay))


def test_more_places_than_any_machine_has_are_refused() -> None:
    node = device("a@0", *(number for i in range(5000) for number in (8 * i, 4)))
    assert refusal(blob(tree(node))) == "refused: more than 4,096 ranges of addresses"


def test_a_bus_with_more_windows_than_any_has_is_left_out() -> None:
    ranges = cells(*(number for i in range(300) for number in (16 * i, 16 * i, 16)))
    bus = Dt("bus", CELLS_1 | {"ranges": ranges}, [device("b@0", 0, 4)])
    result = imported(tree(device("a@0", 0, 4), bus))
    assert "not-carried: '/bus/b@0' is left out: /bus has more than 256 ranges" in told(result)


@settings(deadline=None)
@given(st.data())
def test_damage_is_refused_or_harmless(data: st.DataObject) -> None:
    whole = bytearray(
        blob(tree(device("a@0", 0, 4), Dt("b", CELLS_1 | {"ranges": b""}, [device("c@8", 8, 8)])))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        result = import_dtb(bytes(whole), "board.dtb")
    except MapError:
        return
    loaded(result)

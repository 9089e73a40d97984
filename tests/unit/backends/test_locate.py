from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends.locate import find_spot, locate
from inspector.errors import InspectorError, InvalidArgument, NoSuchDevice
from inspector.model.registermap import Bind, Region, RegisterMap

from .fakes import IO, MEM, add_node, add_pci, add_uio, cells, machine

UART = Bind(compatible="arm,pl011")


def region(bind: Bind | None, base: int | None = None, size: int = 0x100) -> Region:
    return Region("r", base, size, (), bind=bind)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    add_node(tmp_path, "/", n_address_cells=cells(1), n_size_cells=cells(1))
    add_node(tmp_path, "/uart@9000000", compatible="arm,pl011", reg=cells(0x900_0000, 0x1000))
    two = cells(0x900_1000, 0x1000, 0xA00_0000, 0x100)
    add_node(tmp_path, "/uart@9001000", compatible="arm,pl011", reg=two, reg_names=b"core\0extra\0")
    add_node(tmp_path, "/rtc@9010000", compatible="arm,pl031", reg=cells(0x901_0000, 0x1000))
    off = {"compatible": "arm,pl061", "status": "disabled"}
    add_node(tmp_path, "/gpio@9030000", reg=cells(0x903_0000, 0x1000), **off)
    bars = ((0xFEA0_0000, 0x10_0000, MEM), (0xC000, 0x20, IO))
    add_pci(tmp_path, bars=bars)
    add_uio(tmp_path, 0, "core", [(0x4000_0000, 0x1000, 0x10)])
    add_uio(tmp_path, 1, "ram", [(0xFFFF_8880_0000_0000, 0x1000, 0)])
    return tmp_path


@pytest.mark.parametrize(
    ("bind", "base", "start"),
    [
        (Bind(compatible="arm,pl031"), 0x1000, 0x901_0000),
        (UART, 0x900_1000, 0x900_1000),
        (Bind(compatible="arm,pl011", index=1), 0x900_0000, 0x900_1000),
        (Bind(compatible="arm,pl011", index=1, reg_name="extra"), None, 0xA00_0000),
        (Bind(pci_id="1234:11e8"), None, 0xFEA0_0000),
        (Bind(pci_id="8086:0001", compatible="arm,pl031"), None, 0x901_0000),
        (Bind(uio="core"), None, 0x4000_0010),
    ],
)
def test_where_bind_finds_it(root: Path, bind: Bind, base: int | None, start: int) -> None:
    spot = find_spot(region(bind, base), machine(root))
    assert spot is not None
    assert spot.start == start


@pytest.mark.parametrize(
    ("bind", "base", "kind", "words"),
    [
        (UART, 0x1000, InvalidArgument, "uart@9000000 (arm,pl011) at 0x9000000; uart@9001000 (arm,pl011) at"),
        (
            Bind(compatible="arm,pl011", index=2),
            None,
            NoSuchDevice,
            "no node number 2 is 'arm,pl011'; there is",
        ),
        (Bind(compatible="arm,pl011", index=1, reg_name="x"), None, NoSuchDevice, "reg-names: core, extra"),
        (Bind(compatible="arm,pl061"), None, NoSuchDevice, "gpio@9030000 is disabled"),
        (Bind(compatible="acme,x"), 0x1000, NoSuchDevice, "no usable node of the device tree is 'acme,x'"),
        (Bind(pci_id="1234:11e8", pci_bar=1), 0x1000, InvalidArgument, "is of x86 I/O ports"),
        (Bind(uio="ram"), None, NoSuchDevice, "has no physical address; -b uio reaches it"),
    ],
)
def test_where_it_does_not_it_says_what_there_is(
    root: Path, bind: Bind, base: int | None, kind: type[InspectorError], words: str
) -> None:
    with pytest.raises(kind) as caught:
        find_spot(region(bind, base), machine(root))
    assert words in str(caught.value)


def test_several_pci_devices_are_told_apart_by_the_base(root: Path) -> None:
    add_pci(root, "0000:00:03.0", bars=((0xFEB0_0000, 0x1000, MEM),))
    bind = Bind(pci_id="1234:11e8")
    found = find_spot(region(bind, 0xFEB0_0000), machine(root))
    assert found is not None
    assert found.what == "BAR 0 of 0000:00:03.0 (1234:11e8)"
    with pytest.raises(InvalidArgument, match="several devices fit region r"):
        find_spot(region(bind, 0x1000), machine(root))


def test_a_machine_without_a_device_tree(tmp_path: Path) -> None:
    with pytest.raises(NoSuchDevice, match="this machine has no device tree"):
        find_spot(region(UART), machine(tmp_path))


def test_a_map_is_placed_where_its_devices_are(root: Path) -> None:
    regions = (
        Region("rtc", 0x1000, 16, (), bind=Bind(compatible="arm,pl031")),
        Region("edu", 0x2000, 16, (), bind=Bind(pci_id="1234:11e8")),
        Region("bar", None, 16, ()),
        Region("uio", None, 16, ()),
        Region("file", 0x3000, 16, (), bind=UART),
        Region("sim", 0x4000, 16, (), bind=UART),
        Region("gone", 0x5000, 16, (), bind=Bind(pci_id="8086:0001")),
    )
    words = {
        "rtc": "devmem",
        "edu": "pci",
        "bar": "pci:0000:00:02.0",
        "uio": "uio:core",
        "file": "devmem:/image",
        "sim": "sim",
        "gone": "devmem",
    }
    located = locate(RegisterMap("board", regions), words, machine(root))
    assert {region.name: region.base for region in located.regions} == {
        "rtc": 0x901_0000,
        "edu": 0xFEA0_0000,
        "bar": 0xFEA0_0000,
        "uio": 0x4000_0010,
        "file": 0x3000,
        "sim": 0x4000,
        "gone": 0x5000,
    }
    (warning,) = located.warnings
    assert "no PCI device is a 8086:0001" in warning.message
    assert warning.message.endswith("; its base is 0x5000 as the map states it")


def test_a_map_that_is_where_it_says_stays_the_same(root: Path) -> None:
    there = RegisterMap("rtc", (region(Bind(compatible="arm,pl031"), 0x901_0000),))
    assert locate(there, {"r": "devmem"}, machine(root)) is there

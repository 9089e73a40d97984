from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends.driver import bound_driver, drivers

MEM = "0x0000000000040200"


def add(sysfs: Path, bus: str, name: str, resource: str, driver: str | None) -> None:
    device = sysfs / "bus" / bus / "devices" / name
    device.mkdir(parents=True)
    (device / "resource").write_text(resource)
    if driver:
        target = sysfs / "bus" / bus / "drivers" / driver
        target.mkdir(parents=True, exist_ok=True)
        (device / "driver").symlink_to(target)


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    add(tmp_path, "amba", "9000000.pl011", f"\t0x0000000009000000\t0x0000000009000fff\t{MEM}\n", "uart-pl011")
    add(tmp_path, "amba", "9030000.pl061", f"\t0x0000000009030000\t0x0000000009030fff\t{MEM}\n", None)
    bars = f"0x10000000 0x100fffff {MEM}\n0x0 0x0 0x0\n0xc000 0xc0ff 0x40101\n" + "0x0 0x0 0x0\n" * 3
    add(tmp_path, "pci", "0000:00:02.0", bars, "ahci")
    add(tmp_path, "pci", "0000:00:03.0", f"0x20000000 0x200fffff {MEM}\n", "uio_pci_generic")
    window = "0x0 0x0 0x0\n" * 7 + f"0x40000000 0x4fffffff {MEM}\n"
    add(tmp_path, "pci", "0000:00:04.0", window, "pcieport")
    (tmp_path / "bus/pci/devices/0000:00:05.0").mkdir()
    add(tmp_path, "pci", "0000:00:06.0", "garbage\n", "x")
    return tmp_path


@pytest.mark.parametrize(
    ("start", "end", "driver"),
    [
        (0x9000FFF, 0x9001000, "uart-pl011"),
        (0x9001000, 0x9001FFF, None),
        (0x9030000, 0x9030FFF, None),
        (0x100FFFFC, 0x100FFFFF, "ahci"),
        (0xC000, 0xC0FF, None),
        (0x0, 0x0, None),
        (0x20000000, 0x20000003, None),
        (0x40000000, 0x40000003, None),
    ],
)
def test_which_driver_is_bound_to_a_range(sysfs: Path, start: int, end: int, driver: str | None) -> None:
    found = bound_driver(start, end, sysfs)
    assert (found and found.driver) == driver


def test_a_driver_is_named_with_its_device_and_range(sysfs: Path) -> None:
    assert str(bound_driver(0x9000000, 0x9000000, sysfs)) == (
        "held by kernel driver uart-pl011 (9000000.pl011), 0x9000000-0x9000fff"
    )


def test_a_machine_without_those_buses(tmp_path: Path) -> None:
    assert bound_driver(0, 0xFFFF_FFFF, tmp_path) is None


def cells(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def test_a_platform_device_has_the_ranges_of_its_node(tmp_path: Path) -> None:
    node = tmp_path / "firmware/devicetree/base/soc/serial@1000"
    node.mkdir(parents=True)
    base = tmp_path / "firmware/devicetree/base"
    for directory in (base, base / "soc"):
        (directory / "#address-cells").write_bytes(cells(1))
        (directory / "#size-cells").write_bytes(cells(1))
    (base / "soc/ranges").write_bytes(cells(0, 0x3F00_0000, 0x100_0000))
    (node / "reg").write_bytes(cells(0x1000, 0x100, 0x3000, 0x10))
    device = tmp_path / "bus/platform/devices/3f001000.serial"
    device.mkdir(parents=True)
    (device / "of_node").symlink_to(node)
    (device / "driver").symlink_to(tmp_path / "bus/platform/drivers/serial")
    found = bound_driver(0x3F00_3008, 0x3F00_300B, tmp_path)
    assert str(found) == "held by kernel driver serial (3f001000.serial), 0x3f003000-0x3f00300f"
    assert bound_driver(0x3F00_2000, 0x3F00_2003, tmp_path) is None


def test_what_hangs_on_a_device_is_told(sysfs: Path) -> None:
    child = sysfs / "bus/pci/devices/0000:00:02.0/virtio3"
    child.mkdir()
    (child / "driver").symlink_to(sysfs / "bus/virtio/drivers/virtio_net")
    assert [holder.through for holder in drivers(0x10000000, 0x10000003, sysfs)] == ["virtio3 (virtio_net)"]


def test_a_uio_device_is_found_by_its_maps_and_holds_nothing_itself(tmp_path: Path) -> None:
    device = tmp_path / "bus/platform/devices/fpga"
    place = device / "uio/uio4/maps/map0"
    place.mkdir(parents=True)
    (place / "addr").write_text("0x43c00000\n")
    (place / "size").write_text("0x10000\n")
    (device / "driver").symlink_to(tmp_path / "bus/platform/drivers/uio_pdrv_genirq")
    (found,) = drivers(0x43C0_FFFF, 0x43C1_0000, tmp_path)
    assert (found.driver, found.through, found.for_users) == ("uio_pdrv_genirq", "uio4", True)
    assert bound_driver(0x43C0_FFFF, 0x43C1_0000, tmp_path) is None

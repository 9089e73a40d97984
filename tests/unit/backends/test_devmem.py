from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends import open_backend
from inspector.backends.devmem import PhysicalMemory
from inspector.backends.machine import Machine
from inspector.errors import Busy, InvalidArgument, NoMemory, NotPermitted
from inspector.io import Flags
from inspector.model.registermap import Region

PC = Machine("cpython", (3, 11), "x86_64", "linux", True)
UART = Region("uart", 0x1000, 0x100, ())


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.bin"
    path.write_bytes(bytes(i & 0xFF for i in range(0x2000)))
    return path


def test_a_region_stands_at_its_address(image: Path) -> None:
    with open_backend(f"devmem:{image}@0xf00") as backend:
        memory = backend.device(UART).io_request_by_name("uart").iomap()
        with memory.try_access() as io:
            assert io.address == 0x1000
            assert [io.try_read8(i) for i in range(3)] == [0x00, 0x01, 0x02]
            assert io.try_read8(0xFF) == 0xFF


def test_a_region_without_a_base_stands_at_the_files_start(image: Path) -> None:
    with open_backend(f"devmem:{image}@0x8000") as backend:
        device = backend.device(Region("uart", None, 16, ()))
        assert device.resources[0].start == 0x8000
        assert device.io_request_by_index(0).iomap().try_access_with(lambda io: io.try_read8(5)) == 5


@pytest.mark.parametrize("base", [0x1F01, 0x2000, 0x0])
def test_a_region_outside_the_file_says_how_much_there_is(image: Path, base: int) -> None:
    with (
        open_backend(f"devmem:{image}@0x10") as backend,
        pytest.raises(InvalidArgument, match=r"which has 0x2000 bytes, 0x10-0x200f \(EINVAL\)"),
    ):
        backend.device(Region("uart", base, 0x200, ()))


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with (
        open_backend(f"devmem:{path}") as backend,
        pytest.raises(InvalidArgument, match="which has no bytes"),
    ):
        backend.device_at(0, 4)


def test_claims_are_keyed_by_the_file_and_not_by_its_name(image: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(image)
    with open_backend(f"devmem:{image}@0x1000") as one, open_backend(f"devmem:{link}") as two:
        memory = one.device_at(0x1100, 0x100).io_request_by_index(0).iomap_exclusive()
        with pytest.raises(Busy, match="bytes 0x100-0x1ff"):
            two.device_at(0x1FF, 1).io_request_by_index(0).iomap_exclusive()
        two.device_at(0x200, 1).io_request_by_index(0).iomap_exclusive().close()
        memory.close()
        two.device_at(0x1FF, 1).io_request_by_index(0).iomap_exclusive().close()


def test_what_is_not_a_regular_file_is_refused_until_it_is_one(tmp_path: Path) -> None:
    path = tmp_path / "image"
    with open_backend(f"devmem:{path}@0x1000") as backend:
        with pytest.raises(NotPermitted, match=r"there is no file .*image \(ENOENT\): check the path"):
            backend.device(UART)
        path.mkdir()
        with pytest.raises(InvalidArgument, match="not a regular file; for /dev/mem write -b devmem"):
            backend.device(UART)
        path.rmdir()
        path.write_bytes(bytes(0x100))
        assert backend.device(UART).bound


def test_the_regions_widths_hold(image: Path) -> None:
    region = Region("uart", 0, 16, (), access_widths=frozenset({8, 64}))
    with open_backend(f"devmem:{image}") as backend:
        assert backend.device(region).io_request_by_index(0).iomap().try_access_with(
            lambda io: io.widths
        ) == {
            8,
            64,
        }


def test_physical_memory_needs_an_address() -> None:
    with pytest.raises(InvalidArgument, match="region x has no base, and /dev/mem needs a physical address"):
        PhysicalMemory(machine=PC).device(Region("x", None, 16, ()))
    with pytest.raises(InvalidArgument, match="beyond what can be mapped"):
        PhysicalMemory(machine=PC).device_at((1 << 63) - 4, 8)


def test_physical_memory_maps_its_address_as_the_position(image: Path) -> None:
    with PhysicalMemory(str(image), PC) as backend:
        device = backend.device(UART)
        assert (device.space, device.origin) == ("mem", 0)
        memory = device.io_request_by_index(0).iomap_exclusive_sized(0x100)
        with memory.access(device) as io:
            assert io.read32(4) == 0x07060504
            assert not io.writable
            io.arm()
            io.write16(0xABCD, 0x10)
    assert image.read_bytes()[0x1010:0x1012] == b"\xcd\xab"


def test_without_a_node_it_says_why_and_what_to_do(tmp_path: Path) -> None:
    with PhysicalMemory(str(tmp_path / "mem"), PC) as backend:
        device = backend.device(UART)
        for request in ("iomap", "iomap_exclusive"):
            with pytest.raises(NotPermitted, match=r"there is no .*mem \(ENOENT\): .*CONFIG_DEVMEM"):
                getattr(device.io_request_by_index(0), request)()
        assert device.holders(device.resources[0]) == ()


def test_nonposted_is_for_machines_whose_mapping_is(image: Path) -> None:
    region = Region("uart", 0x1000, 16, (), flags=frozenset({"nonposted"}))
    arm = Machine("cpython", (3, 11), "aarch64", "linux", True)
    with PhysicalMemory(str(image), arm) as backend:
        device = backend.device(region)
        assert Flags.MEM_NONPOSTED in device.resources[0].flags
        assert device.io_request_by_index(0).iomap().try_access_with(lambda io: io.try_read8(1)) == 1
    with PhysicalMemory(str(image), PC) as backend, pytest.raises(NoMemory):
        backend.device(region).io_request_by_index(0).iomap()

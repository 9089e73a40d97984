from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends import open_backend
from inspector.backends.devmem import PhysicalMemory
from inspector.errors import Asleep, Busy, InvalidArgument, NoMemory, NoSuchDevice, NotPermitted
from inspector.io import Flags
from inspector.model.access import TOKENS
from inspector.model.register import Block, Register
from inspector.model.registermap import Bind, Instance, Region

from .fakes import MEM, LocalAccess, add_node, add_pci, add_tree_device, bind_driver, cells, machine, write

NOWHERE = Path("/nonexistent")
PC = machine(NOWHERE)
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
    with pytest.raises(InvalidArgument, match=r"region x has no base, and .*/dev/mem needs a physical"):
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
    arm = machine(NOWHERE, "aarch64")
    with PhysicalMemory(str(image), arm) as backend:
        device = backend.device(region)
        assert Flags.MEM_NONPOSTED in device.resources[0].flags
        assert device.io_request_by_index(0).iomap().try_access_with(lambda io: io.try_read8(1)) == 1
    with PhysicalMemory(str(image), PC) as backend, pytest.raises(NoMemory):
        backend.device(region).io_request_by_index(0).iomap()


# --- what the machine tells of an address -----------------------------------------------------


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A machine with a PCI device, an AMBA device and a platform device, and its memory's image."""
    root = tmp_path / "root"
    add_pci(root, bars=((0x1000, 0x1000, MEM),))
    properties = {"n_address_cells": cells(1), "n_size_cells": cells(1)}
    add_node(root, "/", **properties)
    uart = add_node(root, "/uart@2000", compatible="arm,pl011", reg=cells(0x2000, 0x1000))
    timer = add_node(root, "/timer@3000", compatible="acme,timer", reg=cells(0x3000, 0x100))
    amba = add_tree_device(root, "amba", "2000.uart", uart)
    write(amba / "resource", "\t0x0000000000002000\t0x0000000000002fff\t0x0000000000000200\n")
    add_tree_device(root, "platform", "3000.timer", timer, "acme-timer")
    (root / "dev").mkdir()
    (root / "dev/mem").write_bytes(bytes(0x5000))
    return root


def physical(root: Path, access: LocalAccess | None = None) -> PhysicalMemory:
    return PhysicalMemory(machine=machine(root), access=access or LocalAccess())


@pytest.mark.parametrize(
    ("address", "owner", "texts"),
    [
        (0x1800, "sys/bus/pci/devices/0000:00:02.0", ["resource"]),
        (0x2FFC, "sys/bus/amba/devices/2000.uart", ["resource"]),
        (0x30FC, "sys/bus/platform/devices/3000.timer", []),
        (0x4000, None, []),
    ],
)
def test_the_device_that_owns_an_address_makes_its_epoch(
    board: Path, address: int, owner: str | None, texts: list[str]
) -> None:
    access = LocalAccess()
    with physical(board, access) as backend:
        backend.device_at(address, 4).io_request_by_index(0).iomap().close()
    identity = access.last.identity
    assert identity.iomem == (address, address + 3)
    assert identity.inodes == ((str(board / owner),) if owner else ())
    assert identity.links == ((str(board / owner / "driver"),) if owner else ())
    assert identity.texts == tuple(str(board / str(owner) / name) for name in texts)
    assert bool(identity.asleep) == bool(owner)


def test_a_pci_device_that_sleeps_is_refused_by_its_address_too(board: Path) -> None:
    device = board / "sys/bus/pci/devices/0000:00:02.0"
    # By its address nothing but its registers is touched, so its configuration is not asked.
    (device / "config").unlink(missing_ok=True)
    with physical(board) as backend:
        backend.device_at(0x1000, 4).io_request_by_index(0).iomap().close()
        write(device / "power_state", "D3cold\n")
        with pytest.raises(Asleep):
            backend.device_at(0x1000, 4).io_request_by_index(0).iomap()


def test_a_drivers_range_is_busy_for_an_exclusive_request_alone(board: Path) -> None:
    bind_driver(board, "amba", board / "sys/bus/amba/devices/2000.uart", "uart-pl011")
    with physical(board) as backend:
        device = backend.device_at(0x2000, 16)
        with pytest.raises(Busy, match=r"held by kernel driver uart-pl011 .* or map it shared") as caught:
            device.io_request_by_index(0).iomap_exclusive()
        assert "2000.uart" in str(caught.value.holder)
        assert device.holders(device.resources[0]) == ()
        device.io_request_by_index(0).iomap().close()


def test_a_refusal_names_whom_the_mapper_sees(board: Path) -> None:
    access = LocalAccess("00002000-00002fff : 2000.uart\n  00002000-00002fff : uart-pl011\n")
    with physical(board, access) as backend:
        backend.device_at(0x2000, 16).io_request_by_index(0).iomap().close()
        error = access.last.explain(PermissionError(1, "Operation not permitted"), "mmap")
    assert "the kernel lists 'uart-pl011' (0x2000-0x2fff) there" in str(error)


def test_bind_wins_over_base(board: Path) -> None:
    region = Region("uart", 0x4000, 16, (), bind=Bind(compatible="arm,pl011"))
    with physical(board) as backend:
        assert backend.device(region).resources[0].start == 0x2000
        assert backend.address_of(region) == 0x2000


def test_a_base_is_believed_where_bind_finds_nothing(board: Path) -> None:
    bind = Bind(pci_id="8086:0001")
    with physical(board) as backend:
        assert backend.device(Region("x", 0x4000, 16, (), bind=bind)).resources[0].start == 0x4000
        with pytest.raises(NoSuchDevice, match=r"no PCI device is a 8086:0001; there is 0000:00:02\.0"):
            backend.device(Region("y", None, 16, (), bind=bind))


def test_a_device_that_moved_is_opened_where_it_is_now(board: Path) -> None:
    region = Region("edu", 0x1000, 16, (), bind=Bind(pci_id="1234:11e8"))
    with physical(board) as backend:
        assert backend.device(region).resources[0].start == 0x1000
        write(board / "sys/bus/pci/devices/0000:00:02.0/resource", "0x3000 0x3fff 0x40200\n")
        backend.forget(region)
        assert backend.device(region).resources[0].start == 0x3000


def test_registers_past_what_bind_finds_are_refused(board: Path) -> None:
    block = Block("timer", 0x1000, (Register("LAST", 0x100, 32, TOKENS["rw"]),))
    bind = Bind(compatible="acme,timer")
    with physical(board) as backend:
        # The map's extent may be rounded up to pages; its registers may not be outside.
        backend.device(Region("timer", None, 0x1000, (), bind=bind))
        with pytest.raises(InvalidArgument, match=r"reach 0x104 bytes far, and timer@3000 .* only 0x100"):
            backend.device(Region("other", None, 0x1000, (Instance("T", block),), bind=bind))

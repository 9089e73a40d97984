from __future__ import annotations

import errno
import mmap
import os
from pathlib import Path

import pytest

from inspector.backends import Backend, open_backend
from inspector.backends.uio import UioMap
from inspector.errors import (
    InspectorError,
    InvalidArgument,
    KernelError,
    NoMemory,
    NoSuchDevice,
    NotPermitted,
    UsageError,
)
from inspector.model.registermap import Bind, Region

from .fakes import LocalAccess, add_pci, add_uio, machine

REGION = Region("core", None, 0x100, ())
VIRTUAL = 0xFFFF_8880_0000_0000


def opened(root: Path, word: str, access: LocalAccess | None = None, architecture: str = "x86_64") -> Backend:
    return open_backend(word, access=access or LocalAccess(), machine=machine(root, architecture))


def read(backend: Backend, region: Region, offset: int) -> int:
    with backend.device(region).io_request_by_index(0).iomap_sized(region.size).try_access() as io:
        return io.read32(offset)


def test_the_page_offset_chooses_the_map_and_the_offset_the_place_in_its_page(tmp_path: Path) -> None:
    maps = [(0x4000_0000, 0x1000, 0), (0x5000_0000, 0x2000, 0x40)]
    directory = add_uio(tmp_path, 3, "core", maps)
    access = LocalAccess()
    with opened(tmp_path, "uio:core/1", access) as backend:
        device = backend.device(REGION)
        assert (device.space, device.resources[0].start) == ("mem", 0x5000_0040)
        assert read(backend, REGION, 4) == mmap.PAGESIZE + 0x44
        assert backend.address_of(REGION) == 0x5000_0040
    what = access.last
    assert (what.path, what.address, what.start) == (str(tmp_path / "dev/uio3"), 0x5000_0040, 0x5000_0040)
    assert what.identity.inodes[0] == str(directory)
    assert str(directory / "maps/map1/addr") in what.identity.texts
    assert str(directory / "device/driver") in what.identity.links


def test_a_kernel_that_tells_no_offset_has_it_in_the_address(tmp_path: Path) -> None:
    add_uio(tmp_path, 0, "core", [(0x4000_0080, 0x200, None)])
    with opened(tmp_path, "uio:0") as backend:
        assert read(backend, REGION, 0) == 0x80
        assert backend.device(REGION).resources[0].start == 0x4000_0080


def test_an_address_that_is_not_physical_is_not_shown_and_keyed_by_the_name(tmp_path: Path) -> None:
    add_uio(tmp_path, 0, "core", [(VIRTUAL, 0x1000, 0), (VIRTUAL + 0x1000, 0x1000, 0)])
    access = LocalAccess()
    with opened(tmp_path, "uio:core", access) as one, opened(tmp_path, "uio:core/1", access) as two:
        device = one.device(REGION)
        assert device.space == "uio:core"
        held = device.io_request_by_index(0).iomap_exclusive()
        assert held.try_access_with(lambda io: io.address) is None
        assert one.address_of(REGION) is None
        # The other map starts at 0 as well, and is another place.
        two.device(REGION).io_request_by_index(0).iomap_exclusive().close()
        held.close()


def test_which_addresses_can_be_physical() -> None:
    assert UioMap(0, "", 0xE000_0000, 0x10, 0x100).physical(wide=True) == 0xE000_0010
    assert UioMap(0, "", 0xE000_0000, 0, 0x100).physical(wide=False) is None
    assert UioMap(0, "", 0x4000_0000, 0, 0x100).physical(wide=False) == 0x4000_0000
    assert UioMap(0, "", (1 << 52) - 0x1000, 0, 0x1000).physical(wide=True) == (1 << 52) - 0x1000
    assert UioMap(0, "", 1 << 52, 0, 0x1000).physical(wide=True) is None
    assert UioMap(0, "", 0, 0, 0x1000).physical(wide=True) is None


def test_devices_are_found_by_name_number_slot_and_bind(tmp_path: Path) -> None:
    parent = add_pci(tmp_path, driver="acme")
    add_uio(tmp_path, 0, "other", [(0x1000, 0x1000, 0)])
    add_uio(tmp_path, 1, "core", [(0x2000, 0x1000, 0)], parent)
    by_name = Region("core", None, 16, (), bind=Bind(uio="core"))
    by_id = Region("core", None, 16, (), bind=Bind(pci_id="1234:11e8"))
    for word, region in (
        ("uio:core", REGION),
        ("uio:1", REGION),
        ("uio:0000:00:02.0", REGION),
        ("uio:00:02.0/0", REGION),
        ("uio", by_name),
        ("uio", by_id),
    ):
        with opened(tmp_path, word) as backend:
            assert backend.address_of(region) == 0x2000, word


def test_a_name_that_two_devices_have_is_an_error_naming_both(tmp_path: Path) -> None:
    for number in (0, 4):
        add_uio(tmp_path, number, "core", [(0x1000, 0x1000, 0)])
    with opened(tmp_path, "uio:core") as backend, pytest.raises(InvalidArgument) as caught:
        backend.device(REGION)
    assert (
        "2 UIO devices are called 'core': uio0 (core), uio4 (core); write the number, such as -b uio:0"
        in str(caught.value)
    )


def test_two_devices_that_a_map_fits_are_named_with_the_word_that_was_asked_for(tmp_path: Path) -> None:
    for slot in ("0000:00:02.0", "0000:00:03.0"):
        add_pci(tmp_path, slot)
    region = Region("core", None, 0x100, (), bind=Bind(pci_id="1234:11e8"))
    with opened(tmp_path, "uio") as backend, pytest.raises(InvalidArgument) as caught:
        backend.device(region)
    assert "0000:00:02.0, 0000:00:03.0; write -b uio:0000:00:02.0 or so" in str(caught.value)


@pytest.mark.parametrize(
    ("word", "kind", "words"),
    [
        (
            "uio:none",
            NoSuchDevice,
            "no UIO device is called 'none'; there is uio0 (core), uio1 (uio_pci_generic)",
        ),
        ("uio:uio0/2", NoSuchDevice, "uio0 (core) has no map 2; it has 0"),
        ("uio:core/2", NoSuchDevice, "uio0 (core) has no map 2; it has 0"),
        ("uio:1", NoSuchDevice, "pci:0000:00:02.0/N reaches its BARs while it is bound"),
        (
            "uio:0000:00:02.0",
            NoSuchDevice,
            "offers no memory map, as nothing does that is bound to uio_pci_gen",
        ),
        ("uio:0000:00:03.0", NoSuchDevice, "without one, pci:0000:00:03.0/N reaches it"),
        ("uio:0000:00:04.0", NoSuchDevice, "no UIO device stands for 0000:00:04.0"),
        ("uio", InvalidArgument, "the map does not say which UIO device it is about"),
        ("uio:core", InvalidArgument, "core has 0x100 bytes, and map 0 of uio0 (core) only 0x80"),
    ],
)
def test_what_cannot_be_found_says_what_there_is(
    tmp_path: Path, word: str, kind: type[InspectorError], words: str
) -> None:
    parent = add_pci(tmp_path, driver="uio_pci_generic")
    add_pci(tmp_path, "0000:00:03.0")
    add_uio(tmp_path, 0, "core", [(0x1000, 0x80, 0)])
    add_uio(tmp_path, 1, "uio_pci_generic", (), parent)
    with opened(tmp_path, word) as backend, pytest.raises(kind) as caught:
        backend.device(REGION)
    assert words in str(caught.value)


def test_a_machine_without_uio(tmp_path: Path) -> None:
    with opened(tmp_path, "uio:core") as backend, pytest.raises(NoSuchDevice, match="this machine has none"):
        backend.device(REGION)


def test_an_offset_behind_the_first_page_is_reached_from_the_maps_start(tmp_path: Path) -> None:
    add_uio(tmp_path, 0, "core", [(0x4000_0000, 0x3000, 0)])
    access = LocalAccess()
    with opened(tmp_path, "uio:core", access) as backend:
        device, offset = backend.reach(0x2008, 4)
        with device.io_request_by_index(0).iomap_sized(0x200C).try_access() as io:
            assert io.read32(offset) == 0x2008
        assert access.last.position == 0
        with pytest.raises(InvalidArgument, match="mapped from its first page on"):
            backend.device_at(0x2008, 4)
    with opened(tmp_path, "uio") as backend, pytest.raises(UsageError, match="write -b uio:NAME"):
        backend.device_at(0, 4)


@pytest.mark.parametrize(
    ("number", "step", "kind", "words"),
    [
        (
            errno.EACCES,
            "open",
            NotPermitted,
            "may not be opened by this user (EACCES): run as root, or let a udev",
        ),
        (errno.ENOENT, "open", NotPermitted, "containers leave it out"),
        (errno.ENODEV, "open", NoSuchDevice, "its driver is gone"),
        (errno.ENODEV, "mmap", NoSuchDevice, "its address 0x40000080 is not at the start of a page"),
        (errno.EINVAL, "mmap", InvalidArgument, "uio_pdrv_genirq does, can be mapped"),
        (errno.ENOMEM, "mmap", NoMemory, "no memory"),
    ],
)
def test_why_a_map_is_refused(
    tmp_path: Path, number: int, step: str, kind: type[KernelError], words: str
) -> None:
    add_uio(tmp_path, 0, "core", [(0x4000_0080, 0x200, None)])
    access = LocalAccess()
    with opened(tmp_path, "uio:core", access) as backend:
        backend.device(REGION).io_request_by_index(0).iomap().close()
        error = access.last.explain(OSError(number, os.strerror(number)), step)
    assert type(error) is kind
    assert words in str(error)
    assert "in map 0 of uio0 (core)" in str(error)


def test_its_mapping_is_not_posted_on_arm64(tmp_path: Path) -> None:
    add_uio(tmp_path, 0, "core", [(0x4000_0000, 0x1000, 0)])
    region = Region("core", None, 16, (), flags=frozenset({"nonposted"}))
    with opened(tmp_path, "uio:core", architecture="aarch64") as backend:
        assert read(backend, region, 4) == 4
    with opened(tmp_path, "uio:core") as backend, pytest.raises(NoMemory):
        backend.device(region).io_request_by_index(0).iomap()

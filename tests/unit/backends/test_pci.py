from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from inspector.backends import Backend, open_backend
from inspector.backends.access import Access
from inspector.backends.pci import canonical_slot, functions
from inspector.errors import (
    AccessFailed,
    Asleep,
    Busy,
    InspectorError,
    InvalidArgument,
    KernelError,
    NoMemory,
    NoSuchDevice,
    NotPermitted,
    Revoked,
    UsageError,
)
from inspector.model.registermap import Bind, Region
from inspector.model.transaction import Read

from .fakes import IO, MEM, MEM_64, UNSET, LocalAccess, add_pci, bind_driver, machine, write

EDU = Region("edu", None, 0x1000, (), bind=Bind(pci_id="1234:11e8"))
SLOT = "pci:0000:00:02.0"


def opened(
    root: Path, word: str = SLOT, access: LocalAccess | None = None, architecture: str = "x86_64"
) -> Backend:
    return open_backend(word, access=access or LocalAccess(), machine=machine(root, architecture))


def test_a_bar_is_mapped_and_stands_at_its_physical_address(tmp_path: Path) -> None:
    directory = add_pci(tmp_path)
    access = LocalAccess()
    with opened(tmp_path, access=access) as backend:
        device = backend.device(EDU)
        assert (device.space, device.origin, device.resources[0].start) == ("mem", 0, 0xFEA0_0000)
        with device.io_request_by_index(0).iomap_sized(0x1000).try_access() as io:
            assert (io.read32(0x10), io.address) == (0x10, 0xFEA0_0000)
    what = access.last
    assert what.path == str(directory / "resource0")
    assert (what.position, what.size, what.space, what.start) == (0, 0x1000, "mem", 0xFEA0_0000)
    assert what.identity.inodes == (str(directory),)
    assert what.identity.links == (str(directory / "driver"),)
    assert what.identity.texts == (str(directory / "resource"),)
    asleep = dict(what.identity.asleep)
    assert "suspended" in asleep[str(directory / "power/runtime_status")]
    assert {"D3hot", "D3cold"} <= set(asleep[str(directory / "power_state")])


def test_a_bar_is_found_by_the_maps_bind(tmp_path: Path) -> None:
    add_pci(tmp_path, "0000:00:01.0", "8086:1237", ())
    bars = ((0x1000_0000, 0x1000, MEM), (0xC000, 0x20, IO), (0x40_0000_0000, 0x2000, MEM_64))
    add_pci(tmp_path, "0000:00:03.0", bars=bars)
    region = Region("edu", 0xFEA0_0000, 0x1000, (), bind=Bind(pci_id="1234:11e8", pci_bar=2))
    with opened(tmp_path, "pci") as backend:
        assert backend.address_of(region) == 0x40_0000_0000
        assert backend.device(region).resources[0].start == 0x40_0000_0000
    with opened(tmp_path, "pci:00:03.0/0") as backend:
        assert backend.address_of(region) == 0x1000_0000


def test_a_driver_for_users_does_not_keep_it_from_being_claimed(tmp_path: Path) -> None:
    add_pci(tmp_path, driver="uio_pci_generic")
    with opened(tmp_path) as backend:
        backend.device(EDU).io_request_by_index(0).iomap_exclusive().close()


def test_a_drivers_bar_is_busy_for_an_exclusive_request_alone(tmp_path: Path) -> None:
    add_pci(tmp_path, driver="ahci")
    with opened(tmp_path) as backend:
        device = backend.device(EDU)
        with pytest.raises(Busy, match="held by kernel driver ahci"):
            device.io_request_by_index(0).iomap_exclusive()
        assert device.holders(device.resources[0]) == ()
        device.io_request_by_index(0).iomap().close()


def test_an_offset_is_inside_the_bar(tmp_path: Path) -> None:
    add_pci(tmp_path)
    access = LocalAccess()
    with opened(tmp_path, access=access) as backend:
        device, offset = backend.reach(0x2004, 8)
        with device.io_request_by_index(0).iomap_sized(8).try_access() as io:
            assert (io.read32(offset), io.address) == (0x2004, 0xFEA0_2004)
        with pytest.raises(InvalidArgument, match=r"BAR 0 of 0000:00:02.0 \(1234:11e8\) only 0x4000"):
            backend.device_at(0x3FFC, 8)
    with opened(tmp_path, "pci") as backend, pytest.raises(UsageError, match="write -b pci:"):
        backend.device_at(0, 4)


@pytest.mark.parametrize(
    ("word", "bars", "bind", "kind", "words"),
    [
        (
            SLOT + "/1",
            ((0xFEA0_0000, 0x1000, MEM),),
            None,
            NoSuchDevice,
            "has no BAR 1; it has BAR 0 (0x1000",
        ),
        (SLOT, ((0xC000, 0x20, IO),), None, NoSuchDevice, "is of x86 I/O ports, which cannot be mapped"),
        (SLOT, ((0, 0x1000, MEM),), None, NoSuchDevice, "BAR 0 of 0000:00:02.0 (1234:11e8) has no address"),
        (SLOT, ((0x1000, 0x1000, UNSET),), None, NoSuchDevice, "has no address"),
        (SLOT, ((0xFEA0_0000, 0x800, MEM),), None, InvalidArgument, "has 0x1000 bytes, and BAR 0 of"),
        (
            "pci:0000:00:09.0",
            (),
            None,
            NoSuchDevice,
            "there is no PCI device 0000:00:09.0; there is 0000:00:02.0",
        ),
        ("pci", (), None, InvalidArgument, "the map does not say which PCI device it is about"),
        (
            "pci",
            (),
            "8086:0001",
            NoSuchDevice,
            "no PCI device is a 8086:0001; there is 0000:00:02.0 (1234:11e8)",
        ),
    ],
)
def test_what_cannot_be_found_says_what_there_is(
    tmp_path: Path,
    word: str,
    bars: tuple[tuple[int, int, int], ...],
    bind: str | None,
    kind: type[InspectorError],
    words: str,
) -> None:
    add_pci(tmp_path, bars=bars)
    region = Region("edu", None, 0x1000, (), bind=Bind(pci_id=bind) if bind else None)
    with opened(tmp_path, word) as backend, pytest.raises(kind) as caught:
        backend.device(region)
    assert words in str(caught.value)


def test_of_several_that_fit_none_is_taken(tmp_path: Path) -> None:
    add_pci(tmp_path, "0000:00:02.0")
    add_pci(tmp_path, "0000:01:00.1")
    with opened(tmp_path, "pci") as backend, pytest.raises(InvalidArgument) as caught:
        backend.device(EDU)
    assert "2 PCI devices are a 1234:11e8: 0000:00:02.0, 0000:01:00.1; write -b pci:0000:00:02.0" in str(
        caught.value
    )


def test_a_machine_without_pci(tmp_path: Path) -> None:
    with opened(tmp_path) as backend, pytest.raises(NoSuchDevice, match="this machine lists no PCI devices"):
        backend.device(EDU)


def test_a_decoder_that_is_off_is_explained_and_nothing_is_mapped(tmp_path: Path) -> None:
    add_pci(tmp_path, command=0x0005)
    access = LocalAccess()
    with opened(tmp_path, access=access) as backend, pytest.raises(NotPermitted) as caught:
        backend.device(EDU)
    assert "its memory decoding is off (COMMAND bit 1)" in str(caught.value)
    assert "write 1 to" in caught.value.advice
    assert access.local.asked == []


@pytest.mark.parametrize(
    ("runtime", "power"), [("suspended", "D0"), ("active", "D3hot"), ("active", "D3cold")]
)
def test_a_device_that_sleeps_is_told_and_not_woken(tmp_path: Path, runtime: str, power: str) -> None:
    directory = add_pci(tmp_path, runtime=runtime, power=power)
    # Reading it would wake the device, and fail here.
    (directory / "config").unlink()
    with opened(tmp_path) as backend, pytest.raises(Asleep, match=r"sleeps .* and was not touched"):
        backend.device(EDU)


def test_of_the_configuration_only_command_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_pci(tmp_path)
    read: list[tuple[int, int]] = []
    pread = os.pread

    def recording(descriptor: int, size: int, position: int) -> bytes:
        read.append((size, position))
        return pread(descriptor, size, position)

    monkeypatch.setattr(os, "pread", recording)
    with opened(tmp_path) as backend:
        backend.device(EDU)
    assert read == [(2, 4)]


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    directory = add_pci(tmp_path)
    (directory / "config").write_bytes(b"\x34\x12")
    with opened(tmp_path) as backend, pytest.raises(AccessFailed, match="it ends before COMMAND"):
        backend.device(EDU)
    (directory / "config").unlink()
    with opened(tmp_path) as backend, pytest.raises(AccessFailed, match="cannot read the configuration"):
        backend.device(EDU)


def test_a_mapping_that_may_be_posted_is_no_mapping_that_is_not(tmp_path: Path) -> None:
    add_pci(tmp_path)
    region = Region("edu", None, 16, (), flags=frozenset({"nonposted"}))
    for architecture, posted in (("x86_64", "unknown"), ("aarch64", "yes")):
        with opened(tmp_path, architecture=architecture) as backend:
            assert backend.guarantees.posted == posted
            with pytest.raises(NoMemory):
                backend.device(region).io_request_by_index(0).iomap()


@pytest.mark.parametrize(
    ("number", "driver", "lockdown", "step", "kind", "words"),
    [
        (
            errno.EACCES,
            "",
            "",
            "open",
            NotPermitted,
            "resource0 may be opened by root only (EACCES): run as root",
        ),
        (errno.EPERM, "", "[integrity]", "open", NotPermitted, "locked down (integrity) and refuses"),
        (errno.EPERM, "", "[integrity]", "mmap", NotPermitted, "locked down (integrity) and refuses"),
        (errno.ENOENT, "", "", "open", NotPermitted, "the device is gone, or this kernel does not offer"),
        (errno.EINVAL, "ahci", "", "mmap", NotPermitted, "kernel driver ahci owns 0000:00:02.0 (1234:11e8)"),
        (errno.EINVAL, "ahci", "", "mmap", NotPermitted, "its block may lose its clock"),
        (errno.EINVAL, "", "", "mmap", NotPermitted, "something in the kernel owns its first page"),
        (errno.ENOMEM, "", "", "mmap", NoMemory, "no memory for the mapping (ENOMEM)"),
    ],
)
def test_why_a_bar_is_refused(
    tmp_path: Path, number: int, driver: str, lockdown: str, step: str, kind: type[KernelError], words: str
) -> None:
    add_pci(tmp_path, driver=driver)
    write(tmp_path / "sys/kernel/security/lockdown", f"none {lockdown} confidentiality\n")
    access = LocalAccess()
    with opened(tmp_path, access=access) as backend:
        backend.device(EDU).io_request_by_index(0).iomap().close()
        error = access.last.explain(OSError(number, os.strerror(number)), step)
    assert type(error) is kind
    assert words in str(error)


def test_a_refused_claim_is_busy(tmp_path: Path) -> None:
    add_pci(tmp_path, driver="ahci")
    access = LocalAccess()
    with opened(tmp_path, access=access) as backend:
        with pytest.raises(Busy):
            backend.device(EDU).io_request_by_index(0).iomap_exclusive()
        error = access.last.explain(OSError(errno.EINVAL, ""), "mmap")
    assert isinstance(error, Busy)
    assert "cannot claim edu" in str(error)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("0000:00:02.0", "0000:00:02.0"),
        ("00:1F.2", "0000:00:1f.2"),
        ("10000:e1:00.0", "10000:e1:00.0"),
        ("00:02", None),
        ("00:02.8", None),
        ("", None),
    ],
)
def test_how_a_slot_is_written(text: str, slot: str | None) -> None:
    assert canonical_slot(text) == slot


def test_garbage_in_sysfs_is_passed_over(tmp_path: Path) -> None:
    directory = add_pci(tmp_path)
    write(directory / "resource", "garbage\n0x1 0x2\n")
    write(tmp_path / "sys/bus/pci/devices/0000:00:07.0/vendor", "what\n")
    (found,) = functions(tmp_path / "sys")
    assert (found.slot, found.bars) == ("0000:00:02.0", ())


@pytest.mark.parametrize("in_process", [False, True])
def test_a_device_that_sleeps_moves_or_changes_its_driver_is_not_touched(
    tmp_path: Path, in_process: bool
) -> None:
    directory = add_pci(tmp_path)
    with Access(in_process=in_process) as access:
        backend = open_backend("pci", access=access, machine=machine(tmp_path))
        memory = backend.device(EDU).io_request_by_index(0).iomap_exclusive_sized(0x1000)
        read = (Read(8, 32),)
        assert memory.try_access_with(lambda io: io.execute(read)) == (8,)
        write(directory / "power_state", "D3hot\n")
        with pytest.raises(Asleep, match="D3hot"):
            memory.try_access_with(lambda io: io.execute(read))
        write(directory / "power_state", "D0\n")
        assert memory.try_access_with(lambda io: io.execute(read)) == (8,)
        write(directory / "resource", "0xfeb00000 0xfeb03fff 0x40200\n")
        with pytest.raises(Revoked, match="nothing was touched"):
            memory.try_access_with(lambda io: io.execute(read))
        memory.close()
        backend.forget(EDU)
        moved = backend.device(EDU)
        assert moved.resources[0].start == 0xFEB0_0000
        memory = moved.io_request_by_index(0).iomap_exclusive_sized(0x1000)
        bind_driver(tmp_path, "pci", directory, "acme")
        with pytest.raises(Revoked, match="acme"):
            memory.try_access_with(lambda io: io.execute(read))
        backend.close()

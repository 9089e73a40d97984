from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from inspector.backends.driver import DriverHolder
from inspector.backends.kernelfacts import KernelFacts
from inspector.backends.refusals import (
    errno_name,
    explain_file,
    explain_map,
    explain_open,
    page_of,
)
from inspector.errors import Busy, InvalidArgument, KernelError, NoMemory, NoSuchDevice, NotPermitted
from inspector.io import Resource, parse_iomem

from .fakes import write

UART = DriverHolder("uart-pl011", "9000000.pl011", 0x900_0000, 0x900_0FFF)

IOMEM = parse_iomem("""\
00100000-1fffffff : System RAM
  01000000-01ffffff : Kernel code
fec00000-fec003ff : IOAPIC 0
fed00000-fed003ff : PNP0103:00
  fed00000-fed003ff : HPET 0
""")


def oserror(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("number", "lockdown", "words"),
    [
        (
            errno.EACCES,
            "",
            "/dev/mem may be opened by root only (EACCES): run as root, for instance with sudo",
        ),
        (errno.EPERM, "", "this process lacks CAP_SYS_RAWIO (EPERM)"),
        (errno.EPERM, "none", "this process lacks CAP_SYS_RAWIO (EPERM)"),
        (
            errno.EPERM,
            "integrity",
            "the kernel is locked down (integrity) and refuses /dev/mem (EPERM): turn",
        ),
        (errno.ENOENT, "", "there is no /dev/mem (ENOENT): this kernel may be built without CONFIG_DEVMEM"),
        (errno.ENXIO, "", "nothing stands behind /dev/mem (ENXIO): this kernel may be built without"),
        (errno.EMFILE, "", "cannot open /dev/mem: Too many open files (EMFILE)"),
    ],
)
def test_why_it_cannot_be_opened(number: int, lockdown: str, words: str, tmp_path: Path) -> None:
    write(tmp_path / "sys/kernel/security/lockdown", f"[{lockdown}]" if lockdown else "")
    write(tmp_path / "proc/sys/kernel/osrelease", "6.1\n")
    error = explain_open(oserror(number), "/dev/mem", KernelFacts(tmp_path))
    assert words in str(error)
    assert isinstance(error, NotPermitted)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("# CONFIG_DEVMEM is not set\n", "this kernel (6.1) is built without CONFIG_DEVMEM; PCI devices are"),
        ("CONFIG_DEVMEM=y\n", "the kernel has it, but /dev/mem does not: containers leave it out"),
    ],
)
def test_a_missing_node_is_explained_by_the_kernels_build(config: str, words: str, tmp_path: Path) -> None:
    write(tmp_path / "proc/sys/kernel/osrelease", "6.1\n")
    write(tmp_path / "boot/config-6.1", config)
    assert words in str(explain_open(oserror(errno.ENOENT), "/dev/mem", KernelFacts(tmp_path)))


@pytest.mark.parametrize(
    ("start", "size", "words"),
    [
        (
            0x2000000,
            4,
            "it is RAM, which the kernel keeps to itself (STRICT_DEVMEM) (EPERM): check the address",
        ),
        (0x1000000, 4, "it is RAM"),
        (0xFED00000, 0x400, "the kernel lists 'HPET 0' (0xfed00000-0xfed003ff) there"),
        (0xFEC00800, 4, "it shares its page (0xfec00000-0xfec00fff) with 'IOAPIC 0' (0xfec00000-0xfec003ff)"),
        (0xFEA00000, 4, "the kernel refuses it, and lists nothing there"),
    ],
)
def test_who_has_what_cannot_be_mapped(start: int, size: int, words: str) -> None:
    error = explain_map(oserror(errno.EPERM), Resource(start, size, "block"), IOMEM)
    assert words in str(error)
    assert str(error).startswith(f"cannot map block ({start:#x}-{start + size - 1:#x}): ")
    assert (error.place.region, error.place.address) == ("block", start)


def test_the_way_out_tells_its_danger() -> None:
    text = str(explain_map(oserror(errno.EPERM), Resource(0xFED00000, 4, "hpet"), IOMEM))
    assert "unbind the driver (its block may lose its clock" in text
    assert "iomem=relaxed" in text


def test_a_way_out_that_was_taken_already_is_not_offered(tmp_path: Path) -> None:
    write(tmp_path / "proc/cmdline", "quiet iomem=relaxed\n")
    hpet = Resource(0xFED00000, 4, "hpet")
    text = str(explain_map(oserror(errno.EPERM), hpet, IOMEM, facts=KernelFacts(tmp_path)))
    assert "boot with iomem=relaxed" not in text
    assert "as this kernel was booted, does not reach it" in text


def test_when_the_kernel_hides_addresses_it_is_not_called_free() -> None:
    text = str(explain_map(oserror(errno.EPERM), Resource(0xFED00000, 4, "")))
    assert "cannot map <unnamed>" in text
    assert "/proc/iomem does not show who" in text


def test_when_the_kernel_hides_addresses_sysfs_names_the_driver(tmp_path: Path) -> None:
    write(tmp_path / "proc/sys/kernel/osrelease", "6.1\n")
    write(tmp_path / "boot/config-6.1", "CONFIG_IO_STRICT_DEVMEM=y\n")
    uart = Resource(0x900_0000, 4, "uart")
    text = str(explain_map(oserror(errno.EPERM), uart, driver=UART, facts=KernelFacts(tmp_path)))
    assert "it is held by kernel driver uart-pl011 (9000000.pl011), 0x9000000-0x9000fff" in text
    assert "(CONFIG_IO_STRICT_DEVMEM=y)" in text


def test_a_neighbours_driver_is_not_called_the_ranges_own() -> None:
    driver = DriverHolder("acme", "9000800.acme", 0x900_0800, 0x900_08FF)
    text = str(explain_map(oserror(errno.EPERM), Resource(0x900_0000, 4, "uart"), driver=driver))
    assert "its page neighbour is held by kernel driver acme" in text


def test_what_was_to_be_claimed_is_busy_with_its_holder() -> None:
    uart = Resource(0x900_0000, 4, "uart")
    error = explain_map(oserror(errno.EPERM), uart, driver=UART, claimed=True)
    assert isinstance(error, Busy)
    assert error.holder is UART
    assert "cannot claim uart" in str(error)
    error = explain_map(oserror(errno.EPERM), Resource(0xFED00000, 4, "hpet"), IOMEM, claimed=True)
    assert isinstance(error, Busy)
    assert str(error.holder) == "listed by the kernel as 'HPET 0'"


def test_ram_is_not_busy_but_the_wrong_address() -> None:
    error = explain_map(oserror(errno.EPERM), Resource(0x2000000, 4, "x"), IOMEM, claimed=True)
    assert isinstance(error, NotPermitted)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EINVAL, InvalidArgument, "beyond what this processor can address"),
        (errno.EAGAIN, NotPermitted, "could not set the mapping up (EAGAIN): try again"),
        (errno.ENOMEM, NoMemory, "no memory for the mapping (ENOMEM)"),
        (errno.EACCES, NotPermitted, "for writing (EACCES)"),
        (errno.ENODEV, NoSuchDevice, "this file cannot be mapped (ENODEV)"),
        (errno.EIO, NotPermitted, "Input/output error (EIO)"),
    ],
)
def test_why_it_cannot_be_mapped(number: int, kind: type[KernelError], words: str) -> None:
    error = explain_map(oserror(number), Resource(0x1000, 4, "block"), IOMEM)
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOENT, NotPermitted, "there is no file x (ENOENT)"),
        (errno.EACCES, NotPermitted, "x may not be opened like this (EACCES): check its permissions"),
        (errno.EROFS, NotPermitted, "x may not be opened like this (EROFS)"),
        (errno.ENOMEM, NoMemory, "cannot map x"),
        (errno.EINVAL, InvalidArgument, "cannot map x: Invalid argument (EINVAL)"),
        (errno.ENOTDIR, NotPermitted, "cannot use x: Not a directory (ENOTDIR)"),
    ],
)
def test_why_a_file_cannot_be_used(number: int, kind: type[KernelError], words: str) -> None:
    error = explain_file(oserror(number), "x")
    assert type(error) is kind
    assert words in str(error)


def test_an_unknown_number_has_a_name_all_the_same() -> None:
    assert errno_name(OSError(99999, "?")) == "EIO"
    assert errno_name(OSError()) == "EIO"


def test_pages() -> None:
    assert page_of(0x1FFF) == 0x1000
    assert page_of(0x2000) == 0x2000

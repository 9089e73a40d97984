from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from inspector.backends.refusals import (
    errno_name,
    explain_file,
    explain_map,
    explain_open,
    lockdown_state,
    page_of,
)
from inspector.errors import InvalidArgument, KernelError, NoMemory, NoSuchDevice, NotPermitted
from inspector.io import parse_iomem

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
def test_why_it_cannot_be_opened(number: int, lockdown: str, words: str) -> None:
    error = explain_open(oserror(number), "/dev/mem", lockdown)
    assert words in str(error)
    assert isinstance(error, NotPermitted)


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
    error = explain_map(oserror(errno.EPERM), start, size, "block", IOMEM)
    assert words in str(error)
    assert str(error).startswith(f"cannot map block ({start:#x}-{start + size - 1:#x}): ")
    assert (error.place.region, error.place.address) == ("block", start)


def test_the_way_out_tells_its_danger() -> None:
    text = str(explain_map(oserror(errno.EPERM), 0xFED00000, 4, "hpet", IOMEM))
    assert "unbind the driver (its block may lose its clock" in text
    assert "iomem=relaxed" in text


def test_when_the_kernel_hides_addresses_it_is_not_called_free() -> None:
    text = str(explain_map(oserror(errno.EPERM), 0xFED00000, 4, "", ()))
    assert "cannot map <unnamed>" in text
    assert "/proc/iomem does not show who" in text


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
    error = explain_map(oserror(number), 0x1000, 4, "block", IOMEM)
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


def test_the_lockdown_mode_is_the_one_in_brackets(tmp_path: Path) -> None:
    path = tmp_path / "lockdown"
    assert lockdown_state(path) == ""
    path.write_text("none [integrity] confidentiality\n")
    assert lockdown_state(path) == "integrity"
    path.write_text("garbage\n")
    assert lockdown_state(path) == ""


def test_pages() -> None:
    assert page_of(0x1FFF) == 0x1000
    assert page_of(0x2000) == 0x2000

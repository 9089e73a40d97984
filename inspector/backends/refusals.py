"""Why the system refuses physical memory, in words, with the way out.

What each errno means is in drivers/char/mem.c (``open_port``, ``mmap_mem``) and kernel/resource.c
(``iomem_is_exclusive``) of the kernel.
"""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Sequence
from pathlib import Path

from inspector.errors import InvalidArgument, KernelError, NoMemory, NoSuchDevice, NotPermitted, Place
from inspector.io.iomem import IomemEntry, is_ram, overlapping

LOCKDOWN = Path("/sys/kernel/security/lockdown")

UNBIND = (
    "unbind the driver (its block may lose its clock, and then hang the bus), or boot with "
    "iomem=relaxed, which lets any privileged program disturb any driver"
)


def errno_name(error: OSError) -> str:
    """The name of the error's number, such as ``EPERM``."""
    return errno.errorcode.get(error.errno or 0, "EIO")


def lockdown_state(path: Path = LOCKDOWN) -> str:
    """The kernel's lockdown mode: ``none``, ``integrity``, ``confidentiality``; empty where not told."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    _, bracket, rest = text.partition("[")
    return rest.partition("]")[0] if bracket else ""


def explain_open(error: OSError, path: str, lockdown: str = "") -> KernelError:
    """Say why ``/dev/mem`` cannot be opened.

    Args:
        error: What ``open`` raised.
        path: The device node.
        lockdown: As ``lockdown_state`` gives it.
    """
    name = errno_name(error)
    match error.errno:
        case errno.EACCES:
            what = f"{path} may be opened by root only"
            advice = "run as root, for instance with sudo"
        case errno.EPERM if lockdown not in ("", "none"):
            what = f"the kernel is locked down ({lockdown}) and refuses {path}"
            advice = "turn Secure Boot off, or boot with lockdown=none"
        case errno.EPERM:
            what = f"the kernel refuses {path}: this process lacks CAP_SYS_RAWIO"
            advice = "run as root outside a container, and look at /sys/kernel/security/lockdown"
        case errno.ENOENT | errno.ENXIO:
            what = f"there is no {path}" if error.errno == errno.ENOENT else f"nothing stands behind {path}"
            advice = "this kernel may be built without CONFIG_DEVMEM, or /dev is not mounted here"
        case _:
            what = f"cannot open {path}: {error.strerror}"
            advice = ""
    return NotPermitted(what, errno_name=name, advice=advice)


def explain_map(
    error: OSError, start: int, size: int, name: str, entries: Sequence[IomemEntry] = ()
) -> KernelError:
    """Say why a range of physical memory cannot be mapped.

    Args:
        error: What ``mmap`` raised.
        start: The first address.
        size: In bytes.
        name: The region's name.
        entries: What /proc/iomem lists; empty where it does not tell.
    """
    end = start + size - 1
    place = Place(region=name, address=start)
    what = f"cannot map {name or '<unnamed>'} ({start:#x}-{end:#x})"
    match error.errno:
        case errno.EPERM:
            first, last = page_of(start), page_of(end) + mmap.PAGESIZE - 1
            if is_ram(entries, first, last):
                return NotPermitted(
                    f"{what}: it is RAM, which the kernel keeps to itself (STRICT_DEVMEM)",
                    errno_name="EPERM",
                    advice="check the address: registers are never in RAM",
                    place=place,
                )
            return NotPermitted(
                f"{what}: {_owner(entries, start, end, first, last)}",
                errno_name="EPERM",
                advice=UNBIND,
                place=place,
            )
        case errno.EINVAL:
            return InvalidArgument(
                f"{what}: the address is beyond what this processor can address, "
                "or its memory type conflicts with another mapping",
                place=place,
            )
        case errno.EACCES:
            return NotPermitted(
                f"{what} for writing", errno_name="EACCES", advice="the file is read-only", place=place
            )
        case errno.ENOMEM:
            return NoMemory(f"{what}: no memory for the mapping", place=place)
        case errno.ENODEV:
            return NoSuchDevice(f"{what}: this file cannot be mapped", place=place)
        case errno.EAGAIN:
            return NotPermitted(
                f"{what}: the kernel could not set the mapping up",
                errno_name="EAGAIN",
                advice="try again; if it stays, look at dmesg",
                place=place,
            )
        case _:
            return NotPermitted(f"{what}: {error.strerror}", errno_name=errno_name(error), place=place)


def explain_file(error: OSError, path: str) -> KernelError:
    """Say why a regular file cannot be opened or mapped."""
    name = errno_name(error)
    match error.errno:
        case errno.ENOENT:
            return NotPermitted(f"there is no file {path}", errno_name=name, advice="check the path")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return NotPermitted(
                f"{path} may not be opened like this", errno_name=name, advice="check its permissions"
            )
        case errno.ENOMEM:
            return NoMemory(f"cannot map {path}: no memory for the mapping")
        case errno.EINVAL:
            return InvalidArgument(f"cannot map {path}: {error.strerror}")
        case _:
            return NotPermitted(f"cannot use {path}: {error.strerror}", errno_name=name)


def page_of(address: int) -> int:
    """The start of the page that holds ``address``."""
    return address - address % mmap.PAGESIZE


def _owner(entries: Sequence[IomemEntry], start: int, end: int, first: int, last: int) -> str:
    if not entries:
        hidden = " (/proc/iomem does not show who)" if os.name == "posix" else ""
        return f"a driver owns it, or something in the same page{hidden}"
    inside = overlapping(entries, start, end)
    if inside:
        return f"the kernel lists {_listed(inside)} there, and refuses what a driver owns (IO_STRICT_DEVMEM)"
    neighbours = overlapping(entries, first, last)
    if neighbours:
        return (
            f"it shares its page ({first:#x}-{last:#x}) with {_listed(neighbours)}, "
            "and the kernel refuses pages that a driver owns (IO_STRICT_DEVMEM)"
        )
    return "the kernel refuses it, and lists nothing there"


def _listed(entries: Sequence[IomemEntry]) -> str:
    return ", ".join(f"'{entry.label}' ({entry.start:#x}-{entry.end:#x})" for entry in entries)

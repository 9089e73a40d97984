"""Why the system refuses a mapping, in words, with the way out and its danger.

What each errno means is in drivers/char/mem.c (``open_port``, ``mmap_mem``), drivers/pci/pci-sysfs.c
(``pci_mmap_resource``), drivers/uio/uio.c (``uio_mmap``) and kernel/resource.c (``iomem_is_exclusive``) of
the kernel.
"""

from __future__ import annotations

import errno
import mmap
from collections.abc import Sequence

from inspector.backends.driver import DriverHolder
from inspector.backends.kernelfacts import KernelFacts
from inspector.errors import (
    Busy,
    Holder,
    InvalidArgument,
    KernelError,
    NoMemory,
    NoSuchDevice,
    NotPermitted,
    Place,
)
from inspector.io import Resource
from inspector.io.iomem import IomemEntry, is_ram, overlapping

UNBIND = "unbind the driver (its block may lose its clock, and then hang the bus)"
RELAX = "boot with iomem=relaxed, which lets any privileged program disturb any driver"

LOCKED_DOWN = (
    "turn Secure Boot off, or boot with lockdown=none; both let anyone who is root change the running kernel"
)


def errno_name(error: OSError) -> str:
    """The name of the error's number, such as ``EPERM``."""
    return errno.errorcode.get(error.errno or 0, "EIO")


def explain_open(error: OSError, path: str, facts: KernelFacts) -> KernelError:
    """Say why ``/dev/mem`` cannot be opened.

    Args:
        error: What ``open`` raised.
        path: The device node.
        facts: What the kernel tells of itself.
    """
    name = errno_name(error)
    match error.errno:
        case errno.EACCES:
            what = f"{path} may be opened by root only"
            advice = "run as root, for instance with sudo"
        case errno.EPERM if facts.locked_down:
            what = f"the kernel is locked down ({facts.locked_down}) and refuses {path}"
            advice = LOCKED_DOWN
        case errno.EPERM:
            what = f"the kernel refuses {path}: this process lacks CAP_SYS_RAWIO"
            advice = "run as root outside a container, and look at /sys/kernel/security/lockdown"
        case errno.ENOENT | errno.ENXIO:
            what = f"there is no {path}" if error.errno == errno.ENOENT else f"nothing stands behind {path}"
            advice = _without_node(path, facts)
        case _:
            what = f"cannot open {path}: {error.strerror}"
            advice = ""
    return NotPermitted(what, errno_name=name, advice=advice)


def _without_node(path: str, facts: KernelFacts) -> str:
    match facts.option("DEVMEM"):
        case "n":
            return (
                f"this kernel ({facts.release}) is built without CONFIG_DEVMEM; PCI devices are reached with "
                "-b pci and UIO devices with -b uio all the same"
            )
        case "y":
            return f"the kernel has it, but {path} does not: containers leave it out"
        case _:
            return "this kernel may be built without CONFIG_DEVMEM, or /dev is not mounted here"


def explain_map(
    error: OSError,
    resource: Resource,
    entries: Sequence[IomemEntry] = (),
    *,
    driver: DriverHolder | None = None,
    claimed: bool = False,
    facts: KernelFacts | None = None,
) -> KernelError:
    """Say why a range of physical memory cannot be mapped.

    Args:
        error: What ``mmap`` raised.
        resource: The range.
        entries: What /proc/iomem lists; empty where it does not tell.
        driver: The driver that sysfs says is bound to a device in the same pages, where there is one.
        claimed: The mapping was to be exclusive: a driver's range is busy then.
        facts: What the kernel tells of itself.
    """
    place = Place(region=resource.name, address=resource.start)
    what = f"cannot {'claim' if claimed else 'map'} {resource}"
    facts = facts or KernelFacts()
    match error.errno:
        case errno.EPERM:
            first, last = page_of(resource.start), page_of(resource.end) + mmap.PAGESIZE - 1
            if is_ram(entries, first, last):
                return NotPermitted(
                    f"{what}: it is RAM, which the kernel keeps to itself (STRICT_DEVMEM)",
                    errno_name="EPERM",
                    advice="check the address: registers are never in RAM",
                    place=place,
                )
            why, holder = _owner(entries, resource, first, last, driver, facts)
            way_out = _way_out(facts)
            if claimed:
                return Busy(f"{what}: {why}; {way_out}", holder=holder, place=place)
            return NotPermitted(f"{what}: {why}", errno_name="EPERM", advice=way_out, place=place)
        case errno.EINVAL:
            return InvalidArgument(
                f"{what}: the address is beyond what this processor can address, "
                "or its memory type conflicts with another mapping",
                place=place,
            )
        case _:
            return _explain_any(error, what, place)


def explain_bar(
    error: OSError,
    step: str,
    resource: Resource,
    *,
    function: str,
    path: str,
    driver: str = "",
    claimed: bool = False,
    facts: KernelFacts | None = None,
) -> KernelError:
    """Say why a PCI BAR cannot be opened or mapped through sysfs.

    Args:
        error: What ``open`` or ``mmap`` raised.
        step: Which of the two.
        resource: The range.
        function: The PCI function, for people.
        path: The BAR's file.
        driver: The driver that is bound to the function; empty where none is.
        claimed: The mapping was to be exclusive: a driver's range is busy then.
        facts: What the kernel tells of itself.
    """
    place = Place(region=resource.name, address=resource.start)
    what = f"cannot {'claim' if claimed else 'map'} {resource}"
    name = errno_name(error)
    facts = facts or KernelFacts()
    match error.errno:
        case errno.EPERM if facts.locked_down:
            return NotPermitted(
                f"{what}: the kernel is locked down ({facts.locked_down}) and refuses {path}",
                errno_name=name,
                advice=LOCKED_DOWN,
                place=place,
            )
        case errno.EACCES | errno.EPERM if step == "open":
            return NotPermitted(
                f"{what}: {path} may be opened by root only",
                errno_name=name,
                advice="run as root, for instance with sudo",
                place=place,
            )
        case errno.ENOENT:
            return NotPermitted(
                f"{what}: there is no {path}",
                errno_name=name,
                advice="the device is gone, or this kernel does not offer PCI resources for mapping",
                place=place,
            )
        case errno.EINVAL if driver:
            # iomem_is_exclusive() answers EINVAL here, where /dev/mem has EPERM.
            why = f"kernel driver {driver} owns {function}, and {_strict(facts)}"
            way_out = _way_out(facts)
            if claimed:
                return Busy(f"{what}: {why}; {way_out}", place=place)
            return NotPermitted(f"{what}: {why}", errno_name=name, advice=way_out, place=place)
        case errno.EINVAL:
            return NotPermitted(
                f"{what}: the kernel refuses {path}: something in the kernel owns its first page, or "
                "the BAR is smaller than it was",
                errno_name=name,
                advice="/proc/iomem, read as root, names the owner",
                place=place,
            )
        case _:
            return _explain_any(error, what, place)


def explain_uio(
    error: OSError,
    step: str,
    resource: Resource,
    *,
    device: str,
    node: str,
    index: int,
    address: int,
) -> KernelError:
    """Say why a map of a UIO device cannot be opened or mapped.

    Args:
        error: What ``open`` or ``mmap`` raised.
        step: Which of the two.
        resource: The range.
        device: The UIO device, for people.
        node: Its device node.
        index: Of the map.
        address: As the map's ``addr`` says.
    """
    place = Place(region=resource.name)
    what = f"cannot map {resource.label} in map {index} of {device}"
    name = errno_name(error)
    match error.errno:
        case errno.EACCES | errno.EPERM if step == "open":
            return NotPermitted(
                f"{what}: {node} may not be opened by this user",
                errno_name=name,
                advice="run as root, or let a udev rule give the node to a group; whoever may open it "
                "may write the device's registers",
                place=place,
            )
        case errno.ENOENT:
            return NotPermitted(
                f"{what}: there is no {node}",
                errno_name=name,
                advice="the device is gone, or /dev is not mounted here: containers leave it out",
                place=place,
            )
        case errno.ENODEV if step == "mmap":
            return NoSuchDevice(
                f"{what}: its address {address:#x} is not at the start of a page, and the kernel maps such "
                "only where the driver states an offset",
                place=place,
            )
        case errno.ENODEV:
            return NoSuchDevice(f"{what}: its driver is gone", place=place)
        case errno.EINVAL:
            return InvalidArgument(
                f"{what}: the kernel maps whole pages of {mmap.PAGESIZE:#x} bytes, and the driver states a "
                "smaller size, or the device is gone; a driver that rounds its sizes to pages, as "
                "uio_pdrv_genirq does, can be mapped",
                place=place,
            )
        case _:
            return _explain_any(error, what, place)


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


def _explain_any(error: OSError, what: str, place: Place) -> KernelError:
    match error.errno:
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


def _owner(
    entries: Sequence[IomemEntry],
    resource: Resource,
    first: int,
    last: int,
    driver: DriverHolder | None,
    facts: KernelFacts,
) -> tuple[str, Holder | None]:
    """Who keeps a page from being mapped, in words, and as the holder of a claim."""
    inside = overlapping(entries, resource.start, resource.end)
    neighbours = overlapping(entries, first, last)
    pages = f"{first:#x}-{last:#x}"
    if inside:
        why = f"the kernel lists {_listed(inside)} there, and {_strict(facts)}"
    elif neighbours:
        why = f"it shares its page ({pages}) with {_listed(neighbours)}, and {_strict(facts)}"
    elif entries:
        why = "the kernel refuses it, and lists nothing there"
    elif driver is not None:
        why = f"something in its pages ({pages}) is owned, and {_strict(facts)}"
    else:
        why = f"a driver owns something in its pages ({pages}); /proc/iomem does not show who"
    if driver is not None:
        itself = driver.start <= resource.end and resource.start <= driver.end
        return f"{'it' if itself else 'its page neighbour'} is {driver}: {why}", driver
    return why, f"listed by the kernel as '{inside[0].label}'" if inside else None


def _way_out(facts: KernelFacts) -> str:
    if facts.boot_option("iomem") == "relaxed":
        return f"{UNBIND}; iomem=relaxed, as this kernel was booted, does not reach it"
    return f"{UNBIND}, or {RELAX}"


def _strict(facts: KernelFacts) -> str:
    stated = "CONFIG_IO_STRICT_DEVMEM=y" if facts.option("IO_STRICT_DEVMEM") == "y" else "IO_STRICT_DEVMEM"
    return f"the kernel refuses pages that a driver owns ({stated})"


def _listed(entries: Sequence[IomemEntry]) -> str:
    return ", ".join(f"'{entry.label}' ({entry.start:#x}-{entry.end:#x})" for entry in entries)

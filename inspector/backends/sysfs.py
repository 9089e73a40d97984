"""What /sys tells of a device without touching it: texts, numbers, its driver, whether it sleeps."""

from __future__ import annotations

from pathlib import Path

from inspector.backends.mapping import Identity

RUNTIME_STATUS = "power/runtime_status"
POWER_STATE = "power_state"

_SLEEPING = {
    RUNTIME_STATUS: ("suspended", "suspending", "resuming"),
    POWER_STATE: ("D3hot", "D3cold"),
}
"""Files of a device, each with the words that say that its registers do not answer.

As drivers/base/power/sysfs.c and drivers/pci/pci.c print them."""


def read_text(path: Path) -> str:
    """A small file's text without the space around it; empty where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def read_number(path: Path) -> int | None:
    """A file's number, written as C does; None where there is none."""
    try:
        return int(read_text(path), 0)
    except ValueError:
        return None


def children(directory: Path) -> list[Path]:
    """What is in a directory, sorted by name; nothing where it cannot be read."""
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []


def driver_of(device: Path) -> str:
    """The name of the driver that is bound to a device; empty where none is."""
    try:
        return (device / "driver").readlink().name
    except OSError:
        return ""


def sleep_of(device: Path) -> str:
    """Why a device's registers do not answer now, in the kernel's words; empty where it is awake.

    These files tell what the kernel knows; reading them wakes nothing.
    """
    for name, words in _SLEEPING.items():
        text = read_text(device / name)
        if text in words:
            return f"{name} is {text}"
    return ""


def identity_of(device: Path, *texts: str, iomem: tuple[int, int] | None = None) -> Identity:
    """What tells that a device still is the same, bound to the same driver.

    Args:
        device: Its directory.
        texts: The names of files in it that must keep their content.
        iomem: The range whose lines of /proc/iomem must stay.
    """
    return Identity(
        inodes=(str(device),),
        links=(str(device / "driver"),),
        texts=tuple(str(device / name) for name in texts),
        iomem=iomem,
        asleep=tuple((str(device / name), words) for name, words in _SLEEPING.items()),
    )

"""What an agent with more rights than its user opens for that user: nodes of devices, and no other file."""

from __future__ import annotations

import errno
import os
import stat

_PCI = "/sys/bus/pci/devices"


def open_file(path: str, flags: int, devices_only: bool) -> int:
    """Open what is to be mapped.

    Args:
        path: An absolute path.
        flags: For ``os.open``.
        devices_only: Refuse everything but /dev/mem, /dev/uioN and the BARs of PCI functions.

    Raises:
        OSError: The system refuses, or this does (EPERM).
    """
    if not path.startswith("/"):
        raise _refused(path)
    flags |= os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
    if not devices_only:
        return os.open(path, flags)
    real = os.path.realpath(path)
    node = _is_node(real)
    if not node and not _is_bar(real):
        raise _refused(path)
    descriptor = os.open(real, flags | os.O_NOFOLLOW)
    status = os.fstat(descriptor)
    if node:
        fits = stat.S_ISCHR(status.st_mode)
    else:
        fits = stat.S_ISREG(status.st_mode) and status.st_dev == os.stat(_PCI).st_dev
    if not fits:
        os.close(descriptor)
        raise _refused(path)
    return descriptor


def may_look_at(path: str, devices_only: bool) -> bool:
    """Whether the epoch of a device may be judged by this file."""
    if not path.startswith("/"):
        return False
    plain = os.path.normpath(path)
    # Elsewhere, such as in /proc/PID and /dev/shm, anyone can make links to anything.
    return not devices_only or plain.startswith("/sys/") or _is_node(plain)


def _is_node(real: str) -> bool:
    return real == "/dev/mem" or (real.startswith("/dev/uio") and real[8:].isdecimal())


def _is_bar(real: str) -> bool:
    directory, _, name = real.rpartition("/")
    index = name[8:].partition("_wc")[0] if name.startswith("resource") else ""
    if not index.isdecimal() or name not in (f"resource{index}", f"resource{index}_wc"):
        return False
    function = directory.rpartition("/")[2]
    return os.path.realpath(f"{_PCI}/{function}") == directory


def _refused(path: str) -> OSError:
    return OSError(errno.EPERM, "the agent opens nodes of devices only", path)

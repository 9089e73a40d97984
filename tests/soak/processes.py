"""What the system knows of the processes that a test has started, however they were started."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MARK = "INSPECTOR_SOAK_MARK"
"""The variable by which a process and all its descendants are known, orphans too."""


class Mapped(NamedTuple):
    """A mapping of a file in a process.

    Attributes:
        pid: Whose.
        permissions: As in /proc/PID/maps, such as ``r--s``.
        position: Of its first byte in the file.
    """

    pid: int
    permissions: str
    position: int


def marked(mark: str) -> dict[int, int]:
    """The living processes with a mark, each with its parent."""
    wanted = f"{MARK}={mark}".encode()
    found = {}
    for pid in _pids():
        with suppress(OSError, IndexError, ValueError):
            if wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                if fields[0] not in "ZX":
                    found[pid] = int(fields[1])
    return found


def command_of(pid: int) -> str:
    """What a process was started with; empty where it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    return ""


def is_agent(pid: int) -> bool:
    """Whether it is an agent's supervisor or worker, and not the guard of the terminal."""
    return " -I -S " in command_of(pid)


def mappings(pids: Iterable[int], inode: int) -> list[Mapped]:
    """Where a file is mapped."""
    found = []
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
                fields = line.split(maxsplit=5)
                if int(fields[4]) == inode:
                    found.append(Mapped(pid, fields[1], int(fields[2], 16)))
    return found


def writable_descriptors(pids: Iterable[int], inode: int) -> list[tuple[int, int]]:
    """The processes and their descriptors through which a file can be written."""
    found = []
    for pid in pids:
        with suppress(OSError):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if entry.stat().st_ino != inode:
                        continue
                    text = Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text()
                    flags = next(line.split()[1] for line in text.splitlines() if line.startswith("flags:"))
                    if int(flags, 8) & os.O_ACCMODE != os.O_RDONLY:
                        found.append((pid, int(entry.name)))
    return found


def resident(pid: int) -> int:
    """How many KiB of a process are in memory; 0 where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())

"""A file of lines that several programs append to, each line on disk when it has to be."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path


class Appender:
    """Appends JSON lines to a file, which is made when the first one is.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, *, fsync: bool = True) -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: The file.
            fsync: Whether `press` waits for the disk.
        """
        self.path = path
        self._fsync = fsync
        self._descriptor: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether something has been appended, and it is not closed."""
        return self._descriptor is not None

    def append(self, record: Mapping[str, object]) -> None:
        """Append a line, in one write.

        Raises:
            OSError: It cannot be written, or not all of it.
        """
        if self._descriptor is None:
            self._descriptor = _open(self.path)
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        if _ends_torn(self._descriptor):
            # What somebody left unfinished stays a line of its own.
            line = b"\n" + line
        if os.write(self._descriptor, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def press(self) -> None:
        """Have on disk what has been appended.

        Raises:
            OSError: The disk does not take it.
        """
        if self._fsync and self._descriptor is not None:
            _press(self._descriptor)

    def close(self) -> None:
        """Close the file; twice is harmless."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _open(path: Path) -> int:
    """Open a journal's file, made with its folder where there is none, readable by its owner alone.

    Raises:
        OSError: It cannot be opened.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    existed = path.exists()
    descriptor = os.open(path, flags, 0o600)
    try:
        _hold(descriptor)
        if not existed:
            _press_folder(path.parent)
        return descriptor
    except BaseException:
        os.close(descriptor)
        raise


def _hold(descriptor: int) -> None:
    """Keep the file from being tidied away while it is in use."""
    if sys.platform == "win32":
        return  # which deletes no open file
    import contextlib
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _ends_torn(descriptor: int) -> bool:
    """Whether the file ends within a line, since whoever wrote it was killed or the disk was full."""
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if not size:
            return False
        os.lseek(descriptor, size - 1, os.SEEK_SET)
        return os.read(descriptor, 1) not in (b"\n", b"")
    except OSError:
        return False  # a pipe or a terminal has no end to look at


def _press(descriptor: int) -> None:
    """Have the file's content on disk."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        # A pipe or a device was chosen by a person, and has no disk.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def _press_folder(folder: Path) -> None:
    """Have the file's name on disk as well."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _press(descriptor)
    finally:
        os.close(descriptor)

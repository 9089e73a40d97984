"""Where claims are kept: a directory of files that every user can open, and nobody removes.

It is ``/run/lock/inspector``; where that cannot be used, ``$XDG_RUNTIME_DIR/inspector``, for this user's
processes alone. The environment variable INSPECTOR_LOCK_DIRECTORY names another one, for tests; it is
ignored where SUDO_UID says that this process has more rights than whoever set its environment.

Others write to these directories: every file is opened by its descriptor's directory, never through a link,
and never made under its own name, since fs.protected_regular refuses O_CREAT on others' files.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import suppress

UNUSABLE = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL}
    | {errno.ENOSYS, errno.EOPNOTSUPP, errno.EEXIST}
)
"""What says that a directory cannot be used; anything else (too many open files) is an error."""

_FOR_EVERYONE = 0o1777
_TRIES = 10
_PAUSE = 0.01


def places(space: str) -> list[tuple[str, str]]:
    """The directories that may be used, best first, each with the scope of what is locked there."""
    if sys.platform != "linux" or space.startswith("sim:"):
        return []
    for_another = "SUDO_UID" in os.environ
    override = os.environ.get("INSPECTOR_LOCK_DIRECTORY", "")
    if override and not for_another:
        return [(override, "machine")]
    found = [("/run/lock/inspector", "machine")]
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    if own.startswith("/") and not for_another:
        found.append((f"{own}/inspector", "user"))
    return found


def enter(path: str, *, create: bool, inside: int | None = None) -> int | None:
    """Open a directory that every user may put files in, and remove only their own.

    Args:
        path: Where it is.
        create: Whether to make it, and to set its mode where that is not so yet; without, nothing changes.
        inside: The open directory that ``path`` is relative to.

    Returns:
        None where it cannot be used, and was not to be made.

    Raises:
        OSError: It cannot be made or opened.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        if create:
            with suppress(FileExistsError):
                os.mkdir(path, _FOR_EVERYONE, dir_fd=inside)
        directory = os.open(path, flags, dir_fd=inside)
    except OSError as error:
        if create or error.errno not in UNUSABLE:
            raise
        return None
    if create:
        for _ in range(_TRIES):
            status = os.fstat(directory)
            if stat.S_IMODE(status.st_mode) == _FOR_EVERYONE and (status.st_uid == 0 or os.geteuid() != 0):
                break
            if os.geteuid() in (0, status.st_uid):
                if os.geteuid() == 0:
                    with suppress(PermissionError):  # root without CAP_CHOWN
                        os.fchown(directory, 0, 0)  # its owner could unlink others' files
                os.fchmod(directory, _FOR_EVERYONE)  # which the file mode creation mask had cut
                break
            time.sleep(_PAUSE)  # its maker is between the two calls above
    return directory


def file_name(space: str, shared: bool) -> str:
    """The file in which the claims of an address space, or its shared mappings, are locks."""
    return f"{stem_of(space)}.{'shared' if shared else 'lock'}"


def stem_of(space: str) -> str:
    """``file:8:42`` as ``file-8-42``; whatever else could mean something in a path is written ``%XX``."""
    stem = "".join(
        chr(byte) if byte < 128 and (chr(byte).isalnum() or byte == ord("_")) else f"%{byte:02x}"
        for byte in space.encode("utf-8", "surrogateescape")
    )
    return stem.replace("%3a", "-")[:200]


def space_of(file: str) -> str:
    """The address space of a lock file; empty for any other file."""
    stem, _, suffix = file.rpartition(".")
    if suffix not in ("lock", "shared") or not stem.isascii() or "." in stem:
        return ""
    first, *rest = stem.replace("-", "%3a").split("%")
    try:
        tail = b"".join(bytes.fromhex(part[:2]) + part[2:].encode() for part in rest)
    except ValueError:
        return ""
    return first + tail.decode("utf-8", "surrogateescape")


def open_file(directory: int, name: str, flags: int) -> int:
    """Open a regular file that is there, without following a link or waiting for anything."""
    descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)


def create_file(directory: int, name: str, mode: int, content: bytes = b"") -> None:
    """Make a file that has its mode and its content from the moment that its name is there."""
    temporary = f".{os.getpid()}-{os.urandom(8).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o600, dir_fd=directory)
    try:
        os.fchmod(descriptor, mode)
        os.write(descriptor, content)
        os.link(temporary, name, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
    except FileExistsError:
        pass
    finally:
        os.close(descriptor)
        os.unlink(temporary, dir_fd=directory)

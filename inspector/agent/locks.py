"""Claims that other processes and other users see: open-file-description locks on byte ranges.

Each address space has two files in one directory that every user can open: an exclusive claim is a write
lock on the bytes of ``SPACE.lock`` from the first address to the last, and a shared mapping a read lock on
the same bytes of ``SPACE.shared``. The lock is the truth: the kernel drops it when the last process that
inherited its descriptor is gone, however that ended. A record beside it only names the holder, and is not
trusted: any user can write one. A lock file is never unlinked, since two processes could then each hold a
lock on a file of the same name.

Where the directory is, `lockfiles` says; where there is none, claims hold within this process.

Standard library of Python 3.9 alone; it runs in the agent as well.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from . import lockfiles, records
from .records import Holder

if sys.platform == "linux":
    import fcntl

__all__ = ["Conflict", "Held", "Holder", "Owner", "claim", "everyone", "holders", "scope", "share"]

_LAST_ADDRESS = (1 << 64) - 1
_LAST_PHYSICAL = (1 << 52) - 1
_LAST_LOCKED = (1 << 62) - 1
"""Offsets in a file have 63 bits."""
_FLOCK = "hhqqi0q"
"""``struct flock`` with 64 bit offsets: type, whence, start, len, pid (0 for these locks)."""
_GETLK, _SETLK = 36, 37
"""F_OFD_GETLK and F_OFD_SETLK of include/uapi/asm-generic/fcntl.h; a C library may not name them."""

_TRIES = 100


class Owner(NamedTuple):
    """Whom a claim names: the inspector's process, not the agent's.

    Attributes:
        pid: Its id.
        process: Its name.
        user: Who runs it.
    """

    pid: int
    process: str
    user: str


class Conflict(Exception):
    """A part of the range is claimed.

    Attributes:
        holder: Who has the lowest conflicting claim.
    """

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder)
        self.holder = holder


class Held:
    """A lock that is held until it is released, or until the last process that inherited it is gone.

    A worker that is forked inherits ``descriptor``, and with it the claim. Release only after the last
    worker that can touch the range is gone; to end with one left behind, just end: the lock stays with the
    worker, and the record says whose it was.

    Attributes:
        descriptor: The open file that carries the lock; -1 where it holds in this process alone.
        scope: Who sees it, as ``scope`` says.
    """

    def __init__(self, descriptor: int, scope: str, record: tuple[str, str] | None, local: _Local | None):
        self.descriptor = descriptor
        self.scope = scope
        self._record = record
        self._local = local

    def release(self) -> None:
        """Give the range up; twice is harmless."""
        record, self._record = self._record, None
        # The record goes first: left behind a lock that someone else holds by then, it would name us.
        if record is not None:
            records.remove(*record)
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
        local, self._local = self._local, None
        if local is not None:
            with _LOCAL_LOCK:
                _LOCAL.remove(local)


class _Local(NamedTuple):
    """A claim where there are no locks; the token tells equal ones apart."""

    space: str
    holder: Holder
    token: object


_LOCAL: list[_Local] = []
_LOCAL_LOCK = threading.Lock()


def claim(space: str, start: int, size: int, *, name: str, owner: Owner) -> Held:
    """Claim ``size`` bytes from ``start`` exclusively, against every process and this one.

    Raises:
        Conflict: A part of the range is claimed.
        ValueError: The range is empty or not inside the address space.
        OSError: Locks work here, but this one could not be taken (too many open files).
    """
    holder = _holder(space, start, size, name, owner, shared=False)
    for path, range_ in lockfiles.places(space):
        try:
            descriptor = _take(space, path, holder)
        except OSError as error:
            if error.errno not in lockfiles.UNUSABLE:
                raise
            continue
        # A process that found another directory, before or meanwhile, has its lock there.
        for other, _ in lockfiles.places(space):
            found = _lowest_in(space, other, holder) if other != path else None
            if found is not None:
                os.close(descriptor)
                raise Conflict(found)
        _clear_stale(path, space, holder)
        return Held(descriptor, range_, records.write(path, space, holder), None)
    return _claim_here(space, holder)


def share(space: str, start: int, size: int, *, name: str, owner: Owner) -> Held:
    """Let others see that this range is mapped shared; it conflicts with nothing.

    Raises:
        ValueError: The range is empty or not inside the address space.
        OSError: As ``claim``.
    """
    holder = _holder(space, start, size, name, owner, shared=True)
    for path, range_ in lockfiles.places(space):
        try:
            descriptor = _take(space, path, holder)
        except Conflict:
            break  # Someone holds a write lock that no inspector takes: there is no way to be seen.
        except OSError as error:
            if error.errno not in lockfiles.UNUSABLE:
                raise
            continue
        _clear_stale(path, space, holder)
        return Held(descriptor, range_, records.write(path, space, holder), None)
    return _claim_here(space, holder)


def holders(space: str, start: int, end: int) -> list[Holder]:
    """The claims and shared mappings of all processes that overlap ``start`` to ``end`` inclusive.

    Lowest first, a claim before what is shared. Nothing is created.
    """
    with _LOCAL_LOCK:
        found = [local.holder for local in _LOCAL if local.space == space]
    found = [holder for holder in found if holder.start <= end and start <= holder.end]
    for path, _ in lockfiles.places(space):
        for shared in (False, True):
            locks = _locks(path, lockfiles.file_name(space, shared), start, end)
            found += records.named(path, space, locks, shared=shared)
    return sorted(found, key=lambda holder: (holder.start, -holder.end, holder.shared, holder.pid or 0))


def everyone() -> list[tuple[str, Holder]]:
    """The claims and shared mappings of all processes, each with its address space."""
    with _LOCAL_LOCK:
        spaces = {local.space for local in _LOCAL}
    for path, _ in lockfiles.places(""):
        directory = lockfiles.enter(path, create=False)
        if directory is not None:
            spaces.update(filter(None, map(lockfiles.space_of, os.listdir(directory))))
            os.close(directory)
    return [
        (space, holder)
        for space in sorted(spaces, key=lambda space: (space != "mem", space))
        for holder in holders(space, 0, _LAST_ADDRESS)
    ]


def scope(space: str) -> str:
    """Who sees a claim in an address space.

    Returns:
        ``machine`` (every user's processes), ``user`` (this user's), or ``process``.
    """
    for path, range_ in lockfiles.places(space):
        directory = lockfiles.enter(path, create=False)
        if directory is None:
            parent = path.rpartition("/")[0]
            if os.access(path, os.F_OK) or not os.access(parent, os.W_OK | os.X_OK):
                continue
            return range_
        try:
            os.close(lockfiles.open_file(directory, lockfiles.file_name(space, shared=False), os.O_RDWR))
        except FileNotFoundError:
            if not os.access(f"/proc/self/fd/{directory}", os.W_OK | os.X_OK):
                continue
        except OSError:
            continue
        finally:
            os.close(directory)
        return range_
    return "process"


def _holder(space: str, start: int, size: int, name: str, owner: Owner, *, shared: bool) -> Holder:
    end = start + size - 1
    last = _LAST_PHYSICAL if space == "mem" else _LAST_LOCKED if lockfiles.places(space) else _LAST_ADDRESS
    if size <= 0 or start < 0 or end > last:
        raise ValueError(f"{size} bytes from {start:#x} are not a range of {space}")
    return Holder(start, end, name, owner.pid, owner.process, owner.user, time.time(), shared)


def _take(space: str, path: str, holder: Holder) -> int:
    """Lock the range in the space's file below ``path``; the open file that carries the lock."""
    name = lockfiles.file_name(space, holder.shared)
    for _ in range(_TRIES):
        directory = lockfiles.enter(path, create=True)
        assert directory is not None
        try:
            descriptor = lockfiles.open_file(directory, name, os.O_RDWR)
        except FileNotFoundError:
            lockfiles.create_file(directory, name, 0o666)
            continue
        finally:
            os.close(directory)
        try:
            taken = _lock(descriptor, holder)
            found = None if taken else _first_conflict(descriptor, holder.start, holder.end)
            if not _is_at(f"{path}/{name}", descriptor):
                taken, found = False, None  # someone removed the file: others lock another one
        except BaseException:
            os.close(descriptor)
            raise
        if taken:
            return descriptor
        os.close(descriptor)
        if found is not None:
            raise Conflict(records.named(path, space, [found], shared=holder.shared)[0])
    raise Conflict(Holder(holder.start, holder.end))


def _lock(descriptor: int, holder: Holder) -> bool:
    kind = fcntl.F_RDLCK if holder.shared else fcntl.F_WRLCK
    wanted = struct.pack(_FLOCK, kind, os.SEEK_SET, holder.start, holder.end - holder.start + 1, 0)
    try:
        fcntl.fcntl(descriptor, _SETLK, wanted)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def _is_at(path: str, descriptor: int) -> bool:
    try:
        there = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))


def _conflicts(descriptor: int, start: int, end: int) -> tuple[int, int] | None:
    """The first and the last address of some lock that overlaps; not always the lowest one."""
    wanted = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, start, end - start + 1, 0)
    kind, _, first, size, _ = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, _GETLK, wanted))
    if kind == fcntl.F_UNLCK:
        return None
    return first, (first + size - 1 if size else (1 << 63) - 1)


def _first_conflict(descriptor: int, start: int, end: int) -> tuple[int, int] | None:
    lowest = None
    while (found := _conflicts(descriptor, start, end)) is not None:
        lowest = found
        if found[0] <= start:
            break
        end = found[0] - 1
    return lowest


def _locks(path: str, name: str, start: int, end: int) -> list[tuple[int, int]]:
    """Every lock on a file that overlaps, lowest first; one range as often as it is locked."""
    directory = lockfiles.enter(path, create=False)
    if directory is None:
        return []
    try:
        descriptor = lockfiles.open_file(directory, name, os.O_RDONLY)
    except OSError:
        return []
    finally:
        os.close(directory)
    try:
        start, end = max(start, 0), min(end, _LAST_LOCKED)
        if end < start or _conflicts(descriptor, start, end) is None:
            return []
        status = os.fstat(descriptor)
        listed = list(records.parse_locks(records.text_of("/proc/locks"), status.st_ino))
        device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
        # Some file systems tell the kernel's list another device than they tell stat.
        ranges = [lock[1:] for lock in listed if lock[0] == device] or [lock[1:] for lock in listed]
        found = [lock for lock in ranges if lock[0] <= end and start <= lock[1]]
        return sorted(found) if found else sorted(_walk(descriptor, start, end))
    finally:
        os.close(descriptor)


def _walk(descriptor: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The locks that overlap, without the kernel's list; of those at one range it finds one."""
    while start <= end and (found := _first_conflict(descriptor, start, end)) is not None:
        yield found
        start = found[1] + 1


def _lowest_in(space: str, path: str, wanted: Holder) -> Holder | None:
    locks = _locks(path, lockfiles.file_name(space, shared=False), wanted.start, wanted.end)
    return records.named(path, space, locks[:1], shared=False)[0] if locks else None


def _claim_here(space: str, holder: Holder) -> Held:
    """Claim in this process alone."""
    with _LOCAL_LOCK:
        against = [] if holder.shared else [
            other.holder
            for other in _LOCAL
            if other.space == space and not other.holder.shared
            and other.holder.start <= holder.end and holder.start <= other.holder.end
        ]  # fmt: skip
        if against:
            raise Conflict(min(against))
        local = _Local(space, holder, object())
        _LOCAL.append(local)
    return Held(-1, "process", None, local)


def _clear_stale(path: str, space: str, holder: Holder) -> None:
    """Remove what others have left of the range that ``holder`` has just got, as far as that is allowed.

    A record is made after its lock, so it is stale where there is no such lock: beside a claim every other
    one, beside a shared mapping those whose range nobody has locked.
    """
    left = records.ranges(path, space, shared=holder.shared, start=holder.start, end=holder.end)
    if holder.shared and left:
        first, last = min(range_[0] for range_ in left.values()), max(range_[1] for range_ in left.values())
        held = _locks(path, lockfiles.file_name(space, shared=True), first, last)
        own = holder.start, holder.end
        if own in held:
            held.remove(own)  # it has no record yet
        left = {file: range_ for file, range_ in left.items() if range_ not in held}
    for file in left:
        records.remove(path, file)

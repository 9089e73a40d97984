"""Claims that other processes and other users see: open-file-description locks on byte ranges.

Each address space has two files in one directory that every user can open: an exclusive claim is a write
lock on the bytes of ``SPACE.lock`` from the first address to the last, and a shared mapping a read lock on
the same bytes of ``SPACE.shared``. The lock is the truth: the kernel drops it when the last process that
inherited its descriptor is gone, however that ended. A record beside it only names the holder, and is not
trusted: any user can write one. A lock file is never unlinked, since two processes could then each hold a
lock on a file of the same name.

The directory is ``/run/lock/inspector``; where it cannot be used, ``$XDG_RUNTIME_DIR/inspector`` (claims
then hold among this user's processes); else claims hold within this process. The environment variable
INSPECTOR_LOCK_DIRECTORY names another one, for tests; it is ignored where SUDO_UID says that this process
has more rights than whoever set its environment.

Standard library of Python 3.9 alone; it runs in the agent as well.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

if sys.platform == "linux":
    import fcntl

_LAST_ADDRESS = (1 << 64) - 1
_LAST_PHYSICAL = (1 << 52) - 1
_LAST_LOCKED = (1 << 62) - 1
"""Offsets in a file have 63 bits."""
_FLOCK = "hhqqi0q"
"""``struct flock`` with 64 bit offsets: type, whence, start, len, pid (0 for these locks)."""
_GETLK, _SETLK = 36, 37
"""F_OFD_GETLK and F_OFD_SETLK of include/uapi/asm-generic/fcntl.h; a C library may not name them."""

_TRIES = 100
_PAUSE = 0.01
_RECORDS = "records"
_RECORD_BYTES = 4096
_RECORD_LIMIT = 10_000
_TEXT = 100
_UNUSABLE = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL}
    | {errno.ENOSYS, errno.EOPNOTSUPP, errno.EEXIST}
)
"""What says that a directory cannot be used; anything else (too many open files) is an error."""


class Holder(NamedTuple):
    """Who has a range. What is not known is None or empty.

    Attributes:
        start: The first address.
        end: The last address, inclusive.
        name: The resource's name.
        pid: The inspector's process.
        process: That process's name.
        user: Who runs it; by the owner of the record, unless that is root, who is believed.
        since: Seconds since the epoch.
        shared: Whether it is a shared mapping and no claim.
        gone: Whether that process is gone while a worker of it still holds the range.
        worker: A process that was found to hold the lock itself, where that is another one.
    """

    start: int
    end: int
    name: str = ""
    pid: int | None = None
    process: str = ""
    user: str = ""
    since: float | None = None
    shared: bool = False
    gone: bool = False
    worker: int | None = None

    @property
    def reason(self) -> str:
        """Why it is still held though its process is gone; empty where that is no question."""
        if not self.gone:
            return ""
        worker = "a worker" if self.worker is None else f"its worker {self.worker}"
        return f"its process {self.pid} is gone, {worker} still holds the range"


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
            _remove_record(*record)
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
    for path, range_ in _places(space):
        try:
            descriptor = _take(space, path, holder)
        except OSError as error:
            if error.errno not in _UNUSABLE:
                raise
            continue
        # A process that found another directory, before or meanwhile, has its lock there.
        for other, _ in _places(space):
            found = _lowest_in(space, other, holder) if other != path else None
            if found is not None:
                os.close(descriptor)
                raise Conflict(found)
        _clear_stale(path, space, holder)
        return Held(descriptor, range_, _write_record(path, space, holder), None)
    return _claim_here(space, holder)


def share(space: str, start: int, size: int, *, name: str, owner: Owner) -> Held:
    """Let others see that this range is mapped shared; it conflicts with nothing.

    Raises:
        ValueError: The range is empty or not inside the address space.
        OSError: As ``claim``.
    """
    holder = _holder(space, start, size, name, owner, shared=True)
    for path, range_ in _places(space):
        try:
            descriptor = _take(space, path, holder)
        except Conflict:
            break  # Someone holds a write lock that no inspector takes: there is no way to be seen.
        except OSError as error:
            if error.errno not in _UNUSABLE:
                raise
            continue
        return Held(descriptor, range_, _write_record(path, space, holder), None)
    return _claim_here(space, holder)


def holders(space: str, start: int, end: int) -> list[Holder]:
    """The claims and shared mappings of all processes that overlap ``start`` to ``end`` inclusive.

    Lowest first, a claim before what is shared. Nothing is created.
    """
    with _LOCAL_LOCK:
        found = [local.holder for local in _LOCAL if local.space == space]
    found = [holder for holder in found if holder.start <= end and start <= holder.end]
    for path, _ in _places(space):
        for shared in (False, True):
            locks = _locks(path, _file_name(space, shared), start, end)
            found += _named(path, space, locks, shared)
    return sorted(found, key=lambda holder: (holder.start, -holder.end, holder.shared, holder.pid or 0))


def everyone() -> list[tuple[str, Holder]]:
    """The claims and shared mappings of all processes, each with its address space."""
    with _LOCAL_LOCK:
        spaces = {local.space for local in _LOCAL}
    for path, _ in _places(""):
        directory = _enter(path, create=False)
        if directory is not None:
            spaces.update(filter(None, map(_space_of, _names(directory))))
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
    for path, range_ in _places(space):
        directory = _enter(path, create=False)
        if directory is None:
            parent = path.rpartition("/")[0]
            if os.access(path, os.F_OK) or not os.access(parent, os.W_OK | os.X_OK):
                continue
            return range_
        try:
            os.close(_open(directory, _file_name(space, shared=False), os.O_RDWR))
        except FileNotFoundError:
            if not os.access(f"/proc/self/fd/{directory}", os.W_OK | os.X_OK):
                continue
        except OSError:
            continue
        finally:
            os.close(directory)
        return range_
    return "process"


# --- where ------------------------------------------------------------------------------------------


def _places(space: str) -> list[tuple[str, str]]:
    """The directories that may be used, best first, each with the scope of what is locked there."""
    if sys.platform != "linux" or space.startswith("sim:"):
        return []
    for_another = "SUDO_UID" in os.environ
    override = os.environ.get("INSPECTOR_LOCK_DIRECTORY", "")
    if override and not for_another:
        return [(override, "machine")]
    places = [("/run/lock/inspector", "machine")]
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    if own.startswith("/") and not for_another:
        places.append((f"{own}/inspector", "user"))
    return places


def _enter(path: str, *, create: bool, inside: int | None = None) -> int | None:
    """Open a directory for every user's files, or for this user's below XDG_RUNTIME_DIR."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        if create:
            with suppress(FileExistsError):
                os.mkdir(path, 0o1777, dir_fd=inside)
        directory = os.open(path, flags, dir_fd=inside)
    except OSError as error:
        if create or error.errno not in _UNUSABLE:
            raise
        return None
    if create:
        for _ in range(_TRIES // 10):
            status = os.fstat(directory)
            if stat.S_IMODE(status.st_mode) == 0o1777 and (status.st_uid == 0 or os.geteuid() != 0):
                break
            if os.geteuid() in (0, status.st_uid):
                if os.geteuid() == 0:
                    os.fchown(directory, 0, 0)  # its owner could unlink others' files
                os.fchmod(directory, 0o1777)  # which the file mode creation mask had cut
                break
            time.sleep(_PAUSE)  # its maker is between the two calls above
    return directory


def _file_name(space: str, shared: bool) -> str:
    return f"{_stem(space)}.{'shared' if shared else 'lock'}"


def _stem(space: str) -> str:
    """``file:8:42`` as ``file-8-42``; whatever else could mean something in a path is written ``%XX``."""
    stem = "".join(
        chr(byte) if byte < 128 and (chr(byte).isalnum() or byte == ord("_")) else f"%{byte:02x}"
        for byte in space.encode("utf-8", "surrogateescape")
    )
    return stem.replace("%3a", "-")[:200]


def _space_of(file: str) -> str:
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


def _names(directory: int) -> list[str]:
    return sorted(os.listdir(directory))[:_RECORD_LIMIT]


def _open(directory: int, name: str, flags: int) -> int:
    """Open a regular file that is there, without following a link or waiting for anything."""
    descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)


def _create(directory: int, name: str, mode: int, content: bytes = b"") -> None:
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


# --- locks ------------------------------------------------------------------------------------------


def _holder(space: str, start: int, size: int, name: str, owner: Owner, *, shared: bool) -> Holder:
    end = start + size - 1
    last = _LAST_PHYSICAL if space == "mem" else _LAST_LOCKED if _places(space) else _LAST_ADDRESS
    if size <= 0 or start < 0 or end > last:
        raise ValueError(f"{size} bytes from {start:#x} are not a range of {space}")
    return Holder(start, end, name, owner.pid, owner.process, owner.user, time.time(), shared)


def _take(space: str, path: str, holder: Holder) -> int:
    """Lock the range in the space's file below ``path``; the open file that carries the lock."""
    name = _file_name(space, holder.shared)
    for _ in range(_TRIES):
        directory = _enter(path, create=True)
        assert directory is not None
        try:
            descriptor = _open(directory, name, os.O_RDWR)
        except FileNotFoundError:
            _create(directory, name, 0o666)
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
            raise Conflict(_named(path, space, [found], holder.shared)[0])
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
        there = os.stat(path, follow_symlinks=False)  # noqa: PTH116 (pathlib is slow to import)
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
    directory = _enter(path, create=False)
    if directory is None:
        return []
    try:
        descriptor = _open(directory, name, os.O_RDONLY)
    except OSError:
        return []
    finally:
        os.close(directory)
    try:
        start, end = max(start, 0), min(end, _LAST_LOCKED)
        if end < start or _conflicts(descriptor, start, end) is None:
            return []
        status = os.fstat(descriptor)
        listed = list(_parse_locks(_text("/proc/locks"), status.st_ino))
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


def _parse_locks(text: str, inode: int) -> Iterator[tuple[str, int, int]]:
    """Device, first and last address of each lock on an inode, from /proc/locks or an fdinfo.

    As lock_get_status of fs/locks.c prints them: ``1: OFDLCK ADVISORY WRITE -1 00:19:42 4096 8191``.
    """
    for line in text.splitlines():
        words = line.split()
        if "OFDLCK" not in words or "->" in words:
            continue
        *_, place, first, last = words
        device, _, number = place.rpartition(":")
        if number == str(inode) and first.isdecimal():
            yield device, int(first), int(last) if last.isdecimal() else (1 << 63) - 1


def _lowest_in(space: str, path: str, wanted: Holder) -> Holder | None:
    locks = _locks(path, _file_name(space, shared=False), wanted.start, wanted.end)
    return _named(path, space, locks[:1], shared=False)[0] if locks else None


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


# --- who --------------------------------------------------------------------------------------------


class _Record(NamedTuple):
    """What someone wrote about a lock, as far as it can be believed.

    Attributes:
        file: Its name in the directory of records.
        holder: Whom it names.
        trust: Higher is better: whether that process lives, whether root wrote it, when.
    """

    file: str
    holder: Holder
    trust: tuple[bool, bool, float]


def _write_record(path: str, space: str, holder: Holder) -> tuple[str, str] | None:
    """Say beside the lock who holds it; where that fails the lock holds nevertheless."""
    file = f"{_stem(space)}@{holder.start:x}-{holder.end:x}@{holder.pid}-{os.urandom(4).hex()}"
    content = {
        **holder._asdict(),
        "space": space,
        "started": None if holder.pid is None else _started(holder.pid),
        "keeper": os.getpid(),
        "keeper_started": _started(os.getpid()),
    }
    try:
        directory = _enter_records(path, create=True)
        try:
            _create(directory, file, 0o644, json.dumps(content).encode()[:_RECORD_BYTES])
        finally:
            os.close(directory)
    except OSError:
        return None
    return path, file


def _remove_record(path: str, file: str) -> None:
    try:
        directory = _enter_records(path, create=False)
        try:
            os.unlink(file, dir_fd=directory)
        finally:
            os.close(directory)
    except OSError:
        pass  # already removed by whoever found it stale, or not ours to remove


def _enter_records(path: str, *, create: bool) -> int:
    outer = _enter(path, create=create)
    if outer is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    try:
        inner = _enter(_RECORDS, create=create, inside=outer)
    finally:
        os.close(outer)
    if inner is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), _RECORDS)
    return inner


def _records(path: str, space: str, shared: bool) -> Iterator[_Record]:
    """The readable records of an address space, the best first."""
    try:
        directory = _enter_records(path, create=False)
    except OSError:
        return
    try:
        names = [name for name in _names(directory) if name.startswith(f"{_stem(space)}@")]
        read = [_read_record(directory, name, space) for name in names]
    finally:
        os.close(directory)
    found = [record for record in read if record is not None and record.holder.shared == shared]
    yield from sorted(found, key=lambda record: record.trust, reverse=True)


def _read_record(directory: int, file: str, space: str) -> _Record | None:
    try:
        descriptor = _open(directory, file, os.O_RDONLY)
    except OSError:
        return None
    try:
        uid = os.fstat(descriptor).st_uid
        content = json.loads(os.read(descriptor, _RECORD_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        os.close(descriptor)
    if not isinstance(content, dict) or content.get("space") != space:
        return None
    start, end = _number(content.get("start")), _number(content.get("end"))
    if start is None or end is None:
        return None
    pid, keeper = _number(content.get("pid")), _number(content.get("keeper"))
    alive = _lives(pid, content.get("started"), uid)
    lives = alive or _lives(keeper, content.get("keeper_started"), uid)
    since = content.get("since")
    since = float(since) if isinstance(since, (int, float)) and 0 < since < 1 << 40 else None
    user = _cleaned(content.get("user")) if uid == 0 else ""
    holder = Holder(
        start,
        end,
        _cleaned(content.get("name")),
        pid,
        _cleaned(content.get("process")),
        user or _user(uid),
        since,
        content.get("shared") is True,
        # Where it could not be told when it was alive, it cannot be told to be dead.
        gone=not alive and content.get("started") is not None,
    )
    return _Record(file, holder, (lives, uid == 0, since or 0.0))


def _named(path: str, space: str, locks: list[tuple[int, int]], shared: bool) -> list[Holder]:
    """Who holds each of these locks: by the records, else by what /proc shows of other processes."""
    if not locks:
        return []
    for last in (False, True):
        left = list(_records(path, space, shared))
        found = []
        for first, end in locks:
            record = next((r for r in left if (r.holder.start, r.holder.end) == (first, end)), None)
            if record is not None:
                left.remove(record)
            found.append(Holder(first, end, shared=shared) if record is None else record.holder)
        if last or all(holder.pid is not None and not holder.gone for holder in found):
            break
        time.sleep(_PAUSE)  # a record is made right after its lock, and removed right before
    return [holder if holder.pid and not holder.gone else _seen(path, space, holder) for holder in found]


def _seen(path: str, space: str, holder: Holder) -> Holder:
    """The same, with the process that carries the lock where /proc/*/fdinfo shows it."""
    try:
        inode = os.stat(f"{path}/{_file_name(space, holder.shared)}").st_ino  # noqa: PTH116
    except OSError:
        return holder
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        try:
            files = os.listdir(f"/proc/{name}/fdinfo")  # noqa: PTH208
        except OSError:
            continue
        for file in files:
            locks = _parse_locks(_text(f"/proc/{name}/fdinfo/{file}"), inode)
            if any(lock[1:] == (holder.start, holder.end) for lock in locks):
                pid = int(name)
                if holder.gone:
                    return holder._replace(worker=pid)
                process = _cleaned(_text(f"/proc/{pid}/comm").strip())
                return holder._replace(pid=pid, process=process, user=_user(min(_uids(pid), default=-1)))
    return holder


def _clear_stale(path: str, space: str, holder: Holder) -> None:
    """Remove what is left of claims that this one has taken the place of, as far as that is allowed."""
    for record in _records(path, space, shared=False):
        other = record.holder
        if other.start <= holder.end and holder.start <= other.end:
            _remove_record(path, record.file)


def _lives(pid: int | None, started: object, uid: int) -> bool:
    """Whether a process is still the one that a record of ``uid`` speaks of."""
    if not pid:
        return False
    now = _started(pid)
    if now is None:
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True  # hidden from us, but there
        except (OSError, OverflowError):
            return False
        return True
    return now == started and (uid == 0 or uid in _uids(pid))


def _started(pid: int) -> int | None:
    """When a process started, in clock ticks since the boot: field 22 of /proc/PID/stat."""
    words = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(words[19]) if len(words) > 19 else None


def _uids(pid: int) -> set[int]:
    """The users that a process runs as: real, effective, saved, of the file system."""
    for line in _text(f"/proc/{pid}/status").splitlines():
        if line.startswith("Uid:"):
            return {int(word) for word in line.split()[1:]}
    return set()


def _user(uid: int) -> str:
    if uid < 0:
        return ""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63 else None


def _cleaned(value: object) -> str:
    """Text from a record, of which nothing reaches a terminal that one obeys."""
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value[:_TEXT])

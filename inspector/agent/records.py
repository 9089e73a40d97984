"""Who holds a lock: records beside the locks, and what /proc shows of other processes.

A record names the holder and no more: any user can write one, so that it is believed only where there is a
lock of its range, where the process that it names runs as the owner of its file, and never as to what a
terminal would obey. Whose file it is cannot be forged.
"""

from __future__ import annotations

import errno
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from . import lockfiles

_DIRECTORY = "records"
_BYTES = 4096
_LIMIT = 10_000
_TEXT = 100
_PAUSE = 0.01


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


class Record(NamedTuple):
    """What someone wrote about a lock, as far as it can be believed.

    Attributes:
        holder: Whom it names.
        lives: Whether the process that it names, or the one that took the lock for it, still runs.
        by_root: Whether root wrote it.
    """

    holder: Holder
    lives: bool
    by_root: bool


def write(path: str, space: str, holder: Holder) -> tuple[str, str] | None:
    """Say beside a lock who holds it; where that fails the lock holds nevertheless.

    Returns:
        What ``remove`` takes.
    """
    name = lockfiles.file_name(space, holder.shared)
    file = f"{name}@{holder.start:x}-{holder.end:x}@{holder.pid}-{os.urandom(4).hex()}"
    content = {
        "space": space,
        "name": holder.name[:_TEXT],
        "pid": holder.pid,
        "process": holder.process[:_TEXT],
        "user": holder.user[:_TEXT],
        "since": holder.since,
        "started": None if holder.pid is None else _started(holder.pid),
        "keeper": os.getpid(),
        "keeper_started": _started(os.getpid()),
    }
    try:
        directory = _enter(path, create=True)
        try:
            lockfiles.create_file(directory, file, 0o644, json.dumps(content).encode())
        finally:
            os.close(directory)
    except OSError:
        return None
    return path, file


def remove(path: str, file: str) -> None:
    """Remove a record, as far as that is allowed; harmless where someone else did."""
    with suppress(OSError):
        directory = _enter(path, create=False)
        try:
            os.unlink(file, dir_fd=directory)
        finally:
            os.close(directory)


def ranges(path: str, space: str, *, shared: bool, start: int, end: int) -> dict[str, tuple[int, int]]:
    """The range of each record that is for a part of ``start`` to ``end`` inclusive, by its file."""
    try:
        directory = _enter(path, create=False)
    except OSError:
        return {}
    try:
        return _ranges(directory, space, shared, start, end)
    finally:
        os.close(directory)


def _ranges(directory: int, space: str, shared: bool, start: int, end: int) -> dict[str, tuple[int, int]]:
    pattern = re.compile(
        re.escape(lockfiles.file_name(space, shared)) + "@([0-9a-f]{1,16})-([0-9a-f]{1,16})@.*"
    )
    found: dict[str, tuple[int, int]] = {}
    for file in os.listdir(directory):
        match = pattern.fullmatch(file)
        if match is not None:
            first, last = int(match[1], 16), int(match[2], 16)
            if first <= end and start <= last and len(found) < _LIMIT:
                found[file] = first, last
    return found


def read(path: str, space: str, *, shared: bool, start: int, end: int) -> list[Record]:
    """The records for a part of ``start`` to ``end`` inclusive that can be believed, the best first."""
    try:
        directory = _enter(path, create=False)
    except OSError:
        return []
    try:
        files = _ranges(directory, space, shared, start, end)
        found = [_read_one(directory, file, space, shared, *files[file]) for file in files]
    finally:
        os.close(directory)
    return sorted(
        (record for record in found if record is not None),
        key=lambda record: (not record.lives, not record.by_root, -(record.holder.since or 0)),
    )


def named(path: str, space: str, locks: list[tuple[int, int]], *, shared: bool) -> list[Holder]:
    """Who holds each of these locks: by the records, else by what /proc shows of other processes."""
    if not locks:
        return []
    found = _match(path, space, locks, shared)
    if any(holder.pid is None or holder.gone for holder in found):
        # A record is made right after its lock, and removed right before.
        time.sleep(_PAUSE)
        found = _match(path, space, locks, shared)
    return [_seen(path, space, holder) if holder.pid is None or holder.gone else holder for holder in found]


def _match(path: str, space: str, locks: list[tuple[int, int]], shared: bool) -> list[Holder]:
    start, end = min(lock[0] for lock in locks), max(lock[1] for lock in locks)
    left = [record.holder for record in read(path, space, shared=shared, start=start, end=end)]
    found = []
    for start, end in locks:
        holder = next((holder for holder in left if (holder.start, holder.end) == (start, end)), None)
        if holder is None:
            holder = Holder(start, end, shared=shared)
        else:
            left.remove(holder)
        found.append(holder)
    return found


def _enter(path: str, *, create: bool) -> int:
    outer = lockfiles.enter(path, create=create)
    inner = None
    if outer is not None:
        try:
            inner = lockfiles.enter(_DIRECTORY, create=create, inside=outer)
        finally:
            os.close(outer)
    if inner is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return inner


def _read_one(directory: int, file: str, space: str, shared: bool, start: int, end: int) -> Record | None:
    try:
        descriptor = lockfiles.open_file(directory, file, os.O_RDONLY)
    except OSError:
        return None
    try:
        uid = os.fstat(descriptor).st_uid
        content = json.loads(os.read(descriptor, _BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        os.close(descriptor)
    if not isinstance(content, dict) or content.get("space") != space:
        return None
    pid, keeper = _number(content.get("pid")), _number(content.get("keeper"))
    states = _state(pid, content.get("started"), uid), _state(keeper, content.get("keeper_started"), uid)
    lives = "lives" in states
    if "foreign" in states and not lives:
        return None
    since = content.get("since")
    holder = Holder(
        start,
        end,
        _cleaned(content.get("name")),
        pid,
        _cleaned(content.get("process")),
        (_cleaned(content.get("user")) if uid == 0 else "") or _user(uid),
        float(since) if isinstance(since, (int, float)) and 0 < since < 1 << 36 else None,
        shared,
        gone=states[0] == "gone",
    )
    return Record(holder, lives, uid == 0)


def _seen(path: str, space: str, holder: Holder) -> Holder:
    """The same, with the process that carries the lock where /proc/*/fdinfo shows it."""
    try:
        inode = os.stat(f"{path}/{lockfiles.file_name(space, holder.shared)}").st_ino
        processes = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    except OSError:
        return holder
    for pid in processes:
        try:
            files = os.listdir(f"/proc/{pid}/fdinfo")
        except OSError:
            continue
        for file in files:
            locks = parse_locks(text_of(f"/proc/{pid}/fdinfo/{file}"), inode)
            if not any(lock[1:] == (holder.start, holder.end) for lock in locks):
                continue
            if holder.gone:
                return holder._replace(worker=pid)
            process = _cleaned(text_of(f"/proc/{pid}/comm").strip())
            return holder._replace(pid=pid, process=process, user=_user(min(_uids(pid), default=None)))
    return holder


def _state(pid: int | None, started: object, uid: int) -> str:
    """Whether a process is the one that a record of ``uid`` speaks of.

    Returns:
        ``lives``; ``gone``; ``foreign`` where it runs as someone else; ``unknown`` where the record does not
        say when it started, as for a process on another machine.
    """
    if not pid or started is None:
        return "unknown"
    now = _started(pid)
    if now is not None:
        if now != started:
            return "gone"
        return "lives" if uid == 0 or uid in _uids(pid) else "foreign"
    try:
        os.kill(pid, 0)
    except PermissionError:
        return "lives"  # there, but hidden from us
    except (OSError, OverflowError):
        return "gone"
    return "lives"


def _started(pid: int) -> int | None:
    """When a process started, in clock ticks since the boot: field 22 of /proc/PID/stat."""
    words = text_of(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(words[19]) if len(words) > 19 else None


def _uids(pid: int) -> set[int]:
    """The users that a process runs as: real, effective, saved, of the file system."""
    for line in text_of(f"/proc/{pid}/status").splitlines():
        if line.startswith("Uid:"):
            return {int(word) for word in line.split()[1:]}
    return set()


def _user(uid: int | None) -> str:
    if uid is None:
        return ""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def text_of(path: str) -> str:
    """A file of /proc; empty where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
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


def parse_locks(text: str, inode: int) -> Iterator[tuple[str, int, int]]:
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

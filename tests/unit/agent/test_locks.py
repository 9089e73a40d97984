from __future__ import annotations

import json
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.agent import lockfiles, locks, records
from inspector.agent.locks import Conflict, Held, Holder, Owner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open-file-description locks are Linux's")

NOBODY = 65534
ME = Owner(os.getpid(), "test", "me")
UART = (0x900_0000, 0x1000)


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory of locks for this test alone, which other users can reach too."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))
    yield tmp_path / "locks"
    while Other.running:  # a test that failed left it behind
        pid = Other.running.pop()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def claim(start: int, size: int, name: str = "uart", space: str = "mem", owner: Owner = ME) -> Held:
    return locks.claim(space, start, size, name=name, owner=owner)


def share(start: int, size: int, name: str = "uart", owner: Owner = ME) -> Held:
    return locks.share("mem", start, size, name=name, owner=owner)


class Other:
    """Another process that does something, then waits until it is told to end."""

    running: ClassVar[set[int]] = set()

    def __init__(self, do: Callable[[], object], user: int | None = None) -> None:
        ready, told = os.pipe()
        wait, self._go = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(self._go)
                if user is not None:
                    os.setgroups([])
                    os.setgid(user)
                    os.setuid(user)
                kept = do()
                os.write(told, b"!")
                os.read(wait, 1)
                del kept
                status = 0
            finally:
                os._exit(status)
        self.running.add(self.pid)
        os.close(told)
        os.close(wait)
        assert os.read(ready, 1) == b"!", "the other process failed"
        os.close(ready)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self._wait()
        os.close(self._go)

    def end(self) -> None:
        os.close(self._go)
        assert self._wait() == 0

    def _wait(self) -> int:
        self.running.remove(self.pid)
        return os.waitpid(self.pid, 0)[1]


def owner() -> Owner:
    return Owner(os.getpid(), "inspector", "someone")


# --- what conflicts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "size"),
    [
        pytest.param(0x900_0000, 0x1000, id="same"),
        pytest.param(0x900_0800, 4, id="inside"),
        pytest.param(0x8FF_0000, 0x20000, id="containing"),
        pytest.param(0x8FF_FFFF, 2, id="lower part"),
        pytest.param(0x900_0FFF, 2, id="upper part"),
        pytest.param(0x900_0FFF, 1, id="last byte"),
        pytest.param(0, 1 << 52, id="everything"),
    ],
)
@pytest.mark.parametrize("same_process", [True, False])
def test_any_overlap_conflicts_and_names_the_holder(start: int, size: int, same_process: bool) -> None:
    if same_process:
        held, pid = claim(*UART), os.getpid()
    else:
        other = Other(lambda: claim(*UART, owner=owner()))
        pid = other.pid
    with pytest.raises(Conflict) as caught:
        claim(start, size)
    holder = caught.value.holder
    assert (holder.start, holder.end, holder.name) == (0x900_0000, 0x900_0FFF, "uart")
    assert (holder.pid, holder.gone, holder.shared) == (pid, False, False)
    assert holder.since is not None
    if same_process:
        held.release()
    else:
        other.end()


def test_neighbours_and_other_address_spaces_do_not_conflict() -> None:
    held = [
        claim(*UART),
        claim(0x8FF_F000, 0x1000),
        claim(0x900_1000, 1),
        claim(*UART, space="file:8:42"),
        claim(*UART, space="uio:a-b"),
    ]
    assert [holder.start for holder in locks.holders("mem", 0, 1 << 52)] == [
        0x8FF_F000,
        0x900_0000,
        0x900_1000,
    ]
    for each in held:
        each.release()


def test_the_lowest_conflict_is_named_in_whatever_order_the_claims_were_made() -> None:
    held = [claim(start, 4, hex(start)) for start in (0x3000, 0x1000, 0x2000, 0x5000)]
    with pytest.raises(Conflict) as caught:
        claim(0x1800, 0x10000)
    assert caught.value.holder.name == "0x2000"
    for each in held:
        each.release()


@pytest.mark.parametrize(
    ("space", "start", "size"),
    [("mem", 0, 0), ("mem", 0, -4), ("mem", -1, 4), ("mem", (1 << 52) - 1, 2), ("uio:x", (1 << 62) - 1, 2)],
)
def test_what_is_no_range_of_the_address_space(space: str, start: int, size: int) -> None:
    with pytest.raises(ValueError, match="are not a range of"):
        claim(start, size, space=space)
    with pytest.raises(ValueError, match="are not a range of"):
        locks.share(space, start, size, name="", owner=ME)


def test_the_last_address_can_be_claimed() -> None:
    for space, last in (("mem", (1 << 52) - 1), ("uio:x", (1 << 62) - 1), ("sim:0", (1 << 64) - 1)):
        held = claim(last, 1, space=space)
        assert [holder.end for holder in locks.holders(space, 0, (1 << 64) - 1)] == [last]
        held.release()


# --- how a claim ends ---------------------------------------------------------------------------------


def test_a_released_claim_leaves_nothing_behind(directory: Path) -> None:
    held = claim(*UART)
    assert stat.S_ISREG(os.fstat(held.descriptor).st_mode)
    held.release()
    held.release()
    again = claim(*UART)
    held.release()
    with pytest.raises(Conflict):
        claim(*UART)
    again.release()
    assert locks.everyone() == []
    assert list((directory / "records").iterdir()) == []


def test_a_killed_holders_claim_is_gone_at_once(directory: Path) -> None:
    other = Other(lambda: (claim(*UART, owner=owner()), share(*UART, owner=owner())))
    assert len(locks.holders("mem", 0, 1 << 52)) == 2
    other.kill()
    assert locks.holders("mem", 0, 1 << 52) == []
    held, shared = claim(*UART), share(*UART)
    assert len(list((directory / "records").iterdir())) == 2, "what it left was not cleared away"
    held.release()
    shared.release()


def test_a_stopped_holder_still_holds() -> None:
    other = Other(lambda: claim(*UART, owner=owner()))
    os.kill(other.pid, signal.SIGSTOP)
    with pytest.raises(Conflict):
        claim(*UART)
    os.kill(other.pid, signal.SIGCONT)
    other.end()
    claim(*UART).release()


def test_a_claim_lives_as_long_as_a_worker_that_inherited_it() -> None:
    workers, told = os.pipe()

    def inspector() -> None:
        held = claim(*UART, owner=owner())
        worker = os.fork()
        if worker == 0:
            signal.pause()
        os.write(told, worker.to_bytes(4, "little"))
        del held

    other = Other(inspector)
    other.kill()
    worker = int.from_bytes(os.read(workers, 4), "little")
    try:
        with pytest.raises(Conflict) as caught:
            claim(*UART)
        holder = caught.value.holder
    finally:
        os.kill(worker, signal.SIGKILL)
    assert (holder.pid, holder.gone) == (other.pid, True)
    assert holder.reason in (
        f"its process {other.pid} is gone, its worker {worker} still holds the range",
        f"its process {other.pid} is gone, a worker still holds the range",
    )
    # It is nobody's child here, so that nobody here can wait for its end.
    while locks.holders("mem", 0, 1 << 52):
        pass
    claim(*UART).release()


def test_holders_are_found_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [claim(*UART), claim(0x900_1000, 4), share(*UART)]
    monkeypatch.setattr(records, "text_of", lambda path: "")
    assert [(holder.start, holder.shared) for holder in locks.holders("mem", 0, 1 << 52)] == [
        (0x900_0000, False),
        (0x900_0000, True),
        (0x900_1000, False),
    ]
    for each in held:
        each.release()


# --- shared mappings ----------------------------------------------------------------------------------


def test_shared_mappings_are_seen_and_conflict_with_nothing() -> None:
    other = Other(lambda: share(*UART, name="theirs", owner=owner()))
    mine = [share(*UART, name="first"), share(*UART, name="second"), share(0x900_0800, 0x1000, name="part")]
    held = claim(*UART)
    found = locks.holders("mem", 0x900_0000, 0x900_0FFF)
    assert [(holder.shared, holder.start) for holder in found] == [
        (False, 0x900_0000),
        (True, 0x900_0000),
        (True, 0x900_0000),
        (True, 0x900_0000),
        (True, 0x900_0800),
    ]
    assert {holder.name for holder in found if holder.shared} == {"theirs", "first", "second", "part"}
    for each in (*mine, held):
        each.release()
    assert [holder.pid for holder in locks.holders("mem", 0, 1 << 52)] == [other.pid]
    other.end()
    assert locks.holders("mem", 0, 1 << 52) == []


def test_everyone_tells_every_address_space() -> None:
    held = [claim(*UART), claim(0, 4, space="uio:a b:-%"), claim(0, 4, space="sim:3"), share(0, 4)]
    assert [(space, holder.shared) for space, holder in locks.everyone()] == [
        ("mem", True),
        ("mem", False),
        ("sim:3", False),
        ("uio:a b:-%", False),
    ]
    for each in held:
        each.release()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_spaces_file_tells_the_space(rest: str) -> None:
    file = lockfiles.file_name(f"uio:{rest}", shared=False)
    assert file.isascii()
    assert not set(file) & set("/\0 @\n")
    assert lockfiles.space_of(file) == f"uio:{rest}"


# --- where --------------------------------------------------------------------------------------------


def test_every_user_can_open_the_files_whatever_the_mask(directory: Path) -> None:
    mask = os.umask(0o077)
    try:
        held, shared = claim(*UART), share(*UART)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o1777
    assert stat.S_IMODE((directory / "records").stat().st_mode) == 0o1777
    assert stat.S_IMODE((directory / "mem.lock").stat().st_mode) == 0o666
    assert stat.S_IMODE((directory / "mem.shared").stat().st_mode) == 0o666
    held.release()
    shared.release()


def test_a_lock_on_a_file_that_was_removed_meanwhile_is_taken_again(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = locks._lock
    removed: list[int] = []

    def late(descriptor: int, holder: Holder) -> bool:
        if not removed:
            removed.append((directory / "mem.lock").stat().st_ino)
            (directory / "mem.lock").unlink()
        return lock(descriptor, holder)

    monkeypatch.setattr(locks, "_lock", late)
    held = claim(*UART)
    assert os.path.samestat(os.fstat(held.descriptor), (directory / "mem.lock").stat())
    with pytest.raises(Conflict):
        claim(*UART)
    held.release()


def test_a_link_in_the_files_place_is_not_followed(directory: Path, tmp_path: Path) -> None:
    claim(*UART).release()
    (directory / "mem.lock").unlink()
    (directory / "mem.lock").symlink_to(tmp_path / "target")
    held = claim(*UART)
    assert (held.scope, held.descriptor) == ("process", -1)
    assert not (tmp_path / "target").exists()
    held.release()


def test_where_no_directory_can_be_used_claims_hold_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "file" / "locks"))
    assert locks.scope("mem") == "process"
    held, shared = claim(*UART), share(*UART)
    assert held.scope == "process"
    with pytest.raises(Conflict) as caught:
        claim(0x900_0FFF, 2)
    assert caught.value.holder.name == "uart"
    assert [space for space, _ in locks.everyone()] == ["mem", "mem"]
    held.release()
    held.release()
    shared.release()
    claim(0x900_0FFF, 2).release()
    assert locks.everyone() == []


def test_the_scope_is_told_without_making_anything(directory: Path) -> None:
    assert (locks.scope("mem"), locks.scope("sim:0")) == ("machine", "process")
    assert locks.holders("mem", 0, 1 << 52) == []
    assert locks.everyone() == []
    assert not directory.exists()
    held = claim(*UART)
    assert (held.scope, locks.scope("mem")) == ("machine", "machine")
    held.release()


def test_a_claim_in_this_users_directory_still_conflicts_with_one_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir()
    both = [(str(tmp_path / "lock" / "inspector"), "machine"), (str(tmp_path / "run" / "inspector"), "user")]
    monkeypatch.setattr(lockfiles, "places", lambda space: both)
    early = claim(*UART, name="early")
    assert (early.scope, locks.scope("mem")) == ("user", "user")
    (tmp_path / "lock").mkdir()  # now the machine's directory can be used
    assert locks.scope("mem") == "machine"
    with pytest.raises(Conflict) as caught:
        claim(*UART)
    assert caught.value.holder.name == "early"
    late = claim(0x900_1000, 4)
    assert late.scope == "machine"
    assert [holder.start for holder in locks.holders("mem", 0, 1 << 52)] == [0x900_0000, 0x900_1000]
    early.release()
    late.release()


def test_the_environment_of_another_user_names_no_directory(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert lockfiles.places("mem") == [(str(directory), "machine")]
    monkeypatch.setenv("SUDO_UID", "7")
    assert lockfiles.places("mem") == [("/run/lock/inspector", "machine")]
    monkeypatch.delenv("SUDO_UID")
    monkeypatch.delenv("INSPECTOR_LOCK_DIRECTORY")
    assert [scope for _, scope in lockfiles.places("mem")] == ["machine", "user"]


def test_running_out_of_files_is_an_error_and_no_weaker_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(lockfiles, "open_file", full)
    with pytest.raises(OSError, match="Too many open files"):
        claim(*UART)


# --- who ----------------------------------------------------------------------------------------------


@pytest.fixture
def forge(directory: Path) -> Iterator[Callable[..., Path]]:
    """Writes a record of the UART's range beside a lock that is held without a record."""
    held = claim(*UART)
    (real,) = (directory / "records").iterdir()
    content = json.loads(real.read_text())
    real.unlink()
    number = iter(range(100))

    def forge(text: str | bytes | None = None, **changes: object) -> Path:
        path = directory / "records" / f"mem.lock@9000000-9000fff@1-{next(number)}"
        if text is None:
            text = json.dumps({**content, **changes})
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    yield forge
    held.release()


def only() -> Holder:
    (found,) = locks.holders("mem", 0, 1 << 52)
    return found


def test_a_record_is_not_needed_where_proc_shows_the_holder(forge: Callable[..., Path]) -> None:
    found = only()
    assert (found.start, found.end, found.name, found.pid) == (0x900_0000, 0x900_0FFF, "", os.getpid())
    assert found.process == Path("/proc/self/comm").read_text().strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 4000,
        "[]",
        "null",
        "9" * 4000,
        b"\xff\xfe",
        '{"space": "mem"}',
        '{"space": "mem", "pid": "1", "name": 3, "process": null, "since": NaN, "user": []}',
        '{"space": "mem", "pid": true, "since": 1e400, "name": "' + "x" * 3000 + '"}',
        '{"space": "uio:x", "name": "forged"}',
        "x" * 100_000,
    ],
)
def test_a_forged_record_is_only_passed_over(forge: Callable[..., Path], text: str | bytes) -> None:
    forge(text)
    found = only()
    assert (found.start, found.end) == (0x900_0000, 0x900_0FFF)
    assert len(found.name) <= 100
    with pytest.raises(Conflict):
        claim(*UART)


def test_what_is_no_file_is_no_record(forge: Callable[..., Path], directory: Path) -> None:
    forge("").unlink()
    base = directory / "records" / "mem.lock@9000000-9000fff@1-"
    os.mkfifo(f"{base}fifo")
    Path(f"{base}directory").mkdir()
    Path(f"{base}link").symlink_to("/proc/self/environ")
    assert only().pid == os.getpid()


def test_no_control_characters_come_out_of_a_record(forge: Callable[..., Path]) -> None:
    forge(name="a\x1b[2Jb\n", process="\x07", user="\u202e")
    found = only()
    assert found.name == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}"
    assert (found.name + found.process + found.user).isprintable()


def test_of_two_records_the_one_whose_process_lives_is_believed(forge: Callable[..., Path]) -> None:
    forge(name="dead", started=1, keeper_started=1, since=2e9)
    forge(name="alive", since=1e9)
    assert only().name == "alive"


def test_a_number_that_another_process_has_by_now_is_not_the_holders(forge: Callable[..., Path]) -> None:
    forge(pid=os.getppid(), started=1, keeper=os.getppid(), keeper_started=1)
    found = only()
    assert found.gone
    assert found.worker == os.getpid()


def test_records_of_ranges_that_nobody_holds_are_ignored(forge: Callable[..., Path], directory: Path) -> None:
    forge().rename(directory / "records" / "mem.lock@100-1ff@1-0")
    assert only().start == 0x900_0000


root = pytest.mark.skipif(os.geteuid() != 0, reason="takes root: another user is needed")


@root
@pytest.mark.parametrize("first", [0, NOBODY])
def test_users_see_each_others_claims(first: int, directory: Path) -> None:
    second = NOBODY - first
    directory.parent.chmod(0o777)
    other = Other(lambda: (claim(*UART, owner=owner()), share(*UART, owner=owner())), user=first)

    def contend() -> None:
        with pytest.raises(Conflict) as caught:
            claim(*UART)
        assert (caught.value.holder.pid, caught.value.holder.name) == (other.pid, "uart")
        assert caught.value.holder.user == ("someone" if first == 0 else "nobody")
        claimed, shared = claim(0x900_1000, 4, owner=owner()), share(*UART, owner=owner())
        assert sorted(holder.shared for holder in locks.holders("mem", 0, 1 << 52)) == [
            False,
            False,
            True,
            True,
        ]
        claimed.release()
        shared.release()

    Other(contend, user=second).end()
    other.kill()
    Other(lambda: claim(*UART, owner=owner()), user=second).end()


@root
def test_a_user_cannot_speak_for_another_ones_process(forge: Callable[..., Path]) -> None:
    os.chown(forge(name="forged", pid=1, started=records._started(1), keeper=1, user="root"), NOBODY, NOBODY)
    assert only().name == ""
    os.chown(forge(name="theirs", user="root", started=None, keeper=None), NOBODY, NOBODY)
    assert (only().name, only().user) == ("theirs", "nobody")


@root
def test_root_takes_over_a_directory_that_a_user_made(directory: Path) -> None:
    directory.mkdir()
    os.chown(directory, NOBODY, NOBODY)
    claim(*UART).release()
    assert (directory.stat().st_uid, stat.S_IMODE(directory.stat().st_mode)) == (0, 0o1777)

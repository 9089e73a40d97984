"""The agent as its client sees it: mapping, transactions, bus errors, hangs, and what is left behind."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.agent import locks, operations
from inspector.backends.agency import Agent, AgentWindow
from inspector.backends.mapped import MappedWindow
from inspector.backends.mapping import Identity, Mappable
from inspector.errors import (
    AccessFailed,
    Asleep,
    BusFault,
    Busy,
    InspectorError,
    KernelError,
    NotPermitted,
    Revoked,
    Stopped,
    TimedOut,
)
from inspector.io import Outcome, execute
from inspector.model.transaction import Read, ReadRun, Result, Transaction, Write
from tests.unit.agent.neverfile import NeverFile, mountable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the agent needs Linux")

needs_fuse = pytest.mark.skipif(bool(mountable()), reason=mountable() or "it can be mounted")

PAGE = 4096
SIZE = 4 * PAGE
BASE = 0x4000_0000
CONTENT = bytes(range(256)) * (SIZE // 256)


def explain(error: OSError, step: str) -> KernelError:
    return NotPermitted(f"{step}: {error.strerror}", errno_name=str(error.errno))


def mappable(
    path: Path, *, position: int = 0, size: int = SIZE, name: str = "r", identity: Identity | None = None
) -> Mappable:
    return Mappable(
        path=str(path),
        position=position,
        size=size,
        name=name,
        address=BASE + position,
        widths=frozenset({8, 16, 32, 64}),
        explain=explain,
        identity=identity or Identity(),
        space=f"file:test:{path}",
        start=position,
    )


def run(window: AgentWindow, *transaction: Read | ReadRun | Write) -> Outcome:
    (outcome,) = window.bus.run([(window, transaction)])
    return outcome


def results(window: AgentWindow, *transaction: Read | ReadRun | Write) -> tuple[Result, ...]:
    outcome = run(window, *transaction)
    assert outcome.error is None, outcome.error
    assert len(outcome.took) == len(transaction)
    return outcome.results


def worker_of(agent: Agent) -> int:
    """The process of the agent's only worker."""
    (pid,) = Path(f"/proc/{agent.pid}/task/{agent.pid}/children").read_text().split()
    return int(pid)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))


@pytest.fixture
def agent(own_locks: None) -> Iterator[Agent]:
    with Agent.start(timeout=2.0) as started:
        yield started


@pytest.fixture
def hasty(own_locks: None) -> Iterator[Agent]:
    """An agent that waits for nothing longer than a moment."""
    with Agent.start(timeout=0.15) as started:
        yield started


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    folder = tmp_path / "mount"
    folder.mkdir()
    return folder


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.bin"
    path.write_bytes(CONTENT)
    return path


# --- transactions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [0, 8, PAGE + 4, 0x1002])
def test_it_does_what_a_mapping_here_does(agent: Agent, image: Path, tmp_path: Path, position: int) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(CONTENT)
    size = 2 * PAGE
    here = MappedWindow(
        lambda flags: os.open(other, flags),
        position,
        size,
        address=BASE + position,
        widths=frozenset({8, 16, 32, 64}),
        explain=explain,
    )
    there = agent.map(mappable(image, position=position, size=size))
    assert (there.size, there.address, there.widths) == (here.size, here.address, here.widths)
    here.arm()
    there.arm()
    for width in sorted(here.widths):
        step = width // 8
        for order in ("little", "big"):
            transaction: Transaction = (
                Read(2 * step, width, order),
                ReadRun(0, width, 300, order),
                Write(3 * step, width, 0x5A, byte_order=order),
                Write(5 * step, width, 1, keep=0xF0, flip=0x0C, source=0, byte_order=order),
                Read(5 * step, width, order, mask=1, expected=0, differs=True),
                Read(5 * step, width, order, mask=1, expected=1),
            )
            assert results(there, *transaction) == execute(here, transaction)
    for width in here.widths:
        assert there.read(64, width) == here.read(64, width)
        assert there.read_run(64, width, 3) == here.read_run(64, width, 3)
        there.write(0x7B, 128, width)
        here.write(0x7B, 128, width)
    here.close()
    there.close()
    assert image.read_bytes() == other.read_bytes()


def test_a_guard_stops_it_before_the_write(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    window.arm()
    outcome = run(
        window,
        Read(0, 32),
        Read(4, 32, mask=0xFF, expected=0x99, why="it moved"),
        Write(8, 32, 0),
    )
    assert outcome.results == (0x03020100,)
    assert isinstance(outcome.error, Stopped)
    assert (outcome.error.found, outcome.error.expected) == (0x07060504, 0x99)
    assert str(outcome.error).startswith("it moved: bits 0xff are 0x4, expected 0x99")
    assert image.read_bytes() == CONTENT


def test_several_windows_go_in_one_exchange_and_fail_alone(agent: Agent, image: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.bin"
    gone.write_bytes(CONTENT)
    windows = [agent.map(mappable(path)) for path in (image, gone, image)]
    os.truncate(gone, 0)
    outcomes = agent.run([(window, (Read(8, 8), Read(9, 8))) for window in windows])
    assert [outcome.results for outcome in outcomes] == [(8, 9), (), (8, 9)]
    assert [type(outcome.error) for outcome in outcomes] == [type(None), BusFault, type(None)]


def test_writes_of_several_windows_go_out_in_order(agent: Agent, image: Path) -> None:
    windows = [agent.map(mappable(image)) for _ in range(5)]
    for window in windows:
        window.arm()
    for _ in range(20):
        work: list[tuple[AgentWindow, Transaction]] = [
            (window, (Write(0, 32, number), Read(0, 32))) for number, window in enumerate(windows)
        ]
        assert [outcome.results for outcome in agent.run(work)] == [(n, n) for n in range(5)]


def test_more_plans_than_are_remembered_are_all_run(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    plans: list[Transaction] = [(Read(offset, 8),) for offset in range(100)]
    for _ in range(2):
        for offset, plan in enumerate(plans):
            assert agent.run([(window, plan)])[0].results == (CONTENT[offset],)


def test_the_worker_checks_again_what_it_is_sent(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image, position=PAGE, size=PAGE))
    window.arm()
    wrong: list[Read | ReadRun | Write] = [
        Read(PAGE, 8),
        Read(PAGE - 2, 32),
        Read(2, 32),
        Read(1 << 63, 64),
        ReadRun(0, 64, PAGE // 8 + 1),
        ReadRun(0, 8, 0),
        Write(PAGE, 32, 1),
        Write(0, 8, 0x100),
        Write(0, 32, 0, keep=1),
        Write(0, 32, 0, source=3),
    ]
    for operation in wrong:
        outcome = run(window, Write(0, 8, 0xEE), operation)
        assert outcome.results == ()
        assert isinstance(outcome.error, AccessFailed)
    window.disarm()
    assert isinstance(run(window, Write(0, 8, 0xEE)).error, AccessFailed)
    assert image.read_bytes() == CONTENT


def test_what_is_too_long_for_one_exchange_is_refused(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    runs = [ReadRun(0, 8, SIZE)] * (operations.MOST_VALUES // SIZE)
    assert run(window, *runs).error is None
    error = run(window, *runs, Read(0, 8)).error
    assert isinstance(error, AccessFailed)
    assert "read less at a time" in str(error)
    assert results(window, Read(1, 8)) == (1,)


def test_what_does_not_fit_one_exchange_together_goes_in_several(agent: Agent, image: Path) -> None:
    windows = [agent.map(mappable(image)) for _ in range(3)]
    runs: Transaction = (ReadRun(0, 8, SIZE),) * (operations.MOST_VALUES // SIZE)
    for outcome in agent.run([(window, runs) for window in windows]):
        assert outcome.error is None
        assert outcome.results == (tuple(CONTENT),) * len(runs)


def test_what_the_system_refuses_is_explained(agent: Agent, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match=r"^open: No such file"):
        agent.map(mappable(tmp_path / "nothing"))
    with pytest.raises(NotPermitted, match=r"^(open|mmap): "):
        agent.map(mappable(tmp_path))
    short = tmp_path / "short"
    short.write_bytes(b"1234")
    with pytest.raises(NotPermitted, match=r"^mmap: "):
        agent.map(mappable(short))


# --- armed or not ------------------------------------------------------------------------------------


def test_the_kernel_holds_it_to_reading_until_armed(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))

    def allowed() -> tuple[list[str], list[int]]:
        """How the file is mapped in the worker, and how the worker has opened it."""
        process = Path(f"/proc/{worker_of(agent)}")
        maps = [line.split()[1] for line in (process / "maps").read_text().splitlines() if str(image) in line]
        modes = []
        for link in (process / "fd").iterdir():
            if link.readlink() == image:
                flags = (process / "fdinfo" / link.name).read_text().split("flags:")[1].split()[0]
                modes.append(int(flags, 8) & os.O_ACCMODE)
        return maps, modes

    maps, modes = allowed()
    assert maps == ["r--s"]
    assert set(modes) <= {os.O_RDONLY}
    window.arm()
    assert window.writable
    assert allowed()[0] == ["rw-s"]
    window.write(0x55, 0, 8)
    assert image.read_bytes()[0] == 0x55
    window.disarm()
    assert not window.writable
    maps, modes = allowed()
    assert maps == ["r--s"]
    assert set(modes) <= {os.O_RDONLY}
    supervisor = Path(f"/proc/{agent.pid}/maps").read_text()
    assert str(image) not in supervisor


def test_a_file_that_may_not_be_written_stays_readable(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    image.unlink()
    with pytest.raises(NotPermitted, match="open: No such file"):
        window.arm()
    assert not window.writable
    assert results(window, Read(5, 8)) == (5,)


def test_another_file_in_its_place_is_never_armed(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    image.rename(image.with_suffix(".old"))
    image.write_bytes(CONTENT)
    with pytest.raises(NotPermitted, match="another one"):
        window.arm()
    assert image.read_bytes() == CONTENT


# --- bus errors --------------------------------------------------------------------------------------


def test_a_bus_error_is_of_its_register_alone(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    os.truncate(image, PAGE)
    outcome = run(window, Read(0, 8), Read(4, 32), Read(2 * PAGE + 4, 32), Read(8, 8))
    assert outcome.results == (0, 0x07060504)
    assert isinstance(outcome.error, BusFault)
    assert outcome.error.place.address == BASE + 2 * PAGE + 4
    assert len(outcome.took) == 2
    assert results(window, Read(8, 8)) == (8,)
    window.close()


def test_a_file_that_reaches_further_again_is_read_again(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    os.truncate(image, PAGE)
    for _ in range(2):
        assert isinstance(run(window, Read(PAGE, 32)).error, BusFault)
    os.truncate(image, 3 * PAGE)
    # What is asked for tells that it was too short; the time after that it is there.
    run(window, Read(PAGE, 32))
    assert results(window, Read(PAGE, 32), ReadRun(0, 8, 2)) == (0, (0, 1))
    window.close()


def test_a_bus_error_in_a_run_names_its_register(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    os.truncate(image, 2 * PAGE)
    outcome = run(window, Read(0, 8), ReadRun(PAGE - 8, 32, PAGE // 2), Read(8, 8))
    assert outcome.results == (0,)
    assert isinstance(outcome.error, BusFault)
    assert outcome.error.place.address == BASE + 2 * PAGE
    assert outcome.error.place.width == 32


def test_an_armed_window_is_armed_after_a_bus_error(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    window.arm()
    os.truncate(image, PAGE)
    assert isinstance(run(window, Write(PAGE, 32, 1)).error, BusFault)
    assert results(window, Write(0, 8, 7), Read(0, 8)) == (7, 7)


@needs_fuse
def test_a_register_is_faulted_twice_at_most_and_a_write_once(agent: Agent, mount: Path) -> None:
    with NeverFile(mount, broken=(2, 5)) as file:
        window = agent.map(mappable(file.path, size=8 * PAGE))
        outcome = run(window, Read(8, 32), ReadRun(PAGE + 16, 32, PAGE // 2), Read(12, 32))
        assert outcome.results == (8,)
        assert isinstance(outcome.error, BusFault)
        assert outcome.error.place.address == BASE + 2 * PAGE
        assert file.touched(2) == 2
        assert results(window, ReadRun(PAGE, 32, PAGE // 4)) == (tuple(range(PAGE, 2 * PAGE, 4)),)
        window.arm()
        outcome = run(window, Write(0, 32, 1), Write(5 * PAGE + 8, 32, 2), Write(4, 32, 3))
        assert outcome.results == (1,)
        assert isinstance(outcome.error, BusFault)
        assert outcome.error.place.address == BASE + 5 * PAGE + 8
        assert file.touched(5) == 1
        assert results(window, Read(0, 32), Read(4, 32)) == (1, 4)
        window.close()


def test_a_worker_that_is_killed_is_replaced(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    former = worker_of(agent)
    os.kill(former, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{former}").exists())
    assert results(window, Read(3, 8)) == (3,)
    assert worker_of(agent) != former


def test_a_worker_that_is_killed_during_an_access_did_not_have_a_bus_error(hasty: Agent, image: Path) -> None:
    window = hasty.map(mappable(image))
    worker = worker_of(hasty)
    os.kill(worker, signal.SIGSTOP)
    assert isinstance(run(window, Read(0, 8)).error, TimedOut)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{worker}").exists())
    assert results(window, Read(3, 8)) == (3,)


# --- hangs -------------------------------------------------------------------------------------------


def test_a_hang_is_of_its_window_alone_until_it_answers(hasty: Agent, image: Path) -> None:
    window = hasty.map(mappable(image))
    window.arm()
    stuck = worker_of(hasty)
    other = hasty.map(mappable(image, name="other"))
    os.kill(stuck, signal.SIGSTOP)
    first, second = hasty.run(
        [(window, (Write(0x20, 32, 0xAA), Write(0x24, 32, 0xBB))), (other, (Read(1, 8),))]
    )
    assert isinstance(first.error, TimedOut)
    assert first.error.place.address == BASE + 0x20
    assert second.results == (1,)
    waiting = run(window, Read(0x40, 32)).error
    assert isinstance(waiting, TimedOut)
    assert waiting.place.address == BASE + 0x20
    with pytest.raises(TimedOut):
        window.disarm()
    assert results(other, Read(2, 8)) == (2,)
    os.kill(stuck, signal.SIGCONT)
    until(lambda: run(window, Read(3, 8)).error is None)
    assert results(window, Read(3, 8)) == (3,)
    # Whoever was told that it timed out is not surprised by what it does afterwards.
    assert image.read_bytes() == CONTENT


@needs_fuse
def test_an_access_that_never_comes_back_is_left_to_itself(hasty: Agent, mount: Path, image: Path) -> None:
    with NeverFile(mount, never=(3,)) as file:
        window = hasty.map(mappable(file.path, size=8 * PAGE))
        other = hasty.map(mappable(image))
        window.arm()
        outcome = run(window, Read(8, 32), ReadRun(16, 32, 3), Read(3 * PAGE + 4, 32), Write(0, 32, 0x77))
        assert outcome.results == (8, (16, 20, 24))
        assert isinstance(outcome.error, TimedOut)
        assert outcome.error.place.address == BASE + 3 * PAGE + 4
        assert results(other, Read(2, 8)) == (2,)
        file.relent()
        until(lambda: run(window, Read(8, 32)).error is None)
        assert results(window, Read(0, 32), Read(3 * PAGE, 32)) == (0, 3 * PAGE)
        window.close()


@needs_fuse
def test_a_claim_is_held_as_long_as_a_worker_that_cannot_die(hasty: Agent, mount: Path) -> None:
    with NeverFile(mount, never=(3,)) as file:
        what = mappable(file.path, size=8 * PAGE)
        claim = hasty.keeper.request_region(what.space, what.start, what.size, what.name)
        window = hasty.map(what, claimed=True)
        assert isinstance(run(window, Read(3 * PAGE, 32)).error, TimedOut)
        worker = worker_of(hasty)
        window.close()
        hasty.keeper.release(claim)
        assert [holder.pid for holder in locks.holders(what.space, 0, PAGE)] == [os.getpid()]
        begun = time.monotonic()
        hasty.close()
        assert time.monotonic() - begun < 5
        until(lambda: not Path(f"/proc/{hasty.pid}/maps").exists() or not hasty.alive)
        assert Path(f"/proc/{worker}").exists()
        assert locks.holders(what.space, 0, PAGE)
    until(lambda: not locks.holders(what.space, 0, PAGE))


def test_closing_waits_for_nothing_that_hangs(own_locks: None, image: Path) -> None:
    agent = Agent.start(timeout=60)
    agent.map(mappable(image))
    worker = worker_of(agent)
    os.kill(worker, signal.SIGSTOP)
    os.kill(agent.pid, signal.SIGSTOP)
    try:
        agent.close()
        assert not agent.alive
        assert agent._connection.process.poll() is not None
    finally:
        os.kill(worker, signal.SIGKILL)


def test_an_agent_that_does_not_answer_is_given_up(own_locks: None, image: Path) -> None:
    with Agent.start(timeout=0.05) as agent:
        window = agent.map(mappable(image))
        os.kill(agent.pid, signal.SIGSTOP)
        assert isinstance(run(window, Read(0, 8)).error, TimedOut)
        assert not agent.alive
        assert isinstance(run(window, Read(0, 8)).error, Revoked)
        with pytest.raises(Revoked, match="does not answer"):
            agent.map(mappable(image))
        window.close()


# --- identity ----------------------------------------------------------------------------------------


def test_a_window_of_another_device_is_gone(agent: Agent, image: Path, tmp_path: Path) -> None:
    driver, text = tmp_path / "driver", tmp_path / "resource"
    text.write_text("0x1000")
    identity = Identity(inodes=(str(image),), links=(str(driver),), texts=(str(text),))
    window = agent.map(mappable(image, identity=identity))
    assert results(window, Read(1, 8)) == (1,)
    driver.symlink_to("drivers/acme")
    worker = worker_of(agent)
    error = run(window, Read(1, 8)).error
    assert isinstance(error, Revoked)
    assert "its driver is 'acme' now, and was none" in str(error)
    until(lambda: not Path(f"/proc/{worker}").exists())
    driver.unlink()
    assert isinstance(run(window, Read(1, 8)).error, Revoked)
    with pytest.raises(Revoked):
        window.arm()
    window.close()
    assert isinstance(run(window, Read(1, 8)).error, Revoked)


def test_a_sleeping_device_is_not_touched_and_stays(agent: Agent, image: Path, tmp_path: Path) -> None:
    status = tmp_path / "runtime_status"
    status.write_text("active\n")
    window = agent.map(mappable(image, identity=Identity(asleep=((str(status), ("suspended",)),))))
    assert results(window, Read(1, 8)) == (1,)
    status.write_text("suspended\n")
    error = run(window, Read(1, 8)).error
    assert isinstance(error, Asleep)
    assert "suspended" in str(error)
    status.write_text("active\n")
    assert results(window, Read(1, 8)) == (1,)


# --- claims ------------------------------------------------------------------------------------------


def test_a_claim_is_seen_by_others_and_lives_through_a_killed_worker(agent: Agent, image: Path) -> None:
    what = mappable(image)
    claim = agent.keeper.request_region(what.space, what.start, what.size, "registers")
    window = agent.map(what, claimed=True)
    with pytest.raises(Busy, match="registers"):
        agent.keeper.request_region(what.space, what.start + 16, 4, "other")
    os.kill(worker_of(agent), signal.SIGKILL)
    (holder,) = locks.holders(what.space, 0, SIZE)
    assert (holder.pid, holder.name, holder.shared, holder.gone) == (os.getpid(), "registers", False, False)
    assert [str(held) for held in agent.keeper.holders(what.space, 0, SIZE)] == [str(claim)]
    window.close()
    assert locks.holders(what.space, 0, SIZE)
    agent.keeper.release(claim)
    agent.keeper.release(claim)
    assert not locks.holders(what.space, 0, SIZE)
    agent.keeper.release(agent.keeper.request_region(what.space, what.start, what.size, "again"))


def test_a_worker_has_no_others_locks(agent: Agent, image: Path) -> None:
    claims = [agent.keeper.request_region("file:test", start, 16, "r") for start in (0, 16)]
    windows = [
        agent.map(
            Mappable(
                **{
                    **{name: getattr(mappable(image), name) for name in Mappable.__slots__},
                    "space": "file:test",
                    "start": start,
                    "position": start,
                    "size": 16,
                }
            ),
            claimed=True,
        )
        for start in (0, 16)
    ]
    children = Path(f"/proc/{agent.pid}/task/{agent.pid}/children").read_text().split()
    held = []
    for child in children:
        infos = [path.read_text() for path in Path(f"/proc/{child}/fdinfo").iterdir()]
        held.append([line.split()[-2:] for info in infos for line in info.splitlines() if "OFDLCK" in line])
    assert sorted(held) == [[["0", "15"]], [["16", "31"]]]
    for window, claim in zip(windows, claims, strict=True):
        window.close()
        agent.keeper.release(claim)


def test_a_shared_window_is_seen_and_claims_nothing(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    (holder,) = locks.holders(mappable(image).space, 0, SIZE)
    assert (holder.shared, holder.pid) == (True, os.getpid())
    window.close()
    assert not locks.holders(mappable(image).space, 0, SIZE)


@pytest.mark.parametrize("victim", ["app", "agent"])
def test_whoever_is_killed_leaves_no_claim(image: Path, victim: str) -> None:
    program = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        from tests.unit.backends.test_agency import Agent, mappable
        agent = Agent.start()
        what = mappable(Path({str(image)!r}))
        agent.keeper.request_region(what.space, what.start, what.size, what.name)
        agent.map(what, claimed=True)
        print(agent.pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    ) as app:
        assert app.stdout is not None
        agent = int(app.stdout.readline())
        assert locks.holders(mappable(image).space, 0, SIZE)
        os.kill(app.pid if victim == "app" else agent, signal.SIGKILL)
        until(lambda: not locks.holders(mappable(image).space, 0, SIZE))
        app.kill()


# --- rights ------------------------------------------------------------------------------------------


def user_of(pid: int) -> set[int]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {
        int(word)
        for line in lines
        if line.startswith(("Uid:", "Gid:", "Groups:"))
        for word in line.split()[1:]
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights")
@pytest.mark.parametrize(
    ("environment", "user"), [({}, 65534), ({"SUDO_UID": "1234", "SUDO_GID": "1234"}, 1234)]
)
def test_a_worker_gives_up_a_roots_rights(
    image: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], user: int
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    image.chmod(0o600)
    with Agent.start() as agent:
        window = agent.map(mappable(image))
        window.arm()
        assert results(window, Write(0, 8, 9), Read(0, 8)) == (9, 9)
        assert user_of(worker_of(agent)) == {user}


def test_with_more_rights_only_nodes_of_devices_are_opened(image: Path, tmp_path: Path) -> None:
    with Agent.start(("env",)) as agent:
        assert agent.elevated
        link = tmp_path / "uio0"
        link.symlink_to(image)
        for path in (image, link, Path("/dev/../etc/passwd"), Path("/dev/null"), Path("/sys/power/state")):
            with pytest.raises(InspectorError, match=r"^open: |\(EPERM\)"):
                agent.map(mappable(path, size=1))
        for text in ("/etc/shadow", "/proc/self/root/etc/shadow", "/dev/shm/x", "/sys/../etc/shadow"):
            with pytest.raises(NotPermitted, match="says nothing of a device"):
                agent.map(mappable(Path("/dev/mem"), identity=Identity(texts=(text,))))


# --- starting ----------------------------------------------------------------------------------------


def test_noise_before_it_speaks_is_no_matter(image: Path) -> None:
    with Agent.start(
        ("sh", "-c", 'echo; echo "Welcome, inspector agent"; echo no >&2; exec "$@"', "sh")
    ) as agent:
        assert agent.alive
        assert agent.iomem() == Path("/proc/iomem").read_text()


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        (("sh", "-c", "echo you are not in the sudoers file >&2; exit 1"), "not in the sudoers file"),
        (("true",), "it has ended"),
        (("no-such-command",), "cannot start no-such-command"),
        (("sh", "-c", "yes"), "it prints something else"),
        (("sleep",), "did not start"),
    ],
)
def test_one_that_does_not_start_says_why(prefix: tuple[str, ...], words: str) -> None:
    with pytest.raises(NotPermitted, match=words):
        Agent.start(prefix, start_timeout=5)


def test_one_that_hangs_while_it_starts_is_not_waited_for() -> None:
    with pytest.raises(NotPermitted, match="no answer"):
        Agent.start(("sh", "-c", "sleep 60", "sh"), start_timeout=0.05)


def test_the_words_of_one_that_ends_are_kept(agent: Agent, image: Path) -> None:
    window = agent.map(mappable(image))
    agent._connection._input.write(struct.pack("<II", 1 << 30, 0))
    error = run(window, Read(0, 8)).error
    assert isinstance(error, AccessFailed)
    assert "a message of 1073741824 and 0 bytes is too long" in str(error)
    assert isinstance(run(window, Read(0, 8)).error, Revoked)
    window.close()

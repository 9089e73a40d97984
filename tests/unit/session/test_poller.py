from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

import pytest

from inspector.errors import InspectorError, UsageError
from inspector.session import Poller, RegionState, Session, Snapshot
from tests.unit.model.build import one_block, register
from tests.unit.session.fake import FakeBackend

MAP = one_block(
    register("A"), register("B", offset=4), register("POP", offset=8, access="rc"), register("C", offset=0xC)
)
A, B, POP, C = MAP.nodes


@pytest.fixture
def posted() -> queue.Queue[Snapshot]:
    return queue.Queue()


@pytest.fixture
def poller(backend: FakeBackend, posted: queue.Queue[Snapshot]) -> Iterator[Poller]:
    made = Poller(Session(MAP), posted.put, rate=200)
    made.paused = True
    made.start()
    yield made
    assert made.stop(timeout=5)


def until(posted: queue.Queue[Snapshot], index: int) -> Snapshot:
    while True:
        snapshot = posted.get(timeout=5)
        if index in snapshot.samples:
            return snapshot


def test_only_what_is_watched_or_pinned_is_read(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    poller.watch([A, POP])
    poller.pin([C])
    poller.paused = False
    snapshot = until(posted, C.index)
    assert set(snapshot.samples) == {A.index, POP.index, C.index}
    skipped = snapshot.samples[POP.index].skipped
    assert skipped is not None
    assert skipped.reason == "reading clears"
    assert snapshot.regions["r"].state is RegionState.OPEN
    assert {offset for _, offset, _ in backend.accesses} == {0, 0xC}


def test_a_paused_poller_reads_nothing_but_still_runs_jobs(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    poller.watch([A])
    answers: queue.Queue[object] = queue.Queue()
    poller.submit(lambda session: session.read([POP])[0].value, answers.put)
    assert answers.get(timeout=5) == 0
    assert backend.accesses == [("read", 8, 32)]


def test_a_jobs_error_is_its_answer(poller: Poller) -> None:
    answers: queue.Queue[int | InspectorError] = queue.Queue()

    def fail(session: Session) -> int:
        raise UsageError("no")

    poller.submit(fail, answers.put)
    assert isinstance(answers.get(timeout=5), UsageError)


def test_the_next_tick_waits_for_the_last(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    running = 0
    most = 0

    def slow(kind: str, offset: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)  # longer than the period
        running -= 1

    backend.hook = slow
    poller.watch([A])
    poller.paused = False
    for _ in range(4):
        until(posted, A.index)
    assert most == 1


def test_a_hung_bus_holds_up_neither_caller_nor_exit(
    backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    hung, release = threading.Event(), threading.Event()

    def hang(kind: str, offset: int) -> None:
        hung.set()
        release.wait()

    backend.hook = hang
    poller = Poller(Session(MAP), posted.put)
    poller.start()
    poller.watch([A])
    assert hung.wait(5)
    assert poller.busy_for > 0
    poller.watch([B])
    poller.rate = 5
    poller.submit(lambda session: None)
    assert not poller.stop(timeout=0.01)
    release.set()
    assert poller.stop(timeout=5)


def test_a_refused_region_is_an_error_of_each_register(
    backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    session = Session(MAP)
    session.regions["r"].state = RegionState.REVOKED
    session.regions["r"].error = UsageError("gone")
    poller = Poller(session, posted.put)
    poller.start()
    poller.watch([A])
    snapshot = until(posted, A.index)
    assert str(snapshot.samples[A.index].error) == "gone"
    assert poller.stop(timeout=5)
    assert backend.accesses == []

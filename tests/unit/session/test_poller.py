from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

import pytest

from inspector.errors import AccessFailed, BusFault, InspectorError, ProgramError, UsageError
from inspector.model.registermap import RegisterNode
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


def test_while_paused_what_scrolls_into_view_is_not_read(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    for nodes in ([A], [B], [A, B, C]):
        poller.watch(nodes)
        poller.pin(nodes)
        poller.rate = 100
    answers: queue.Queue[object] = queue.Queue()
    poller.submit(lambda session: None, answers.put)
    # The job comes after everything before it, and its snapshot holds what is watched, unread.
    answers.get(timeout=5)
    assert until(posted, C.index).samples[A.index].value is None
    assert backend.accesses == []


def test_a_new_rate_holds_at_once_even_after_a_very_slow_one(
    backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    poller = Poller(Session(MAP), posted.put, rate=1e-6)
    poller.watch([A])
    poller.start()
    until(posted, A.index)
    poller.rate = 200
    until(posted, A.index)
    assert poller.stop(timeout=5)
    assert len(backend.accesses) >= 2


def test_whatever_a_job_raises_is_its_answer_and_the_thread_goes_on(
    poller: Poller, posted: queue.Queue[Snapshot]
) -> None:
    answers: queue.Queue[object] = queue.Queue()

    def fail(session: Session) -> None:
        raise IndexError("oh")

    def leave(session: Session) -> None:
        raise SystemExit(3)

    for job in (fail, leave):
        poller.submit(job, answers.put)
        outcome = answers.get(timeout=5)
        assert isinstance(outcome, ProgramError)
    assert str(outcome) == "the program failed: SystemExit: 3"
    poller.submit(lambda session: 7, answers.put)
    assert answers.get(timeout=5) == 7
    assert poller.failure is None


def test_a_backend_that_breaks_is_an_error_of_its_register(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    def broken(kind: str, offset: int) -> None:
        if offset == 0xC:
            raise OSError("cable out")

    backend.hook = broken
    poller.watch([A, C])
    poller.paused = False
    samples = until(posted, C.index).samples
    assert isinstance(samples[C.index].error, AccessFailed)
    assert "OSError: cable out" in str(samples[C.index].error)
    assert samples[A.index].error is None
    assert poller.failure is None


def test_a_tick_that_breaks_is_told_and_tried_again(
    backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    broken = True

    class Breaking(Session):
        def polled(self, node: RegisterNode) -> bool:
            if broken:
                raise AssertionError("oh")
            return super().polled(node)

    poller = Poller(Breaking(MAP), posted.put, rate=200)
    poller.watch([A])
    poller.start()
    until(posted, A.index)
    assert isinstance(poller.failure, AssertionError)
    broken = False
    while until(posted, A.index).samples[A.index].value is None:
        pass
    assert poller.failure is None
    assert poller.stop(timeout=5)


def test_one_who_cannot_be_told_ends_the_thread_with_the_reason(backend: FakeBackend) -> None:
    called = threading.Event()

    def post(snapshot: Snapshot) -> None:
        called.set()
        raise KeyError("gone")

    poller = Poller(Session(MAP), post)
    poller.start()
    assert called.wait(5)
    assert poller.stop(timeout=5)
    assert isinstance(poller.failure, KeyError)


def test_a_snapshot_cannot_be_changed(poller: Poller, posted: queue.Queue[Snapshot]) -> None:
    poller.watch([A])
    poller.paused = False
    snapshot = until(posted, A.index)
    with pytest.raises(TypeError):
        snapshot.samples[A.index] = snapshot.samples[A.index]  # type: ignore[index]  # what must fail
    with pytest.raises(TypeError):
        snapshot.regions["r"] = snapshot.regions["r"]  # type: ignore[index]  # what must fail
    with pytest.raises(AttributeError):
        snapshot.number = 0  # type: ignore[misc]  # what must fail


def test_what_failed_is_left_alone_until_it_is_asked_for(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    def fail(kind: str, offset: int) -> None:
        raise BusFault("bus error")

    backend.hook = fail
    poller.watch([A])
    poller.paused = False
    for _ in range(5):
        until(posted, A.index)
    assert backend.accesses == [("read", 0, 32)]
    backend.hook = lambda kind, offset: None
    poller.submit(lambda session: session.read([A]))
    while len(backend.accesses) < 4:
        until(posted, A.index)
    assert until(posted, A.index).samples[A.index].error is None

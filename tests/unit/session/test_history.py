from __future__ import annotations

import queue
import time
from collections.abc import Iterator

import pytest

from inspector.errors import BusFault
from inspector.model.guard import Guard
from inspector.model.registermap import RegisterNode
from inspector.session import Poller, Session, Snapshot
from inspector.session.history import History, Pin
from tests.unit.model.build import field, one_block, register
from tests.unit.session.fake import FakeBackend

MAP = one_block(
    register("A", field("LOW", "3:0"), field("BIT", "7")),
    register("B", offset=4),
    register("POP", offset=8, access="rc"),
    register("C", offset=0xC),
)
A, B, POP, C = MAP.nodes


def pin(node: RegisterNode, name: str = "") -> Pin:
    return Pin(node, node.register.field(name) if name else None)


def test_a_field_has_its_own_history(backend: FakeBackend) -> None:
    history, session = History(), Session(MAP)
    bit, low = pin(A, "BIT"), pin(A, "LOW")
    history.keep([bit, low])
    for word in (0x80, 0x83, 0x03):
        backend.words[0] = word
        session.read([A])
        history.record(session, [A.index])
    bits, lows = history.of(bit), history.of(low)
    assert bits is not None
    assert lows is not None
    assert [(each.old, each.new) for each in bits.events] == [(None, 1), (1, 0)]
    assert [(each.old, each.new) for each in lows.events] == [(None, 0), (0, 3)]


def test_the_same_sample_is_taken_in_once(backend: FakeBackend) -> None:
    history, session = History(), Session(MAP)
    history.keep([pin(A)])
    session.read([A])
    for _ in range(3):
        history.record(session, [A.index])
    series = history.of(pin(A))
    assert series is not None
    assert series.lately(time.monotonic() + 1, 60) == [0]


def test_a_failed_read_is_a_gap_with_its_reason(backend: FakeBackend) -> None:
    history, session = History(), Session(MAP)
    history.keep([pin(A)])
    session.read([A])
    history.record(session, [A.index])

    def fail(kind: str, offset: int) -> None:
        raise BusFault("bus error")

    backend.hook = fail
    session.read([A])
    history.record(session, [A.index])
    series = history.of(pin(A))
    assert series is not None
    assert series.lately(time.monotonic() + 1, 60) == [0, None]
    assert [each.error.partition(":")[0] for each in series.events] == ["", "SIGBUS"]


def test_what_is_no_longer_read_has_a_gap(backend: FakeBackend) -> None:
    history, session = History(), Session(MAP)
    history.keep([pin(A)])
    session.read([A])
    history.record(session, [A.index])
    history.record(session, [])
    series = history.of(pin(A))
    assert series is not None
    assert series.lately(time.monotonic() + 1, 60) == [0, None]
    assert series.failures == 0


def test_a_field_that_is_not_there_has_a_gap(backend: FakeBackend) -> None:
    held = one_block(register("R", field("MODE", "0"), field("ARG", "7:4", when=(Guard("MODE", 1),))))
    (node,) = held.nodes
    history, session = History(), Session(held)
    argument = pin(node, "ARG")
    history.keep([argument])
    for word in (0x31, 0x40, 0x51):
        backend.words[0] = word
        session.read([node])
        history.record(session, [node.index])
    series = history.of(argument)
    assert series is not None
    assert series.lately(time.monotonic() + 1, 60) == [3, None, 5]


def test_letting_go_forgets_and_others_are_kept() -> None:
    history = History()
    first, second = pin(A), pin(B)
    history.keep([first, second])
    kept = history.of(second)
    history.keep([second])
    assert history.of(first) is None
    assert history.of(second) is kept


# --- sampling ------------------------------------------------------------------------------------


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def posted() -> queue.Queue[Snapshot]:
    return queue.Queue()


@pytest.fixture
def poller(backend: FakeBackend, posted: queue.Queue[Snapshot], history: History) -> Iterator[Poller]:
    made = Poller(Session(MAP), posted.put, rate=10, history=history)
    made.paused = True
    made.start()
    yield made
    assert made.stop(timeout=5)


def reads(backend: FakeBackend, node: RegisterNode) -> int:
    return backend.accesses.count(("read", node.offset, 32))


def wait_for(backend: FakeBackend, node: RegisterNode, count: int) -> None:
    deadline = time.monotonic() + 5
    while reads(backend, node) < count:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_what_is_watched_is_sampled_faster_than_it_is_told(
    poller: Poller, backend: FakeBackend, posted: queue.Queue[Snapshot], history: History
) -> None:
    history.keep([pin(C, "")])
    poller.watch([A])
    poller.pin([C])
    poller.pinned_rate = 500
    poller.paused = False
    wait_for(backend, C, 60)
    poller.paused = True
    seen, told = reads(backend, A), posted.qsize()
    assert seen * 4 < reads(backend, C)
    assert told * 4 < reads(backend, C)
    assert reads(backend, B) == reads(backend, POP) == 0
    series = history.of(pin(C))
    assert series is not None
    # One sample for each bus access, whether it was drawn or not.
    assert abs(len(series.lately(time.monotonic(), 60)) - reads(backend, C)) <= 1


def test_what_acts_on_reading_is_never_sampled_however_it_is_watched(
    poller: Poller, backend: FakeBackend, history: History
) -> None:
    history.keep([pin(POP), pin(C)])
    poller.pin([POP, C])
    poller.pinned_rate = 500
    poller.paused = False
    wait_for(backend, C, 30)
    poller.paused = True
    assert reads(backend, POP) == 0
    series = history.of(pin(POP))
    assert series is not None
    assert series.value is None


def test_nothing_is_sampled_while_paused(poller: Poller, backend: FakeBackend) -> None:
    poller.pin([C])
    poller.pinned_rate = 1000
    time.sleep(0.05)
    assert backend.accesses == []


def test_sampling_keeps_within_its_share_of_the_bus(
    backend: FakeBackend, posted: queue.Queue[Snapshot]
) -> None:
    class Costly(Session):
        @property
        def costs(self) -> dict[int, float]:
            return {node.index: 0.002 for node in MAP.nodes}

    poller = Poller(Costly(MAP), posted.put, rate=10)
    poller.pin([C])
    poller.pinned_rate = 1000
    poller.start()
    started = time.monotonic()
    time.sleep(0.4)
    took = time.monotonic() - started
    assert poller.stop(timeout=5)
    # What a second saves up, for the ticks and for what is between them; 1 % from then on.
    assert 0 < reads(backend, C) <= (took + 2) * 0.01 / 0.002 + 2


def test_the_rate_of_all_else_is_the_rate_again(poller: Poller, backend: FakeBackend) -> None:
    poller.pinned_rate = 500
    assert poller.pinned_rate == 500
    poller.pinned_rate = None
    assert poller.pinned_rate is None
    poller.pin([C])
    poller.paused = False
    wait_for(backend, C, 2)
    poller.paused = True
    assert reads(backend, C) < 10

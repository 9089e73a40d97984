"""What is there only under a condition is read in one go with a look at its selector."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from inspector.errors import BusFault, Place, Stopped
from inspector.io import Outcome
from inspector.model.edit import parse_assignment
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap
from inspector.model.safety import Skip
from inspector.model.transaction import Transaction
from inspector.session import Session
from inspector.session.region import OpenRegion, execute_together
from tests.unit.model.build import field, one_block, register
from tests.unit.model.test_views import POP, when
from tests.unit.session.fake import FakeBackend

LCR = 3


def uart(*more: Register) -> RegisterMap:
    return one_block(
        register("RBR", width=8, access=POP, when=when("LCR.DLAB == 0")),
        register("DLL", width=8, when=when("LCR.DLAB == 1")),
        register("IER", width=8, offset=1, when=when("LCR.DLAB == 0")),
        register("DLM", width=8, offset=1, when=when("LCR.DLAB == 1")),
        register("LCR", field("WLS", "1:0"), field("DLAB", "7"), offset=LCR, width=8),
        register("SCR", offset=7, width=8),
        *more,
    )


def offsets(backend: FakeBackend) -> list[int]:
    """Where reads went since this was last asked."""
    found = [offset for kind, offset, _ in backend.accesses if kind == "read"]
    backend.accesses.clear()
    return found


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many operations each exchange with the bus had."""
    sent: list[int] = []

    def counted(work: Sequence[tuple[OpenRegion, Transaction]]) -> list[Outcome]:
        sent.append(sum(len(transaction) for _, transaction in work))
        return original(work)

    original = execute_together
    monkeypatch.setattr("inspector.session.reads.execute_together", counted)
    return sent


def reasons(session: Session) -> dict[str, str]:
    samples = {node.path: session.sample(node).skipped for node in session.map.nodes}
    return {path: skipped.reason for path, skipped in samples.items() if skipped is not None}


def test_a_tick_looks_once_at_the_selector_and_reads_what_is_there(
    backend: FakeBackend, messages: list[int]
) -> None:
    session = Session(uart())
    nodes = session.map.nodes
    session.read_safe(nodes)
    assert offsets(backend) == [LCR, 1, 7]
    backend.words |= {LCR: 0x80, 0: 12}
    # It has changed: what is there now takes more messages, once, but no register is read in vain.
    session.read_safe(nodes)
    assert offsets(backend) == [LCR, 7, LCR, 0, 1]
    messages.clear()
    session.read_safe(nodes)
    assert offsets(backend) == [LCR, 0, 1, 7]
    assert messages == [3]
    assert session.sample(session.map.by_path["X.DLL"]).value == 12
    assert session.sample(session.map.by_path["X.LCR"]).value == 0x80
    assert reasons(session)["X.IER"] == "LCR.DLAB is 1, this view needs 0"
    assert reasons(session)["X.RBR"] == "reading takes an entry out of the FIFO"


def test_a_register_alone_is_looked_for_as_it_needs_it(backend: FakeBackend, messages: list[int]) -> None:
    session = Session(uart())
    backend.words |= {LCR: 0x83, 0: 12}
    (sample,) = session.read([session.map.by_path["X.DLL"]])
    assert sample.value == 12
    assert offsets(backend) == [LCR, 0]
    assert len(messages) == 1


def test_a_read_that_acts_is_made_only_where_it_does_what_was_asked_for(backend: FakeBackend) -> None:
    session = Session(uart())
    backend.words[LCR] = 0x80
    (sample,) = session.read([session.map.by_path["X.RBR"]])
    assert offsets(backend) == [LCR]
    assert sample.skipped is not None
    assert (sample.skipped.skip, sample.skipped.advice) == (Skip.INACTIVE, "write X.LCR.DLAB=0 first")
    entry = session.journal.entries[-1]
    assert "LCR.DLAB is 1, this view needs 0" in str(entry)
    backend.words[LCR] = 0
    (sample,) = session.read([session.map.by_path["X.RBR"]])
    assert sample.skipped is None
    assert offsets(backend) == [LCR, 0]


def test_a_selector_that_fails_leaves_the_others_alone(backend: FakeBackend) -> None:
    session = Session(uart())

    def fault(kind: str, offset: int) -> None:
        if offset == LCR:
            raise BusFault("bus error", place=Place("r", "", 0x1000 + offset, 8))

    backend.hook = fault
    session.read_safe(session.map.nodes)
    assert offsets(backend) == [LCR, 7]
    assert reasons(session)["X.IER"].startswith(
        "it is there while LCR.DLAB is 0, which could not be looked at"
    )
    assert session.sample(session.map.by_path["X.SCR"]).value == 0


def test_after_a_fault_the_rest_is_looked_for_again(backend: FakeBackend) -> None:
    more = [register(f"D{i}", offset=0x10 + 4 * i, width=32, when=when("LCR.DLAB == 1")) for i in range(3)]
    session = Session(uart(*more))
    backend.words[LCR] = 0x80
    faulty = session.map.by_path["X.D1"]

    def fault(kind: str, offset: int) -> None:
        if offset == faulty.offset:
            raise BusFault("bus error", place=Place("r", "", faulty.address, 32))

    session.read([session.map.by_path["X.LCR"]])
    offsets(backend)
    backend.hook = fault
    session.read_safe([session.map.by_path[f"X.D{i}"] for i in range(3)])
    assert session.sample(faulty).error is not None
    assert all(session.sample(session.map.by_path[f"X.D{i}"]).value == 0 for i in (0, 2))
    made = offsets(backend)
    assert made[0] == LCR
    # A look counts only in its own transaction.
    assert made[made.index(faulty.offset) + 1] == LCR


def test_what_changes_at_every_look_is_given_up(backend: FakeBackend) -> None:
    session = Session(uart())

    def toggle(kind: str, offset: int) -> None:
        if offset == LCR:
            backend.words[LCR] = backend.words.get(LCR, 0) ^ 0x80

    backend.hook = toggle
    dll = session.map.by_path["X.DLL"]
    session.read([session.map.by_path["X.LCR"]])
    for _ in range(2):
        session.read([dll])
    assert len(offsets(backend)) < 10
    session.read_safe(session.map.nodes)
    assert not any(session.sample(session.map.nodes[i]).error for i in range(6))


def test_selectors_of_selectors_are_looked_at_first(backend: FakeBackend) -> None:
    session = Session(
        uart(
            register("EFR", field("EN", "4"), offset=2, width=8, when=when("LCR == 0xbf")),
            register("TCR", offset=6, width=8, when=when("EFR.EN == 1")),
        )
    )
    tcr = session.map.by_path["X.TCR"]
    backend.words |= {LCR: 0xBF, 2: 0x10, 6: 9}
    assert session.read([tcr])[0].value == 9
    assert offsets(backend) == [LCR, 2, 6]
    backend.words[LCR] = 0
    skipped = session.read([tcr])[0].skipped
    assert skipped is not None
    assert skipped.reason == "LCR is 0, this view needs 0xbf"
    assert offsets(backend) == [LCR]
    backend.words |= {LCR: 0xBF, 2: 0}
    skipped = session.read([tcr])[0].skipped
    assert skipped is not None
    assert skipped.reason == "EFR.EN is 0, this view needs 1"
    assert 6 not in offsets(backend)


def test_a_register_that_selects_itself_is_judged_by_what_it_read(backend: FakeBackend) -> None:
    session = Session(
        one_block(
            register("A", field("MODE", "0"), alt="a", when=when("MODE == 0")),
            register("B", field("MODE", "0"), alt="b", when=when("MODE == 1")),
        )
    )
    backend.words[0] = 1
    one, other = session.read_safe(session.map.nodes)
    assert one.skipped is not None
    assert one.skipped.reason == "MODE is 1, this view needs 0"
    assert (other.skipped, other.value) == (None, 1)


def test_a_write_stops_before_it_goes_to_another_view(backend: FakeBackend) -> None:
    session = Session(uart())
    node, edit = parse_assignment(session.map, "X.DLL=12")
    result = session.write(session.compose(node, [edit]))
    assert isinstance(result.error, Stopped)
    assert "X.DLL is not there, which needs LCR.DLAB to be 1" in str(result.error)
    assert [access for access in backend.accesses if access[0] == "write"] == []
    backend.words[LCR] = 0x80
    assert session.write(session.compose(node, [edit])).written == 12


def test_a_last_value_stays_with_its_age_while_its_view_is_away(backend: FakeBackend) -> None:
    session = Session(uart())
    ier = session.map.by_path["X.IER"]
    backend.words[1] = 5
    session.read_safe(session.map.nodes)
    backend.words[LCR] = 0x80
    session.read_safe(session.map.nodes)
    sample = session.sample(ier)
    assert sample.skipped is not None
    assert (sample.value, sample.skipped.skip) == (5, Skip.INACTIVE)
    assert sample.clock is not None

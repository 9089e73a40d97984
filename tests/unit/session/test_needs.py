"""A block that needs its clock is touched only while the clock is on."""

from __future__ import annotations

from inspector.errors import Stopped
from inspector.model.edit import parse_assignment
from inspector.model.guard import Guard
from inspector.model.register import Block
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.safety import Skip
from inspector.session import Session
from tests.unit.model.build import field, register
from tests.unit.session.fake import FakeBackend

CLOCK = Block("clock", 0x10, (register("GATE", field("UART", "3")),))
UART = Block("uart", 0x10, (register("CR"), register("SR", offset=4)), needs=Guard("CLK.GATE.UART", 1))


def board(*, apart: bool) -> RegisterMap:
    """The clock gate and the UART that hangs on it, in one region or in two."""
    clock, uart = Instance("CLK", CLOCK), Instance("U", UART, 0 if apart else 0x100)
    if not apart:
        return RegisterMap("t", (Region("r", 0x1000, 0x1000, (clock, uart)),), (CLOCK, UART))
    regions = (Region("a", 0x1000, 0x1000, (clock,)), Region("b", 0x2000, 0x1000, (uart,)))
    return RegisterMap("t", regions, (CLOCK, UART))


def test_nothing_of_the_block_is_read_while_its_clock_is_off(backend: FakeBackend) -> None:
    session = Session(board(apart=False))
    gate, *uart = session.map.nodes
    for reads in (session.read_safe, session.read):
        backend.accesses.clear()
        samples = reads(uart)
        assert backend.accesses == [("read", 0, 32)]
        skips = [sample.skipped for sample in samples]
        assert [skip.skip for skip in skips if skip] == [Skip.INACTIVE] * 2
        assert skips[0] is not None
        assert skips[0].reason == "it needs CLK.GATE.UART to be 0x1, and that is 0x0"
    assert session.read([gate])[0].value == 0


def test_its_clock_is_looked_at_each_time(backend: FakeBackend) -> None:
    session = Session(board(apart=False))
    _, *uart = session.map.nodes
    backend.words[0] = 0x8
    assert [sample.value for sample in session.read_safe(uart)] == [0, 0]
    assert backend.accesses == [("read", 0, 32), ("read", 0x100, 32), ("read", 0x104, 32)]
    backend.words[0] = 0
    backend.accesses.clear()
    session.read_safe(uart)
    assert backend.accesses == [("read", 0, 32)]


def test_a_clock_in_another_region_stops_a_write_as_well(backend: FakeBackend) -> None:
    session = Session(board(apart=True))
    node, edit = parse_assignment(session.map, "U.CR=1")
    composition = session.compose(node, [edit])
    result = session.write(composition)
    assert isinstance(result.error, Stopped)
    assert "it needs CLK.GATE.UART to be 0x1" in str(result.error)
    assert ("write", 0, 32) not in backend.accesses
    backend.words[0] = 0x8
    assert session.write(composition).written == 1


def test_opening_a_region_opens_what_its_blocks_need(backend: FakeBackend) -> None:
    assert set(Session(board(apart=True), regions={"b"}).regions) == {"a", "b"}
    assert set(Session(board(apart=True), regions={"a"}).regions) == {"a"}


def test_a_guard_that_cannot_be_read_is_not_taken_for_granted(backend: FakeBackend) -> None:
    session = Session(board(apart=True))
    session.release(session.regions["a"])
    samples = session.read(session.map.nodes[1:])
    assert backend.accesses == []
    assert all(sample.skipped is not None for sample in samples)


def test_force_goes_without(backend: FakeBackend) -> None:
    session = Session(board(apart=False), force=True)
    session.read_safe(session.map.nodes[1:])
    assert backend.accesses == [("read", 0x100, 32), ("read", 0x104, 32)]

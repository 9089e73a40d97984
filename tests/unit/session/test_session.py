from __future__ import annotations

from collections.abc import Callable

import pytest

from inspector.errors import BusFault, Busy, InvalidArgument, RefusedError, Revoked, Stopped, UsageError
from inspector.io import CLAIMS, Device
from inspector.model.compose import Composition
from inspector.model.edit import parse_assignment
from inspector.model.guard import Guard
from inspector.model.register import Poll
from inspector.model.registermap import Instance, OpenMode, Region, RegisterMap
from inspector.model.safety import Skip
from inspector.session import RegionState, Session
from inspector.session.choosing import choose_backends
from tests.unit.model.build import field, one_block, register
from tests.unit.session.fake import FakeBackend

MAP = one_block(
    register("ID", offset=0, access="ro", expect=0xED, const=True),
    register("CR", field("EN", "0"), field("DIV", "15:8"), offset=4),
    register("DR", offset=8, access="rc"),
    register("ICR", offset=0xC, access="wo1c"),
    register("SLOW", offset=0x10, poll=Poll.MANUAL),
)
ID, CR, DR, ICR, SLOW = MAP.nodes

Hook = Callable[[str, int], None]


@pytest.fixture
def session(backend: FakeBackend) -> Session:
    backend.words[0] = 0xED
    return Session(MAP)


def composed(session: Session, *texts: str, shown: int | None = None) -> Composition:
    pairs = [parse_assignment(MAP, text) for text in texts]
    return session.compose(pairs[0][0], [edit for _, edit in pairs], shown=shown)


def test_opening_a_map_touches_nothing(session: Session, backend: FakeBackend) -> None:
    assert session.regions["r"].state is RegionState.OPEN
    assert backend.accesses == []


def test_what_is_safe_is_read_once_each_and_the_rest_says_why(session: Session, backend: FakeBackend) -> None:
    samples = session.read_safe(MAP.nodes)
    assert backend.accesses == [("read", 0, 32), ("read", 4, 32), ("read", 0x10, 32)]
    assert [sample.skipped.skip if sample.skipped else None for sample in samples] == [
        None,
        None,
        Skip.READ_SIDE_EFFECT,
        Skip.WRITE_ONLY,
        None,
    ]
    # The identity has been proved: it is not asked for again.
    backend.accesses.clear()
    session.read_safe([CR])
    assert backend.accesses == [("read", 4, 32)]


def test_the_identity_comes_first_and_a_wrong_one_protects_the_block(backend: FakeBackend) -> None:
    backend.words[0] = 0x11
    session = Session(MAP)
    (sample,) = session.read_safe([CR])
    assert backend.accesses == [("read", 0, 32)]
    assert sample.skipped is not None
    assert sample.skipped.skip is Skip.INACTIVE
    assert "X.ID identifies another block: it reads 0x0000_0011, the map expects 0x0000_00ed" in (
        sample.skipped.reason
    )
    assert Session(MAP, force=True).read_safe([CR])[0].value == 0


@pytest.mark.parametrize(("identity", "then"), [(0xED, [0, 4]), (0x11, [0])])
def test_a_region_opened_anew_is_asked_again_however_often_it_was_read(
    session: Session, backend: FakeBackend, identity: int, then: list[int]
) -> None:
    for _ in range(3):
        session.read_safe([CR])
    opened = session.regions["r"]
    session.release(opened)
    session.open(opened)
    backend.words[0] = identity
    backend.accesses.clear()
    session.read_safe([CR])
    assert [offset for _, offset, _ in backend.accesses] == then


def test_what_fails_after_many_reads_is_not_tried_again(session: Session, backend: FakeBackend) -> None:
    def fail(kind: str, offset: int) -> None:
        raise BusFault("bus error")

    for _ in range(3):
        session.read_safe([CR])
    backend.hook = fail
    session.read_safe([CR])
    backend.accesses.clear()
    (sample,) = session.read_safe([CR])
    assert backend.accesses == []
    assert sample.skipped is not None and sample.skipped.skip is Skip.FAULTED


def test_naming_a_register_reads_it_and_nothing_else(session: Session, backend: FakeBackend) -> None:
    session.read([DR])
    assert backend.accesses == [("read", 8, 32)]


def test_destructive_reads_what_acts_but_not_what_is_write_only(
    session: Session, backend: FakeBackend
) -> None:
    session.read_safe([DR, ICR], destructive=True)
    assert ("read", 8, 32) in backend.accesses
    assert ("read", 0xC, 32) not in backend.accesses


def test_values_keep_their_history(session: Session, backend: FakeBackend) -> None:
    session.read([CR])
    assert session.sample(CR).changed is None
    backend.words[4] = 7
    session.read([CR])
    sample = session.sample(CR)
    assert (sample.value, sample.previous) == (7, 0)
    assert sample.changed == sample.clock
    session.read([CR])
    assert session.sample(CR).changed == sample.changed


def test_an_error_marks_its_register_and_the_rest_goes_on(session: Session, backend: FakeBackend) -> None:
    session.read([CR])

    def fail(kind: str, offset: int) -> None:
        if offset == 4:
            raise BusFault("bus error")

    backend.hook = fail
    samples = session.read([ID, CR, SLOW])
    assert isinstance(samples[1].error, BusFault)
    assert samples[1].value == 0
    assert [sample.error for sample in (samples[0], samples[2])] == [None, None]
    assert not session.polled(CR)


def test_what_the_live_refresh_reads(session: Session) -> None:
    assert [node.path for node in MAP.nodes if session.polled(node)] == ["X.ID", "X.CR"]
    session.read_safe([ID])
    assert not session.polled(ID)


def test_a_field_edit_is_one_transaction(session: Session, backend: FakeBackend) -> None:
    backend.words[4] = 0x1200
    result = session.write(composed(session, "X.CR.EN=1"))
    assert backend.accesses == [("read", 4, 32), ("write", 4, 32), ("read", 4, 32)]
    assert (result.old, result.old_is_fresh, result.written, result.value) == (0x1200, True, 0x1201, 0x1201)
    assert (result.mismatch, result.error) == (0, None)


def test_a_whole_register_write_reads_nothing_before(session: Session, backend: FakeBackend) -> None:
    result = session.write(composed(session, "X.ICR=1"))
    assert backend.accesses == [("write", 0xC, 32)]
    assert (result.old, result.written, result.value) == (None, 1, None)
    session.read([CR])
    backend.accesses.clear()
    assert session.write(composed(session, "X.CR=5")).old == 0
    assert backend.accesses == [("write", 4, 32), ("read", 4, 32)]


def test_bits_that_did_not_store_are_told(session: Session, backend: FakeBackend) -> None:
    def stick(kind: str, offset: int) -> None:
        if kind == "read":
            backend.words[4] &= ~0x100

    backend.hook = stick
    result = session.write(composed(session, "X.CR=0x0301"))
    assert result.mismatch == 0x100


def test_a_value_that_moved_under_the_persons_eyes_stops_the_write(
    session: Session, backend: FakeBackend
) -> None:
    edit = composed(session, "X.CR.EN=1", shown=0x1200)
    backend.words[4] = 0x1300
    result = session.write(edit)
    assert isinstance(result.error, Stopped)
    assert result.written is None
    assert result.old == 0x1300
    assert backend.words[4] == 0x1300


def test_real_hardware_opens_read_only(backend: FakeBackend) -> None:
    backend.real = True
    session = Session(MAP)
    opened = session.regions["r"]
    assert not opened.armed
    result = session.write(composed(session, "X.CR=1"))
    assert result.error is not None
    assert result.error.errno_name == "EACCES"
    assert backend.accesses == []
    session.arm(opened)
    assert opened.armed
    assert session.write(composed(session, "X.CR=1")).error is None
    session.disarm(opened)
    assert not opened.armed
    assert Session(MAP, write=True).regions["r"].armed


def test_two_exclusive_sessions_conflict_and_shared_ones_do_not(backend: FakeBackend) -> None:
    with Session(MAP, mode=OpenMode.EXCLUSIVE):
        second = Session(MAP, mode=OpenMode.EXCLUSIVE).regions["r"]
        assert second.state is RegionState.REFUSED
        assert isinstance(second.error, Busy)
        shared = Session(MAP, mode=OpenMode.SHARED).regions["r"]
        assert shared.state is RegionState.OPEN
        assert len(shared.holders) == 1
    assert Session(MAP, mode=OpenMode.EXCLUSIVE).regions["r"].state is RegionState.OPEN


def test_a_refused_region_reports_its_reason_for_each_register(backend: FakeBackend) -> None:
    narrow = Region("r", 0, 0x1000, MAP.regions[0].instances, access_widths=frozenset({32}))
    wide = one_block(register("WIDE", width=64))
    broken = RegisterMap(
        "t",
        (Region("r", 1, 0x1000, wide.regions[0].instances), Region("s", 0x2000, 0x1000, narrow.instances)),
    )
    session = Session(broken)
    assert session.regions["r"].state is RegionState.REFUSED
    sample = session.read([broken.nodes[0]])[0]
    assert isinstance(sample.error, InvalidArgument)
    assert session.regions["s"].state is RegionState.OPEN


def test_a_closed_session_touches_nothing(session: Session, backend: FakeBackend) -> None:
    session.close()
    session.close()
    assert session.read([CR])[0].error is not None
    assert backend.accesses == []


def test_what_we_wrote_last_counts_only_while_nobody_else_can_write(backend: FakeBackend) -> None:
    pair = one_block(register("W", field("A", "0", "wo"), field("B", "1", "wo"), access="wo"))
    node = pair.nodes[0]
    alone = Session(pair, mode=OpenMode.EXCLUSIVE)
    _, whole = parse_assignment(pair, "X.W=2")
    _, part = parse_assignment(pair, "X.W.A=1")
    alone.write(alone.compose(node, [whole]))
    assert alone.write(alone.compose(node, [part])).written == 3


def region(name: str, source: str | None = None) -> Region:
    return Region(name, 0, 16, (Instance(name.upper(), MAP.blocks[0]),), source=source)


def wide(name: str, base: int) -> Region:
    return Region(name, base, 0x1000, (Instance(name.upper(), MAP.blocks[0]),))


def test_backends_are_chosen_by_option_then_by_the_map_then_simulation() -> None:
    own = RegisterMap("own", (region("a", "devmem"), region("b")))
    assert choose_backends(own, []) == {"a": "devmem", "b": "sim"}
    assert choose_backends(own, ["b=devmem:image.bin", "sim"]) == {"a": "sim", "b": "devmem:image.bin"}
    assert choose_backends(own, ["devmem:x=y"]) == {"a": "devmem:x=y", "b": "devmem:x=y"}
    with pytest.raises(UsageError, match="no region 'c'"):
        choose_backends(own, ["c=sim"])


def test_a_bundled_map_never_opens_real_hardware_by_itself() -> None:
    bundled = RegisterMap("demo", (region("a", "devmem"),), bundled=True)
    assert choose_backends(bundled, []) == {"a": "sim"}
    assert choose_backends(bundled, ["devmem"]) == {"a": "devmem"}


def fail_at(*offsets: int, error: Callable[[], Exception] = lambda: BusFault("bus error")) -> Hook:
    def hook(kind: str, offset: int) -> None:
        if offset in offsets:
            raise error()

    return hook


def test_an_identity_that_cannot_be_read_protects_the_block(session: Session, backend: FakeBackend) -> None:
    backend.hook = fail_at(0)
    for _ in range(3):
        samples = session.read_safe([node for node in (ID, CR) if session.polled(node)])
    assert backend.accesses == [("read", 0, 32)]
    assert samples == []
    verdict = session.safety(CR)
    assert verdict.skip is Skip.INACTIVE
    assert "X.ID, which identifies its block, could not be read: bus error (SIGBUS)" in verdict.reason
    # A person has it read again.
    backend.hook = lambda kind, offset: None
    session.read([ID])
    assert session.polled(CR)


def test_a_block_that_proves_itself_later_is_read_again(backend: FakeBackend) -> None:
    session = Session(MAP)
    session.read_safe([CR])
    assert not session.polled(CR)
    backend.words[0] = 0xED
    session.read([ID])
    assert session.polled(CR)


def test_a_region_opened_again_is_asked_who_it_is_and_what_failed_is_tried_again(
    session: Session, backend: FakeBackend
) -> None:
    session.read_safe([ID, CR])
    backend.hook = fail_at(4)
    session.read([CR])
    assert not session.polled(CR)
    backend.hook = lambda kind, offset: None
    backend.words[0] = 0x11
    session.open(session.regions["r"])
    assert session.polled(ID)
    backend.accesses.clear()
    session.read_safe([CR])
    assert backend.accesses == [("read", 0, 32)]
    assert session.sample(CR).error is None
    assert session.safety(CR).skip is Skip.INACTIVE


def test_a_revoked_region_is_unmapped_released_and_never_touched_again(backend: FakeBackend) -> None:
    session = Session(MAP, mode=OpenMode.EXCLUSIVE)
    opened = session.regions["r"]
    backend.hook = fail_at(4, error=lambda: Revoked("unplugged"))
    first = session.read([ID, SLOW, CR, ICR])
    assert [isinstance(sample.error, Revoked) for sample in first] == [False, False, True, True]
    assert backend.accesses == [("read", 0, 32), ("read", 0x10, 32), ("read", 4, 32)]
    assert opened.state is RegionState.REVOKED
    assert not opened.armed
    backend.accesses.clear()
    # The results of the read that found out are not taken for values of another.
    assert [sample.value for sample in session.read([CR, ICR])] == [None, None]
    result = session.write(composed(session, "X.CR=1"))
    assert (result.written, result.value) == (None, None)
    with pytest.raises(Revoked):
        opened.arm()
    assert backend.accesses == []
    # The claim is free.
    assert Session(MAP, mode=OpenMode.EXCLUSIVE).regions["r"].state is RegionState.OPEN


def test_a_session_that_cannot_open_holds_nothing(
    backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = RegisterMap("two", (wide("a", 0), wide("b", 0x1000)))
    original = backend.device

    def device(wanted: Region) -> Device:
        if wanted.name == "b":
            raise AssertionError("oh")
        return original(wanted)

    monkeypatch.setattr(backend, "device", device)
    with pytest.raises(AssertionError):
        Session(two, mode=OpenMode.EXCLUSIVE)
    monkeypatch.undo()
    assert CLAIMS.holders(f"fake:{id(backend)}", 0, 0xFFFF) == ()


def test_a_region_that_cannot_be_closed_keeps_no_other_open(
    backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = RegisterMap("two", (wide("a", 0), wide("b", 0x1000)))
    session = Session(two, mode=OpenMode.EXCLUSIVE)

    def stuck() -> None:
        raise BufferError("oh")

    monkeypatch.setattr(session.regions["b"], "close", stuck)
    with pytest.raises(BufferError):
        session.close()
    assert session.regions["a"].state is RegionState.CLOSED
    # Closing the backend has let go of what the region held.
    assert CLAIMS.holders(f"fake:{id(backend)}", 0, 0xFFFF) == ()


def test_what_acts_on_reading_is_never_read_twice_for_a_fault_beside_it(backend: FakeBackend) -> None:
    popping = one_block(
        register("P0", access="rc"), register("P1", access="rc", offset=4), register("P2", offset=8)
    )
    session = Session(popping)
    backend.hook = fail_at(4)
    session.read(popping.nodes)
    assert backend.accesses == [("read", 0, 32), ("read", 4, 32), ("read", 8, 32)]


def test_a_fault_in_a_run_is_found_by_single_reads(backend: FakeBackend) -> None:
    run = one_block(*(register(f"R{i}", offset=4 * i) for i in range(3)))
    session = Session(run)
    backend.hook = fail_at(4)
    samples = session.read(run.nodes)
    assert [sample.error is None for sample in samples] == [True, False, True]
    assert [offset for _, offset, _ in backend.accesses] == [0, 4, 0, 4, 8]


def test_force_alone_does_not_read_what_acts_at_the_same_address(backend: FakeBackend) -> None:
    shared = one_block(
        register("RBR", access="rc"), register("THR", access="wo"), register("W", offset=4, access="wo")
    )
    session = Session(shared, force=True)
    session.read_safe(shared.nodes)
    assert backend.accesses == [("read", 4, 32)]
    session.read_safe(shared.nodes, destructive=True)
    assert len(backend.accesses) == 4


def test_what_we_wrote_last_is_forgotten_with_the_claim_or_a_failed_write(backend: FakeBackend) -> None:
    pair = one_block(register("W", field("A", "0", "wo"), field("B", "1", "wo"), access="wo"))
    node = pair.nodes[0]
    _, whole = parse_assignment(pair, "X.W=2")
    _, part = parse_assignment(pair, "X.W.A=1")
    alone = Session(pair, mode=OpenMode.EXCLUSIVE)
    alone.write(alone.compose(node, [whole]))
    alone.open(alone.regions["r"])
    with pytest.raises(RefusedError):
        alone.compose(node, [part])
    alone.write(alone.compose(node, [whole]))
    alone.compose(node, [part])
    backend.hook = fail_at(0)
    assert alone.write(alone.compose(node, [whole])).error is not None
    with pytest.raises(RefusedError):
        alone.compose(node, [part])
    shared = Session(pair)
    backend.hook = lambda kind, offset: None
    shared.write(shared.compose(node, [whole]))
    with pytest.raises(RefusedError):
        shared.compose(node, [part])


def test_the_first_of_two_writes_counts_where_the_second_fails(backend: FakeBackend) -> None:
    twice = one_block(register("R", write_twice=True))
    session = Session(twice)

    def hook(kind: str, offset: int) -> None:
        if len(backend.accesses) == 2:
            raise BusFault("bus error")

    backend.hook = hook
    result = session.write(session.compose(twice.nodes[0], [parse_assignment(twice, "X.R=5")[1]]))
    assert result.written == 5
    assert isinstance(result.error, BusFault)


def test_a_lock_stops_the_write_before_anything_else(backend: FakeBackend) -> None:
    locked = one_block(
        register("R", field("A", "0"), field("B", "1"), locked_by=Guard("LCK.L", 1)),
        register("LCK", field("L", "3"), offset=4),
    )
    session = Session(locked)
    backend.words[4] = 8
    result = session.write(session.compose(locked.nodes[0], [parse_assignment(locked, "X.R.A=1")[1]]))
    assert isinstance(result.error, Stopped)
    assert (result.old, result.written) == (None, None)
    assert backend.accesses == [("read", 4, 32)]


def test_an_edit_in_another_block_than_the_maps_says_so(backend: FakeBackend) -> None:
    session = Session(MAP)
    assert composed(session, "X.CR=1").notes == ()
    session.read([ID])
    assert "identifies another block" in composed(session, "X.CR=1").notes[-1]

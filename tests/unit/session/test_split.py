"""Registers that take several accesses, through the session: samples, edits, journal, scripts."""

from __future__ import annotations

from pathlib import Path

from inspector.errors import BusFault, Place, Stopped, TimedOut
from inspector.maps.saving import save
from inspector.model.compose import compose
from inspector.model.edit import parse_assignment
from inspector.model.transaction import Read, ReadRun, Write
from inspector.session import Session
from inspector.session.entries import Intent
from inspector.session.journal import Journal
from inspector.session.journalfile import intended_accesses, load_journal
from inspector.session.plan import plan
from inspector.session.record import read_record
from inspector.session.scripts import devmem_script
from inspector.session.snapshot import load_snapshot, snapshot_text
from inspector.session.writing import write_result
from tests.unit.model.build import field, one_block, register
from tests.unit.session.fake import FakeBackend

MAP = one_block(
    register("A", offset=0x0, width=64, access_width=32),
    register("B", offset=0x8, width=64, access_width=32),
    register("NEXT", offset=0x10),
    register("LAST", offset=0x14),
    register("COUNT", offset=0x18, width=64, access_width=32, access="ro", volatile=True),
    register("POP", offset=0x20, width=64, access_width=32, access="rc", volatile=True),
    register("KEY", field("HIGH", "127:96"), offset=0x30, width=128, access_width=32, word_order="big"),
)
A, B, NEXT, LAST, COUNT, POP, KEY = MAP.nodes


def reads(backend: FakeBackend) -> list[int]:
    return [offset for kind, offset, width in backend.accesses if (kind, width) == ("read", 32)]


def test_a_plan_reads_each_split_register_alone_and_a_counter_so_that_its_words_agree() -> None:
    (part,) = plan(MAP.nodes[:6])
    assert part.transaction == (
        Read(0x0, 64, access_width=32),
        Read(0x8, 64, access_width=32),
        ReadRun(0x10, 32, 2),
        Read(0x18, 64, access_width=32, counter=True),
        Read(0x20, 64, access_width=32),
    )


def test_samples_are_whole(backend: FakeBackend) -> None:
    backend.words |= {0x30: 0x11111111, 0x34: 0x22222222, 0x38: 0x33333333, 0x3C: 0x44444444, 0x1C: 7}
    session = Session(MAP)
    samples = session.read([COUNT, KEY])
    assert reads(backend) == [0x1C, 0x18, 0x1C, 0x30, 0x34, 0x38, 0x3C]
    assert [sample.value for sample in samples] == [7 << 32, 0x11111111_22222222_33333333_44444444]


def test_a_fault_or_a_stall_in_any_of_its_accesses_is_the_registers(backend: FakeBackend) -> None:
    session = Session(MAP)

    def fail(kind: str, offset: int) -> None:
        if offset == 0x4:
            raise BusFault("nothing there", place=Place("r", address=0x1004))
        if offset == 0x3C:
            raise TimedOut("no answer", place=Place("r", address=0x103C))

    backend.hook = fail
    a, b, key = session.read([A, B, KEY])
    assert isinstance(a.error, BusFault)
    assert b.value == 0
    # What only waits for another register's access would be another error.
    assert type(key.error) is TimedOut
    assert reads(backend) == [0x0, 0x4, 0x8, 0xC, 0x30, 0x34, 0x38, 0x3C]


def test_an_edit_writes_every_word_once_and_the_journal_speaks_of_the_register(
    backend: FakeBackend, tmp_path: Path
) -> None:
    backend.words |= {0x30: 1, 0x34: 2, 0x38: 3, 0x3C: 4}
    path = tmp_path / "journal.jsonl"
    with Session(MAP, journal=Journal(path)) as session:
        composition = session.compose(KEY, [parse_assignment(MAP, "X.KEY.HIGH=0xABCD")[1]])
        result = session.write(composition)
        assert (result.old, result.written, result.value, result.mismatch) == (
            0x00000001_00000002_00000003_00000004,
            0x0000ABCD_00000002_00000003_00000004,
            0x0000ABCD_00000002_00000003_00000004,
            0,
        )
        words = [0x30, 0x34, 0x38, 0x3C]
        assert backend.accesses == [(kind, word, 32) for kind in ("read", "write", "read") for word in words]
        (told,) = [entry for entry in session.journal.entries if isinstance(entry, Intent)]
    (saved,) = load_journal(path).sessions
    (intent,) = saved.intents
    assert (intent.operations, intent.outcome) == (told.operations, told.outcome)
    assert intent.operations[1] == Write(
        0x1030, 128, 0xABCD << 96, keep=(1 << 96) - 1, source=0, access_width=32, word_order="big"
    )
    assert intended_accesses(saved.intents) == [
        (kind, 0x1000 + offset, width) for kind, offset, width in backend.accesses
    ]
    script = devmem_script([saved]).splitlines()
    assert [line.split("  #")[0] for line in script if line.startswith("devmem")] == [
        "devmem 0x1030 32 0x0000abcd",
        "devmem 0x1034 32 0x00000002",
        "devmem 0x1038 32 0x00000003",
        "devmem 0x103c 32 0x00000004",
    ]


def test_a_write_that_fails_halfway_may_have_arrived(backend: FakeBackend) -> None:
    session = Session(MAP)

    def fail(kind: str, offset: int) -> None:
        if kind == "write" and offset == 0xC:
            raise BusFault("nothing there")

    backend.hook = fail
    result = session.write(session.compose(B, [parse_assignment(MAP, "X.B=0x100000002")[1]]))
    assert backend.words == {0x8: 2}
    assert (result.written, result.uncertain, result.complete) == (None, True, False)


def test_what_stopped_halfway_is_no_old_value() -> None:
    composition = compose(MAP, KEY, [parse_assignment(MAP, "X.KEY.HIGH=1")[1]], shown=5)
    for whole, old in ((True, 0x77), (False, None)):
        error = Stopped("changed", found=0x77, mask=0xFF)
        error.whole = whole
        assert write_result(composition, (), error, None).old == old


def test_a_snapshot_keeps_all_its_bits(backend: FakeBackend, tmp_path: Path) -> None:
    backend.words[0x30] = 0x8000_0001
    with Session(MAP) as session:
        (sample,) = session.read([KEY])
        record = read_record(KEY, sample)
    assert record["hex"] == "0x80000001" + "0" * 24
    path = tmp_path / "saved.jsonl"
    save(str(path), snapshot_text({"inspector": 1, "map": "m", "backend": "sim", "time": 0}, [record]))
    saved = load_snapshot(path).registers["X.KEY"]
    assert (saved.width, saved.value) == (128, 0x8000_0001 << 96)

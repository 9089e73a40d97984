"""The journal: on disk before the act, and read back whatever became of its writer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector import maps
from inspector.errors import BusFault, NotPermitted, UsageError
from inspector.model.compose import Composition, compose
from inspector.model.edit import Edit, Operator, parse_assignment
from inspector.model.registermap import RegisterMap
from inspector.model.transaction import Read, Transaction, Write
from inspector.session import Session, journalfile
from inspector.session import journal as journal_module
from inspector.session.entries import Intent, Outcome, RegionEvent, SessionStart, entry_record, parse_entry
from inspector.session.journal import Answer, Journal
from inspector.session.journalfile import (
    intended_accesses,
    intended_writes,
    journal_files,
    load_journal,
    open_journal,
)
from inspector.session.words import assignment, describe

BOARD = """\
regmap: 1
name: board
blocks:
  device:
    size: 64
    registers:
      CTRL:
        offset: 0x00
        fields: {EN: 0, MODE: {bits: 2:1, enum: {0: off, 1: slow, 2: fast}}, KEY: {bits: 15:8}}
      DATA: {offset: 0x04, on_read: pop, on_write: push}
      TWICE: {offset: 0x08, write_twice: true}
      TARGET: {offset: 0x0c, latched_by: LOAD.GO}
      LOAD: {offset: 0x10, access: wo, fields: {GO: {bits: 0, access: wo1p}}}
regions:
  only: {base: 0x1000, size: 64, instances: {A: device}}
"""


@pytest.fixture
def board() -> RegisterMap:
    return maps.load_text(BOARD, "board.yaml")


@pytest.fixture
def session(board: RegisterMap) -> Session:
    return Session(board)


def composition(board: RegisterMap, *assignments: str) -> Composition:
    edits = [parse_assignment(board, text) for text in assignments]
    return compose(board, edits[0][0], [edit for _, edit in edits])


def started(board: RegisterMap, path: Path | None) -> Journal:
    journal = Journal(path)
    journal.begin(board, {"only": "sim"})
    return journal


def test_an_intent_is_on_disk_when_its_number_is_known(
    board: RegisterMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "journal.jsonl"
    pressed: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: pressed.append(path.read_bytes()))
    journal = started(board, path)
    assert not path.exists()
    number = journal.intend_write(composition(board, "A.CTRL.MODE=slow", "A.CTRL.EN=1"), 0x5A00)
    assert pressed[-1] == path.read_bytes()
    first, write = map(json.loads, path.read_text().splitlines())
    assert (first["event"], first["map"], first["backends"], first["pid"]) == (
        "session",
        "board",
        {"only": "sim"},
        os.getpid(),
    )
    assert write == {
        "event": "write",
        "session": first["session"],
        "number": number,
        "time": write["time"],
        "path": "A.CTRL",
        "region": "only",
        "address": 0x1000,
        "width": 32,
        "edits": ["A.CTRL.MODE=slow", "A.CTRL.EN=0x1"],
        "shown": 0x5A00,
        "assumed": False,
        "operations": [
            {"operation": "read", "address": 0x1000, "width": 32},
            {
                "operation": "write",
                "address": 0x1000,
                "width": 32,
                "value": 3,
                "keep": write["operations"][1]["keep"],
                "flip": 0,
                "source": 0,
            },
            {"operation": "read", "address": 0x1000, "width": 32},
        ],
        "notes": [],
        "dangers": [],
        "consequence": "",
    }
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_came_of_it_is_kept_with_it(board: RegisterMap, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = started(board, path)
    journal.region("open", session.regions["only"])
    node, edit = parse_assignment(board, "A.CTRL.MODE=fast")
    made = session.compose(node, [edit])
    number = journal.intend_write(made)
    journal.outcome(number, session.write(made))
    journal.region("close", session.regions["only"], "the end")
    journal.close()
    intent = journal.intent(number)
    assert intent is not None
    assert intent.outcome is not None
    assert (intent.outcome.old, intent.outcome.written, intent.outcome.value) == (0, 4, 4)
    assert intent.outcome.words == (4,)
    (loaded,) = load_journal(path).sessions
    assert [loaded.start, *loaded.entries] == list(journal.entries)
    events = [entry for entry in loaded.entries if isinstance(entry, RegionEvent)]
    assert [(event.event, event.start, event.size, event.armed) for event in events] == [
        ("open", 0x1000, 64, True),
        ("close", 0x1000, 64, True),
    ]
    assert "A.CTRL.MODE=fast: 0x00000000 := 0x00000004 → 0x00000004" in map(describe, loaded.entries)


def test_an_error_is_kept_too(board: RegisterMap, tmp_path: Path) -> None:
    journal = started(board, tmp_path / "journal.jsonl")
    number = journal.intend_read(board.by_path["A.DATA"], "takes a character from the FIFO")
    journal.outcome(number, Answer(error=BusFault("the bus answered with an error")))
    (intent,) = load_journal(tmp_path / "journal.jsonl").sessions[0].intents
    assert intent.outcome is not None
    assert intent.outcome.error == ("SIGBUS", "the bus answered with an error")
    assert describe(intent) == (
        "read A.DATA (takes a character from the FIFO): FAILED: the bus answered with an error (SIGBUS)"
    )


def test_accesses_without_a_map(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.begin(None, {"": "devmem"})
    journal.outcome(journal.intend_raw(0x9000000, 8, 0x41), Answer(written=0x41))
    journal.outcome(journal.intend_raw(0x9000018, 32, None), Answer(value=0x90))
    journal.intend_raw(0x9000000, 8, 0x42)
    (loaded,) = load_journal(tmp_path / "journal.jsonl").sessions
    assert [describe(intent) for intent in loaded.intents] == [
        "poke 0x9000000 0x41: := 0x41",
        "peek 0x9000018: 0x00000090",
        "poke 0x9000000 0x42: OUTCOME UNKNOWN, the program ended before it could tell",
    ]
    assert intended_accesses(loaded.intents) == [
        ("write", 0x9000000, 8),
        ("read", 0x9000018, 32),
        ("write", 0x9000000, 8),
    ]


def test_every_bus_write_that_is_meant_is_listed(board: RegisterMap) -> None:
    journal = started(board, None)
    for text in ("A.TWICE=1", "A.TARGET=5", "A.CTRL.EN=1"):
        journal.intend_write(composition(board, text))
    intents = [entry for entry in journal.entries if isinstance(entry, Intent)]
    assert intended_writes(intents) == [
        (0x1008, 32),
        (0x1008, 32),
        (0x100C, 32),
        (0x1010, 32),
        (0x1000, 32),
    ]


def test_several_reads_are_on_disk_at_once(
    board: RegisterMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = started(board, tmp_path / "journal.jsonl")
    journal.intend_raw(0, 32, 1)
    pressed: list[int] = []
    monkeypatch.setattr(os, "fsync", pressed.append)
    nodes = [board.by_path["A.DATA"], board.by_path["A.LOAD"]]
    numbers = journal.intend_reads(nodes)
    assert len(pressed) == 1
    intents = load_journal(tmp_path / "journal.jsonl").sessions[0].intents
    assert [(intent.number, intent.path) for intent in intents[1:]] == [
        (number, node.path) for number, node in zip(numbers, nodes, strict=True)
    ]


def test_a_journal_that_cannot_be_written_refuses(board: RegisterMap, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = started(board, tmp_path / "file" / "journal.jsonl")
    with pytest.raises(NotPermitted) as caught:
        journal.intend_write(composition(board, "A.CTRL=1"))
    assert caught.value.errno_name in ("ENOTDIR", "EEXIST")
    assert "--journal FILE" in str(caught.value)
    assert not [entry for entry in journal.entries if isinstance(entry, Intent)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_refuses_and_a_person_may_choose_no_journal(board: RegisterMap) -> None:
    journal = started(board, Path("/dev/full"))
    with pytest.raises(NotPermitted, match=r"ENOSPC"):
        journal.intend_write(composition(board, "A.CTRL=1"))
    assert started(board, Path(os.devnull)).intend_write(composition(board, "A.CTRL=1")) == 1


def test_a_disk_that_fills_up_keeps_the_outcome_and_refuses_the_next(
    board: RegisterMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    journal = started(board, path)
    number = journal.intend_raw(0, 32, 1)
    write = os.write
    with monkeypatch.context() as patch:
        # The disk takes half of the line.
        patch.setattr(os, "write", lambda fd, data: write(fd, data[: len(data) // 2]))
        journal.outcome(number, Answer(written=1))
        assert journal.error is not None
        with pytest.raises(NotPermitted, match="ENOSPC"):
            journal.intend_raw(4, 32, 1)
    third = journal.intend_raw(8, 32, 1)
    loaded = load_journal(path)
    assert [intent.number for intent in loaded.sessions[0].intents] == [number, third]
    assert len(loaded.damages) == 2
    intent = journal.intent(number)
    assert intent is not None
    assert intent.outcome is not None


def test_a_torn_last_line_is_told_and_what_follows_is_whole(board: RegisterMap, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    started(board, path).intend_raw(0, 32, 1)
    path.write_bytes(path.read_bytes()[:-20])
    loaded = load_journal(path)
    assert [(damage.line, damage.why) for damage in loaded.damages] == [(2, "it is cut off or damaged")]
    assert loaded.sessions[0].intents == ()
    started(board, path).intend_raw(4, 32, 2)
    loaded = load_journal(path)
    assert len(loaded.damages) == 1
    assert [len(session.intents) for session in loaded.sessions] == [0, 1]


def test_the_end_of_another_within_its_line_spoils_none_of_ours(board: RegisterMap, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = started(board, path)
    journal.intend_raw(0, 32, 1)
    with path.open("ab") as other:
        other.write(b'{"event": "sess')
    journal.intend_raw(4, 32, 2)
    loaded = load_journal(path)
    assert [intent.address for intent in loaded.sessions[0].intents] == [0, 4]
    assert [damage.line for damage in loaded.damages] == [3]


WRITER = """\
import sys
import time
from pathlib import Path
from inspector.session.journal import Answer, Journal
journal = Journal(Path(sys.argv[1]), fsync=False)
journal.begin(None, {"": "devmem"})
done = open(sys.argv[2], "ab", buffering=0)
number = 0
while sys.argv[3] == "0" or number < int(sys.argv[3]):
    intent = journal.intend_raw(number * 4, 32, number)
    done.write(b"%d\\n" % (number * 4))
    journal.outcome(intent, Answer(written=number))
    number += 1
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_killed_at_any_moment_each_write_has_its_intent(tmp_path: Path) -> None:
    path, trace = tmp_path / "journal.jsonl", tmp_path / "trace"
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(trace), "0"])
        wanted = (trace.stat().st_size if trace.exists() else 0) + 500
        while not trace.exists() or trace.stat().st_size < wanted:
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
    loaded = load_journal(path)
    traced = [int(line) for line in trace.read_text().split()]
    meant = [intent.address for session in loaded.sessions for intent in session.intents]
    assert len(loaded.sessions) == 3
    # Each of the three may have been killed between its last intent and the write.
    assert 0 <= len(meant) - len(traced) <= 3
    remaining = iter(meant)
    assert all(address in remaining for address in traced)
    unknown = [i for session in loaded.sessions for i in session.intents if i.outcome is None]
    assert len(unknown) <= 3


@pytest.mark.skipif(os.name != "posix", reason="appending is atomic on POSIX")
def test_several_programs_append_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    children = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(tmp_path / str(i)), "200"])
        for i in range(3)
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    loaded = load_journal(path)
    assert loaded.damages == ()
    assert [[intent.address for intent in session.intents] for session in loaded.sessions] == [
        [number * 4 for number in range(200)]
    ] * 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x00" * 3_000_000, ":1: it is too long"),
        (b"[" * 100_000, ":1: "),
        (b"regmap: 1\n", ":1: it is cut off or damaged"),
        (b'{"event": "write"}\n', ":1: it has no 'session'"),
        (b'{"event": "sleep", "session": "a", "number": 0, "time": 1}\n', ":1: there is no event 'sleep'"),
        (b'{"event": "session", "session": "a", "number": 0, "time": NaN}\n', ":1: NaN is no number"),
    ],
)
def test_what_is_no_journal_is_refused_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no journal of inspector") as caught:
        load_journal(path)
    assert f"{path}{message}" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No such file or directory \(ENOENT\)"):
        load_journal(tmp_path / "missing")


LINES = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {
            "event": st.sampled_from(["session", "open", "write", "outcome"]),
            "session": st.sampled_from(["a", "b"]),
            "number": st.integers(0, 3),
            "time": st.floats(0, 1e12),
            "inspector_journal": st.just(1),
            "program": st.text(),
            "map": st.text(),
            "file": st.text(),
            "backends": st.dictionaries(st.text(), st.text()),
            "directory": st.text(),
            "user": st.text(),
            "pid": st.integers(0),
            "words": st.lists(st.integers(0, 99)),
            "old": st.none() | st.integers(0, 99),
            "written": st.none() | st.integers(0, 99),
            "value": st.none() | st.integers(0, 99),
            "mismatch": st.integers(0, 9),
            "error": st.none(),
            "uncertain": st.booleans(),
        }
    ).map(lambda value: json.dumps(value).encode()),
)


@given(st.lists(LINES, max_size=8).map(b"\n".join))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(content)
    try:
        loaded = load_journal(path)
    except UsageError as error:
        assert f"{path}:" in str(error)
        return
    for session in loaded.sessions:
        assert all(describe(entry) for entry in (session.start, *session.entries))


words = st.integers(0, (1 << 64) - 1)
reads = st.builds(
    Read, words, st.sampled_from([8, 16, 32, 64]), st.sampled_from(["little", "big"])
) | st.builds(Read, words, st.just(32), st.just("little"), st.integers(1, 9), words, st.booleans(), st.text())
writes = st.builds(Write, words, st.sampled_from([8, 16, 32, 64]), words, words, words, st.just(0))
transactions: st.SearchStrategy[Transaction] = st.tuples(reads, writes) | st.tuples(
    st.builds(Write, words, st.just(64), words)
)


@given(
    st.builds(
        Intent,
        number=st.integers(1, 99),
        session=st.text(),
        time=st.floats(0, 1e12),
        event=st.sampled_from(["write", "read", "poke", "peek"]),
        path=st.text(),
        region=st.text(),
        address=words,
        width=st.sampled_from([8, 16, 32, 64]),
        operations=transactions,
        edits=st.lists(st.text()).map(tuple),
        shown=st.none() | words,
        assumed=st.booleans(),
        notes=st.lists(st.text()).map(tuple),
        dangers=st.lists(st.text()).map(tuple),
        consequence=st.text(),
        outcome=st.none(),
        composition=st.none(),
    )
)
def test_an_intent_is_read_back_as_it_was(intent: Intent) -> None:
    assert parse_entry(json.loads(json.dumps(entry_record(intent)))) == intent


EDITS = st.one_of(
    st.sampled_from([Operator.ASSIGN, Operator.OR, Operator.AND_NOT, Operator.XOR]).flatmap(
        lambda operator: st.builds(Edit, st.just(None), st.just(operator), st.integers(0, 0xFF))
    ),
    st.sampled_from([Operator.CLEAR, Operator.SET, Operator.TOGGLE, Operator.PULSE]).map(
        lambda operator: Edit(None, operator)
    ),
)


@given(EDITS, st.sampled_from([None, "EN", "MODE", "KEY"]))
def test_an_edits_words_mean_the_edit(edit: Edit, name: str | None) -> None:
    board = maps.load_text(BOARD, "board.yaml")
    node = board.by_path["A.CTRL"]
    field = node.register.field(name) if name else None
    width = field.width if field else 32
    edit = Edit(field, edit.operator, edit.value & (1 << width) - 1)
    text = assignment(node, edit)
    assert text is not None
    assert parse_assignment(board, text) == (node, edit)


def test_where_journals_are_and_how_long_they_are_kept(
    board: RegisterMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalfile, "journal_folder", lambda: tmp_path)
    monkeypatch.setattr(time, "strftime", lambda form: "2031-05")
    monkeypatch.setattr(journalfile, "FULL", 1000)
    monkeypatch.setattr(journalfile, "KEPT_BYTES", 2500)
    assert open_journal(None, real=False).path is None
    assert open_journal(tmp_path / "mine", real=False).path == tmp_path / "mine"
    assert open_journal(None, real=True).path == tmp_path / "2031-05.1.jsonl"
    for name in ("2029-12.1", "2029-12.10", "2030-01.2", "2031-05.1"):
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n" * 1000)
    held = Journal(tmp_path / "2029-12.1.jsonl")
    held.begin(board, {})
    held.intend_raw(0, 32, 0)
    assert open_journal(None, real=True).path == tmp_path / "2031-05.2.jsonl"
    left = ["2029-12.1", "2031-05.1"] if os.name == "posix" else ["2031-05.1"]
    assert [path.name.removesuffix(".jsonl") for path in journal_files()] == left
    held.close()
    start = load_journal(tmp_path / "2029-12.1.jsonl").sessions[0].start
    assert isinstance(start, SessionStart)


def test_only_the_latest_stay_in_memory(board: RegisterMap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "KEPT", 3)
    journal = started(board, None)
    numbers = [journal.intend_raw(0, 32, value) for value in range(5)]
    assert [entry.number for entry in journal.entries] == numbers[-3:]
    journal.outcome(numbers[0], Answer(written=0))
    assert journal.intent(numbers[0]) is None


def test_an_outcome_says_when_it_is_not_certain() -> None:
    intent = Intent(
        1,
        "a",
        0,
        "poke",
        "",
        "",
        0,
        8,
        (Write(0, 8, 1),),
        outcome=Outcome(0, error=("ETIMEDOUT", "no answer"), uncertain=True),
    )
    assert describe(intent) == "poke 0x0 0x01: FAILED: no answer (ETIMEDOUT) (it may have arrived or not)"

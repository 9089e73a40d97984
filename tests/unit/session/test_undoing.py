"""Undo: only what a write changed goes back, by a fresh composition, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inspector import maps
from inspector.errors import BusFault, RefusedError
from inspector.model.edit import parse_assignment
from inspector.model.registermap import RegisterMap
from inspector.session import Session
from inspector.session.entries import Intent, entry_record, parse_entry
from inspector.session.undoing import Undoable, compose_undo, undoable
from tests.unit.session.fake import FakeBackend

BOARD = """\
regmap: 1
name: board
blocks:
  device:
    size: 64
    registers:
      CTRL: {offset: 0x00, fields: {EN: 0, MODE: 2:1, FLAG: {bits: 8, access: w1c}}}
      DATA: {offset: 0x04, on_read: pop, on_write: push}
      RESET: {offset: 0x08, danger: resets the board}
      ONLY: {offset: 0x0c, access: wo}
regions:
  only: {base: 0x1000, size: 64, instances: {A: device}}
"""


@pytest.fixture
def board() -> RegisterMap:
    return maps.load_text(BOARD, "board.yaml")


@pytest.fixture
def session(board: RegisterMap, backend: FakeBackend) -> Iterator[Session]:
    with Session(board) as opened:
        yield opened


def write(session: Session, *assignments: str) -> Intent:
    edits = [parse_assignment(session.map, text) for text in assignments]
    session.write(session.compose(edits[0][0], [edit for _, edit in edits]))
    return [entry for entry in session.journal.entries if isinstance(entry, Intent)][-1]


def run(session: Session, found: Undoable) -> None:
    assert found.composition is not None
    assert session.write(found.composition).error is None


def test_only_what_the_write_changed_goes_back(session: Session, backend: FakeBackend) -> None:
    backend.words[0] = 0b101
    intent = write(session, "A.CTRL.MODE=1")
    assert backend.words[0] == 0b011
    backend.words[0] = 0b010  # somebody else has cleared EN since
    found = undoable(intent, session)
    assert (found.reason, found.kept) == ("", ())
    run(session, found)
    assert backend.words[0] == 0b100


def test_what_has_moved_since_it_was_seen_stops_the_undo(session: Session, backend: FakeBackend) -> None:
    backend.words[0] = 0b101
    intent = write(session, "A.CTRL.MODE=1")
    found = undoable(intent, session, shown=0b011)
    assert found.composition is not None
    backend.words[0] = 0b010
    assert session.write(found.composition).error is not None
    assert backend.words[0] == 0b010


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("A.CTRL.FLAG=clear", "FLAG: it is a flag: a write can only clear it"),
        ("A.DATA=1", "what it held before is not known"),
        ("A.RESET=1", "danger: A.RESET: resets the board"),
        ("A.ONLY=1", "what it held before is not known"),
    ],
)
def test_what_cannot_be_undone(session: Session, backend: FakeBackend, assignment: str, reason: str) -> None:
    backend.words[0] = 0x100
    found = undoable(write(session, assignment), session)
    assert (found.composition, found.reason) == (None, reason)


def test_what_is_not_known_is_not_undone(session: Session, backend: FakeBackend, board: RegisterMap) -> None:
    def fault(kind: str, offset: int) -> None:
        if kind == "write":
            raise BusFault("the bus answered with an error")

    backend.hook = fault
    intent = write(session, "A.CTRL.EN=1")
    assert undoable(intent, session).reason == "whether it arrived is not known"
    number = session.journal.intend_read(board.by_path["A.DATA"])
    read = session.journal.intent(number)
    assert read is not None
    assert undoable(read, session).reason == "what a read took cannot be given back"
    number = session.journal.intend_raw(0x1000, 32, 1)
    poke = session.journal.intent(number)
    assert poke is not None
    assert undoable(poke, session).reason == "it was made without a map"


def test_an_entry_is_undone_once(session: Session, backend: FakeBackend) -> None:
    intent = write(session, "A.CTRL.EN=1")
    session.journal.mark_undone(intent.number)
    undone = session.journal.intent(intent.number)
    assert undone is not None
    assert undoable(undone, session).reason == "it has been undone already"


def test_a_write_that_changed_nothing_has_nothing_to_undo(session: Session, backend: FakeBackend) -> None:
    backend.words[0] = 1
    assert undoable(write(session, "A.CTRL.EN=1"), session).reason == "it changed nothing"


def test_what_the_program_did_not_live_to_tell_is_not_undone(session: Session, board: RegisterMap) -> None:
    node, edit = parse_assignment(board, "A.CTRL.EN=1")
    number = session.journal.intend_write(session.compose(node, [edit]))
    intent = session.journal.intent(number)
    assert intent is not None
    assert undoable(intent, session).reason == "what came of it is not known"


def test_what_cannot_be_undone_is_passed_over_and_named(session: Session, backend: FakeBackend) -> None:
    first = write(session, "A.CTRL.MODE=1")
    write(session, "A.DATA=0x41")
    write(session, "A.ONLY=1")
    write(session, "A.CTRL.MODE=1")  # which changes nothing
    composition, number = compose_undo(session)
    assert (composition.node.path, number) == ("A.CTRL", first.number)
    assert composition.notes[-2:] == (
        "the later write to A.ONLY stays: what it held before is not known",
        "the later write to A.DATA stays: what it held before is not known",
    )


def test_nothing_is_undone_past_a_later_write_to_the_same_register(
    session: Session, backend: FakeBackend
) -> None:
    write(session, "A.CTRL.MODE=1")
    backend.words[0] |= 0x100
    write(session, "A.CTRL.FLAG=clear")
    with pytest.raises(RefusedError, match=r"the write to A\.CTRL cannot be undone: FLAG: "):
        compose_undo(session)


def test_another_sessions_writes_are_not_undone(session: Session, backend: FakeBackend) -> None:
    intent = write(session, "A.CTRL.EN=1")
    loaded = parse_entry(entry_record(intent))
    assert isinstance(loaded, Intent)
    assert undoable(loaded, session).reason == "another session made it"

"""`restore`: what can be written, differs and is safe goes back, and everything else is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.errors import BusFault
from inspector.io import IoMem
from inspector.model.transaction import Read, Result, Transaction, Write
from inspector.session.journalfile import intended_writes, load_journal

from .conftest import Bus, Cli, Image, Outcome, execute, intercept

MAP = """\
regmap: 1
name: full
blocks:
  device:
    size: 64
    registers:
      ID: {offset: 0x00, access: ro, const: true, fields: {PART: {bits: 15:0, expect: 0x1234}, REV: 31:16}}
      CTRL:
        offset: 0x04
        fields:
          EN: 0
          MODE: {bits: 2:1, enum: {0: off, 1: slow, 2: fast}}
          BUSY: {bits: 8, access: ro}
          IRQ: {bits: 9, access: w1c}
      LIMIT: {offset: 0x08, latched_by: LOAD.GO}
      COUNT: {offset: 0x0c, access: ro}
      LOAD: {offset: 0x10, fields: {GO: {bits: 0, access: wo1p}}}
      RESET: {offset: 0x14, danger: resets the board}
      TRIM: {offset: 0x18, restore: never}
      FIRST: {offset: 0x1c, restore: 1}
      SECRET: {offset: 0x20, access: wo}
      TWICE: {offset: 0x24, write_twice: true}
regions:
  only: {base: 0x1000, size: 64, instances: {A: device}}
"""

SAVED = {0x00: 0x0001_1234, 0x04: 0x5, 0x08: 100, 0x0C: 7, 0x14: 1, 0x18: 2, 0x1C: 3, 0x24: 9}
NOW = {0x04: 0x302, 0x08: 1, 0x0C: 8, 0x14: 0, 0x18: 0, 0x1C: 0, 0x24: 0}


class Board:
    """A map, a snapshot of it, and a memory that has changed since."""

    def __init__(self, cli: Cli, image: Image, tmp_path: Path) -> None:
        self.cli, self.image = cli, image
        self.map, self.file = tmp_path / "full.yaml", tmp_path / "saved.jsonl"
        self.journal = tmp_path / "journal.jsonl"
        self.map.write_text(MAP)
        self.put(SAVED)
        assert cli("dump", self.map, "-b", image.word, "-o", self.file).status == 0
        self.put(NOW)

    def put(self, words: dict[int, int]) -> None:
        for offset, value in words.items():
            self.image.set(0x1000 + offset, value)

    def restore(self, *words: str | Path) -> Outcome:
        return self.cli(
            "restore", self.map, self.file, *words, "-b", self.image.word, "--journal", self.journal
        )

    def edit_saved(self, path: str, /, **changes: object) -> None:
        lines = [json.loads(line) for line in self.file.read_text().splitlines()]
        for line in lines:
            if line.get("path") == path:
                line.update(changes)
        self.file.write_text("\n".join(map(json.dumps, lines)))


@pytest.fixture
def full(cli: Cli, image: Image, tmp_path: Path) -> Board:
    return Board(cli, image, tmp_path)


LEFT_OUT = """\
left out:
  A.LOAD, A.SECRET: it was not read when it was saved: write-only
  A.CTRL.IRQ: it is a flag: a write can only clear it
  A.CTRL.BUSY, A.COUNT: it is read-only
  A.RESET: danger: resets the board
  A.TRIM: the map says restore: never
"""


def test_what_goes_back_and_what_is_left_out(full: Board) -> None:
    outcome = full.restore()
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (
        "A.FIRST  0x00000000 := 0x00000003 → 0x00000003  verified\n"
        "A.CTRL  0x00000302 := 0x00000005 → 0x00000005  verified\n"
        "A.LIMIT  0x00000001 := 0x00000064\n"
        "A.LOAD  := 0x00000001\n"
        "  latches A.LIMIT\n"
        "A.TWICE  0x00000000 := 0x00000009 → 0x00000009  verified\n"
        "A.LIMIT  → 0x00000064  verified\n"
        f"{LEFT_OUT}"
        "5 registers written, 4 verified, 1 equal, 7 left out\n"
    )
    assert all(len(line) <= 80 for line in outcome.out.splitlines())
    held = {offset: full.image.word_at(0x1000 + offset) for offset in SAVED}
    assert held == SAVED | {0x0C: 8, 0x14: 0, 0x18: 0}
    # Once more, there is nothing left to do.
    assert full.restore().out.splitlines()[-1] == "0 registers written, 0 verified, 5 equal, 5 left out"


def test_each_write_is_in_the_journal_and_no_other_goes_out(full: Board, bus: Bus) -> None:
    assert full.restore().status == 0
    written = [(0x1000 + op.offset, op.width) for op in bus.operations if isinstance(op, Write)]
    (session,) = load_journal(full.journal).sessions
    assert intended_writes(session.intents) == written
    assert [address - 0x1000 for address, _ in written] == [0x1C, 0x04, 0x08, 0x10, 0x24, 0x24]
    assert all(intent.outcome is not None for intent in session.intents)


def test_a_dry_run_says_the_operations_and_writes_nothing(full: Board, bus: Bus) -> None:
    before = full.image.bytes()
    outcome = full.restore("--dry-run")
    assert outcome.status == 0
    assert outcome.out.startswith(
        "A.FIRST\n  write  0x0000101c  32 bit  0x00000003\n  read   0x0000101c  32 bit  and compare\nA.CTRL\n"
    )
    assert outcome.out.endswith(f"{LEFT_OUT}5 registers would be written, 1 equal, 7 left out\n")
    assert full.image.bytes() == before
    assert not [operation for operation in bus.operations if isinstance(operation, Write)]
    # What it would do is what restoring then does.
    planned = [
        (operation["operation"], operation["address"])
        for record in full.restore("--dry-run", "--json").json()
        for operation in record.get("operations", ())
    ]
    bus.operations.clear()
    full.restore()
    done = [("write" if isinstance(op, Write) else "read", 0x1000 + op.offset) for op in bus.operations]
    assert [step for step in done if step[0] == "write"] == [step for step in planned if step[0] == "write"]
    first = done.index(planned[0])
    assert done[first : first + len(planned)] == planned


def test_json(full: Board) -> None:
    records = full.restore("--json").json()
    written = [record for record in records if "written" in record]
    assert [(record["path"], record["verified"]) for record in written] == [
        ("A.FIRST", True),
        ("A.CTRL", True),
        ("A.LIMIT", None),
        ("A.LOAD", None),
        ("A.TWICE", True),
        ("A.LIMIT", True),
    ]
    assert written[1]["fields"] == {"EN": {"value": 1}, "MODE": {"value": 2, "enum": "fast"}}
    assert written[3]["latches"] == ["A.LIMIT"]
    assert {
        "path": "A.CTRL",
        "field": "IRQ",
        "left_out": "it is a flag: a write can only clear it",
        "differs": True,
    } in (records)
    assert {"path": "A.ID", "left_out": "it is read-only", "differs": False} in records


def test_only_what_is_named(full: Board) -> None:
    assert full.restore("A.CTRL.MODE", "A.F*").status == 0
    assert full.image.word_at(0x1004) & 0xFF == 0x4
    assert full.image.word_at(0x101C) == 3
    assert full.image.word_at(0x1024) == 0
    outcome = full.restore("A.RESET", "A.FIRST")
    assert outcome.status == 1  # named in full, and left out
    assert "A.RESET: danger: resets the board" in outcome.out


def test_the_first_failure_stops_the_rest(full: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        if any(isinstance(operation, Write) and operation.offset == 4 for operation in transaction):
            raise BusFault("the bus answered with an error")
        return execute(memory, transaction)

    intercept(monkeypatch, failing)
    outcome = full.restore()
    assert outcome.status == 1
    assert outcome.err == "inspector: A.CTRL: the bus answered with an error (SIGBUS)\n"
    assert outcome.out.splitlines()[-1].startswith("1 register written, 1 verified, 1 failed, 3 not begun")
    assert full.image.word_at(0x1024) == 0


def test_what_does_not_stay_is_a_failure(full: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def dropping(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        results = list(execute(memory, transaction))
        for index, operation in enumerate(transaction):
            if isinstance(operation, Read) and operation.offset == 8:
                results[index] = 1  # the latch does not let it through
        return tuple(results)

    intercept(monkeypatch, dropping)
    outcome = full.restore()
    assert outcome.status == 1
    assert "A.LIMIT  → 0x00000001  MISMATCH" in outcome.out
    assert "A.LIMIT: bits 0x65 did not take what was written" in outcome.err


def test_what_changed_since_the_comparison_stops_before_the_write(
    full: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.map.write_text(MAP.replace("BUSY: {bits: 8, access: ro}", "BUSY: 8"))
    moved = False

    def moving(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        nonlocal moved
        if any(isinstance(operation, Write) for operation in transaction) and not moved:
            moved = True
            full.image.set(0x1004, 0x304)
        return execute(memory, transaction)

    intercept(monkeypatch, moving)
    outcome = full.restore("A.CTRL.MODE")
    assert outcome.status == 1
    assert "A.CTRL changed since it was shown" in outcome.err
    assert full.image.word_at(0x1004) == 0x304


def test_a_snapshot_of_another_map_is_refused(full: Board, cli: Cli, board: Path) -> None:
    outcome = cli("restore", board, full.file, "-b", full.image.word)
    assert (outcome.status, outcome.out) == (2, "")
    assert "is a snapshot of map 'full', and 'board' is another" in outcome.err


def test_a_snapshot_of_another_device_is_refused(full: Board, bus: Bus) -> None:
    full.edit_saved("A.ID", value=0x0001_4321)
    outcome = full.restore()
    assert outcome.status == 1
    assert "the snapshot is of another device: A.ID identifies it" in outcome.err
    assert "--force" in outcome.err
    full.edit_saved("A.ID", value=0x0002_1234)
    outcome = full.restore()
    assert outcome.status == 1
    assert "it is 0x00021234, here 0x00011234" in outcome.err
    assert not [operation for operation in bus.operations if isinstance(operation, Write)]
    assert full.restore("--force").status == 0
    assert full.image.word_at(0x1004) == 0x5


def test_another_device_in_the_place_is_refused(full: Board, bus: Bus) -> None:
    full.image.set(0x1000, 0xDEAD)
    bus.operations.clear()
    outcome = full.restore("A.CTRL")
    assert outcome.status == 1
    assert "A.ID identifies it, and in" in outcome.err
    assert "here 0x0000dead" in outcome.err
    assert not [operation for operation in bus.operations if isinstance(operation, Write)]


def test_a_register_that_has_moved_in_the_map_is_left_out(full: Board) -> None:
    full.edit_saved("A.FIRST", address=0x2000)
    full.edit_saved("A.TWICE", path="A.GONE")
    outcome = full.restore()
    assert outcome.status == 0
    words = " ".join(outcome.out.split())
    assert "A.FIRST: the snapshot has it at 0x2000 with 32 bits, the map at 0x101c with 32" in words
    assert "A.GONE: the map has no such register" in words
    assert full.image.word_at(0x101C) == 0


def test_a_region_that_is_refused(full: Board, cli: Cli, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"1")
    outcome = cli("restore", full.map, full.file, "-b", f"devmem:{small}")
    assert (outcome.status, outcome.out) == (1, "")
    assert "(EINVAL)" in outcome.err


def test_wrong_usage(full: Board, cli: Cli, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\xff\n")
    for file, path, words in [
        (garbage, "A.CTRL", f"{garbage}:1: this is no snapshot of inspector"),
        (tmp_path / "missing", "A.CTRL", "(ENOENT)"),
        (full.file, "A.NOTHING", "A has no register 'NOTHING'"),
    ]:
        outcome = cli("restore", full.map, file, path)
        assert (outcome.status, outcome.out) == (2, "")
        assert words in outcome.err
    few = tmp_path / "few"
    cli("dump", full.map, "A.CTRL", "-o", few)
    outcome = cli("restore", full.map, few, "A.FIRST")
    assert (outcome.status, outcome.err) == (2, f"inspector: {few} does not hold A.FIRST\n")

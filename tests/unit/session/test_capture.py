"""Taking a snapshot piece by piece, and finding one's registers in a map again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.errors import UsageError
from inspector.session import Session
from inspector.session.capture import Capture, recall
from inspector.session.snapshot import load_snapshot
from tests.ui.driving import small_map


def taken(tmp_path: Path, *left_out: str) -> tuple[Path, Capture]:
    register_map, path = small_map(), tmp_path / "now.jsonl"
    capture = Capture(register_map, left_out)
    with Session(register_map, ["sim"]) as session:
        while capture.read_on(session):
            pass
        capture.save(session, path)
    return path, capture


def test_it_is_what_the_command_line_saves_and_loads(tmp_path: Path) -> None:
    path, capture = taken(tmp_path)
    saved = load_snapshot(path)
    assert (saved.map, saved.backend) == ("small", "sim")
    assert len(saved.registers) == 47
    assert saved.registers["DEV.WIDE"].value == 0x1_0000_0002
    # What acts on reading is left alone, as a dump does.
    assert saved.registers["DEV.DATA"].unread == "reading clears"
    assert saved.registers["DEV.KICK"].unread == "write-only"
    found = recall(path, small_map())
    assert {index: sample.value for index, sample in found.samples.items()} == {
        index: sample.value for index, sample in capture.samples.items() if sample.value is not None
    }
    assert found.strange == 0


def test_nothing_is_read_of_what_is_left_out(tmp_path: Path) -> None:
    path, _ = taken(tmp_path, "rest")
    assert all(name.startswith("DEV.") for name in load_snapshot(path).registers)


def test_it_reads_a_limited_number_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.session.capture._STEP", 10)
    register_map = small_map()
    capture = Capture(register_map)
    parts = []
    with Session(register_map, ["sim"]) as session:
        while capture.read_on(session):
            parts.append(capture.part)
    assert parts == [21, 42, 63, 85, 100]
    assert len(capture.samples) == 47


def test_what_the_map_does_not_have_is_counted(tmp_path: Path) -> None:
    path, _ = taken(tmp_path)
    lines = path.read_text().splitlines()
    strange = json.loads(lines[1]) | {"path": "DEV.NONE"}
    narrow = json.loads(lines[1]) | {"width": 8}
    path.write_text("\n".join([lines[0], *lines[2:], json.dumps(strange), json.dumps(narrow)]))
    assert recall(path, small_map()).strange == 2


def test_a_snapshot_of_something_else_says_of_what(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"inspector": 1, "map": "other", "backend": "sim", "time": 1.0}\n')
    with pytest.raises(UsageError, match=r"a snapshot of other, and has no value of a register of small"):
        recall(path, small_map())


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    register_map = small_map()
    capture = Capture(register_map)
    with Session(register_map, ["sim"]) as session, pytest.raises(UsageError, match="ENOENT"):
        capture.save(session, tmp_path / "none" / "now.jsonl")

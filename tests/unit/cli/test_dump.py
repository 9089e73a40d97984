from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from .conftest import Bus, Cli, Image


def test_the_file_holds_a_header_and_the_lines(cli: Cli, board: Path, image: Image, tmp_path: Path) -> None:
    before = time.time()
    outcome = cli("dump", board, "-b", image.word, "-o", tmp_path / "a.jsonl")
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    header, *entries = map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines())
    assert list(header) == ["inspector", "map", "backend", "time"]
    assert (header["inspector"], header["map"], header["backend"]) == (1, "board", image.word)
    assert before <= header["time"] <= time.time()
    assert len(entries) == 16
    assert entries[1]["hex"] == "0x00005a05"


def test_backends_by_region(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("dump", board, "-b", f"second={image.word}", "-o", "-")
    assert outcome.json()[0]["backend"] == f"first=sim second={image.word}"
    assert len(outcome.json()) == 17


def test_without_a_file_json_is_the_lines_alone(cli: Cli, board: Path) -> None:
    assert [entry["path"] for entry in cli("dump", board, "A.C*", "--json").json()] == ["A.CTRL", "A.CMD"]
    assert cli("dump", board, "A.C*").out.startswith("A.CTRL  0x00001004  0x00000000")


def test_even_a_name_needs_consent_where_reading_acts(cli: Cli, board: Path, bus: Bus) -> None:
    outcome = cli("dump", board, "A.DATA", "--json")
    assert (outcome.status, outcome.json()[0]["skipped"]) == (1, "read-side-effect")
    assert "--destructive" in outcome.err
    assert bus.operations == []
    assert cli("dump", board, "A.DATA", "--destructive").status == 0
    assert len(bus.operations) == 1


def test_a_snapshot_that_reached_nothing_replaces_nothing(cli: Cli, board: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_text("before")
    small = tmp_path / "small.bin"
    small.write_bytes(b"1")
    outcome = cli("dump", board, "-b", f"devmem:{small}", "-o", kept)
    assert outcome.status == 1
    assert "(EINVAL)" in outcome.err
    assert kept.read_text() == "before"


def test_the_file_is_replaced_whole(cli: Cli, board: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("x" * 100_000)
    link.symlink_to(real)
    assert cli("dump", board, "A.ID", "-o", link).status == 0
    assert link.is_symlink()
    assert len(real.read_text().splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["board.yaml", "link", "real"]


@pytest.mark.skipif(os.name != "posix", reason="needs /dev/null")
def test_a_device_file_is_written_and_not_replaced(cli: Cli, board: Path) -> None:
    assert cli("dump", board, "-o", "/dev/null").status == 0
    assert not Path(os.devnull).is_file()


def test_a_file_that_cannot_be_written(cli: Cli, board: Path, tmp_path: Path) -> None:
    outcome = cli("dump", board, "-o", tmp_path / "missing" / "a.jsonl")
    assert outcome.status == 1
    assert outcome.err == f"inspector: {tmp_path}/missing/a.jsonl: No such file or directory (ENOENT)\n"

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import pytest

from inspector.cli import cadence
from inspector.errors import BusFault
from inspector.io import IoMem
from inspector.model.transaction import Read, Result, Transaction
from inspector.session import OpenRegion, session

from .conftest import Bus, Cli, Image, execute, intercept


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tick is due at once."""
    now = iter(range(1_000_000))
    defaults = cadence.ticks.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "clock", lambda: next(now) / 1000)
    monkeypatch.setitem(defaults, "sleep", lambda seconds: None)


def test_csv(cli: Cli, board: Path, image: Image) -> None:
    before = time.time()
    outcome = cli("watch", board, "A.ID", "A.CTRL.MODE", "-b", image.word, "--count", "2", "--csv")
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "time,path,value,error"
    rows = list(csv.reader(lines[1:]))
    assert [row[1:] for row in rows] == [["A.ID", "305441741", ""], ["A.CTRL.MODE", "2", ""]] * 2
    assert all(before <= float(row[0]) <= time.time() for row in rows)


@pytest.mark.parametrize("option", ["--jsonl", "--json"])
def test_json_lines(cli: Cli, board: Path, image: Image, bus: Bus, option: str) -> None:
    entries = cli("watch", board, "A.CTRL.MODE", "-b", image.word, "--count", "3", option).json()
    assert len(entries) == 3
    assert list(entries[0]) == ["path", "address", "width", "value", "hex", "time", "fields"]
    assert entries[0]["fields"] == {"MODE": {"value": 2, "enum": "fast"}}
    assert bus.operations == [Read(0x4, 32)] * 3


def test_text(cli: Cli, board: Path, image: Image) -> None:
    lines = cli("watch", board, "A.C*", "-b", image.word, "--count", "2").out.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines] == [
        "A.CTRL  0x00005a05  EN · MODE fast · KEY 0x5a",
        "A.CMD   -           skipped: write-only",
        "A.CTRL  0x00005a05  EN · MODE fast · KEY 0x5a",
    ]


def test_for_seconds(cli: Cli, board: Path) -> None:
    assert len(cli("watch", board, "A.ID", "--rate", "20", "--for", "0.5", "--jsonl").json()) == 10


def test_what_a_pattern_skips_is_told_once(cli: Cli, board: Path) -> None:
    outcome = cli("watch", board, "A.*", "--count", "2", "--csv")
    assert outcome.status == 0
    told = [row[1:] for row in csv.reader(outcome.out.splitlines()) if row[3] not in ("", "error")]
    assert told == [
        ["A.DATA", "", "read-side-effect: reading takes an entry out of the FIFO"],
        ["A.CMD", "", "write-only: write-only"],
    ]


def test_a_name_needs_consent_too(cli: Cli, board: Path, bus: Bus) -> None:
    outcome = cli("watch", board, "A.DATA", "--jsonl")
    assert outcome.status == 1  # and it ended, since nothing is left to watch
    assert outcome.json()[0]["skipped"] == "read-side-effect"
    assert outcome.err.startswith("inspector: A.DATA is not read: ")
    assert bus.operations == []
    outcome = cli("watch", board, "A.DATA", "--jsonl", "--destructive", "--count", "2")
    assert (outcome.status, len(outcome.json())) == (0, 2)


def test_a_refused_region_is_told_once_and_the_rest_goes_on(cli: Cli, board: Path, image: Image) -> None:
    image.path.write_bytes(image.bytes()[:0x1000])
    outcome = cli("watch", board, "B.ID", "A.ID", "-b", image.word, "--count", "3", "--csv")
    assert outcome.status == 1
    assert [line.split(",")[1] for line in outcome.out.splitlines()] == ["path", "B.ID", *["A.ID"] * 3]
    assert '"EINVAL: second ' in outcome.out
    assert outcome.err.count("\n") == 1


def test_a_fault_is_a_sample_and_the_register_is_not_touched_again(
    cli: Cli, board: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0

    def sometimes(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        nonlocal made
        made += 1
        if made == 2:
            raise BusFault("the bus answered with an error")
        return execute(memory, transaction)

    intercept(monkeypatch, sometimes)
    outcome = cli("watch", board, "A.ID", "--count", "3", "--jsonl")
    assert outcome.status == 1
    good, faulty, left_alone = outcome.json()
    assert (good["value"], faulty["error"]["errno"], left_alone["skipped"]) == (0, "SIGBUS", "faulted")
    assert made == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no files in place of physical memory there")
@pytest.mark.parametrize("option", ["--jsonl", "--in-process"])
def test_a_device_that_goes_away_is_told_once_and_waited_for(
    cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    away = image.path.with_suffix(".away")
    waited = 0

    def wait(seconds: float) -> None:
        nonlocal waited
        waited += 1
        if waited == 2:
            image.path.rename(away)
        elif waited == 4:
            away.rename(image.path)

    defaults = cadence.ticks.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "clock", lambda: 0.0)
    monkeypatch.setitem(defaults, "sleep", wait)
    monkeypatch.setattr(session, "_PATIENCE", 0.0)
    outcome = cli("watch", board, "A.ID", "-b", image.word, "--count", "6", option)
    assert outcome.status == 1
    assert outcome.err.count("ENXIO") == 1
    if option == "--jsonl":
        assert ["value" in entry for entry in outcome.json()] == [True, True, False, False, True, True]
    else:
        assert len(outcome.out.splitlines()) == 4


def test_what_has_moved_is_told_where_it_is_now(
    cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenRegion, "address", property(lambda opened: 0x9000))
    (entry,) = cli("watch", board, "A.CTRL", "-b", image.word, "--count", "1", "--jsonl").json()
    assert (entry["address"], entry["value"]) == (0x9004, 0x5A05)


def test_an_interrupt_is_130(cli: Cli, board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    defaults = cadence.ticks.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "clock", lambda: 0.0)
    monkeypatch.setitem(defaults, "sleep", interrupted)
    outcome = cli("watch", board, "A.ID", "--jsonl")
    assert (outcome.status, outcome.err) == (130, "")
    assert len(outcome.json()) == 1

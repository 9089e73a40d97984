"""`read` to the letter of its contract."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from inspector.errors import BusFault
from inspector.io import IoMem
from inspector.model.transaction import Read, ReadRun, Result, Transaction

from .conftest import Bus, Cli, Image, execute, intercept


def timeless(text: str) -> str:
    return re.sub(r'"time": \d+\.\d+', '"time": T', text)


def test_json_letter_by_letter(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("read", board, "A.*", "-b", image.word, "--json")
    assert outcome.status == 0
    assert timeless(outcome.out).splitlines() == [
        '{"path": "A.ID", "address": 4096, "width": 32, "value": 305441741, "hex": "0x1234abcd", "time": T, '
        '"fields": {}}',
        '{"path": "A.CTRL", "address": 4100, "width": 32, "value": 23045, "hex": "0x00005a05", "time": T, '
        '"fields": {"EN": {"value": 1}, "MODE": {"value": 2, "enum": "fast"}, "KEY": {"value": 90}}}',
        '{"path": "A.FLAGS", "address": 4104, "width": 32, "value": 3, "hex": "0x00000003", "time": T, '
        '"fields": {"A": {"value": 1}, "B": {"value": 1}}}',
        '{"path": "A.DATA", "address": 4108, "width": 32, "skipped": "read-side-effect", '
        '"reason": "reading takes an entry out of the FIFO"}',
        '{"path": "A.CMD", "address": 4112, "width": 32, "skipped": "write-only", "reason": "write-only"}',
        '{"path": "A.MIXED", "address": 4116, "width": 32, "value": 511, "hex": "0x000001ff", "time": T, '
        '"fields": {"VALUE": {"value": 255}, "ANY": {"value": 1}}}',
        '{"path": "A.WIDE", "address": 4120, "width": 64, "value": 81985529216486895, '
        '"hex": "0x0123456789abcdef", "time": T, "fields": {}}',
        '{"path": "A.SMALL", "address": 4128, "width": 16, "value": 513, "hex": "0x0201", "time": T, '
        '"fields": {}}',
    ]


def test_the_time_is_the_epochs(cli: Cli, board: Path) -> None:
    before = time.time()
    (entry,) = cli("read", board, "A.ID", "--json").json()
    assert before <= entry["time"] <= time.time()


def test_no_path_means_all(cli: Cli, board: Path) -> None:
    entries = cli("read", board, "--json").json()
    assert len(entries) == 16
    assert [entry["path"] for entry in entries[7:9]] == ["A.SMALL", "B.ID"]


def test_the_order_is_the_one_asked_for(cli: Cli, board: Path) -> None:
    entries = cli("read", board, "B.CTRL", "A.WIDE", "A.I*", "B.CTRL", "--json").json()
    assert [entry["path"] for entry in entries] == ["B.CTRL", "A.WIDE", "A.ID"]


def test_each_register_is_one_access_of_its_width(cli: Cli, board: Path, image: Image, bus: Bus) -> None:
    cli("read", board, "A.*", "A.ID", "-b", image.word)
    assert bus.operations == [
        Read(0x0, 32),
        ReadRun(0x4, 32, 2),
        Read(0x14, 32),
        Read(0x18, 64),
        Read(0x20, 16, "big"),
    ]


def test_a_fields_path_prints_its_register_with_that_field_alone(cli: Cli, board: Path, image: Image) -> None:
    (entry,) = cli("read", board, "A.CTRL.MODE", "-b", image.word, "--json").json()
    assert (entry["path"], entry["value"]) == ("A.CTRL", 0x5A05)
    assert entry["fields"] == {"MODE": {"value": 2, "enum": "fast"}}


def test_named_in_full_is_read_even_where_reading_acts(cli: Cli, board: Path, bus: Bus) -> None:
    outcome = cli("read", board, "A.DATA", "--json")
    assert outcome.status == 0
    assert outcome.json()[0]["value"] == 0
    assert bus.operations == [Read(0xC, 32)]


def test_a_pattern_reads_it_with_consent_alone(cli: Cli, board: Path, bus: Bus) -> None:
    assert cli("read", board, "A.DA*", "--json").json()[0]["skipped"] == "read-side-effect"
    assert bus.operations == []
    assert cli("read", board, "A.DA*", "--json", "--destructive").json()[0]["value"] == 0
    assert bus.operations == [Read(0xC, 32)]


@pytest.mark.parametrize("path", ["A.CMD", "A.MIXED.SECRET"])
def test_write_only_named_in_full_is_skipped_and_fails(cli: Cli, board: Path, bus: Bus, path: str) -> None:
    outcome = cli("read", board, path, "--json")
    assert outcome.status == 1
    assert outcome.json()[0]["skipped"] == "write-only"
    assert (
        outcome.err
        == f"inspector: {outcome.json()[0]['path']} is not read: write-only; --force reads it all the same\n"
    )
    assert bus.operations == []


def test_force_reads_what_is_write_only(cli: Cli, board: Path, image: Image, bus: Bus) -> None:
    image.set(0x1010, 0x2A01)
    outcome = cli("read", board, "A.CMD", "-b", image.word, "--json", "--force")
    assert outcome.status == 0
    assert outcome.json()[0]["fields"] == {"GO": {"value": 1}, "ARG": {"value": 0x2A}}
    assert cli("read", board, "A.C*", "-b", image.word, "--json", "--force").json()[1]["value"] == 0x2A01


def test_only_the_regions_needed_are_opened(cli: Cli, board: Path, tmp_path: Path) -> None:
    missing = f"second=devmem:{tmp_path / 'missing'}"
    assert cli("read", board, "A.ID", "-b", "sim", "-b", missing).status == 0
    outcome = cli("read", board, "B.ID", "-b", "sim", "-b", missing)
    assert outcome.status == 1
    assert "(ENOENT)" in outcome.err


def test_a_missing_file_refuses_its_own_region_alone(cli: Cli, board: Path, tmp_path: Path) -> None:
    missing = f"second=devmem:{tmp_path / 'missing'}"
    outcome = cli("read", board, "*.ID", "-b", missing, "--json")
    assert outcome.status == 1
    first, second = outcome.json()
    assert (first["path"], first["value"]) == ("A.ID", 0)
    assert (second["path"], second["error"]["errno"]) == ("B.ID", "ENOENT")
    assert outcome.err.startswith("inspector: there is no file")


def test_a_refused_region_is_said_once_and_the_rest_goes_on(cli: Cli, board: Path, image: Image) -> None:
    image.path.write_bytes(image.bytes()[:0x1000])
    outcome = cli("read", board, "-b", image.word)
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("inspector: ")
    assert "(EINVAL)" in outcome.err
    assert "A.ID" in outcome.out
    assert "B." not in outcome.out


def test_a_refused_region_is_an_error_of_each_register(cli: Cli, board: Path, image: Image) -> None:
    image.path.write_bytes(image.bytes()[:0x1000])
    outcome = cli("read", board, "B.ID", "B.C*", "-b", image.word, "--json")
    assert outcome.status == 1
    identity, control, command = outcome.json()
    assert list(identity) == ["path", "address", "width", "error"]
    assert identity["error"]["errno"] == control["error"]["errno"] == "EINVAL"
    assert "is not inside" in identity["error"]["message"]
    assert "EINVAL" not in identity["error"]["message"]
    assert command["skipped"] == "write-only"


def test_a_fault_marks_its_register_alone(cli: Cli, board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        results: list[Result] = []
        for operation in transaction:
            end = operation.offset + (operation.width // 8) * getattr(operation, "count", 1)
            if operation.offset <= 0x4 < end:
                error = BusFault("the bus answered with an error")
                error.completed = tuple(results)
                raise error
            results += execute(memory, (operation,))
        return tuple(results)

    intercept(monkeypatch, faulty)
    outcome = cli("read", board, "A.*", "--json")
    assert outcome.status == 1
    entries = {entry["path"]: entry for entry in outcome.json()}
    assert entries["A.CTRL"]["error"] == {"errno": "SIGBUS", "message": "the bus answered with an error"}
    assert entries["A.FLAGS"]["value"] == 0
    assert outcome.err == "inspector: A.CTRL: the bus answered with an error (SIGBUS)\n"
    assert "error: the bus answered with an error (SIGBUS)" in cli("read", board, "A.CTRL").out


def test_a_wrong_identity_stops_a_pattern_and_not_a_name(
    cli: Cli, marked: Path, image: Image, bus: Bus
) -> None:
    outcome = cli("read", marked, "M.*", "-b", image.word, "--json")
    assert [entry.get("skipped") for entry in outcome.json()] == ["inactive", None, "inactive"]
    assert outcome.status == 0
    assert bus.operations == [Read(0x4, 32)]
    bus.operations.clear()
    assert cli("read", marked, "M.VALUE", "-b", image.word, "--json").json()[0]["value"] == 0x1234ABCD
    assert bus.operations == [Read(0x0, 32)]
    assert "value" in cli("read", marked, "-b", image.word, "--json", "--force").json()[0]


@pytest.mark.parametrize("paths", [["M.ID", "M.*"], ["M.*", "M.ID"], ["M.V*", "M.OTHER", "M.*"], ["M.*"], []])
def test_the_identity_is_read_once(cli: Cli, marked: Path, image: Image, bus: Bus, paths: list[str]) -> None:
    image.set(0x1004, 0x1234)
    entries = cli("read", marked, *paths, "-b", image.word, "--json").json()
    assert len(entries) == 3
    assert all("value" in entry for entry in entries)
    reads = [
        operation.offset + 4 * place
        for operation in bus.operations
        for place in range(operation.count if isinstance(operation, ReadRun) else 1)
    ]
    assert sorted(reads) == [0x0, 0x4, 0x8]


# --- text ------------------------------------------------------------------------------------


def test_text_is_aligned_and_plain(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("read", board, "A.C*", "A.FLAGS", "-b", image.word)
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out.splitlines() == [
        "A.CTRL   0x00001004  0x00005a05  EN · MODE fast · KEY 0x5a",
        "A.CMD    0x00001010  -           skipped: write-only",
        "A.FLAGS  0x00001008  0x00000003",
        "  A      [0]         0x1",
        "  B      [1]         0x1",
    ]


def test_a_named_field_in_text(cli: Cli, board: Path, image: Image) -> None:
    assert cli("read", board, "A.CTRL.MODE", "-b", image.word).out.splitlines() == [
        "A.CTRL  0x00001004  0x00005a05",
        "  MODE  [2:1]       0x2         fast",
    ]


def test_what_a_map_smuggles_in_is_escaped(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "evil.yaml"
    path.write_text(
        "regmap: 1\n"
        'blocks: {b: {registers: {R: {offset: 0, fields: {F: {bits: 0, enum: {0: "\\e[31mred\\nline"}}}}}}}\n'
    )
    outcome = cli("read", path, "b.R")
    assert "\x1b" not in outcome.out
    assert "\\x1b[31mred\\nline" in outcome.out
    assert len(outcome.out.splitlines()) == 2


def test_opening_a_map_never_runs_code(cli: Cli, board: Path, tmp_path: Path) -> None:
    script = tmp_path / "behaviour.py"
    script.write_text("print('ran')\ndef attach(simulation): pass\n")
    board.write_text(board.read_text().replace("base: 0x1000,", f"base: 0x1000, source: 'sim:{script}',"))
    outcome = cli("read", board, "A.ID")
    assert (outcome.status, outcome.out) == (2, "")
    assert f"-b sim:{script} runs it" in outcome.err
    assert cli("read", board, "A.ID", "-b", "sim").out.startswith("A.ID")
    for word in (f"sim:{script}", f"first=sim:{script}"):
        assert cli("read", board, "A.ID", "-b", word).out.startswith("ran\n")


def test_a_map_of_ones_own_opens_its_source_and_a_bundled_one_never(
    cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = board.read_text().replace("base: 0x1000,", f"base: 0x1000, source: '{image.word}',")
    board.write_text(text)
    assert cli("read", board, "A.ID", "--json").json()[0]["value"] == 0x1234ABCD
    monkeypatch.setattr("inspector.maps.files.directory", lambda: board.parent)
    assert cli("read", "board", "A.ID", "--json").json()[0]["value"] == 0

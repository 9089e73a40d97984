"""`diff`: two snapshots, or one and now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Bus, Cli, Image


@pytest.fixture
def saved(cli: Cli, board: Path, image: Image, tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    assert cli("dump", board, "-b", image.word, "-o", path).status == 0
    return path


def test_two_files_field_by_field(cli: Cli, board: Path, image: Image, saved: Path, tmp_path: Path) -> None:
    image.set(0x1004, 0x5A03)
    image.set(0x2018, 1, 8)
    after = tmp_path / "b.jsonl"
    cli("dump", board, "-b", image.word, "-o", after)
    outcome = cli("diff", saved, after, "--map", board)
    assert (outcome.status, outcome.err) == (1, "")
    assert outcome.out.splitlines() == [
        "A.CTRL  0x00001004  0x00005a05 → 0x00005a03",
        "  MODE  [2:1]       fast → slow",
        "B.WIDE  0x00002018  0x0123456789abcdef → 0x0000000000000001",
        "2 differ, 10 equal, 4 read on neither side",
    ]
    # Without the map, the files say it themselves.
    assert cli("diff", saved, after).out.splitlines()[1].split() == ["MODE", "fast", "→", "slow"]


def test_json_letter_by_letter(cli: Cli, board: Path, image: Image, saved: Path) -> None:
    image.set(0x1004, 0x5A03)
    outcome = cli("diff", saved, "-", "--map", board, "-b", image.word, "--json")
    assert outcome.status == 1
    assert outcome.out == (
        '{"path": "A.CTRL", "address": 4100, "width": 32, "a": {"value": 23045, "hex": "0x00005a05"}, '
        '"b": {"value": 23043, "hex": "0x00005a03"}, "changed": 6, "volatile": 0, "fields": {"MODE": '
        '{"a": {"value": 2, "enum": "fast"}, "b": {"value": 1, "enum": "slow"}, "volatile": false}}}\n'
    )


def test_nothing_differs(cli: Cli, board: Path, image: Image, saved: Path) -> None:
    outcome = cli("diff", saved, "-", "--map", board, "-b", image.word)
    assert (outcome.status, outcome.out) == (0, "0 differ, 12 equal, 4 read on neither side\n")
    assert cli("diff", saved, saved, "--json").out == ""


def test_now_reads_what_the_file_holds_and_what_is_safe(
    cli: Cli, board: Path, image: Image, tmp_path: Path, bus: Bus
) -> None:
    path = tmp_path / "few.jsonl"
    cli("dump", board, "A.DATA", "A.ID", "-b", image.word, "--destructive", "-o", path)
    bus.operations.clear()
    outcome = cli("diff", path, "-", "--map", board, "-b", image.word)
    assert outcome.status == 0  # what is left unread on purpose is no difference
    assert [operation.offset for operation in bus.operations] == [0]
    assert outcome.out.splitlines() == [
        "A.DATA: not read in now: reading takes an entry out of the FIFO",
        "0 differ, 1 equal",
    ]


def test_either_side_may_be_now(cli: Cli, board: Path, image: Image, saved: Path) -> None:
    image.set(0x1004, 0x5A03)
    arguments = ("--map", board, "-b", image.word)
    assert "fast → slow" in cli("diff", saved, "-", *arguments).out
    assert "slow → fast" in cli("diff", "-", saved, *arguments).out


def test_what_is_on_one_side_only(cli: Cli, board: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    cli("dump", board, "A.ID", "A.CTRL", "-o", one)
    cli("dump", board, "A.CTRL", "A.FLAGS", "-o", other)
    outcome = cli("diff", one, other)
    assert outcome.status == 1
    assert outcome.out.splitlines()[-1] == "0 differ, 1 equal"
    assert " ".join(outcome.out.split()).startswith(f"A.ID: only in {one} A.FLAGS: only in {other}")
    assert cli("diff", one, other, "--json").json()[0] == {
        "path": "A.ID",
        "address": 0x1000,
        "width": 32,
        "a": {"value": 0, "hex": "0x00000000"},
        "b": {"missing": True},
    }


def test_a_register_that_fails_now_is_a_difference(
    cli: Cli, board: Path, saved: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.bin"
    small.write_bytes(b"1")
    outcome = cli("diff", saved, "-", "--map", board, "-b", f"devmem:{small}")
    assert outcome.status == 1
    assert "(EINVAL)" in outcome.err
    assert "Traceback" not in outcome.err


VOLATILE = """\
regmap: 1
name: clock
blocks:
  device:
    size: 16
    registers:
      COUNT: {offset: 0, volatile: true}
      CTRL: {offset: 4, fields: {EN: 0, BUSY: {bits: 1, volatile: true}}}
regions:
  only: {base: 0x1000, size: 16, instances: {C: device}}
"""


def test_volatile_differences_are_marked_and_may_be_ignored(cli: Cli, image: Image, tmp_path: Path) -> None:
    path, before = tmp_path / "clock.yaml", tmp_path / "before"
    path.write_text(VOLATILE)
    image.set(0x1000, 1)
    image.set(0x1004, 0)
    cli("dump", path, "-b", image.word, "-o", before)
    image.set(0x1000, 2)
    arguments = ("diff", before, "-", "--map", path, "-b", image.word)
    assert cli(*arguments).out.splitlines()[0].endswith("0x00000001 → 0x00000002  (volatile)")
    assert cli(*arguments).status == 1
    outcome = cli(*arguments, "--ignore-volatile")
    assert (outcome.status, outcome.out) == (0, "0 differ, 1 equal, 1 differ in volatile bits alone\n")
    image.set(0x1004, 3)
    assert cli(*arguments).out.splitlines()[1:4] == [
        "C.CTRL   0x00001004  0x00000000 → 0x00000003",
        "  EN     [0]         0 → 1",
        "  BUSY   [1]         0 → 1  (volatile)",
    ]
    outcome = cli(*arguments, "--ignore-volatile")
    assert outcome.status == 1
    assert "BUSY" not in outcome.out
    assert list(cli(*arguments, "--ignore-volatile", "--json").json()[0]["fields"]) == ["EN"]


def test_wrong_usage(cli: Cli, board: Path, marked: Path, saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    cli("dump", marked, "-o", other)
    garbage = tmp_path / "garbage"
    garbage.write_text("x\n")
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        (("-", "-"), "one of the two must be a file"),
        ((saved, other), "of 'marked'; --map MAP"),
        ((saved, "-"), "give --map FILE"),
        ((saved, saved, "-b", "sim"), "put - in place of one file"),
        ((saved, "-", "--map", marked), "is of map 'board', and 'marked' is another"),
        ((saved, garbage), f"{garbage}:1: this is no snapshot of inspector: it is cut off or damaged"),
        ((saved, tmp_path / "missing"), "No such file or directory (ENOENT)"),
        ((saved, tmp_path), "(EISDIR)"),
    ]
    for arguments, words in cases:
        outcome = cli("diff", *arguments)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith("inspector: ")
        assert words in outcome.err


def test_a_hostile_file_sends_nothing_to_the_terminal(cli: Cli, tmp_path: Path) -> None:
    header = {"inspector": 1, "map": "x\x1b]0;x\x07", "backend": "sim", "time": 0}
    entry = {"path": "A.\x1b[2J", "address": 0, "width": 8, "hex": "", "time": 0}
    for name, value in (("a", 1), ("b", 2)):
        fields = {"\x1b[31m": {"value": value, "enum": f"\x1b[{value}m"}}
        lines = [header, entry | {"value": value, "fields": fields}]
        lines.append({"path": f"\x1b{name}", "address": 0, "width": 8, "skipped": "s", "reason": "\x1b"})
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)))
    outcome = cli("diff", tmp_path / "a", tmp_path / "b")
    assert outcome.status == 1
    assert "\x1b" not in outcome.out + outcome.err

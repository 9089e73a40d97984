"""`export`."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .conftest import Cli
from .test_completion import Shell

FORMS = {"json": '{"path": "A.ID"', "c": "/*", "markdown": "# ", "html": "<!DOCTYPE html>", "svd": "<?xml "}


def test_json_is_a_line_for_each_register(cli: Cli, board: Path) -> None:
    outcome = cli("export", board, "--to", "json")
    assert outcome.status == 0
    entries = {entry["path"]: entry for entry in outcome.json()}
    assert len(entries) == 16
    control = entries["A.CTRL"]
    assert (control["address"], control["width"], control["access"], control["reset"]) == (
        0x1004,
        32,
        "rw",
        None,
    )
    assert control["fields"]["KEY"] == {"bits": "15:8", "access": "rw"}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_has_what_standard_output_has(cli: Cli, board: Path, tmp_path: Path, form: str) -> None:
    printed = cli("export", board, "--to", form)
    assert printed.status == 0
    assert printed.out.startswith(FORMS[form])
    assert cli("export", board, "--to", form, "-o", "-").out == printed.out
    path = tmp_path / "out"
    path.write_text("before")
    outcome = cli("export", board, "--to", form, "-o", path)
    assert (outcome.status, outcome.out) == (0, "")
    assert path.read_bytes().decode() == printed.out
    assert sorted(item.name for item in tmp_path.iterdir()) == ["board.yaml", "out"]


def test_a_format_must_be_named(cli: Cli, board: Path) -> None:
    for words in ((), ("--to", "pdf"), ("--to",)):
        outcome = cli("export", board, *words)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith("inspector: ")


def test_what_svd_cannot_say_is_told_on_standard_error(cli: Cli, board: Path) -> None:
    outcome = cli("export", board, "--to", "svd")
    assert outcome.status == 0
    ElementTree.fromstring(outcome.out)
    lines = outcome.err.splitlines()
    # DATA pops and pushes on line 12 of the map, GO of CMD on line 13 pulses.
    assert (
        f"{board}:12:7: warning: a pop of a FIFO is written as 'modify': device.DATA, device.DATA.BYTE"
        in lines
    )
    assert any(line.startswith(f"{board}:13:7: warning: a pulse is written as 'modify'") for line in lines)
    for form in ("json", "c", "markdown", "html"):
        assert cli("export", board, "--to", form).err == ""


def test_the_map_itself_is_not_replaced(cli: Cli, board: Path, tmp_path: Path) -> None:
    before = board.read_text()
    link = tmp_path / "link"
    link.symlink_to(board)
    for output in (board, link):
        outcome = cli("export", board, "--to", "svd", "-o", output)
        assert (outcome.status, outcome.err) == (
            2,
            f"inspector: {output} is the map itself; write to another file\n",
        )
    assert board.read_text() == before


def test_a_bad_map_leaves_the_file_alone(cli: Cli, tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.yaml", tmp_path / "out.h"
    bad.write_text("regmap: 2\n")
    out.write_text("before")
    assert cli("export", bad, "--to", "c", "-o", out).status == 2
    assert out.read_text() == "before"


def test_a_file_that_cannot_be_written_is_told(cli: Cli, board: Path, tmp_path: Path) -> None:
    outcome = cli("export", board, "--to", "c", "-o", tmp_path / "missing" / "out.h")
    assert outcome.status == 1
    assert outcome.err.startswith("inspector: ")
    assert "ENOENT" in outcome.err


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no /dev/null")
def test_a_device_is_written_and_stays(cli: Cli, board: Path) -> None:
    assert cli("export", board, "--to", "c", "-o", os.devnull).status == 0
    assert not Path(os.devnull).is_file()


def test_a_link_stays_a_link(cli: Cli, board: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target.h", tmp_path / "link.h"
    target.write_text("before")
    link.symlink_to(target)
    assert cli("export", board, "--to", "c", "-o", link).status == 0
    assert link.is_symlink()
    assert target.read_text().startswith("/*")


def test_the_formats_are_completed(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(capfdbinary, monkeypatch)
    assert shell("inspector export demo --to ") == list(FORMS)
    assert shell("inspector export demo --to h") == ["html"]

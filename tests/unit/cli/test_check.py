from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import Cli

BROKEN = """\
regmap: 1
blocks:
  b:
    registers:
      R: {ofset: 0}
"""

SVD = """\
<device>
  <name>board</name>
  <peripherals>
    <peripheral>
      <name>P</name>
      <baseAddress>0x1000</baseAddress>
      <registers>
        <register><name>R</name><addressOffset>0</addressOffset><access>read-write</access></register>
      </registers>
    </peripheral>
  </peripherals>
</device>
"""


def test_a_good_map(cli: Cli, board: Path) -> None:
    outcome = cli("check", board)
    assert (outcome.status, outcome.out, outcome.err) == (0, f"{board}: ok\n", "")


def test_findings_go_to_standard_output(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    outcome = cli("check", path)
    assert outcome.status == 2
    assert outcome.err == ""
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"{path}:5:")
    assert ": error: " in lines[0]
    assert "      R: {ofset: 0}" in lines[1]
    assert lines[2].strip().startswith("^")


def test_findings_in_json(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    finding = cli("check", path, "--json").json()[0]
    assert list(finding) == [
        "file",
        "line",
        "column",
        "end_column",
        "severity",
        "rule",
        "message",
        "hint",
    ]
    assert (finding["file"], finding["line"], finding["severity"]) == (str(path), 5, "error")
    assert BROKEN.splitlines()[4][finding["column"] - 1 : finding["end_column"] - 1] == "ofset"


def test_warnings_alone_are_no_failure(cli: Cli, board: Path) -> None:
    board.write_text(board.read_text().replace("regions:", "  spare: {registers: {R: 0}}\nregions:"))
    outcome = cli("check", board)
    assert outcome.status == 0
    assert ": warning: " in outcome.out


def test_a_folder_is_all_that_is_below_it_of_any_format(cli: Cli, board: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text(BROKEN)
    (tmp_path / "board.svd").write_text(SVD)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "csr.json").write_text('{"csr_bases": 1}')
    (tmp_path / "deep" / "map.yaml").write_text("# mine\n---\nregmap: 1\nblocks: {b: {registers: {R: 0}}}\n")
    passed_over = {
        "notes.txt": "regmap: 1",
        "compose.yaml": "services: {regmap: 1}",
        "page.xml": "<html/>",
        "package.json": "{}",
        "testplan.hjson": "{name: x}",
    }
    for name, text in passed_over.items():
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "hidden.yaml").write_text(BROKEN)
    outcome = cli("check", tmp_path)
    assert outcome.status == 2
    lines = outcome.out.splitlines()
    assert f"{board}: ok" in lines
    assert f"{tmp_path / 'deep' / 'map.yaml'}: ok" in lines
    assert any(line.startswith(f"{tmp_path / 'board.svd'}:") for line in lines)
    assert "broken.yml:5:" in outcome.out
    assert "csr.json:1:" in outcome.out
    assert not [name for name in [*passed_over, "hidden"] if name in outcome.out]
    errors = sum(": error: " in line for line in lines)
    assert lines[-1] == f"5 maps checked, {errors} errors, 0 warnings"
    places = [line.split(":")[0] for line in lines if line.startswith(str(tmp_path))]
    assert places == sorted(places)


def test_what_several_maps_include_is_wrong_once(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text(BROKEN)
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("regmap: 1\ninclude: part.yaml\n")
    for words in ([tmp_path], [tmp_path / "one.yaml", tmp_path / "two.yaml"]):
        outcome = cli("check", *words)
        assert outcome.status == 2
        assert outcome.out.count("unknown key 'ofset'") == 1
    assert len(cli("check", tmp_path, "--json").json()) == 1


def test_a_terminal_is_told_in_colour(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    plain = cli("check", path).out
    monkeypatch.setattr("inspector.cli.output.on_terminal", lambda stream: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = cli("check", path).out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert re.search(r"R: \{\x1b\[[0-9;]*31mofset\x1b\[0m: 0\}", coloured)


def test_the_rest_is_checked_after_an_unknown_one(cli: Cli, board: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = cli("check", "nosuchmap", tmp_path / "empty", tmp_path / "missing.yaml", board)
    assert outcome.status == 2
    assert outcome.out == f"{board}: ok\n1 map checked, 0 errors, 0 warnings\n"
    assert len(outcome.err.splitlines()) == 3
    assert all(line.startswith("inspector: ") for line in outcome.err.splitlines())


def test_a_broken_map_elsewhere_is_told_with_its_place(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    outcome = cli("read", path)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"{path}:5:")


def test_what_a_file_smuggles_in_is_escaped(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "evil\x1b[31m.yaml"
    path.write_text(BROKEN.replace("ofset", "of\u202eset"))
    for outcome in (cli("check", path), cli("read", path)):
        assert outcome.status == 2
        assert not {"\x1b", "\u202e"} & set(outcome.out + outcome.err)


def test_opening_says_how_much_of_a_description_was_put_right(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "board.svd"
    path.write_text(SVD.replace("<addressOffset>", "<size>31</size><addressOffset>"))
    found = cli("check", path, "--json").json()
    assert [finding["rule"] for finding in found] == ["repaired"]
    outcome = cli("read", path, "P.R")
    assert outcome.status == 0
    assert outcome.err == (
        f"inspector: {path}: 1 note on what was put right or left out; inspector check {path} lists them\n"
    )
    path.write_text(SVD)
    assert cli("read", path, "P.R").err == ""

from __future__ import annotations

from pathlib import Path

from .conftest import Cli

BROKEN = """\
regmap: 1
blocks:
  b:
    registers:
      R: {ofset: 0}
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
    assert list(finding) == ["file", "line", "column", "severity", "rule", "message", "hint"]
    assert (finding["file"], finding["line"], finding["severity"]) == (str(path), 5, "error")


def test_warnings_alone_are_no_failure(cli: Cli, board: Path) -> None:
    board.write_text(board.read_text().replace("regions:", "  spare: {registers: {R: 0}}\nregions:"))
    outcome = cli("check", board)
    assert outcome.status == 0
    assert ": warning: " in outcome.out


def test_a_folder_is_all_its_maps(cli: Cli, board: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text(BROKEN)
    (tmp_path / "notes.txt").write_text("no map")
    outcome = cli("check", tmp_path)
    assert outcome.status == 2
    assert f"{board}: ok" in outcome.out
    assert "broken.yml:5:" in outcome.out
    assert "notes" not in outcome.out


def test_the_rest_is_checked_after_an_unknown_one(cli: Cli, board: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = cli("check", "nosuchmap", tmp_path / "empty", tmp_path / "missing.yaml", board)
    assert outcome.status == 2
    assert outcome.out == f"{board}: ok\n"
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

"""`journal`: what was done, in words, as lines, and as a script that does it again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.session import journalfile

from .conftest import Cli, Image


@pytest.fixture
def kept(cli: Cli, board: Path, image: Image, tmp_path: Path) -> Path:
    """A journal of three sessions: one writes, one reads what acts, one only reads."""
    path = tmp_path / "journal.jsonl"
    options = ("-b", image.word, "--journal", path)
    assert cli("write", board, "A.CTRL.MODE=slow", "A.CTRL.EN=0", "B.CMD=1", *options).status == 0
    assert cli("read", board, "A.DATA", *options).status == 0
    assert cli("read", board, "A.ID", *options).status == 0
    return path


def words_of(text: str) -> list[str]:
    """The lines without their times, wrapped ones put together."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.lstrip()[:1].isdigit() and ":" in line[:20]:
            lines.append(" ".join(line.split()[1 if line.startswith("  ") else 2 :]))
        else:
            lines[-1] += f" {line.strip()}"
    return lines


def test_in_words(cli: Cli, kept: Path, image: Image) -> None:
    outcome = cli("journal", kept)
    assert (outcome.status, outcome.err) == (0, "")
    said = words_of(outcome.out)
    assert said[0].startswith(f"inspector 0.1.0: board on {image.word}, by ")
    assert said[1] == f"first opened on {image.word} 0x00001000-0x000010ff, shared, read-only"
    assert "A.CTRL.MODE=slow A.CTRL.EN=0x0: 0x00005a05 := 0x00005a02 → 0x00005a02" in said
    assert "B.CMD=0x1: := 0x00000001" in said
    assert "read A.DATA (reading takes an entry out of the FIFO): 0x00000000" in said
    assert said[-1].endswith(": only read")
    # A file's name of any length has no place to be broken at.
    assert all(len(line) <= 80 for line in outcome.out.splitlines() if str(image.path) not in line)


def test_as_lines(cli: Cli, kept: Path) -> None:
    records = cli("journal", kept, "--json").json()
    assert [record["event"] for record in records if record["event"] == "session"] == ["session"] * 3
    write = next(record for record in records if record["event"] == "write")
    assert write["edits"] == ["A.CTRL.MODE=slow", "A.CTRL.EN=0x0"]
    assert write["outcome"]["written"] == 0x5A02


def test_a_script_does_it_again(cli: Cli, kept: Path, image: Image) -> None:
    after = image.bytes()
    image.set(0x1004, 0x5A05)
    image.set(0x2010, 0)
    script = cli("journal", kept, "--as", "write").out
    path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["sh"], input=script, env=os.environ | path, text=True, check=True, capture_output=True)
    assert image.bytes() == after


def test_a_script_of_devmem(cli: Cli, kept: Path) -> None:
    lines = cli("journal", kept, "--as", "devmem").out.splitlines()
    assert [line for line in lines if line.startswith("devmem")] == [
        "devmem 0x1004 32 0x00005a02  # depended on what was read",
        "devmem 0x2010 32 0x00000001",
        "devmem 0x100c 32",
    ]


def test_which_sessions(cli: Cli, kept: Path, marked: Path, image: Image) -> None:
    cli("read", marked, "M.VALUE", "-b", image.word, "--journal", kept)

    def maps(*options: str | Path) -> list[str]:
        records = cli("journal", kept, "--json", *options).json()
        return [record["map"] for record in records if record["event"] == "session"]

    assert maps() == ["board", "board", "board", "marked"]
    assert maps("--last") == ["marked"]
    assert maps("--map", "board", "--last") == ["board"]
    assert maps("--map", marked) == ["marked"]


def test_the_newest_of_those_kept(
    cli: Cli, tmp_path: Path, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalfile, "journal_folder", lambda: tmp_path / "kept")
    monkeypatch.setattr("inspector.cli.journal.journal_folder", lambda: tmp_path / "kept")
    outcome = cli("journal")
    assert (outcome.status, outcome.out) == (1, "")
    assert "nothing has been kept yet in" in outcome.err
    cli("write", board, "A.CTRL.EN=0", "-b", image.word)
    assert "A.CTRL.EN=0x0" in cli("journal").out
    # Simulation touches nothing, and leaves nothing.
    cli("write", board, "A.CTRL.EN=0")
    assert len(cli("journal", "--json").out.splitlines()) == len(
        [*journalfile.load_journal(journalfile.journal_files()[0]).sessions[0].entries, "its start"]
    )


def test_what_is_torn_is_told(cli: Cli, kept: Path) -> None:
    lines = len(kept.read_text().splitlines())
    kept.write_bytes(kept.read_bytes()[:-10])
    outcome = cli("journal", kept)
    assert outcome.status == 0
    assert outcome.err == f"inspector: {kept}:{lines}: it is cut off or damaged; this line tells nothing\n"


def test_a_journal_that_cannot_be_written_lets_nothing_happen(
    cli: Cli, board: Path, image: Image, tmp_path: Path
) -> None:
    before = image.bytes()
    (tmp_path / "file").write_text("")
    outcome = cli("write", board, "A.CTRL.EN=0", "-b", image.word, "--journal", tmp_path / "file" / "journal")
    assert outcome.status == 1
    assert "cannot be written" in outcome.err
    assert "--journal FILE names another place" in outcome.err
    assert image.bytes() == before


def test_wrong_usage(cli: Cli, kept: Path, board: Path, tmp_path: Path) -> None:
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        ((board,), f"{board}:1: it is cut off or damaged: this is no journal of inspector"),
        ((tmp_path / "missing",), "(ENOENT)"),
        ((tmp_path,), "(EISDIR)"),
        ((kept, "--as", "write", "--json"), "--as and --json contradict each other"),
        ((kept, "--as", "basic"), "basic"),
    ]
    for arguments, words in cases:
        outcome = cli("journal", *arguments)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith("inspector: ")
        assert words in outcome.err

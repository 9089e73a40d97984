"""Journals as shell scripts: the same goes out again, and nothing in a journal reaches the shell as code."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.model.transaction import Operation, Read, ReadRun, Write
from inspector.session.entries import Intent, Outcome, RegionEvent, SessionStart
from inspector.session.journalfile import SessionJournal
from inspector.session.scripts import devmem_script, write_script


def start(
    backends: dict[str, str] | None = None, map_name: str = "board", file: str = "", directory: str = "/"
) -> SessionStart:
    return SessionStart(
        0, "s", 0.0, "inspector 1", map_name, file, backends or {"only": "devmem"}, directory, "me", 1
    )


def opened(region: str = "only", base: int | None = 0x1000, mode: str = "shared") -> RegionEvent:
    return RegionEvent(1, "s", 0.0, "open", region, "devmem", base, 256, mode, False)


def write(
    *operations: Operation,
    edits: tuple[str, ...] = ("A.B=0x1",),
    words: tuple[int, ...] = (1,),
    outcome: Outcome | None = None,
    dangers: tuple[str, ...] = (),
    assumed: bool = False,
) -> Intent:
    known = outcome or Outcome(0.0, words=words, written=words[-1] if words else None)
    used = operations or (Write(0x1000, 32, 1),)
    return Intent(
        2,
        "s",
        0.0,
        "write",
        "A.B",
        "only",
        0x1000,
        used[-1].width,
        used,
        edits,
        dangers=dangers,
        assumed=assumed,
        outcome=known,
    )


def commands(script: str) -> list[list[str]]:
    """What the shell would run."""
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -e"
    return [shlex.split(line, comments=True) for line in lines[1:]]


def session(*entries: RegionEvent | Intent, begun: SessionStart | None = None) -> list[SessionJournal]:
    return [SessionJournal(begun or start(), entries)]


def test_edits_are_composed_again() -> None:
    journal = session(
        opened(mode="exclusive"),
        write(edits=("A.B.X=on", "A.B.Y=|0x3")),
        write(edits=("A.C=clear",), assumed=True),
    )
    assert commands(write_script(journal)) == [
        ["inspector", "write", "-b", "only=devmem", "--exclusive", "--", "board", "A.B.X=on", "A.B.Y=|0x3"],
        [
            "inspector",
            "write",
            "-b",
            "only=devmem",
            "--exclusive",
            "--assume-store",
            "--",
            "board",
            "A.C=clear",
        ],
    ]


def test_words_go_out_again() -> None:
    read = Read(0x1000, 32)
    depends = Write(0x1000, 32, 4, keep=0xFF, source=0)
    twice = Write(0x1008, 16, 7)
    journal = session(
        opened(),
        write(read, depends, read, words=(0x1234,)),
        write(twice, twice, words=(7, 7)),
        write(Write(0x100C, 32, 0x11223344, byte_order="big"), words=(0x11223344,)),
    )
    script = devmem_script(journal)
    assert commands(script) == [
        ["devmem", "0x1000", "32", "0x00001234"],
        ["devmem", "0x1008", "16", "0x0007"],
        ["devmem", "0x1008", "16", "0x0007"],
        ["devmem", "0x100c", "32", "0x44332211"],
    ]
    assert "0x00001234  # depended on what was read" in script


FAILED = Outcome(0.0, error=("SIGBUS", "the bus answered with an error"), uncertain=True)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (write(dangers=("resets the board",)), "danger: resets the board"),
        (write(outcome=FAILED), "whether it arrived is not known"),
        (write(words=(), outcome=Outcome(0.0, error=("ECANCELED", "moved"))), "it was not written"),
        (Intent(2, "s", 0.0, "write", "A.B", "only", 0, 32, (), ("A.B=1",)), "what came of it is not known"),
    ],
)
def test_what_must_not_be_done_again_is_a_comment(entry: Intent, reason: str) -> None:
    for script in (write_script(session(opened(), entry)), devmem_script(session(opened(), entry))):
        assert commands(script) == []
        assert f"# left out, {reason}: " in script


def test_without_words_or_an_address_it_is_a_comment() -> None:
    assert "# left out, no PATH=VALUE says it" in write_script(session(opened(), write(edits=())))
    assert "# left out, its physical address is not known" in devmem_script(
        session(opened(base=None), write())
    )
    assert "# left out, not all the words that went out are known" in devmem_script(
        session(opened(), write(Write(0, 8, 1), Write(4, 8, 0, keep=1, source=0), words=(1,)))
    )


def test_accesses_without_a_map_and_reads_that_act() -> None:
    done = Outcome(0.0, words=(0x41,), written=0x41)
    poke = Intent(1, "s", 0.0, "poke", "", "", 0x9000, 8, (Write(0x9000, 8, 0x41),), outcome=done)
    peek = Intent(2, "s", 0.0, "peek", "", "", 0x9004, 32, (ReadRun(0x9004, 32, 2),), outcome=Outcome(0.0))
    pop = Intent(
        3, "s", 0.0, "read", "A.DATA", "only", 0x1004, 32, (Read(0x1004, 32),), outcome=Outcome(0.0, value=1)
    )
    raw = session(poke, peek, begun=start({"": "devmem"}, ""))
    assert commands(write_script(raw)) == [
        ["inspector", "poke", "-b", "devmem", "-w", "8", "0x9000", "0x41"],
        ["inspector", "peek", "-b", "devmem", "-w", "32", "0x9004", "-n", "2"],
    ]
    assert commands(devmem_script(raw)) == [
        ["devmem", "0x9000", "8", "0x41"],
        ["devmem", "0x9004", "32"],
        ["devmem", "0x9008", "32"],
    ]
    # On a BAR, what was given was an offset.
    assert commands(devmem_script(session(poke, begun=start({"": "pci:0000:00:04.0"}, "")))) == []
    assert commands(write_script(session(opened(), pop))) == [
        ["inspector", "read", "-b", "only=devmem", "--", "board", "A.DATA"]
    ]
    assert commands(devmem_script(session(opened(), pop))) == [["devmem", "0x1004", "32"]]


def test_relative_files_count_from_where_they_did() -> None:
    begun = start({"only": "devmem:images/a.bin@0x1000"}, directory="/home/a b")
    assert commands(write_script(session(opened(), write(), begun=begun)))[0] == ["cd", "--", "/home/a b"]
    assert commands(write_script(session(opened(), write())))[0][0] == "inspector"


texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(texts, texts, texts, texts, texts, st.booleans())
def test_nothing_in_a_journal_is_code(
    name: str, edit: str, backend: str, directory: str, danger: str, dangerous: bool
) -> None:
    begun = start({"only": backend}, name, directory=directory)
    region = RegionEvent(1, "s", 0.0, "open", "only", backend, 0, 16, "shared", False)
    entry = write(edits=(edit,), dangers=(danger,) if dangerous else ())
    for script in (
        write_script(session(region, entry, begun=begun)),
        devmem_script(session(region, entry, begun=begun)),
    ):
        # A file name may hold line breaks, and stays one quoted word; a comment may hold quotes.
        for line in re.sub(r"^#[^\n]*|'[^']*'|\"'\"", "", script, flags=re.MULTILINE).splitlines():
            assert re.match(r"$|set -e$|cd -- |inspector (read|write) |devmem 0x1000 32 0x", line)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_shell_runs_it_to_the_letter(tmp_path: Path) -> None:
    hostile = "$(touch pwned) `touch pwned`; touch pwned # 'x\n touch pwned"
    begun = start({"only": "devmem"}, hostile, directory=str(tmp_path))
    journal = session(opened(), write(edits=(f"A.B={hostile}",)), write(dangers=(hostile,)), begun=begun)
    fake = tmp_path / "inspector"
    fake.write_text('#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\n')
    fake.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["sh"],
        input=write_script(journal),
        env=path,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split("\0")[:-1] == ["write", "-b", "only=devmem", "--", hostile, f"A.B={hostile}"]
    assert not (tmp_path / "pwned").exists()

"""How a process of its own ends, and what it prints where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.cli import status

from .conftest import Cli

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "inspector"]


def test_a_reader_who_leaves_early_is_no_news() -> None:
    with subprocess.Popen(
        [*COMMAND, "watch", "demo", "SYS.STATUS", "--rate", "1000", "--jsonl"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b'{"path"')
        process.stdout.close()
        assert process.wait(30) == 1
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_finds_no_room() -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*COMMAND, "read", "demo"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert result.returncode == 1
    assert result.stderr.startswith("inspector: ")
    assert "(ENOSPC)" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_terminal_without_the_characters() -> None:
    result = subprocess.run(
        [*COMMAND, "read", "demo", "SYS.STATUS", "SYS.UPTIME"],
        cwd=ROOT,
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert result.returncode == 0
    assert b"\\xb5s" in result.stdout  # µs


def test_a_thread_that_does_not_come_back_changes_neither_output_nor_status() -> None:
    # At its own end, the interpreter would find the lock of this reader held, and abort.
    code = (
        "import sys, threading; threading.Thread(target=sys.stdin.buffer.read, daemon=True).start(); "
        "from inspector.cli.main import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, "read", "demo", "SYS.STATUS"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.wait(30) == 0
        assert process.stdout is not None and process.stderr is not None
        assert "SYS.STATUS" in process.stdout.read()
        assert process.stderr.read() == ""


def test_an_interrupt(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "_invoke", interrupted)
    assert cli("read", "demo").status == 130


def test_an_interrupt_while_the_program_is_loaded() -> None:
    code = (
        "from inspector.cli import main, status\n"
        "def interrupted(arguments): raise KeyboardInterrupt\n"
        "status.run = interrupted\n"
        "main.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, b"", b"")


def test_a_mistake_in_the_program_is_not_hidden(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(status, "_invoke", broken)
    with pytest.raises(ZeroDivisionError):
        cli("read", "demo")

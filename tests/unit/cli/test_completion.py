from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import pexpect
import pytest

from inspector.cli import completion
from inspector.cli.commands import COMMANDS
from inspector.session import Session

ROOT = Path(__file__).parents[3]


class Shell:
    """Asks as a shell does."""

    def __init__(self, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        self._captured = capfdbinary
        self._monkeypatch = monkeypatch

    def raw(self, line: str, shell: str = "bash", words: list[str] | None = None) -> tuple[int, str, str]:
        words = shlex.split(line) if words is None else words
        if line.endswith(" "):
            words.append("")
        self._monkeypatch.setenv("COMP_WORDS", " ".join(words))
        self._monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words) - 1))
        self._captured.readouterr()
        status = completion.complete(f"{shell}_complete")
        out, err = self._captured.readouterr()
        return status, out.decode(), err.decode()

    def __call__(self, line: str, words: list[str] | None = None) -> list[str]:
        status, out, err = self.raw(line, words=words)
        assert (status, err) == (0, "")
        return [item.removeprefix("plain,") for item in out.splitlines() if item]


@pytest.fixture
def shell(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Shell:
    def touched(*arguments: object, **options: object) -> None:
        raise AssertionError("completion opened a session")

    monkeypatch.setattr(Session, "__init__", touched)
    return Shell(capfdbinary, monkeypatch)


def test_the_first_word_is_a_command_or_a_map(shell: Shell) -> None:
    offered = shell("inspector ")
    assert offered[: len(COMMANDS)] == list(COMMANDS)
    assert {"demo", "pl011"} <= set(offered)
    assert shell("inspector wri") == ["write"]
    assert shell("inspector de") == ["devices", "decode", "demo"]
    assert "--write" in shell("inspector --w")
    assert shell("inspector pl011 --excl") == ["--exclusive"]


@pytest.mark.parametrize("command", ["read", "write", "dump", "watch", "decode", "check", "export"])
def test_maps(shell: Shell, command: str) -> None:
    assert shell(f"inspector {command} pl0") == ["pl011", "pl031", "pl061"]


def test_map_files(shell: Shell, board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (board.parent / "notes.txt").touch()
    assert shell(f"inspector read {board.parent}/b") == [str(board)]
    monkeypatch.chdir(board.parent)
    assert shell("inspector read bo") == ["board.yaml"]
    assert shell("inspector read zz") == ["file,zz"]


def test_registers_then_fields(shell: Shell, board: Path) -> None:
    assert shell(f"inspector read {board} A.C") == ["A.CTRL", "A.CMD"]
    assert shell(f"inspector watch {board} A.ID B.I") == ["B.ID"]
    assert shell(f"inspector decode {board} A.CTRL.") == ["A.CTRL.EN", "A.CTRL.MODE", "A.CTRL.KEY"]
    assert shell(f"inspector read {board} A.CTRL.M") == ["A.CTRL.MODE"]
    assert shell(f"inspector read {board} A.MIXED.") == ["A.MIXED.VALUE", "A.MIXED.ANY"]


def test_many_registers_are_offered_a_part_at_a_time(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(
        "regmap: 1\nblocks: {b: {registers: {R: {offset: 0, count: 150, stride: 4}}}}\n"
        "regions: {r: {base: 0, size: 8K, instances: {A: b, B: {block: b, offset: 4K}}}}\n"
    )
    assert shell(f"inspector read {path} ") == ["A.", "B."]
    assert len(shell(f"inspector read {path} A.")) == 150


def test_assignments(shell: Shell, board: Path) -> None:
    assert shell(f"inspector write {board} A.C") == ["A.CTRL=", "A.CMD="]
    assert shell(f"inspector write {board} A.I") == []
    whole = shell(f"inspector write {board} A.CTRL.MODE=")
    assert [word.removeprefix("A.CTRL.MODE=") for word in whole] == [
        "off",
        "slow",
        "fast",
        "clear",
        "set",
        "toggle",
    ]
    assert shell(f"inspector write {board} A.FLAGS.A=") == ["A.FLAGS.A=clear"]
    assert shell(f"inspector write {board} A.CMD.GO=") == ["A.CMD.GO=pulse"]


def test_bash_splits_at_the_equals_sign(shell: Shell, board: Path) -> None:
    before = ["inspector", "write", str(board), "A.CTRL.EN", "=", "1", "A.CTRL.MODE"]
    assert shell("", words=[*before, "="])[:3] == ["off", "slow", "fast"]
    assert shell("", words=[*before, "=", "f"]) == ["fast"]
    assert shell("", words=[*before, "=", "fast", "A.SM"]) == ["A.SMALL="]


def test_names_that_a_shell_takes_apart_are_offered_as_numbers(shell: Shell, board: Path) -> None:
    board.write_text(board.read_text().replace("slow", "'a; rm -rf /'"))
    assert shell(f"inspector write {board} A.CTRL.MODE=1") == ["A.CTRL.MODE=1"]


def test_backends(shell: Shell, board: Path) -> None:
    backends = ["sim", "devmem", "devmem:", "pci", "uio"]
    assert shell(f"inspector read {board} -b ") == [*backends, "first=", "second="]
    assert shell("inspector -b s") == ["sim"]
    assert shell(f"inspector {board} -b f") == ["first="]
    assert shell("", words=["inspector", "read", str(board), "-b", "first", "=", "s"]) == ["sim"]


@pytest.mark.parametrize(
    "line",
    [
        "inspector read nosuch ",
        "inspector read missing.yaml A",
        "inspector read BROKEN A",
        "inspector write demo NOPE.X=",
        "inspector write demo SYS.STATUS.NOPE=1",
        "inspector read nosuch/",
        "inspector nosuch nosuch ",
        "inspector read demo 'SYS.",
        "inspector read demo -w ",
        "inspector peek ",
    ],
)
@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_it_never_prints_an_error(shell: Shell, tmp_path: Path, line: str, name: str) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("regmap: 1\nblocks: [")
    words = line.replace("BROKEN", str(broken)).split(" ")
    status, out, err = shell.raw("", name, words)
    assert (status, err) == (0, "")
    assert str(broken) + ":" not in out


def test_a_call_without_its_words_is_quiet(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMP_WORDS", raising=False)
    assert completion.complete("bash_complete") == 1
    assert completion.complete("nonsense") == 1


def test_help_stands_beside_the_words(shell: Shell) -> None:
    assert "plain,SYS.STATUS\tStatus" in shell.raw("inspector read demo SYS.ST", "fish")[1]
    assert "plain\nread\nRead registers, decoded.\n" in shell.raw("inspector rea", "zsh")[1] + "\n"


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_scripts(shell: Shell, name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert completion.complete(f"{name}_source") == 0
    script = capfdbinary.readouterr().out.decode()
    assert "_INSPECTOR_COMPLETE" in script
    assert ("nospace" in script) is (name == "bash")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_in_a_real_bash(tmp_path: Path) -> None:
    program = tmp_path / "inspector"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m inspector "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "TERM": "dumb",
    }
    bash = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        env=environment,
        encoding="utf-8",
        timeout=30,
        dimensions=(24, 200),
    )
    try:
        bash.sendline(
            "bind 'set bell-style none'; eval \"$(_INSPECTOR_COMPLETE=bash_source inspector)\"; echo do''ne"
        )
        bash.expect("done")
        bash.send("inspector write demo UART0.CONTROL.PAR\tev\t--dry-run; echo sta''tus $?\r")
        bash.expect("status 0")
        assert "PARITY := even" in str(bash.before)
    finally:
        bash.close(force=True)

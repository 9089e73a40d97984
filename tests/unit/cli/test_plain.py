"""The plain mode: what is said, what reaches the bus, and what waits for a yes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from inspector.model.transaction import Read, Write

from .conftest import Bus, Cli, Image

Speak = Callable[..., list[str]]


@pytest.fixture
def speak(cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch) -> Speak:
    """Opens the board on an image of it, says lines, and gives what was answered after the greeting."""

    def speak(*lines: str, options: tuple[str, ...] = ()) -> list[str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        outcome = cli(board, "--plain", "-b", image.word, *options)
        assert (outcome.status, outcome.err) == (0, "")
        answers = outcome.out.splitlines()
        return answers[answers.index("Say help for the commands.") + 1 :]

    return speak


def test_greeting(cli: Cli, board: Path, image: Image, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    lines = cli(board, "--plain", "-b", image.word).out.splitlines()
    assert lines[0] == "Map board: 16 registers."
    assert lines[1].startswith("Region first at 0x1000, 256 bytes, on ")
    assert lines[1].endswith("shared, read-only.")
    assert bus.operations == []


def test_a_path_is_read_and_taken_in_hand(speak: Speak, bus: Bus) -> None:
    assert speak("A.CTRL", "fields") == [
        "A.CTRL is 0x5a05: EN, MODE fast, KEY 0x5a.",
        "KEY, bits 15 to 8: 0x5a. Read-write.",
        "MODE, bits 2 to 1: 2, fast. Read-write.",
        "EN, bit 0: 1. Read-write.",
    ]
    assert bus.operations == [Read(0x4, 32)]


def test_steps(speak: Speak, bus: Bus) -> None:
    assert speak("previous", "next", "prev")[1:] == [
        "A.CTRL is 0x5a05: EN, MODE fast, KEY 0x5a.",
        "A.ID is 0x1234abcd.",
    ]
    assert bus.operations == [Read(0x4, 32), Read(0x0, 32)]


def test_what_acts_on_reading_waits_for_a_yes(speak: Speak, bus: Bus) -> None:
    answers = speak("A.DATA", "read", "no", "read", "fields", options=("--write",))
    assert answers[0] == "A.DATA is not read: reading takes an entry out of the FIFO."
    assert answers[1] == (
        "A.DATA: reading takes an entry out of the FIFO. Say yes to do it; anything else leaves it."
    )
    assert answers[2] == "Left: nothing was done."
    assert bus.operations == []
    assert speak("read A.DATA", "yes", options=("--write",))[1] == "A.DATA is 0x0."
    assert bus.operations == [Read(0xC, 32)]


def test_what_acts_on_reading_wants_an_armed_region(speak: Speak, bus: Bus) -> None:
    (answer,) = speak("read A.DATA")
    assert answer.endswith("on hardware that is as good as a write: say arm first.")
    assert bus.operations == []


def test_a_write_says_its_operations_and_waits_for_a_yes(speak: Speak, image: Image) -> None:
    before = image.bytes()
    answers = speak("A.CTRL", "set MODE=slow", "go B.ID", "fields", options=("--write",))
    assert answers[1:5] == [
        "1: read 0x0000_1004, stop unless bits 0xff07 are 0x5a05 (A.CTRL changed since it was shown).",
        "2: write 0x0000_5a03 to 0x0000_1004.",
        "3: read 0x0000_1004 back.",
        "That is the write to A.CTRL. Say yes to do it; anything else leaves it.",
    ]
    assert answers[5] == "Left: nothing was done."
    assert image.bytes() == before
    answers = speak("A.CTRL", "set MODE=slow EN=0", "yes", "undo", "yes", options=("--write",))
    assert "A.CTRL: wrote 0x5a02 over 0x5a05; it reads back 0x5a02, as expected." in answers
    assert answers[-1] == "A.CTRL: wrote 0x5a05 over 0x5a02; it reads back 0x5a05, as expected."
    assert image.bytes() == before


def test_nothing_is_written_to_what_is_read_only(speak: Speak, bus: Bus) -> None:
    assert speak("set A.CMD.GO=1") == ["Error: region first is read-only: say arm first."]
    answers = speak("arm", "yes", "set A.CMD.ARG=1", "no", "disarm", "set A.CMD.ARG=1")
    assert answers[1] == "Region first is armed: set writes to the hardware after a yes."
    assert answers[-1] == "Error: region first is read-only: say arm first."
    assert not any(isinstance(operation, Write) for operation in bus.operations)


def test_what_is_dangerous_wants_the_registers_name(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, bus: Bus
) -> None:
    lines = "set SYS.SOFT_RESET=8\nyes\nset SYS.SOFT_RESET=8\nSOFT_RESET\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    answers = cli("demo", "--plain").out.splitlines()
    assert any(answer.startswith("Danger: ") for answer in answers)
    assert "Left: nothing was done." in answers
    assert sum(isinstance(operation, Write) for operation in bus.operations) == 1


def test_changes_since_a_mark(speak: Speak, image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = speak(
        "A.CTRL", "mark A.*", "set EN=0", "yes", "changes", "set EN=1", "yes", "chan", options=("--write",)
    )
    assert "Marked 6 registers." in answers
    assert "A.CTRL went from 0x5a05 to 0x5a04: EN 1 to 0." in answers
    assert answers[-1] == "Nothing differs from the mark."


def test_watching_says_what_changes_and_no_more(speak: Speak, image: Image) -> None:
    assert speak("watch A.CTRL A.DATA for 0.3") == [
        "A.DATA is not read: reading takes an entry out of the FIFO.",
        "A.CTRL is 0x5a05: EN, MODE fast, KEY 0x5a.",
    ]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("A.CTLR", "Error: 'A.CTLR' is no command and no register. Did you mean A.CTRL? "),
        ("rea", "A.ID is 0x1234abcd."),
        ("d", "Error: 'd' may be describe, disarm."),
        ("set A.CTRL.MODE=8", "Error: MODE has 2 bits: 8 does not fit, the most is 0x3 "),
        ("set A.CTRL=1 B.CTRL=1", "Error: one register at a time: each is asked about by itself."),
        ("arm nowhere", "Error: no region is called 'nowhere'; there are first, second."),
        ("watch A.ID for ever", "Error: 'ever' is not a number of seconds."),
        ("find nonsense", "Error: nothing is called 'nonsense', and no text has it."),
        ("undo", "Error: nothing has been written in this session that is not undone."),
    ],
)
def test_mistakes(speak: Speak, line: str, answer: str) -> None:
    assert speak(line)[0].startswith(answer)


def test_a_slip_of_the_fingers_is_said_to_be_one(speak: Speak) -> None:
    assert speak("find cltr")[:2] == ["Nothing is called cltr; nearly so:", "A.CTRL."]


def test_a_memory_window_is_found(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "memory.yaml"
    path.write_text(
        "regmap: 1\nname: memory\nblocks:\n  b: {size: 256, registers: "
        "{R: {offset: 0}, BUF: {offset: 64, kind: memory, size: 64, title: Packet store}}}\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("find packet\n"))
    assert "BUF, Packet store." in cli(path, "--plain").out


def test_control_characters_of_a_map_are_not_obeyed(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "regmap: 1\nname: bad\nblocks:\n  b: {size: 4, registers: "
        '{R: {offset: 0, title: "\\e[2J", desc: "a\\e]0;b"}}}\n'
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("describe\nlist\n"))
    out = cli(path, "--plain").out
    assert "\x1b" not in out
    assert "\\x1b[2J" in out


def test_on_a_terminal(board: Path, image: Image) -> None:
    child: Any = pexpect.spawn(
        sys.executable,
        ["-c", "from inspector.cli.main import main; main()", str(board), "--plain", "-b", image.word],
        timeout=30,
        echo=False,
        env={**os.environ, "TERM": "dumb"},
    )
    child.expect_exact("A.ID> ")
    child.send("A.CT\t\r")
    child.expect_exact("A.CTRL is 0x5a05")
    child.expect_exact("A.CTRL> ")
    child.sendintr()
    child.expect_exact("quit leaves.")
    child.send("watch A.ID\r")
    child.expect_exact("A.ID is 0x1234abcd.")
    child.sendintr()
    child.expect_exact("Interrupted.")
    child.send("quit\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0

"""A person's mistake is a line that begins with ``inspector: ``, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Bus, Cli, Image

USAGE = [
    "read",
    "read nosuchmap",
    "read missing.yaml",
    "read ./",
    "read demo SYS.NOPE",
    "read demo nope",
    "read demo SYS",
    "read demo sys.status",
    "read demo SYS.STATUS.NOPE",
    "read demo SYS.STATUS.NOPE.MORE",
    "read demo SYS.Z*",
    "read demo nope/SYS.STATUS",
    "read demo ''",
    "read demo .",
    "read demo ..",
    "read demo /",
    "read demo --bogus",
    "read demo -b",
    "read demo -b nosuch",
    "read demo -b devmemm",
    "read demo -b sim:",
    "read demo -b devmem:",
    "read demo -b pci:0000:00:01",
    "read demo -b =sim",
    "read demo -b nope=sim",
    "read demo --exclusive --shared",
    "write",
    "write demo",
    "write demo SYS.SCRATCH",
    "write demo SYS.SCRATCH=",
    "write demo =1",
    "write demo SYS.SCRATCH=nope",
    "write demo SYS.SCRATCH=010",
    "write demo SYS.SCRATCH=12:30",
    "write demo SYS.SCRATCH=0x1_0000_0000",
    "write demo SYS.SCRATCH=|",
    "write demo SYS.SCRATCH=^x",
    "write demo SYS.SCRATCH==1",
    "write demo SYS.*=1",
    "write demo SYS.CLOCK_GATE.UART=offf",
    "dump",
    "dump demo -o",
    "watch demo",
    "watch demo SYS.STATUS --count 0",
    "watch demo SYS.STATUS --count x",
    "watch demo SYS.STATUS --rate 0",
    "watch demo SYS.STATUS --rate nan",
    "watch demo SYS.STATUS --rate inf",
    "watch demo SYS.STATUS --rate 1e-300",
    "watch demo SYS.STATUS --for -1",
    "watch demo SYS.STATUS --for nan",
    "watch demo SYS.STATUS --for 1 --count 1",
    "watch demo SYS.STATUS --csv --jsonl",
    "watch demo SYS.STATUS --csv --json",
    "peek",
    "peek x",
    "peek 010",
    "peek 0x1_0000_0000_0000_0000",
    "peek -- -4",
    "peek 0x1000 -w 24",
    "peek 0x1000 -n 0",
    "peek 0x1000 -n x",
    "peek 0x1000 -b IMAGE -b IMAGE",
    "poke 0x1000",
    "poke 0x1000 x -b IMAGE",
    "poke 0x1000 1 2",
    "decode demo SYS.STATUS",
    "decode demo SYS.STATUS x",
    "decode demo SYS.STATUS 0x1_0000_0000",
    "decode demo SYS.* 1",
    "decode nosuch X 1",
    "check",
    "check nosuch",
    "maps extra",
    "schema extra",
    "export",
    "export demo",
    "export demo --to pdf",
    "export nosuch --to json",
]

FAILED = [
    "read demo SYS.MAILBOX",
    "read demo SYS.STATUS -b devmem:missing.bin",
    "read demo SYS.STATUS -b devmem:.",
    "read demo SYS.STATUS -b IMAGE",
    "write demo SYS.STATUS=1",
    "write demo SYS.STATUS.PLL=1",
    "write demo SYS.ERROR.PARITY=0",
    "write demo SYS.ERROR.PARITY=set",
    "write demo SYS.SCRATCH=pulse",
    "write demo SYS.SCRATCH=1 -b IMAGE",
    "dump demo SYS.MAILBOX",
    "watch demo SYS.EVENT_COUNT --count 1",
    "peek 0x9000 -b IMAGE",
    "poke 0x9000 1 -b IMAGE",
]


def words_of(line: str, image: Image) -> list[str]:
    return [image.word if word == "IMAGE" else word.replace("''", "") for word in line.split()]


@pytest.mark.parametrize("line", USAGE)
def test_wrong_usage_is_2(
    cli: Cli, image: Image, bus: Bus, tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = cli(*words_of(line, image))
    assert outcome.status == 2, outcome
    assert outcome.out == ""
    assert outcome.err.startswith("inspector: "), outcome.err
    assert outcome.err.count("\n") == 1
    assert bus.operations == []


@pytest.mark.parametrize("line", FAILED)
def test_a_failure_is_1(
    cli: Cli, image: Image, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = image.bytes()
    outcome = cli(*words_of(line, image))
    assert outcome.status == 1, outcome
    assert outcome.err.startswith("inspector: "), outcome.err
    assert image.bytes() == before


@pytest.mark.parametrize(
    "line", [line for line in USAGE + FAILED if "demo" in line and line.split()[0] != "export"]
)
def test_the_same_in_json(
    cli: Cli, image: Image, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever reaches standard output is JSON, and the status does not change."""
    monkeypatch.chdir(tmp_path)
    command, *rest = words_of(line, image)
    plain = cli(command, *rest)
    outcome = cli(command, "--json", *rest)
    assert outcome.status == plain.status
    assert all(isinstance(entry, dict) for entry in outcome.json())

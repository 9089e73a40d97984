from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inspector import io
from inspector.cli.status import run
from inspector.errors import KernelError
from inspector.io import IoMem, run_together
from inspector.model.transaction import Operation, Result, Transaction
from inspector.session import region

BOARD = """\
regmap: 1
name: board
blocks:
  device:
    size: 256
    registers:
      ID: {offset: 0x00, access: ro}
      CTRL:
        offset: 0x04
        fields: {EN: 0, MODE: {bits: 2:1, enum: {0: off, 1: slow, 2: fast}}, KEY: {bits: 15:8}}
      FLAGS: {offset: 0x08, access: w1c, fields: {A: 0, B: 1}}
      DATA: {offset: 0x0c, on_read: pop, on_write: push, fields: {BYTE: 7:0}}
      CMD: {offset: 0x10, access: wo, fields: {GO: {bits: 0, access: wo1p}, ARG: 15:8}}
      MIXED:
        offset: 0x14
        fields: {VALUE: 7:0, ANY: {bits: 8, access: rwclr}, SECRET: {bits: 9, access: wo1p}}
      WIDE: {offset: 0x18, width: 64}
      SMALL: {offset: 0x20, width: 16, byte_order: big}
regions:
  first: {base: 0x1000, size: 256, instances: {A: device}}
  second: {base: 0x2000, size: 256, instances: {B: device}}
"""

MARKED = """\
regmap: 1
name: marked
blocks:
  device:
    size: 16
    registers:
      VALUE: {offset: 0x0}
      ID: {offset: 0x4, access: ro, const: true, expect: 0x1234}
      OTHER: {offset: 0x8}
regions:
  only: {base: 0x1000, size: 16, instances: {M: device}}
"""


@dataclass
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Cli:
    """Runs command lines in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Outcome:
        self._capsys.readouterr()
        status = run([str(word) for word in words])
        captured = self._capsys.readouterr()
        return Outcome(status, captured.out, captured.err)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A map with two regions."""
    path = tmp_path / "board.yaml"
    path.write_text(BOARD)
    return path


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A map whose block states its identity."""
    path = tmp_path / "marked.yaml"
    path.write_text(MARKED)
    return path


@dataclass
class Image:
    """A file in place of physical memory."""

    path: Path
    base: int

    @property
    def word(self) -> str:
        """What to write after ``-b``."""
        return f"devmem:{self.path}@{self.base:#x}"

    def bytes(self) -> bytes:
        return self.path.read_bytes()

    def word_at(self, address: int, size: int = 4) -> int:
        start = address - self.base
        return int.from_bytes(self.bytes()[start : start + size], "little")

    def set(self, address: int, value: int, size: int = 4) -> None:
        data = bytearray(self.bytes())
        data[address - self.base : address - self.base + size] = value.to_bytes(size, "little")
        self.path.write_bytes(data)


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """Both regions, each register holding something."""
    made = Image(tmp_path / "memory.bin", 0x1000)
    made.path.write_bytes(bytes(0x2000))
    for base in (0x1000, 0x2000):
        made.set(base, 0x1234_ABCD)
        made.set(base + 0x04, 0x0000_5A05)
        made.set(base + 0x08, 0x3)
        made.set(base + 0x14, 0x1FF)
        made.set(base + 0x18, 0x0123_4567_89AB_CDEF, 8)
        made.set(base + 0x20, 0x0102, 2)
    return made


Execute = Callable[[IoMem, Transaction], tuple[Result, ...]]


def execute(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
    """Run a transaction, past whatever `intercept` put in the way."""
    (outcome,) = run_together([(memory, transaction)])
    if outcome.error is not None:
        outcome.error.completed = outcome.results
        raise outcome.error
    return outcome.results


def intercept(monkeypatch: pytest.MonkeyPatch, instead: Execute) -> None:
    """Have ``instead`` called for every transaction of a session, and of a mapping used without one."""

    def one(memory: IoMem, transaction: Transaction) -> io.Outcome:
        try:
            return io.Outcome(instead(memory, transaction))
        except KernelError as error:
            results = [result for result in error.completed if isinstance(result, (int, tuple))]
            return io.Outcome(tuple(results), error)

    monkeypatch.setattr(IoMem, "execute", instead)
    monkeypatch.setattr(region, "run_together", lambda work: [one(*item) for item in work])


@dataclass
class Bus:
    """Every operation that went out, in order."""

    operations: list[Operation] = field(default_factory=list)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    record = Bus()

    def recording(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        record.operations += transaction
        return execute(memory, transaction)

    intercept(monkeypatch, recording)
    yield record

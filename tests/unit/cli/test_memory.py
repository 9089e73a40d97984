"""`peek` and `poke`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inspector.backends.machine import Machine
from inspector.cli import memory
from inspector.model.transaction import Read, ReadRun, Write
from tests.unit.backends.fakes import MEM, LocalAccess, add_pci, add_uio, machine

from .conftest import Bus, Cli, Image


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose memory is a file, with a PCI device at 0x1000."""
    found = machine(tmp_path)
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls: found))
    access = LocalAccess("00001000-00001fff : 0000:00:02.0\n00002000-00002fff : IOAPIC 0\n")
    monkeypatch.setattr(memory, "Access", lambda **_: access)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/mem").write_bytes(bytes(0x4000))
    add_pci(tmp_path, bars=((0x1000, 0x1000, MEM),))
    add_uio(tmp_path, 0, "core", [(0xFFFF_8880_0000_0000, 0x4000, 0)])
    return tmp_path


def test_peek_reads_one_register_of_32_bits(cli: Cli, image: Image, bus: Bus) -> None:
    outcome = cli("peek", "0x1000", "-b", image.word)
    assert (outcome.status, outcome.out, outcome.err) == (0, "0x00001000  0x1234abcd\n", "")
    assert bus.operations == [Read(0, 32)]


def test_peek_json(cli: Cli, image: Image, bus: Bus) -> None:
    outcome = cli("peek", "4K", "-w", "16", "-n", "3", "-b", image.word, "--json")
    assert re.sub(r'"time": \d+\.\d+', '"time": T', outcome.out).splitlines()[1] == (
        '{"path": "0x1002", "address": 4098, "width": 16, "value": 4660, "hex": "0x1234", "time": T, '
        '"fields": {}}'
    )
    assert [entry["address"] for entry in outcome.json()] == [0x1000, 0x1002, 0x1004]
    assert bus.operations == [ReadRun(0, 16, 3)]


def test_a_long_peek_reads_each_register_once(cli: Cli, image: Image, bus: Bus) -> None:
    outcome = cli("peek", "0x1000", "-n", "1500", "-b", image.word)
    assert len(outcome.out.splitlines()) == 1500
    assert bus.operations == [ReadRun(0, 32, 1024), ReadRun(4096, 32, 476)]


@pytest.mark.parametrize(
    ("width", "value"), [("8", 0x12), ("16", 0xFFFE), ("32", 0x12345678), ("64", 1 << 63)]
)
def test_poke_writes_once_and_reads_nothing(cli: Cli, image: Image, bus: Bus, width: str, value: int) -> None:
    outcome = cli("poke", "0x1018", hex(value), "-w", width, "-b", image.word, "--json")
    assert outcome.status == 0
    assert outcome.json() == [
        {
            "path": "0x1018",
            "address": 0x1018,
            "width": int(width),
            "old": None,
            "written": value,
            "value": None,
            "hex": None,
            "time": None,
            "fields": {},
        }
    ]
    assert bus.operations == [Write(0, int(width), value)]
    assert image.word_at(0x1018, int(width) // 8) == value


def test_poke_in_text(cli: Cli, image: Image) -> None:
    assert cli("poke", "0x1004", "0xff", "-b", image.word).out == "0x00001004  := 0x000000ff\n"


def test_a_negative_value_is_its_twos_complement(cli: Cli, image: Image) -> None:
    assert cli("poke", "0x1020", "-2", "-w", "16", "-b", image.word).status == 0
    assert image.word_at(0x1020, 2) == 0xFFFE


def test_exclusive_claims_the_range(cli: Cli, image: Image) -> None:
    assert cli("peek", "0x1000", "-b", image.word, "--exclusive").status == 0


def test_what_cannot_be_reached_is_an_error_of_each_register(cli: Cli) -> None:
    words = ("-b", "devmem:missing.bin", "--json")
    read = cli("peek", "0x1000", "-n", "2", *words)
    assert read.status == 1
    assert [(line["address"], line["error"]["errno"]) for line in read.json()] == [
        (0x1000, "ENOENT"),
        (0x1004, "ENOENT"),
    ]
    written = cli("poke", "0x1000", "1", *words)
    assert written.status == 1
    (line,) = written.json()
    assert (line["old"], line["written"], line["error"]["errno"]) == (None, None, "ENOENT")


@pytest.mark.parametrize(
    ("words", "status", "name"),
    [
        (["peek", "0x1000", "-b", "sim"], 2, ""),
        (["poke", "0x1000", "1", "-b", "sim"], 2, ""),
        (["peek", "0x1002", "-b", "IMAGE"], 2, "EINVAL"),
        (["poke", "0x1001", "1", "-w", "16", "-b", "IMAGE"], 2, "EINVAL"),
        (["peek", "0xffff_ffff_ffff_fff8", "-n", "3", "-b", "IMAGE"], 2, "EINVAL"),
        (["poke", "0x1000", "0x1_0000_0000", "-b", "IMAGE"], 2, "EOVERFLOW"),
        (["peek", "0x9000", "-b", "IMAGE"], 1, "EINVAL"),
        (["peek", "0x1000", "-b", "devmem:missing.bin"], 1, "ENOENT"),
    ],
)
def test_mistakes_touch_nothing(
    cli: Cli, image: Image, bus: Bus, words: list[str], status: int, name: str
) -> None:
    before = image.bytes()
    outcome = cli(*[image.word if word == "IMAGE" else word for word in words])
    assert outcome.status == status
    assert outcome.out == ""
    assert outcome.err.startswith("inspector: ")
    assert name in outcome.err
    assert bus.operations == []
    assert image.bytes() == before


# --- who lives there --------------------------------------------------------------------------


def test_the_text_names_who_lives_there_once(cli: Cli, root: Path) -> None:
    there = "BAR 0 of 0000:00:02.0 (1234:11e8), no driver"
    assert (
        cli("peek", "0x1000", "-n", "2").out == f"0x00001000  0x00000000  {there}\n0x00001004  0x00000000\n"
    )
    assert cli("poke", "0x1000", "1").out == f"0x00001000  := 0x00000001  {there}\n"
    assert cli("peek", "0x2000").out == "0x00002000  0x00000000  listed as 'IOAPIC 0'\n"
    assert cli("peek", "0x3000").out == "0x00003000  0x00000000\n"


def test_an_error_names_who_lives_there(cli: Cli, root: Path) -> None:
    (root / "dev/mem").write_bytes(bytes(0x1000))
    outcome = cli("peek", "0x2000")
    assert outcome.status == 1
    assert "; there is listed as 'IOAPIC 0' (EINVAL)" in outcome.err


def test_a_bar_and_a_uio_map_take_offsets(cli: Cli, root: Path) -> None:
    outcome = cli("peek", "0x10", "-b", "pci:00:02.0")
    assert outcome.out == "0x00000010  0x00000010  BAR 0 of 0000:00:02.0 (1234:11e8), no driver\n"
    (record,) = cli("peek", "0x10", "-b", "pci:00:02.0", "--json").json()
    assert (record["path"], record["address"], record["value"]) == ("0x10", 0x1010, 0x10)
    # Behind the first page: a UIO map is mapped from its start.
    outcome = cli("peek", "0x2010", "-n", "2", "-b", "uio:core", "--json")
    assert [(entry["address"], entry["value"]) for entry in outcome.json()] == [
        (0x2010, 0x2010),
        (0x2014, 0x2014),
    ]
    assert cli("poke", "0x2010", "7", "-b", "uio:core", "--json").json()[0]["address"] == 0x2010
    assert (
        cli("peek", "0x2010", "-b", "uio:core").out
        == "0x00002010  0x00000007  map 0 of uio0 (core), no driver\n"
    )


def test_an_offset_past_the_end_says_how_much_there_is(cli: Cli, root: Path) -> None:
    outcome = cli("peek", "0x1000", "-b", "pci:00:02.0")
    assert outcome.status == 1
    assert "BAR 0 of 0000:00:02.0 (1234:11e8) only 0x1000" in outcome.err


def test_an_access_is_in_the_journal_before_it_happens(cli: Cli, root: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    assert cli("poke", "0x1004", "0x55", "--journal", journal).status == 0
    text = journal.read_text()
    assert '"poke"' in text
    assert "0x1004" in text or "4100" in text
    # Where that cannot be told, nothing is touched.
    assert cli("poke", "0x1008", "0x55", "--journal", journal / "below.jsonl").status == 1
    assert (root / "dev/mem").read_bytes()[0x1008:0x100C] == bytes(4)

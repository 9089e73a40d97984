"""`peek` and `poke`."""

from __future__ import annotations

import re

import pytest

from inspector.model.transaction import Read, ReadRun, Write

from .conftest import Bus, Cli, Image


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

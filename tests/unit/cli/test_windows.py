"""Words of memory windows, and registers wider than the bus, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Cli

MAP = """\
regmap: 1
name: memory
blocks:
  device:
    size: 4K
    registers:
      ID: {offset: 0x00, access: ro, reset: 7}
      WIDE: {offset: 0x10, width: 64, access_width: 32, fields: {LOW: 31:0, HIGH: 63:32}}
      KEY: {offset: 0x20, width: 128, access_width: 32, word_order: big}
      BUF: {offset: 0x100, kind: memory, size: 256, width: 16, byte_order: big}
      SHUT: {offset: 0x200, kind: memory, size: 256, width: 8, access: none}
regions:
  place: {base: 0x1000, size: 4K, access_widths: [8, 16, 32], instances: {D: device}}
"""


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    path = tmp_path / "memory.yaml"
    path.write_text(MAP)
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "memory.bin"
    path.write_bytes(bytes(range(256)) * 16)
    return path


def test_words_are_read_like_registers(cli: Cli, memory: Path, image: Path) -> None:
    found = cli("read", memory, "D.BUF[0x2..3]", "D.ID", "-b", f"devmem:{image}@0x1000", "--json")
    assert [(entry["path"], entry["address"], entry["hex"]) for entry in found.json()] == [
        ("D.BUF[2]", 0x1104, "0x0405"),
        ("D.BUF[3]", 0x1106, "0x0607"),
        ("D.ID", 0x1000, "0x03020100"),
    ]
    assert found.status == 0


def test_a_pattern_and_all_leave_memory_alone(cli: Cli, memory: Path) -> None:
    for paths in (["D.*"], []):
        assert [entry["path"] for entry in cli("read", memory, *paths, "--json").json()] == [
            "D.ID",
            "D.WIDE",
            "D.KEY",
        ]
    refused = cli("read", memory, "D.BUF[*]")
    assert (refused.status, "no register matches" in refused.err) == (2, True)
    assert "BUF" not in cli("dump", memory).out


def test_a_word_is_written_and_watched_and_decoded(cli: Cli, memory: Path, image: Path) -> None:
    backend = f"devmem:{image}@0x1000"
    (entry,) = cli("write", memory, "D.BUF[8]=|0x8000", "-b", backend, "--json").json()
    assert (entry["path"], entry["old"], entry["written"], entry["value"]) == (
        "D.BUF[8]",
        0x1011,
        0x9011,
        0x9011,
    )
    assert image.read_bytes()[0x110:0x112] == b"\x90\x11"
    watched = cli("watch", memory, "D.BUF[8]", "-b", backend, "--count", "2", "--jsonl").json()
    assert [sample["value"] for sample in watched] == [0x9011] * 2
    (decoded,) = cli("decode", memory, "D.BUF[8]", "0x9011", "--json").json()
    assert decoded["hex"] == "0x9011"


def test_simulated_memory_begins_as_zeros_and_keeps_what_is_written(cli: Cli, memory: Path) -> None:
    first, second = cli("write", memory, "D.BUF[1]=5", "D.BUF[1]=|2", "--json").json()
    assert (first["value"], second["old"], second["value"]) == (5, 5, 7)
    assert cli("read", memory, "D.BUF[1]", "--json").json()[0]["value"] == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("read", "{}", "D.BUF[128]"), "D.BUF has no word 128: its words are 0 to 127"),
        (("read", "{}", "D.BUF"), "D.BUF is a window of memory"),
        (("dump", "{}", "D.BUF[1]"), "D.BUF is a window of memory"),
        (("write", "{}", "D.BUF[1..2]=3"), "a range of words is read"),
        (("decode", "{}", "D.BUF[1..2]", "3"), "name one, as D.BUF[1]"),
        (("write", "{}", "D.BUF[1]=0x10000"), "16 bits"),
    ],
)
def test_mistakes_are_explained(cli: Cli, memory: Path, words: tuple[str, ...], why: str) -> None:
    outcome = cli(*(word.format(memory) for word in words))
    assert outcome.status == 2
    assert why in outcome.err


def test_memory_without_access_is_not_read(cli: Cli, memory: Path) -> None:
    outcome = cli("read", memory, "D.SHUT[0]")
    assert (outcome.status, "no access" in outcome.err) == (1, True)


def test_the_preview_lists_the_single_accesses(cli: Cli, memory: Path) -> None:
    text = cli("write", memory, "D.WIDE.HIGH=5", "--dry-run").out
    assert [line.split() for line in text.splitlines()] == [
        ["D.WIDE"],
        ["read", "0x00001010", "32", "bit"],
        ["read", "0x00001014", "32", "bit"],
        ["write", "0x00001010", "32", "bit", "read", "&", "0xffffffff"],
        ["write", "0x00001014", "32", "bit", "0x00000005"],
        ["read", "0x00001010", "32", "bit", "and", "compare"],
        ["read", "0x00001014", "32", "bit", "and", "compare"],
        ["HIGH", ":=", "0x5"],
        ["note:", "not", "atomic:", "2", "accesses", "of", "32", "bits", "each"],
    ]
    (record,) = cli("write", memory, "D.WIDE.HIGH=5", "--dry-run", "--json").json()
    assert record["width"] == 64
    assert [(o["operation"], o["address"], o["width"], o.get("source")) for o in record["operations"]] == [
        ("read", 0x1010, 32, None),
        ("read", 0x1014, 32, None),
        ("write", 0x1010, 32, 0),
        ("write", 0x1014, 32, None),
        ("read", 0x1010, 32, None),
        ("read", 0x1014, 32, None),
    ]


def test_128_bits_go_through_a_snapshot_and_back(cli: Cli, memory: Path, image: Path, tmp_path: Path) -> None:
    backend, value = f"devmem:{image}@0x1000", 0x8123_4567_89AB_CDEF_0011_2233_4455_6677
    saved = tmp_path / "saved.jsonl"
    assert cli("write", memory, f"D.KEY={value:#x}", "-b", backend).status == 0
    words = value.to_bytes(16, "big")
    expected = b"".join(words[i : i + 4][::-1] for i in range(0, 16, 4))
    assert image.read_bytes()[0x20:0x30] == expected
    assert cli("dump", memory, "-b", backend, "-o", saved).status == 0
    assert cli("write", memory, "D.KEY=0", "-b", backend).status == 0
    differing = cli("diff", saved, "-", "--map", memory, "-b", backend, "--json")
    assert differing.status == 1
    assert f"{value}" in differing.out
    assert cli("restore", memory, saved, "-b", backend).status == 0
    assert image.read_bytes()[0x20:0x30] == expected
    assert "0x8123456789abcdef0011223344556677" in cli("read", memory, "D.KEY", "-b", backend).out

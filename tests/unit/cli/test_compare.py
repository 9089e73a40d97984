"""The same map on two targets: what differs, and which words belong to which."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.cli.compare import short_names, two_targets
from inspector.errors import UsageError
from inspector.model.transaction import Write

from .conftest import Bus, Cli, Image


@pytest.fixture
def other(tmp_path: Path, image: Image) -> Image:
    """A second target that differs in one field."""
    made = Image(tmp_path / "other.bin", image.base)
    made.path.write_bytes(image.bytes())
    made.set(0x1004, 0x0000_5A03)
    return made


def test_fields_that_differ(cli: Cli, board: Path, image: Image, other: Image, bus: Bus) -> None:
    outcome = cli("compare", board, "-b", image.word, "-b", other.word)
    assert outcome.status == 1
    assert [line.split() for line in outcome.out.splitlines()] == [
        ["A.CTRL", "0x00001004", "0x00005a05", "→", "0x00005a03"],
        ["MODE", "[2:1]", "fast", "→", "slow"],
        ["1", "differ,", "11", "equal,", "4", "read", "on", "neither", "side"],
    ]
    assert not any(isinstance(operation, Write) for operation in bus.operations)


def test_equal(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("compare", board, "A.*", "-b", image.word, "-b", image.word)
    assert (outcome.status, outcome.out) == (0, "0 differ, 6 equal, 2 read on neither side\n")


def test_json(cli: Cli, board: Path, image: Image, other: Image) -> None:
    outcome = cli("compare", board, "-b", image.word, "-b", other.word, "--json")
    (entry,) = outcome.json()
    assert (outcome.status, entry["path"], entry["changed"]) == (1, "A.CTRL", 0x6)
    assert entry["fields"] == {
        "MODE": {"a": {"value": 2, "enum": "fast"}, "b": {"value": 1, "enum": "slow"}, "volatile": False}
    }


def test_one_side_that_cannot_be_opened_leaves_the_other(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("compare", board, "-b", image.word, "-b", "devmem:/nowhere/at/all.bin@0x1000")
    assert outcome.status == 1
    assert "ENOENT" in outcome.err
    told = " ".join(outcome.out.split())
    assert "A.ID to B.SMALL, 12 registers: failed in devmem:/nowhere/at/all.bin@0x1000: there is no" in told


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("devmem:/a/one.bin@0x10", "devmem:/b/two.bin@0x10"), ("one.bin", "two.bin")),
        (("devmem:/a/x.bin", "devmem:/b/x.bin"), ("devmem:/a/x.bin", "devmem:/b/x.bin")),
        (("devmem", "sim"), ("devmem", "sim")),
        (("pci:0000:01:00.0/2", "pci:0000:02:00.0/2"), ("pci:0000:01:00.0/2", "pci:0000:02:00.0/2")),
        (("devmem:/a/b", "sim r=devmem:/c/d"), ("devmem:/a/b", "sim r=devmem:/c/d")),
    ],
)
def test_images_go_by_the_names_of_their_files(words: tuple[str, str], names: tuple[str, str]) -> None:
    assert short_names(*words) == names


def test_two_targets() -> None:
    assert two_targets(["a", "r=b", "c"]) == (("a", "r=b"), ("c",))
    assert two_targets(["devmem:x=1@2", "sim"]) == (("devmem:x=1@2",), ("sim",))


@pytest.mark.parametrize("words", [[], ["sim"], ["sim", "sim", "sim"], ["first=sim", "sim", "sim"]])
def test_not_two_targets(words: list[str]) -> None:
    with pytest.raises(UsageError):
        two_targets(words)


def test_usage(cli: Cli, board: Path) -> None:
    outcome = cli("compare", board, "-b", "sim")
    assert (outcome.status, outcome.err) == (
        2,
        "inspector: two targets are compared: -b A -b B (got 1)\n",
    )

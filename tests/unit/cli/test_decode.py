from __future__ import annotations

from pathlib import Path

from .conftest import Bus, Cli


def test_a_registers_word(cli: Cli, board: Path, bus: Bus) -> None:
    outcome = cli("decode", board, "A.CTRL", "0x5a05")
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        "A.CTRL  0x00001004  0x00005a05",
        "  EN    [0]         0x1",
        "  MODE  [2:1]       0x2         fast",
        "  KEY   [15:8]      0x5a",
    ]
    assert bus.operations == []


def test_json(cli: Cli, board: Path) -> None:
    assert cli("decode", board, "A.CTRL", "0x5a05", "--json").out == (
        '{"path": "A.CTRL", "address": 4100, "width": 32, "value": 23045, "hex": "0x00005a05", "time": null, '
        '"fields": {"EN": {"value": 1}, "MODE": {"value": 2, "enum": "fast"}, "KEY": {"value": 90}}}\n'
    )


def test_a_fields_value_is_its_own(cli: Cli, board: Path) -> None:
    (entry,) = cli("decode", board, "A.CTRL.MODE", "2", "--json").json()
    assert (entry["value"], entry["fields"]) == (4, {"MODE": {"value": 2, "enum": "fast"}})
    assert cli("decode", board, "A.CTRL.MODE", "4").status == 2


def test_what_was_written_to_a_write_only_register(cli: Cli, board: Path) -> None:
    (entry,) = cli("decode", board, "A.CMD", "0x2a01", "--json").json()
    assert entry["fields"] == {"GO": {"value": 1}, "ARG": {"value": 0x2A}}


def test_a_negative_value(cli: Cli, board: Path) -> None:
    for words in (("-1", "--json"), ("--json", "--", "-1"), ("--json", "-0b1")):
        assert cli("decode", board, "A.CTRL", *words).json()[0]["value"] == 0xFFFFFFFF
    assert "no such option" in cli("decode", board, "A.CTRL", "-x").err

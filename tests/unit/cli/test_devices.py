"""`devices`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inspector.backends.machine import Machine
from inspector.cli import devices
from inspector.model.registermap import RegisterMap
from tests.unit.backends.fakes import (
    IO,
    MEM,
    add_node,
    add_pci,
    add_tree_device,
    add_uio,
    cells,
    machine,
    write,
)

from .conftest import Cli

IOMEM = """\
00100000-1fffffff : System RAM
fed00000-fed003ff : PNP0103:00
  fed00000-fed003ff : HPET 0
fed10000-fed10fff : something
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one device of every kind."""
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls: machine(tmp_path)))
    bars = ((0xFEA0_0000, 0x10_0000, MEM), (0xC000, 0x20, IO), (0x40_0000_0000, 0x4000, MEM))
    edu = add_pci(tmp_path, bars=bars, driver="uio_pci_generic")
    add_pci(tmp_path, "0000:00:1f.2", "8086:9999", ((0xFEB1_0000, 0x1000, MEM),), power="D3cold")
    add_uio(tmp_path, 0, "uio_pci_generic", (), edu)
    add_uio(tmp_path, 1, "core", [(0xFFFF_8880_0000_0000, 0x280, 0)])
    add_node(tmp_path, "/", n_address_cells=cells(1), n_size_cells=cells(1))
    both = b"arm,pl011\0arm,primecell\0"
    uart = add_node(tmp_path, "/pl011@9000000", compatible=both, reg=cells(0x900_0000, 0x1000))
    add_tree_device(tmp_path, "amba", "9000000.pl011", uart, "uart-pl011")
    off = {"compatible": "arm,pl031", "status": "disabled"}
    add_node(tmp_path, "/rtc@9010000", reg=cells(0x901_0000, 0x1000), **off)
    add_node(tmp_path, "/memory@40000000", reg=cells(0x4000_0000, 0x1000_0000))
    write(tmp_path / "proc/iomem", IOMEM)
    return tmp_path


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[RegisterMap, list[str]]]:
    """What the app was opened with."""
    calls: list[tuple[RegisterMap, list[str]]] = []
    monkeypatch.setattr(
        devices, "show", lambda register_map, opening: calls.append((register_map, list(opening.backends)))
    )
    return calls


def listed(cli: Cli, *words: str) -> dict[tuple[str, int], dict[str, Any]]:
    outcome = cli("devices", "--json", *words)
    assert outcome.status == 0, outcome
    return {(entry["device"], entry["part"]): entry for entry in outcome.json()}


def test_everything_is_listed_once(cli: Cli, root: Path) -> None:
    assert {
        key: (entry["backend"], entry["address"], entry["size"]) for key, entry in listed(cli).items()
    } == {
        ("0000:00:02.0", 0): ("pci:0000:00:02.0/0", 0xFEA0_0000, 0x10_0000),
        ("0000:00:02.0", 2): ("pci:0000:00:02.0/2", 0x40_0000_0000, 0x4000),
        ("0000:00:1f.2", 0): ("pci:0000:00:1f.2/0", 0xFEB1_0000, 0x1000),
        ("uio1", 0): ("uio:1/0", None, 0x280),
        ("pl011@9000000", 0): ("devmem", 0x900_0000, 0x1000),
        ("rtc@9010000", 0): ("devmem", 0x901_0000, 0x1000),
        ("HPET 0", 0): ("devmem", 0xFED0_0000, 0x400),
    }


def test_a_record_tells_who_drives_it_what_it_is_and_what_fits(cli: Cli, root: Path) -> None:
    entries = listed(cli)
    assert entries["0000:00:02.0", 0] == {
        "kind": "pci",
        "device": "0000:00:02.0",
        "part": 0,
        "backend": "pci:0000:00:02.0/0",
        "address": 0xFEA0_0000,
        "size": 0x10_0000,
        "names": ["1234:11e8"],
        "driver": "uio_pci_generic",
        "state": None,
        "maps": [
            {"map": "edu", "region": "bar0", "by": "bind", "command": "inspector edu -b pci:0000:00:02.0"}
        ],
    }
    assert entries["0000:00:02.0", 2]["maps"] == []
    assert entries["0000:00:1f.2", 0]["state"] == "power_state is D3cold"
    assert entries["rtc@9010000", 0]["state"] == "disabled in the device tree"
    assert (entries["pl011@9000000", 0]["driver"], entries["pl011@9000000", 0]["maps"][0]["command"]) == (
        "uart-pl011",
        "inspector pl011 -b devmem",
    )
    (hpet,) = entries["HPET 0", 0]["maps"]
    assert (hpet["map"], hpet["by"]) == ("hpet", "base")


def test_the_text_fits_a_terminal_and_says_what_to_type(cli: Cli, root: Path) -> None:
    add_node(
        root,
        "/timer@a000000",
        compatible=b"\0".join(b"acme,\x1btimer-%d" % i for i in range(9)),
        reg=cells(0xA00_0000, 16),
    )
    outcome = cli("devices")
    assert outcome.status == 0
    assert max(len(line) for line in outcome.out.splitlines()) <= 80
    assert "\x1b" not in outcome.out
    assert "0000:00:02.0  1234:11e8, driver uio_pci_generic\n  BAR 0  0xfea00000  1M" in outcome.out
    assert "fits edu: inspector edu -b pci:0000:00:02.0" in outcome.out
    assert "0000:00:1f.2  8086:9999, no driver, does not answer: power_state is D3cold" in outcome.out
    assert "uio1  core, no driver\n  map 0  address unknown  0x280  registers  -b uio:1/0" in outcome.out


def test_nothing_of_a_device_is_touched(cli: Cli, root: Path) -> None:
    for config in root.glob("sys/bus/pci/devices/*/config"):
        config.unlink()
        config.mkdir()
    assert len(listed(cli)) == 7


def test_one_of_them_is_opened_with_the_map_that_fits(
    cli: Cli, root: Path, shown: list[tuple[RegisterMap, list[str]]]
) -> None:
    for word in ("0000:00:02.0", "00:02.0", "00:02.0/0"):
        assert cli("devices", word).status == 0
        register_map, backends = shown.pop()
        assert (register_map.name, backends) == ("edu", ["bar0=pci:0000:00:02.0/0"])
    assert cli("devices", "pl011@9000000").status == 0
    register_map, backends = shown.pop()
    assert (register_map.name, backends) == ("pl011", ["uart=devmem"])


def test_of_several_alike_the_one_that_was_named_is_opened(
    cli: Cli, root: Path, shown: list[tuple[RegisterMap, list[str]]]
) -> None:
    add_node(root, "/pl011@a000000", compatible="arm,pl011", reg=cells(0xA00_0000, 0x1000))
    add_pci(root, "0000:01:00.0", bars=((0xFEC0_0000, 0x10_0000, MEM),))
    (match,) = listed(cli)["pl011@a000000", 0]["maps"]
    assert match["command"] == "inspector devices pl011@a000000"
    assert cli("devices", "pl011@a000000").status == 0
    register_map, _ = shown.pop()
    assert (register_map.regions[0].base, register_map.regions[0].bind) == (0xA00_0000, None)
    assert cli("devices", "01:00.0").status == 0
    register_map, backends = shown.pop()
    assert (register_map.regions[0].base, backends) == (0xFEC0_0000, ["bar0=pci:0000:01:00.0/0"])


@pytest.mark.parametrize(
    ("word", "status", "words"),
    [
        ("00:03.0", 2, "no device here is called '00:03.0'"),
        ("pl011@900000", 2, "did you mean pl011@9000000?"),
        (
            "uio1",
            1,
            "no bundled map fits uio1 (ENOENT): with a map of your own write inspector MAP.yaml -b uio:1/0",
        ),
        ("00:02.0/2", 1, "inspector peek 0 -b pci:0000:00:02.0/2"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(
    cli: Cli, root: Path, shown: list[tuple[RegisterMap, list[str]]], word: str, status: int, words: str
) -> None:
    outcome = cli("devices", word)
    assert outcome.status == status
    assert words in outcome.err
    assert shown == []


def test_a_machine_that_offers_nothing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls: machine(tmp_path)))
    assert cli("devices", "--json").out == ""
    assert cli("devices").out.startswith("This machine lists no")


def test_one_of_them_as_json_opens_nothing(cli: Cli, root: Path) -> None:
    assert list(listed(cli, "0000:00:02.0")) == [("0000:00:02.0", 0), ("0000:00:02.0", 2)]

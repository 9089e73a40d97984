"""`claims`: who holds what."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.agent import locks
from inspector.cli import claims

from .conftest import Cli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open-file-description locks are Linux's")

IOMEM = """\
09000000-09000fff : pl011@9000000
  09000000-09000fff : 9000000.pl011 pl011@9000000
4000000000-7fffffffff : PCI Bus 0000:00
  4000000000-40000fffff : 0000:00:02.0
"""
ME = locks.Owner(os.getpid(), "inspector", "alice")


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with two devices, and three inspectors' worth of claims on it."""
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))
    monkeypatch.setattr(claims, "read_iomem_text", lambda: IOMEM)
    device = tmp_path / "sys/bus/amba/devices/9000000.pl011"
    device.mkdir(parents=True)
    (device / "resource").write_text("0x9000000 0x9000fff 0x200\n")
    (device / "driver").symlink_to(tmp_path / "sys/bus/amba/drivers/uart-pl011")
    monkeypatch.setattr(claims, "SYSFS", tmp_path / "sys")
    held = [
        locks.share("mem", 0x900_0000, 0x1000, name="uart", owner=ME),
        locks.claim("mem", 0x40_0000_1000, 0x1000, name="dma", owner=ME),
        locks.claim("file:8:42", 0, 0x1000, name="a\x1b[2J", owner=ME),
    ]
    yield
    for each in held:
        each.release()


def lines(text: str) -> list[str]:
    return re.sub(r"since [-\d: ]*\d", "since NOW", text).splitlines()


def test_the_machine_as_a_tree(cli: Cli) -> None:
    outcome = cli("claims")
    assert (outcome.status, outcome.err) == (0, "")
    who = f"inspector {os.getpid()} (alice) since NOW"
    assert lines(outcome.out) == [
        "mem  physical addresses; exclusive (among inspectors)",
        "  0x09000000-0x09000fff          listed  pl011@9000000",
        "                                 listed  9000000.pl011 pl011@9000000",
        "                                 driver  uart-pl011 (9000000.pl011)",
        f"                                 shared  uart: {who}",
        "  0x4000000000-0x7fffffffff      listed  PCI Bus 0000:00",
        "    0x4000000000-0x40000fffff    listed  0000:00:02.0",
        f"      0x4000001000-0x4000001fff  claim   dma: {who}",
        "",
        "file:8:42  the bytes of a file, by device and inode; exclusive (among inspectors)",
        f"  0x00000000-0x00000fff  claim  a\N{REPLACEMENT CHARACTER}[2J: {who}",
    ]


def test_json_has_a_line_for_each(cli: Cli) -> None:
    found = cli("claims", "--json").json()
    assert [(each["space"], each["kind"], each["name"]) for each in found] == [
        ("mem", "listed", "pl011@9000000"),
        ("mem", "listed", "9000000.pl011 pl011@9000000"),
        ("mem", "listed", "PCI Bus 0000:00"),
        ("mem", "listed", "0000:00:02.0"),
        ("mem", "driver", "uart-pl011"),
        ("mem", "shared", "uart"),
        ("mem", "claim", "dma"),
        ("file:8:42", "claim", "a\N{REPLACEMENT CHARACTER}[2J"),
    ]
    shared = found[5]
    assert shared.pop("since") > 1e9
    assert shared == {
        "space": "mem",
        "start": 0x900_0000,
        "end": 0x900_0FFF,
        "kind": "shared",
        "name": "uart",
        "pid": os.getpid(),
        "process": "inspector",
        "user": "alice" if os.geteuid() == 0 else shared["user"],
        "shared": True,
        "detail": "",
    }


@pytest.mark.parametrize("what", ["0x9000800", "0x9000000-0x9000fff", "0x0900_0000+4K", "150994944"])
def test_around_an_address(cli: Cli, what: str) -> None:
    outcome = cli("claims", what)
    assert outcome.status == 0
    first, *rest = lines(outcome.out)
    assert first.endswith(f": kernel driver uart-pl011 · inspector {os.getpid()} (alice) shared")
    assert [line.split()[-1 if place else 1] for place, line in enumerate(rest)][:1] == ["driver"]
    assert [each["kind"] for each in cli("claims", what, "--json").json()] == ["driver", "shared", "listed"]


def test_where_nobody_was_seen(cli: Cli) -> None:
    assert cli("claims", "0x20000000").out == "0x20000000: no claim seen\n"
    assert cli("claims", "0x20000000", "--json").out == ""


def test_the_regions_of_a_map(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "board.yaml"
    path.write_text(
        "regmap: 1\nname: board\nblocks: {b: {size: 4K, registers: {R: {offset: 0}}}}\nregions:\n"
        "  uart: {base: 0x9000000, size: 4K, instances: {U: b}}\n"
        "  other: {base: 0x20000000, size: 4K, instances: {O: b}}\n"
    )
    heads = [line for line in lines(cli("claims", path).out) if not line.startswith(" ")]
    assert heads == [
        f"uart 0x9000000-0x9000fff: kernel driver uart-pl011 · inspector {os.getpid()} (alice) shared",
        "other 0x20000000-0x20000fff: no claim seen",
    ]


@pytest.mark.parametrize("what", ["0x9000fff-0x9000000", "0x10+0", "0x1z", "5-", "0xffffffffffffffff+2"])
def test_what_is_no_range_is_wrong_usage(cli: Cli, what: str) -> None:
    outcome = cli("claims", what)
    assert (outcome.status, outcome.out) == (2, "")
    assert what in outcome.err


def test_hidden_addresses_are_said_to_be(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "read_iomem_text", lambda: "00000000-00000000 : System RAM\n")
    outcome = cli("claims")
    assert outcome.status == 0
    assert outcome.out.endswith("\nthe kernel's list of resources: addresses hidden: needs CAP_SYS_ADMIN\n")
    outcome = cli("claims", "--json")
    assert [each["kind"] for each in outcome.json()] == ["driver", "shared", "claim", "claim"]
    assert "addresses hidden: needs CAP_SYS_ADMIN" in outcome.err


def test_on_a_terminal_nothing_is_wider_than_it(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "inspector", "claims"], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(ours)
    assert process.wait() == 0
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
    assert "dma" in text
    assert max(map(len, text.splitlines())) <= 80

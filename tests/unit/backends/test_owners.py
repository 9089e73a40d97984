from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from inspector.agent import locks
from inspector.backends.owners import Owner, Ownership, ownership
from inspector.backends.vital import vital

IOMEM = """\
09000000-09000fff : pl011@9000000
  09000000-09000fff : 9000000.pl011 pl011@9000000
09010000-090100ff : pl031@9010000
  09010000-090100ff : rtc-pl031
09010200-090102ff : acme : x
fed00000-fed003ff : HPET 0
  fed00000-fed003ff : PNP0103:00
"""
HIDDEN = "00000000-00000000 : System RAM\n"
MEM = "0x0000000000040200"
OTHER = locks.Owner(os.getppid(), "inspector", "root")


@pytest.fixture
def sysfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two devices on the AMBA bus, and locks of its own."""
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))
    add(tmp_path, "9000000.pl011", 0x9000000, 0x1000, "uart-pl011")
    add(tmp_path, "9010000.pl031", 0x9010000, 0x100, "rtc-pl031")
    return tmp_path / "sys"


def add(root: Path, name: str, start: int, size: int, driver: str) -> Path:
    device = root / "sys/devices" / name
    device.mkdir(parents=True)
    (device / "resource").write_text(f"{start:#x} {start + size - 1:#x} {MEM}\n")
    target = root / "sys/bus/amba/drivers" / driver
    target.mkdir(parents=True)
    (device / "driver").symlink_to(target)
    bus = root / "sys/bus/amba/devices"
    bus.mkdir(exist_ok=True)
    (bus / name).symlink_to(device)
    return device


@pytest.fixture
def look(sysfs: Path) -> Callable[..., Ownership]:
    def look(start: int, end: int, **options: object) -> Ownership:
        given = {"iomem_text": IOMEM, "sysfs": sysfs, **options}
        return ownership("mem", start, end, **given)  # type: ignore[arg-type]

    return look


def kinds(found: Ownership) -> list[str]:
    return [owner.kind for owner in found.owners]


def test_the_evidence_comes_in_order(look: Callable[..., Ownership]) -> None:
    held = locks.share("mem", 0x9000000, 0x1000, name="uart", owner=OTHER)
    claimed = locks.claim("mem", 0x9000000, 0x100, name="low", owner=OTHER)
    found = look(0x9000000, 0x9000FFF, refused=True)
    claimed.release()
    held.release()
    assert kinds(found) == ["refused", "driver", "claim", "shared", "listed"]
    assert found.words() == (
        "busy: the kernel refuses to map it (uart-pl011) · kernel driver uart-pl011 · "
        f"inspector {OTHER.pid} (root) exclusive · inspector {OTHER.pid} (root) shared"
    )


def test_a_driver_speaks_for_the_line_of_its_range(look: Callable[..., Ownership]) -> None:
    found = look(0x9000000, 0x9000FFF)
    assert kinds(found) == ["driver", "listed"]
    assert found.words() == "kernel driver uart-pl011"


def test_what_is_only_listed_is_not_said_to_be_busy(look: Callable[..., Ownership]) -> None:
    found = look(0xFED00000, 0xFED003FF)
    assert found.words() == "kernel lists PNP0103:00, busy unknown"


def test_nothing_is_ever_called_free(look: Callable[..., Ownership]) -> None:
    found = look(0xA000000, 0xA000FFF)
    assert (found.owners, found.words(), found.scope) == ((), "no claim seen", "machine")


def test_hidden_addresses_are_said_to_be_hidden(look: Callable[..., Ownership]) -> None:
    found = look(0xA000000, 0xA000FFF, iomem_text=HIDDEN)
    assert found.hidden
    assert found.words() == "no claim seen · kernel addresses hidden: needs CAP_SYS_ADMIN"
    assert not look(0xA000000, 0xA000FFF, iomem_text="").hidden


def test_who_shares_the_page_is_named_beside_no_claim(
    look: Callable[..., Ownership], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mmap, "PAGESIZE", 4096)
    found = look(0x9010800, 0x90108FF)
    assert kinds(found) == ["neighbour", "neighbour"]
    assert found.words() == (
        "no claim seen · shares its page with 9010000.pl031 · shares its page with acme : x"
    )
    assert str(found.owners[0]) == (
        "shares its page with 9010000.pl031, 0x9010000-0x90100ff (kernel driver rtc-pl031)"
    )
    monkeypatch.setattr(mmap, "PAGESIZE", 65536)
    assert len(look(0x9018000, 0x90180FF).owners) == 2
    monkeypatch.setattr(mmap, "PAGESIZE", 16384)
    assert look(0x9018000, 0x90180FF).owners == ()


def test_ones_own_claims_are_left_out(look: Callable[..., Ownership]) -> None:
    mine = locks.claim("mem", 0xA000000, 4, name="x", owner=locks.Owner(os.getpid(), "me", "root"))
    try:
        assert look(0xA000000, 0xA000FFF).owners == ()
        assert kinds(look(0xA000000, 0xA000FFF, me=0)) == ["claim"]
    finally:
        mine.release()


def test_other_address_spaces_are_not_the_kernels(sysfs: Path) -> None:
    found = ownership("file:1:2", 0x9000000, 0x9000FFF, iomem_text=IOMEM, sysfs=sysfs, refused=True)
    assert found.words() == "no claim seen"
    assert ownership("sim:1", 0, 3, sysfs=sysfs).scope == "process"


def test_an_owner_tells_its_range_its_moment_and_what_is_odd() -> None:
    since = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)
    owner = Owner("claim", "uart", 0x1000, 0x1FFF, 42, "nobody", since.timestamp(), "its process 42 is gone")
    assert str(owner) == (
        "inspector 42 (nobody) exclusive since 12:00:00, 0x1000-0x1fff: uart (its process 42 is gone)"
    )
    assert Owner("shared", "", 0, 3).words == "unknown inspector shared"


# --- vital ------------------------------------------------------------------------------------------


def add_tty(sysfs: Path, name: str, below: str = "", base: int = 0) -> None:
    directory = sysfs / "class/tty" / name
    directory.mkdir(parents=True)
    if below:
        port = sysfs / "devices" / below / f"{below}:0" / f"{below}:0.0"
        port.mkdir(parents=True)
        (directory / "device").symlink_to(port)
    if base:
        (directory / "iomem_base").write_text(f"0x{base:X}\n")
        (directory / "iomem_reg_shift").write_text("2\n")


def test_the_uart_of_this_terminal_and_of_the_console(sysfs: Path) -> None:
    add_tty(sysfs, "ttyAMA0", below="9000000.pl011")
    add_tty(sysfs, "console")
    (sysfs / "class/tty/console/active").write_text("tty0 ttyAMA0\n")
    found = vital(0x9000018, 0x900001B, sysfs=sysfs, terminals=("/dev/ttyAMA0",))
    assert found == (
        "the terminal that you are at (ttyAMA0) is on this device",
        "the system's console (ttyAMA0, /dev/console) is on this device",
    )
    assert vital(0x9010000, 0x90100FF, sysfs=sysfs, terminals=("/dev/ttyAMA0",)) == ()
    assert len(vital(0x9000018, 0x900001B, sysfs=sysfs, terminals=("/dev/pts/3",))) == 1


def test_a_uart_of_which_only_the_base_is_told(sysfs: Path) -> None:
    add_tty(sysfs, "ttyS1", base=0xFE000000)
    terminals = ("/dev/ttyS1",)
    assert vital(0xFE00001C, 0xFE00001F, sysfs=sysfs, terminals=terminals)
    assert not vital(0xFE000020, 0xFE000023, sysfs=sysfs, terminals=terminals)


def test_the_clocksource_in_use(sysfs: Path) -> None:
    directory = sysfs / "devices/system/clocksource/clocksource0"
    directory.mkdir(parents=True)
    (directory / "current_clocksource").write_text("hpet\n")
    found = vital(0xFED00000, 0xFED003FF, iomem_text=IOMEM, sysfs=sysfs, terminals=())
    assert found == ("the kernel tells the time by this device (clocksource hpet)",)
    (directory / "current_clocksource").write_text("tsc\n")
    assert vital(0xFED00000, 0xFED003FF, iomem_text=IOMEM, sysfs=sysfs, terminals=()) == ()


def test_a_watchdog(sysfs: Path, tmp_path: Path) -> None:
    dog = sysfs / "class/watchdog/watchdog0"
    dog.mkdir(parents=True)
    (dog / "device").symlink_to(add(tmp_path, "9030000.wdt", 0x9030000, 0x1000, "sp805"))
    (dog / "identity").write_text("ARM SP805\n")
    assert vital(0x9030C00, 0x9030C03, sysfs=sysfs, terminals=()) == (
        "this is a watchdog (watchdog0: ARM SP805)",
    )
    assert vital(0x9031000, 0x9031003, sysfs=sysfs, terminals=()) == ()

"""The app where things go wrong: too few rights, a bus that hangs, an address that nothing answers."""

from __future__ import annotations

import re

import pytest

from .guest import X86_PAIR, Board
from .test_app import FIRST_SCREEN, IDENTIFIED
from .test_faults import FIRMWARE, HOLES, NOTHING
from .test_pci import FIRST, HANG, HANGING, MOVED, PCI, SLOTS

pytestmark = pytest.mark.board

ROOT, ADA, NOBODY = "0", "1001", "65534"
# The effective user and the command of each process, a line each.
PROCESSES = """\
for process in /proc/[0-9]*; do
    set -f
    echo $(grep ^Uid: $process/status | cut -f 3) $(tr '\\0' ' ' <$process/cmdline)
done 2>/dev/null | grep ' '
"""

# One boot for two apps, one after the other.
TWO_APPS = f"""\
insmod /lib/modules/fuse.ko
background never python3 /inside/never.py /mnt/never
su ada -c 'exec inspector edu -b devmem --folded' || exit
exec inspector {HANGING}
"""


def test_a_user_without_rights_and_a_bus_that_hangs(x86_board: Board) -> None:
    with x86_board.console(TWO_APPS, files={"root/hang.yaml": HANG}) as console:
        console.wait_for(r"bar0", FIRST_SCREEN)
        folded = console.do("folded", f"usleep 1500000; {PROCESSES}").ok()
        console.send("Z")
        console.wait_for(IDENTIFIED)
        console.send("ctrl+q")
        console.wait_for(r"ETIMEDOUT", FIRST_SCREEN)
        held = console.do("held", "inspector claims --json").json()
        console.send("?")
        console.wait_for(r"(?i)help")  # the screen is alive
        console.send("escape")
        console.send("ctrl+q")
    run = console.run

    # What opens the hardware has the rights of root, what accesses it has dropped them, the app has none.
    processes = [line.split(maxsplit=1) for line in folded.stdout.splitlines()]
    assert {user for user, command in processes if "/bin/inspector edu" in command} == {ADA}
    assert {user for user, command in processes if re.match(r"\S*python3 -I", command)} == {ROOT, NOBODY}

    # What is folded is not read; what was unfolded is.
    assert run["folded"].touched == []
    assert {access.kind for access in run["console"].on("edu-mmio")} == {"read"}

    # The app that has ended left no claim, and the one whose bus hangs can be left.
    assert [owner["name"] for owner in held if owner["kind"] == "claim"] == ["hang"]
    assert run["console"].status == 0


def test_the_app_goes_on_beside_registers_that_fault(arm64_board: Board) -> None:
    with arm64_board.console(
        "inspector /root/holes.yaml -b devmem", files={"root/holes.yaml": HOLES}
    ) as console:
        console.wait_for(r"SIGBUS", FIRST_SCREEN)
        console.do("later", "usleep 3000000").ok()
        console.send("ctrl+q")
    run = console.run
    assert run["console"].status == 0
    for address in (FIRMWARE, FIRMWARE + 0x10):
        assert run["later"].operations.count(("read", address, 4)) > 1
    assert "invalid read" not in {access.kind for access in run["later"].accesses}
    for address in (FIRMWARE + 0x20, NOTHING):
        assert 1 <= run["console"].operations.count(("invalid read", address, 4)) <= 2


MAPPED = "grep -hs resource0 /proc/[0-9]*/maps | cut -d' ' -f2 | sort -u"


def test_a_bar_that_moves_under_the_app_comes_back_where_it_is_and_disarmed(emulators: None) -> None:
    with Board(X86_PAIR).console("inspector edu -b pci:00:02.0 --write") as console:
        console.wait_for(IDENTIFIED, FIRST_SCREEN)
        armed = console.do("armed", MAPPED).ok()
        console.do("remove", f"echo 1 >{PCI}/{SLOTS[0]}/remove").ok()
        console.wait_for(r"ENXIO|ENODEV|no PCI device|is gone")
        console.do("gone", "usleep 1500000").ok()
        console.do("rescan", "echo 1 >/sys/bus/pci/rescan").ok()
        back = console.do("back", f"until {MAPPED} | grep .; do usleep 100000; done; usleep 500000").ok()
        console.send("ctrl+q")
    run = console.run
    assert run["console"].status == 0
    assert (armed.stdout, back.stdout) == ("rw-s\n", "r--s\n")
    assert run["gone"].on("edu-mmio", "(null)") == []
    moved = [access.operation for access in run["console"].on("edu-mmio") if access.address < FIRST]
    assert moved[0] == ("read", MOVED, 4)
    assert len(moved) > 1
    assert {kind for kind, _, _ in moved} == {"read"}

"""PCI BARs through sysfs: two that are alike, a driver that leaves them to users, and one that moves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .guest import X86_PAIR, Board, Run

pytestmark = pytest.mark.board

FIRST, SECOND, MOVED = 0xFE900000, 0xFEA00000, 0x20000000
IDENTIFICATION = 0x010000ED
PCI = "/sys/bus/pci/devices"
SLOTS = ["0000:00:02.0", "0000:00:03.0"]

# A page fault that never returns: so looks a bus that hangs.
HANG = """\
regmap: 1
name: hang
blocks:
  hang: {size: 16, registers: {WORD: {offset: 4, access: ro, on_read: none, volatile: true}}}
regions:
  hang: {base: 0, size: 16, open: exclusive, instances: {HANG: hang}}
"""
HANGING = "/root/hang.yaml -b devmem:/mnt/never/registers"


@pytest.fixture(scope="module")
def run(emulators: None) -> Run:
    return Board(X86_PAIR).run(
        {
            "ambiguous": "inspector read edu EDU.ID -b pci",
            "bind": "insmod /lib/modules/uio.ko && insmod /lib/modules/uio_pci_generic.ko"
            " && echo 1234 11e8 >/sys/bus/pci/drivers/uio_pci_generic/new_id",
            "bound": "inspector read edu EDU.ID -b pci:00:02.0 --exclusive --json",
            "ambiguous uio": "inspector read edu EDU.ID -b uio:uio_pci_generic",
            "uio": "inspector read edu EDU.ID -b uio:uio1 --json",
            "devices": "inspector devices --json",
            # A BAR that moves
            "unbind": f"echo {SLOTS[0]} >/sys/bus/pci/drivers/uio_pci_generic/unbind",
            "watch": "background edu inspector watch edu EDU.LIVE -b pci:00:02.0 --rate 5 --jsonl"
            " && await edu EDU.LIVE 2",
            "remove": f"echo 1 >{PCI}/{SLOTS[0]}/remove; await edu ENXIO",
            "gone": "usleep 2500000",
            "rescan": "seen=$(grep -c '\"value\"' /run/background/edu.out); echo 1 >/sys/bus/pci/rescan;"
            " await edu '\"value\"' $((seen + 2))",
            "watched": "kill $(cat /run/background/edu.pid); ended edu",
            # A bus that hangs
            "never": "insmod /lib/modules/fuse.ko"
            " && background never python3 /inside/never.py /mnt/never && await never mounted",
            "hang": f"inspector read {HANGING}",
            "second": f"inspector read {HANGING}",
            "held": "inspector claims --json",
            "freed": "kill -9 $(cat /run/background/never.pid); ended never >/dev/null; usleep 500000"
            "; inspector claims --json",
        },
        files={"root/hang.yaml": HANG},
    )


def claims(run: Run, name: str) -> list[dict[str, Any]]:
    return [owner for owner in run[name].json() if owner["kind"] == "claim"]


def edu(run: Run, name: str) -> list[tuple[str, int, int]]:
    return [access.operation for access in run[name].on("edu-mmio", "(null)")]


def test_of_two_alike_one_must_be_named(run: Run) -> None:
    for name in ("ambiguous", "ambiguous uio"):
        assert run[name].status == 1
        assert "Traceback" not in run[name].stderr
        assert edu(run, name) == []
    for slot in SLOTS:
        assert slot in run["ambiguous"].stderr
    assert "-b pci:" in run["ambiguous"].stderr
    assert "uio0" in run["ambiguous uio"].stderr
    assert "uio1" in run["ambiguous uio"].stderr


def test_a_driver_that_leaves_it_to_users_is_no_hindrance(run: Run) -> None:
    """To claim it neither, and through each of its files."""
    for name, base in (("bound", FIRST), ("uio", SECOND)):
        assert [entry["value"] for entry in run[name].json()] == [IDENTIFICATION]
        assert edu(run, name) == [("read", base, 4)]


def test_devices_are_listed_with_what_fits_and_none_is_touched(run: Run) -> None:
    found = {entry["device"]: entry for entry in run["devices"].json()}
    assert run["devices"].operations == []
    for slot, base in zip(SLOTS, (FIRST, SECOND), strict=True):
        assert (found[slot]["address"], found[slot]["driver"]) == (base, "uio_pci_generic")
        assert [fitting["map"] for fitting in found[slot]["maps"]] == ["edu"]
    assert found["uio1"]["address"] == SECOND


def test_a_device_that_went_away_is_not_touched_and_the_watch_goes_on(run: Run) -> None:
    for name in ("watch", "remove", "rescan"):
        run[name].ok()
    assert edu(run, "gone") == []
    entries = [json.loads(line) for line in run["watched"].stdout.splitlines() if line.startswith("{")]
    lost = next(entry for entry in entries if "error" in entry)
    assert lost["error"]["errno"] == "ENXIO"
    assert SLOTS[0] in lost["error"]["message"]
    assert "Traceback" not in run["watched"].stdout


def test_it_comes_back_where_it_is_now_and_is_asked_who_it_is_first(run: Run) -> None:
    assert edu(run, "rescan")[:3] == [("read", MOVED, 4), ("read", MOVED + 4, 4), ("read", MOVED + 4, 4)]
    entries = [json.loads(line) for line in run["watched"].stdout.splitlines() if line.startswith("{")]
    addresses = [entry["address"] for entry in entries if "value" in entry]
    assert list(dict.fromkeys(addresses)) == [FIRST + 4, MOVED + 4]


def test_a_bus_that_hangs_is_a_timeout_that_names_the_register(run: Run) -> None:
    assert run["hang"].status == 1
    assert "ETIMEDOUT" in run["hang"].stderr
    assert "HANG.WORD" in run["hang"].stderr
    assert "Traceback" not in run["hang"].stderr


def test_the_claim_lasts_as_long_as_the_access_that_hangs(run: Run) -> None:
    """Its process has ended; whoever comes is told why the range is not free."""
    assert run["second"].status == 1
    assert "EBUSY" in run["second"].stderr
    assert "worker" in run["second"].stderr
    (held,) = claims(run, "held")
    assert held["name"] == "hang"
    assert held["space"].startswith("file:")
    assert claims(run, "freed") == []

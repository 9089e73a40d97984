"""What the stock x86-64 kernel does, shown without the product: the ground its tests stand on."""

from __future__ import annotations

import pytest

from .guest import X86_PAIR, Board, Run
from .trace import Access

pytestmark = pytest.mark.board

PCI = "/sys/bus/pci/devices"
FIRST, SECOND = 0xFE900000, 0xFEA00000  # where the firmware puts the two
MOVED = 0x20000000  # where the kernel puts one that comes back: the lowest hole of the bus's windows
IDENTIFICATION = 0x010000ED
UIO = """\
insmod /lib/modules/uio.ko && insmod /lib/modules/uio_pci_generic.ko
echo 1234 11e8 >/sys/bus/pci/drivers/uio_pci_generic/new_id
"""
WORD = "python3 /inside/word.py"
HOLD = "python3 /inside/hold.py"
READ = (  # by each of three mappings, for the nth time
    "for by in bar mem uio; do tell $by read 0; await $by ^read {}; tail -1 /run/background/$by.out; done"
)
COMMAND = f"dd if={PCI}/0000:00:03.0/config bs=2 skip=2 count=1 2>/dev/null | hexdump -e '/2 \"%x\"'"
LOCK = "python3 /inside/lock.py /run/lock/inspector-test.lock"


@pytest.fixture(scope="module")
def run(emulators: None) -> Run:
    """Two `edu`; whatever stays mapped, stays so to the end."""
    return Board(X86_PAIR, project=False).run(
        {
            "config": f"head -c 6 {PCI}/0000:00:02.0/config | hexdump -e '3/2 \"%04x \"'",
            "attributes": f"cd {PCI}; cat */vendor */resource */enable */power_state */power/runtime_status",
            "bar": f"{WORD} {PCI}/0000:00:02.0/resource0 0 0",
            "width": f"devmem {FIRST:#x} 8",
            "hole": f"{WORD} /dev/mem 0xfebff000 0",
            # UIO
            "bind": UIO,
            "names": "cat /sys/class/uio/uio*/name /sys/class/uio/uio*/maps/map0/addr",
            "iomem": "cat /proc/iomem",
            "uio": f"{WORD} /dev/uio1 0 0",
            "bound bar": f"{WORD} {PCI}/0000:00:02.0/resource0 0 0",
            "bound mem": f"{WORD} /dev/mem {FIRST:#x} 0",
            "ada": f"chmod 666 /dev/uio1; su ada -c '{WORD} /dev/uio1 0 0'",
            "master": f"printf '\\007\\001' | dd of={PCI}/0000:00:03.0/config bs=1 seek=4 conv=notrunc",
            "master before": COMMAND,
            "open and close": "true </dev/uio1",
            "master after": COMMAND,
            # A BAR that moves
            "hold bar": f"background bar {HOLD} {PCI}/0000:00:02.0/resource0 0 && await bar mapped",
            "hold mem": f"background mem {HOLD} /dev/mem {FIRST:#x} && await mem mapped",
            "hold uio": f"background uio {HOLD} /dev/uio0 0 && await uio mapped",
            "inode": f"ls -i {PCI}/0000:00:02.0/resource0 | cut -d/ -f1",
            "unbind": "echo 0000:00:02.0 >/sys/bus/pci/drivers/uio_pci_generic/unbind",
            "unbound": READ.format(1),
            "remove": f"echo 1 >{PCI}/0000:00:02.0/remove; ls {PCI}",
            "removed": READ.format(2),
            "rescan": "echo 1 >/sys/bus/pci/rescan; cut -d' ' -f1 "
            + f"{PCI}/0000:00:02.0/resource | head -1",
            "moved": READ.format(3),
            "new bar": f"{WORD} {PCI}/0000:00:02.0/resource0 0 0",
            "new inode": f"ls -i {PCI}/0000:00:02.0/resource0 | cut -d/ -f1",
            # Two users
            "ada locks": f"background ada su ada -c 'exec {LOCK} 0xfea00000 0x1000' && await ada locked",
            "bob inside": f"su bob -c '{LOCK} 0xfea00800 4'",
            "bob beside": f"background bob su bob -c 'exec {LOCK} 0xfea01000 4' && await bob locked",
            "kill ada": "kill -9 $(cat /run/background/ada.pid); ended ada",
            "bob after": f"background after su bob -c '{LOCK} 0xfea00800 4' && await after locked",
            # A page that never comes
            "mount": "insmod /lib/modules/fuse.ko && background never python3 /inside/never.py /mnt/never"
            " && await never mounted",
            "hang": f"background hung {HOLD} /mnt/never/registers 0 && await hung mapped"
            " && tell hung read 0 && await never touched",
            "kill hung": "kill -9 $(cat /run/background/hung.pid); usleep 200000"
            "; [ ! -e /run/background/hung.ended ]",
            "end never": "kill -9 $(cat /run/background/never.pid); ended hung",
        }
    )


def words(run: Run, name: str) -> list[int]:
    return [int(word, 16) for word in run[name].ok().stdout.split()]


def edu(run: Run, name: str) -> list[tuple[str, int, int]]:
    return [access.operation for access in run[name].on("edu-mmio")]


def test_reading_config_reaches_the_bus_and_attributes_do_not(run: Run) -> None:
    """COMMAND's bit 1 is the decoder's; the firmware has turned it on."""
    assert words(run, "config") == [0x1234, 0x11E8, 0x0103]
    assert run["config"].on("pci-conf-data") != []
    assert run["attributes"].ok().operations == []


def test_a_bar_reads_through_sysfs(run: Run) -> None:
    assert words(run, "bar") == [IDENTIFICATION]
    assert run["bar"].operations == [("read", FIRST, 4)]


def test_what_no_device_takes_is_on_record_as_invalid(run: Run) -> None:
    """A byte of what only has words, and an address that nothing answers: no error here, and 0."""
    assert words(run, "width") == words(run, "hole") == [0]
    assert [(access.kind, access.size) for access in run["width"].accesses] == [("invalid read", 1)]
    assert run["hole"].operations == [("invalid read", 0xFEBFF000, 4)]


def test_two_devices_of_one_uio_name(run: Run) -> None:
    name, *rest = run["names"].ok().stdout.split()
    assert [name, *rest] == ["uio_pci_generic"] * 2 + [f"0x{base:016x}" for base in (FIRST, SECOND)]


def test_a_driver_of_uio_leaves_no_line_and_refuses_nobody(run: Run) -> None:
    """It has taken the device, not the range: nothing below the BAR, and every way to map it is open."""
    lines = run["iomem"].stdout.splitlines()
    first = next(index for index, line in enumerate(lines) if "0000:00:02.0" in line)
    assert lines[first + 1].strip().endswith("0000:00:03.0")
    assert words(run, "bound bar") == words(run, "bound mem") == [IDENTIFICATION]
    assert words(run, "uio") == [IDENTIFICATION]
    assert edu(run, "uio") == [("read", SECOND, 4)]
    assert edu(run, "bound bar") == edu(run, "bound mem") == [("read", FIRST, 4)]


def test_closing_a_uio_device_takes_bus_mastering_from_it(run: Run) -> None:
    """So does `uio_pci_generic` whenever any descriptor is closed, though others may still use the device."""
    run["master"].ok()
    assert words(run, "master before") == [0x0107]
    assert [access.kind for access in run["open and close"].on("pci-conf-data")] == ["read", "write"]
    assert words(run, "master after") == [0x0103]


def test_whoever_may_open_a_uio_device_may_map_it(run: Run) -> None:
    assert words(run, "ada") == [IDENTIFICATION]


def test_mappings_survive_unbind_and_removal(run: Run) -> None:
    """Nothing is revoked: each of the three reads on, also of a device that the kernel has forgotten."""
    run["unbind"].ok()
    for name in ("unbound", "removed"):
        assert run[name].ok().stdout == f"read {IDENTIFICATION:#x}\n" * 3
        assert edu(run, name) == [("read", FIRST, 4)] * 3
    assert "0000:00:02.0" not in run["remove"].ok().stdout


def test_a_bar_moves_and_its_old_mappings_read_nothing_without_an_error(run: Run) -> None:
    assert words(run, "rescan") == [MOVED]
    assert run["moved"].ok().stdout == "read 0x0\n" * 3
    assert run["moved"].operations == [("invalid read", FIRST, 4)] * 3
    assert words(run, "new bar") == [IDENTIFICATION]
    assert edu(run, "new bar") == [("read", MOVED, 4)]


def test_the_sysfs_file_of_what_came_back_is_another_file(run: Run) -> None:
    assert run["inode"].ok().stdout != run["new inode"].ok().stdout


def test_locks_hold_between_users_and_die_with_their_holder(run: Run) -> None:
    for name in ("ada locks", "bob beside", "bob after"):
        run[name].ok()
    assert run["kill ada"].status == 128 + 9
    assert (run["bob inside"].status, run["bob inside"].stdout) == (1, "busy\n")


def test_a_page_that_never_comes_outlasts_sigkill(run: Run) -> None:
    """The toucher stays, in uninterruptible sleep, until the server of the page has gone."""
    for name in ("mount", "hang", "kill hung"):
        run[name].ok()
    assert run["end never"].status == 128 + 9


def test_the_accesses_have_values(run: Run) -> None:
    assert run["bar"].accesses == [Access("read", FIRST, 4, IDENTIFICATION, "edu-mmio")]

"""What the stock arm64 kernel does, shown without the product: the ground its tests stand on."""

from __future__ import annotations

import pytest

from .guest import ARM64, Board, Run

pytestmark = pytest.mark.board

PCI = "/sys/bus/pci/devices/0000:00:02.0"
BAR = 0x10000000
RTC, GPIO, NOTHING = 0x09010000, 0x09030000, 0x0B000000
FIRMWARE = 0x09020000  # its registers end at 0x18: the rest of the page answers nothing
AMBA = "/sys/bus/amba/drivers/pl061_gpio"
EDU_ID, ALL_ONES = 0x010000ED, 0xFFFFFFFF
WORD = "python3 /inside/word.py"
HOLD = "python3 /inside/hold.py /dev/mem"
CONFIG = f'head -c 6 {PCI}/config | hexdump -e \'3/2 "%04x " "\\n"\'; cat {PCI}/enable'

# The GPIO's driver lets go, someone maps the page, the driver comes back while it is mapped.
DRIVER_COMES_BACK = {
    "driver": f"{WORD} /dev/mem {GPIO:#x} 0xfe0",
    "unbind": f"echo 9030000.pl061 >{AMBA}/unbind",
    "hold": f"background gpio {HOLD} {GPIO:#x} && await gpio mapped",
    "first": "tell gpio read 0xfe0 && await gpio ^read",
    "bind": f"echo 9030000.pl061 >{AMBA}/bind; cat /proc/iomem",
    "second": "tell gpio read 0xfe0; await gpio ^read 2; tell gpio end; ended gpio",
}


@pytest.fixture(scope="module")
def strict(emulators: None) -> Run:
    return Board(ARM64, project=False).run(
        {
            **DRIVER_COMES_BACK,
            "nothing": f"{WORD} /dev/mem {NOTHING:#x} 0",
            "write nothing": f"{WORD} /dev/mem {NOTHING:#x} 0 1",
            "hold firmware": f"background firmware {HOLD} {FIRMWARE:#x} && await firmware mapped",
            "good": "tell firmware read 0 && await firmware ^read",
            "bad": "tell firmware read 0x20; ended firmware",
            "config": f"{CONFIG} {PCI}/power_state",
            "off": f"{WORD} {PCI}/resource0 0 0",
            "write off": f"{WORD} {PCI}/resource0 0 4 0x12345678",
            "hold edu": f"background edu python3 /inside/hold.py {PCI}/resource0 0 && await edu mapped",
            "bind edu": "insmod /lib/modules/uio.ko && insmod /lib/modules/uio_pci_generic.ko"
            " && echo 1234 11e8 >/sys/bus/pci/drivers/uio_pci_generic/new_id"
            f"; {CONFIG}",
            "on": "tell edu read 0 && await edu ^read",
            "uio": f"{WORD} /dev/uio0 0 0",
            "unbind edu": f"echo 0000:00:02.0 >/sys/bus/pci/drivers/uio_pci_generic/unbind; {CONFIG}",
            "still on": "tell edu read 0 && await edu ^read 2",
            "remove edu": f"echo 1 >{PCI}/remove; tell edu read 0 && await edu ^read 3",
            "tree": "find /proc/device-tree/pl0* -name compatible -o -name reg | sort",
        }
    )


@pytest.fixture(scope="module")
def relaxed(emulators: None) -> Run:
    return Board(ARM64, project=False).run(
        {**DRIVER_COMES_BACK, "rtc": f"{WORD} /dev/mem {RTC:#x} 0xfe0"}, append="iomem=relaxed"
    )


def last_word(run: Run, name: str) -> int:
    return int(run[name].ok().stdout.split()[-1], 16)


def test_the_decoder_is_off_until_a_driver_turns_it_on(strict: Run) -> None:
    """COMMAND is 0, `enable` says 0, and the power state says nothing at all."""
    assert strict["config"].ok().stdout.split() == ["1234", "11e8", "0000", "0", "unknown"]
    assert strict["bind edu"].ok().stdout.split() == ["1234", "11e8", "0002", "1"]


def test_behind_a_decoder_that_is_off_there_are_ones(strict: Run) -> None:
    assert last_word(strict, "off") == ALL_ONES
    assert strict["off"].accesses[0].name == "gpex_mmio_window"
    strict["write off"].ok()
    assert strict["off"].operations + strict["write off"].operations == [
        ("read", BAR, 4),
        ("write", BAR + 4, 4),
    ]


def test_a_mapping_made_before_works_once_the_decoder_is_on(strict: Run) -> None:
    strict["hold edu"].ok()
    strict["on"].ok()
    assert [access.value for access in strict["on"].on("edu-mmio")] == [EDU_ID]
    assert last_word(strict, "uio") == EDU_ID


def test_the_decoder_stays_on_when_the_driver_goes(strict: Run) -> None:
    """So `enable` says nothing: it is 0 again, and the device answers."""
    assert strict["unbind edu"].ok().stdout.split() == ["1234", "11e8", "0002", "0"]
    assert [access.value for access in strict["still on"].on("edu-mmio")] == [EDU_ID]
    assert [access.value for access in strict["remove edu"].on("edu-mmio")] == [EDU_ID]


def test_an_address_that_nothing_answers_is_a_bus_error(strict: Run) -> None:
    """A read as well as a write, at once, in the process that did it, and nobody else is hurt."""
    for name, kind in (("nothing", "invalid read"), ("write nothing", "invalid write")):
        assert strict[name].status == 128 + 7, strict[name]
        assert strict[name].operations == [(kind, NOTHING, 4)]


def test_a_bad_address_has_good_neighbours_in_one_page(strict: Run) -> None:
    """QEMU logs the invalid access twice there: by its address, and by its offset in the page."""
    assert [access.operation for access in strict["good"].ok().on("fwcfg.data")] == [("read", FIRMWARE, 4)]
    assert strict["bad"].status == 128 + 7
    assert ("invalid read", FIRMWARE + 0x20, 4) in strict["bad"].operations


def test_the_page_of_a_driver_is_refused(strict: Run) -> None:
    assert strict["driver"].status == 1
    assert "PermissionError: [Errno 1]" in strict["driver"].stderr
    assert strict["driver"].operations == []


def test_a_strict_kernel_takes_the_mapping_away_when_the_driver_comes_back(strict: Run) -> None:
    assert gpio_reads(strict, "first") == [0x61]
    assert "9030000.pl061" in strict["bind"].ok().stdout
    assert strict["second"].status == 128 + 7, strict["second"]
    assert gpio_reads(strict, "second") == []


def test_a_relaxed_kernel_leaves_it_live(relaxed: Run) -> None:
    assert gpio_reads(relaxed, "driver") == [0x61]
    assert gpio_reads(relaxed, "first") == [0x61]
    assert "9030000.pl061" in relaxed["bind"].ok().stdout
    assert relaxed["second"].ok().stdout.split() == ["mapped", "read", "0x61", "read", "0x61"]
    assert gpio_reads(relaxed, "second") == [0x61]


def test_relaxed_opens_what_a_driver_has(relaxed: Run) -> None:
    assert last_word(relaxed, "rtc") == 0x31


def gpio_reads(run: Run, name: str) -> list[int]:
    return [access.value for access in run[name].on("pl061") if access.operation == ("read", GPIO + 0xFE0, 4)]

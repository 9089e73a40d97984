"""Faults and refusals on arm64: what nothing answers is a bus error there, and drivers own most pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .guest import Board, Outcome, Run
from .trace import Access

pytestmark = pytest.mark.board

FIRMWARE, NOTHING = 0x09020000, 0x0B000000
BAR = 0x10000000
PCI = "/sys/bus/pci/devices/0000:00:02.0"
AMBA = "/sys/bus/amba/drivers/pl061_gpio"

# Two registers that answer, and between them, in the same page, one that does not; then a page of nothing.
HOLES = """\
regmap: 1
name: holes
blocks:
  firmware:
    size: 64
    registers:
      DATA: {offset: 0x00, access: ro, on_read: none, volatile: true}
      HOLE: {offset: 0x20, access: ro, on_read: none, volatile: true}
      DMA: {offset: 0x10, access: ro, on_read: none, volatile: true}
  nothing:
    size: 16
    registers:
      WORD: {offset: 0x0, access: ro, on_read: none, volatile: true}
regions:
  firmware: {base: 0x09020000, size: 64, instances: {FW: firmware}}
  nothing: {base: 0x0b000000, size: 16, instances: {NO: nothing}}
"""
SAMPLES = 5

# The GPIO's driver comes back while its registers are watched, and goes again.
DRIVER_COMES_BACK = {
    "free": f"echo 9030000.pl061 >{AMBA}/unbind; background gpio inspector watch pl061 GPIO0.DIR "
    "'GPIO0.PERIPHID[0]' -b devmem --rate 5 --jsonl && await gpio 'PERIPHID.*\"value\"'",
    "bound": f"echo 9030000.pl061 >{AMBA}/bind; await gpio ENXIO",
    "meanwhile": "usleep 2500000; tail -n 1 /run/background/gpio.out",
    "again": f"echo 9030000.pl061 >{AMBA}/unbind; seen=$(grep -c '\"value\"' /run/background/gpio.out)"
    "; await gpio '\"value\"' $((seen + 4))",
    "watched": "kill $(cat /run/background/gpio.pid); ended gpio",
}


@pytest.fixture(scope="module")
def strict(arm64_board: Board) -> Run:
    return arm64_board.run(
        {
            "exclusive": "inspector read pl011 UART0.FR -b devmem --exclusive",
            "peek": f"inspector peek {NOTHING:#x} -b devmem",
            "read": "inspector read /root/holes.yaml 'FW.*' -b devmem --json",
            "watch": "inspector watch /root/holes.yaml 'FW.*' 'NO.*' -b devmem"
            f" --count {SAMPLES} --rate 20 --jsonl",
            "decoder off": "inspector read edu -b pci:00:02.0",
            "bind": "insmod /lib/modules/uio.ko && insmod /lib/modules/uio_pci_generic.ko"
            " && echo 1234 11e8 >/sys/bus/pci/drivers/uio_pci_generic/new_id",
            "decoder on": "inspector read edu EDU.ID -b pci --json",
            "sleep": "echo 0000:00:02.0 >/sys/bus/pci/drivers/uio_pci_generic/unbind; "
            f"echo auto >{PCI}/power/control; usleep 500000; cat {PCI}/power/runtime_status",
            "asleep": f"inspector read edu EDU.ID -b pci; cat {PCI}/power/runtime_status",
            **DRIVER_COMES_BACK,
        },
        files={"root/holes.yaml": HOLES},
    )


@pytest.fixture(scope="module")
def relaxed(arm64_board: Board) -> Run:
    return arm64_board.run(
        {
            "exclusive": "inspector read pl011 UART0.FR -b devmem --exclusive",
            "shared": "inspector read pl011 UART0.FR -b devmem --shared --json",
            "claims": "inspector claims pl011",
            **DRIVER_COMES_BACK,
        },
        append="iomem=relaxed",
    )


def said_no(outcome: Outcome, *words: str) -> None:
    """It was refused in words for people, and nothing was touched."""
    assert outcome.status == 1, outcome
    assert "Traceback" not in outcome.stderr
    for word in words:
        assert word in outcome.stderr, outcome
    assert outcome.touched == []


def samples(outcome: Outcome, path: str) -> list[dict[str, Any]]:
    """Every line of a watch that is about a register; the last may be cut off."""
    entries = [json.loads(line) for line in outcome.stdout.splitlines() if line.endswith("}")]
    return [entry for entry in entries if entry["path"] == path]


def ours(outcome: Outcome) -> list[Access]:
    """What went to the GPIO from outside its driver, which makes accesses of one byte."""
    return [access for access in outcome.on("pl061") if access.size == 4]


@pytest.mark.parametrize("kernel", ["strict", "relaxed"])
def test_the_console_is_not_claimed_from_its_driver(strict: Run, relaxed: Run, kernel: str) -> None:
    run = {"strict": strict, "relaxed": relaxed}[kernel]
    said_no(run["exclusive"], "EBUSY", "uart-pl011", "0x9000000-0x9000fff")


def test_a_relaxed_kernel_shares_what_a_driver_has_and_its_owner_is_named(relaxed: Run) -> None:
    assert [entry["path"] for entry in relaxed["shared"].json()] == ["UART0.FR"]
    assert relaxed["shared"].touched == [("read", 0x09000018, 4)]
    assert "kernel driver uart-pl011" in relaxed["claims"].ok().stdout
    assert "/dev/console" in relaxed["claims"].stdout
    assert relaxed["claims"].operations == []


def test_an_address_that_nothing_answers_is_said_in_one_line(strict: Run) -> None:
    peek = strict["peek"]
    assert (peek.status, peek.stdout) == (1, "")
    assert peek.stderr.count("\n") == 1
    assert "SIGBUS" in peek.stderr
    assert f"{NOTHING:#x}" in peek.stderr
    assert peek.touched == [("invalid read", NOTHING, 4)]


def test_a_hole_among_good_registers_is_told_and_they_are_read(strict: Run) -> None:
    assert strict["read"].status == 1
    entries = {entry["path"]: entry for entry in map(json.loads, strict["read"].stdout.splitlines())}
    assert entries["FW.HOLE"]["error"]["errno"] == "SIGBUS"
    assert {path for path, entry in entries.items() if "value" in entry} == {"FW.DATA", "FW.DMA"}
    assert "Traceback" not in strict["read"].stderr


def test_a_register_that_faulted_is_left_alone_and_the_rest_goes_on(strict: Run) -> None:
    watch = strict["watch"]
    for path in ("FW.DATA", "FW.DMA"):
        assert ["value" in sample for sample in samples(watch, path)] == [True] * SAMPLES
    for path, address in (("FW.HOLE", FIRMWARE + 0x20), ("NO.WORD", NOTHING)):
        first, second = samples(watch, path)
        assert first["error"]["errno"] == "SIGBUS"
        assert second["skipped"] == "faulted"
        assert 1 <= watch.operations.count(("invalid read", address, 4)) <= 2
        assert f"{path}: bus error at {address:#x}" in watch.stderr


def test_a_decoder_that_is_off_is_explained_and_nothing_is_touched(strict: Run) -> None:
    said_no(strict["decoder off"], "ENXIO", "memory decoding is off", "0000:00:02.0", "enable")


def test_once_a_driver_has_enabled_it_a_bar_is_read(strict: Run) -> None:
    assert [entry["value"] for entry in strict["decoder on"].json()] == [0x010000ED]
    assert strict["decoder on"].touched == [("read", BAR, 4)]


def test_a_device_that_sleeps_is_neither_touched_nor_woken(strict: Run) -> None:
    assert strict["sleep"].ok().stdout == "suspended\n"
    asleep = strict["asleep"]
    assert "EAGAIN" in asleep.stderr
    assert "power/control" in asleep.stderr
    assert asleep.operations == []  # its configuration neither
    assert asleep.stdout.splitlines()[-1] == "suspended"


def test_a_driver_that_comes_takes_the_registers_away(strict: Run, relaxed: Run) -> None:
    for run in (strict, relaxed):
        assert {access.kind for access in ours(run["free"])} == {"read"}
        errors = [entry["error"] for entry in samples(run["watched"], "GPIO0.DIR") if "error" in entry]
        assert errors[0]["errno"] == "ENXIO"
        assert "pl061_gpio" in errors[0]["message"]
        assert "Traceback" not in run["watched"].stdout


def test_a_strict_kernel_keeps_them_until_the_driver_goes(strict: Run) -> None:
    assert ours(strict["meanwhile"]) == []
    assert strict["meanwhile"].on("pl061") == []
    error = json.loads(strict["meanwhile"].stdout)["error"]
    assert error["errno"] == "EPERM"
    assert "pl061_gpio" in error["message"]
    assert ours(strict["again"].ok()) != []


def test_a_relaxed_kernel_gives_them_back_beside_the_driver(relaxed: Run) -> None:
    assert "value" in json.loads(relaxed["meanwhile"].stdout)
    assert ours(relaxed["meanwhile"]) != []
    relaxed["again"].ok()

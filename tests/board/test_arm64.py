"""The command line on arm64: PrimeCells that the kernel itself drives, its own console among them."""

from __future__ import annotations

from typing import Any

import pytest

from .guest import Board, Outcome, Run, reads

pytestmark = pytest.mark.board

UART, RTC, GPIO = 0x09000000, 0x09010000, 0x09030000
UART_DATA, UART_FLAGS, RTC_MATCH = UART, UART + 0x18, RTC + 4
PERIPHERAL_ID, CELL_ID = 0xFE0, 0xFF0  # four registers of eight bits each, in every PrimeCell
CELL = [0x0D, 0xF0, 0x05, 0xB1]


@pytest.fixture(scope="module")
def run(arm64_board: Board) -> Run:
    return arm64_board.run(
        {
            "rtc": "inspector read pl031 'RTC0.*' -b devmem --json",
            "gpio": "inspector read pl061 'GPIO0.*' -b devmem --json",
            "uart": "inspector read pl011 'UART0.*' -b devmem --json",
            "flags": "inspector read pl011 UART0.FR.TXFE -b devmem --json",
            "dump": "inspector dump pl011 -b devmem -o /root/uart.dump",
            "dumped": "cat /root/uart.dump",
            "poke": f"inspector poke {RTC_MATCH:#x} 0x12345678 -b devmem",
            "peek": f"inspector peek {RTC_MATCH:#x} -b devmem --json",
        },
        append="iomem=relaxed",  # each of the three has a driver
    )


def by_address(outcome: Outcome) -> dict[int, dict[str, Any]]:
    return {entry["address"]: entry for entry in outcome.json()}


@pytest.mark.parametrize(
    ("name", "base", "identification"),
    [
        ("uart", UART, [0x11, 0x10, 0x14, 0x00]),
        ("rtc", RTC, [0x31, 0x10, 0x14, 0x00]),
        ("gpio", GPIO, [0x61, 0x10, 0x04, 0x00]),
    ],
)
def test_the_identification(run: Run, name: str, base: int, identification: list[int]) -> None:
    entries = by_address(run[name])
    assert [entries[base + PERIPHERAL_ID + 4 * n]["value"] for n in range(4)] == identification
    assert [entries[base + CELL_ID + 4 * n]["value"] for n in range(4)] == CELL


@pytest.mark.parametrize(("name", "base"), [("uart", UART), ("rtc", RTC), ("gpio", GPIO)])
def test_each_register_is_read_once_in_order_and_nothing_else(run: Run, name: str, base: int) -> None:
    entries = run[name].json()
    assert run[name].operations == reads(entries)
    values = {entry["address"]: entry["value"] for entry in entries if "value" in entry}
    assert {access.address: access.value for access in run[name].accesses} == values


def test_the_clock_counts_seconds_since_the_epoch(run: Run) -> None:
    data = by_address(run["rtc"])[RTC]
    assert abs(data["value"] - data["time"]) < 5


def test_the_flags_are_decoded(run: Run) -> None:
    """Nothing is being sent or received: output goes to a file."""
    flags = by_address(run["uart"])[UART_FLAGS]
    assert flags["path"] == "UART0.FR"
    expected = {"TXFE": 1, "RXFE": 1, "TXFF": 0, "RXFF": 0, "BUSY": 0}
    assert {name: flags["fields"][name]["value"] for name in expected} == expected


def test_a_fields_path_prints_that_field_alone(run: Run) -> None:
    (entry,) = run["flags"].json()
    assert list(entry["fields"]) == ["TXFE"]
    assert run["flags"].operations == [("read", UART_FLAGS, 4)]


def test_the_data_register_is_left_alone(run: Run) -> None:
    """Reading it takes a character from whoever waits for it. (The kernel's own accesses have 2 bytes.)"""
    data = by_address(run["uart"])[UART_DATA]
    assert data["skipped"] == "read-side-effect"
    assert data["reason"]
    assert "value" not in data
    for name in ("uart", "dump"):
        assert UART_DATA not in [access.address for access in run[name].accesses]


def test_dump_reads_what_it_writes_to_its_file(run: Run) -> None:
    run["dump"].ok()
    header, *entries = run["dumped"].json()
    assert (header["inspector"], header["map"]) == (1, "pl011")
    assert run["dump"].operations == reads(entries)
    assert len(reads(entries)) > 8


def test_peek_and_poke(run: Run) -> None:
    assert run["poke"].ok().operations == [("write", RTC_MATCH, 4)]
    assert run["peek"].operations == [("read", RTC_MATCH, 4)]
    assert [entry["value"] for entry in run["peek"].json()] == [0x12345678]

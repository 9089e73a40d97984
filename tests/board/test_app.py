"""The app itself in the guest, on its serial console, driven by keys."""

from __future__ import annotations

import pytest

from .console import Console
from .guest import Board

pytestmark = pytest.mark.board

UART_DATA, UART_FLAGS = 0x09000000, 0x09000018
IDENTIFIED = r"0x000 +ID +ro +0x0100_?00ed"  # the row of a register that has been read
FIRST_SCREEN = 90.0  # seconds; importing all of it takes an emulated processor about eight


def leave(console: Console) -> None:
    console.send("ctrl+q")
    console.wait_for_end(30)


def test_the_app_shows_a_device_decoded_and_answers_keys(x86_board: Board) -> None:
    with x86_board.console("inspector edu -b devmem") as console:
        screen = "\n".join(console.wait_for(IDENTIFIED, FIRST_SCREEN))
        assert "EDU" in screen
        console.wait_for(r"MAJOR")
        console.wait_for(r"MINOR")
        console.send("?")
        console.wait_for(lambda lines: "\n".join(lines) != screen and "help" in "\n".join(lines).lower())
        console.send("escape")
        console.wait_for(IDENTIFIED)
        leave(console)
    outcome = console.run["console"]
    assert outcome.status == 0
    assert {kind for kind, _, _ in outcome.touched} == {"read"}  # nobody armed it


def test_the_app_shows_the_console_it_runs_on(arm64_board: Board) -> None:
    with arm64_board.console("inspector pl011 -b devmem", append="iomem=relaxed") as console:
        console.wait_for(r"\bFR\b.*0x", FIRST_SCREEN)
        console.wait_for("TXFE")
        leave(console)
    outcome = console.run["console"]
    assert outcome.status == 0
    assert ("read", UART_FLAGS, 4) in outcome.operations
    assert UART_DATA not in [access.address for access in outcome.accesses]
    assert {access.kind for access in outcome.accesses} == {"read"}

"""Scenes of changing values: what is typed, what is said of it, and what came of it."""

from __future__ import annotations

from tests.ui.driving import text_of, until
from tests.ui.scenes import Scene, Seat


async def _says(seat: Seat, words: str) -> None:
    await until(seat.pilot, lambda: words in text_of(seat.screen))


async def mistyped(seat: Seat) -> None:
    """An expression that ends too early."""
    await seat.edit("SYS.SCRATCH", "0x10 +")


async def units(seat: Seat) -> None:
    """A value typed in the unit that it is measured in."""
    await seat.edit("SENSE.FAN_DUTY", "50 %")


async def beyond(seat: Seat) -> None:
    """A value that a field may not have, in a register whose key is added to every write."""
    seat.select("SYS.WATCHDOG")
    await seat.press("e", "tab", "tab")
    await seat.type("601")


async def narrowed(seat: Seat) -> None:
    """A field's names, narrowed by what is typed."""
    seat.select("UART0.CONTROL")
    await seat.press("e", "tab", "tab", "tab")
    await seat.type("m")


async def clearing(seat: Seat) -> None:
    """Flags that are cleared by writing 1, told before the write."""
    seat.select("SYS.ERROR")
    await seat.pass_by(7)
    await seat.press("e")
    await seat.type("1")


async def masked(seat: Seat) -> None:
    """A bit whose twin in the upper half lets it be written."""
    seat.select("SYS.CLOCK_GATE")
    await seat.press("tab", "down", "space")


async def locked(seat: Seat) -> None:
    """A register that another one locks."""
    await seat.edit("SYS.PLL_CONFIG", "|1<<12")


async def written(seat: Seat) -> None:
    """What came of a write."""
    await seat.edit("SYS.SCRATCH", "0x1234")
    await seat.press("enter")
    await _says(seat, "0x0000_1234 ✓")


async def undoing(seat: Seat) -> None:
    """What would take a write back."""
    await written(seat)
    await seat.press("u")
    await _says(seat, "undo:")


async def bit_chosen(seat: Seat) -> None:
    """A bit chosen in the panel."""
    seat.select("UART0.CONTROL")
    await seat.press("tab", "down", "left")


EDIT_SCENES: tuple[Scene, ...] = (
    mistyped,
    units,
    beyond,
    narrowed,
    clearing,
    masked,
    locked,
    written,
    undoing,
    bit_chosen,
)

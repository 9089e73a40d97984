"""Scenes on the demonstration board: what a person does until the screen shows a certain state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from inspector.ui.screen import MainScreen
from tests.ui.driving import select, typed, until
from tests.ui.snapshot import Clock


class Seat:
    """Where a scene is played.

    Attributes:
        pilot: Presses the keys.
        screen: The main screen.
        clock: The time, which stands still.
    """

    def __init__(self, pilot: Pilot[None], screen: MainScreen, clock: Clock) -> None:
        self.pilot, self.screen, self.clock = pilot, screen, clock

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await typed(self.pilot, text)

    def select(self, path: str) -> None:
        select(self.screen, path)

    async def edit(self, path: str, text: str) -> None:
        """Type a register's value in its cell."""
        self.select(path)
        await self.press("e")
        await self.type(text)

    async def pass_by(self, seconds: float) -> None:
        """Let time go by, and wait until what is in sight was read after that."""
        start = self.clock.monotonic() + seconds
        self.clock.pass_by(seconds)
        await self.read_after(start)

    async def read_after(self, start: float) -> None:
        """Wait until all in sight that is polled was read after that moment."""
        live, table = self.screen.live, self.screen.table

        def fresh() -> bool:
            session, poller = live.session, live._poller
            # What was under way at that moment counts as read after it, and was read before.
            if poller is not None and poller._started < start:
                return False
            polled = [node for node in table.in_sight() if session is not None and session.polled(node)]
            return all((live.sample(node).clock or 0) >= start for node in polled)

        if not live.paused:
            await until(self.pilot, fresh)

    async def hold(self) -> None:
        """Pause, and wait until what was under way at that moment is over."""
        await self.press("space")
        poller = self.screen.live._poller
        await until(self.pilot, lambda: poller is None or poller._busy_since is None)


Scene = Callable[[Seat], Awaitable[None]]


async def rest(seat: Seat) -> None:
    """The demonstration board."""
    seat.select("SYS.STATUS")


async def editing_value(seat: Seat) -> None:
    """A value typed in its cell."""
    await seat.edit("UART0.CONTROL", "|0x10")


async def editing_field(seat: Seat) -> None:
    """A field's names to choose from."""
    seat.select("UART0.CONTROL")
    await seat.press("e", "tab", "tab", "tab")


async def refused_edit(seat: Seat) -> None:
    """A value that does not fit."""
    await seat.edit("UART0.CONTROL", "0x1_0000_0000")


async def paused(seat: Seat) -> None:
    """Values that grow old."""
    seat.select("SYS.STATUS")
    await seat.hold()
    seat.clock.pass_by(75)


async def searching(seat: Seat) -> None:
    """A search as it is typed."""
    await seat.press("slash")
    await seat.type("fifo")


async def nothing_found(seat: Seat) -> None:
    """A search without a match."""
    await seat.press("slash")
    await seat.type("qqqq")


async def read_asked(seat: Seat) -> None:
    """A read that acts, asked about."""
    seat.select("UART0.RXDATA")
    await seat.press("r")


async def danger(seat: Seat) -> None:
    """A dangerous write before its word is typed."""
    await seat.edit("SYS.SOFT_RESET", "0x8")
    await seat.press("enter")


async def helping(seat: Seat) -> None:
    """The help."""
    await seat.press("question_mark")


async def journal(seat: Seat) -> None:
    """What was done."""
    await seat.edit("GPIO.MODE", "1")
    await seat.press("enter")
    await seat.press("J")


async def folded(seat: Seat) -> None:
    """An array that is folded away."""
    seat.select("DMA.CHANNEL[1].LENGTH")
    await seat.press("z", "left")


async def filtered(seat: Seat) -> None:
    """Only what differs from its reset value."""
    await seat.press("F", "down", "enter")


async def filters(seat: Seat) -> None:
    """The filters."""
    await seat.press("F")


async def marked(seat: Seat) -> None:
    """What differs from a mark."""
    seat.select("SYS.STATUS")
    await seat.press("m")
    await seat.pass_by(7)


async def differences(seat: Seat) -> None:
    """The list of what differs from a mark."""
    await marked(seat)
    await seat.press("M")


async def snapshots(seat: Seat) -> None:
    """Marks and snapshots to choose from."""
    await marked(seat)
    await seat.press("v")


async def watching(seat: Seat) -> None:
    """A register and a field that are watched."""
    seat.select("SYS.STATUS")
    await seat.press("p")
    seat.select("SYS.ERROR")
    await seat.press("p")
    await seat.pass_by(7)


async def documentation(seat: Seat) -> None:
    """All that the map says of a register."""
    seat.select("UART0.CONTROL")
    await seat.press("d")


async def copying(seat: Seat) -> None:
    """What can be copied."""
    seat.select("UART0.CONTROL")
    await seat.press("Y")


async def palette(seat: Seat) -> None:
    """Every command."""
    await seat.press("ctrl+p")
    await seat.type("fold")


async def binary(seat: Seat) -> None:
    """Values in binary."""
    await seat.press("f", "f")


async def about_region(seat: Seat) -> None:
    """What is known of a region, and how it is claimed."""
    seat.select("SYS.STATUS")
    await seat.press("i")


async def columns(seat: Seat) -> None:
    """The columns to show, hide, move and size."""
    await seat.press("C")


async def plotting(seat: Seat) -> None:
    """A field over time, with the moments of its changes."""
    seat.select("SYS.STATUS")
    await seat.press("P")
    for _ in range(5):
        await seat.pass_by(3)
    await seat.press("escape")
    await seat.hold()
    await seat.press("P")


async def jumping(seat: Seat) -> None:
    """Where one came from."""
    for text in ("gpio.mode", "uart0.control"):
        await seat.press("slash")
        await seat.type(text)
        await seat.press("enter")
    await seat.press("apostrophe")


async def messages(seat: Seat) -> None:
    """What was said."""
    seat.select("UART0.RXDATA")
    await seat.pass_by(1)
    await seat.press("m", "g", "L")


async def map_source(seat: Seat) -> None:
    """The lines of the map that define a register."""
    seat.select("UART0.CONTROL")
    await seat.press("s")


async def registers(seat: Seat) -> None:
    """The registers to go to."""
    await seat.press("ctrl+g")
    await seat.type("uart")


SCENES: tuple[Scene, ...] = (
    rest,
    editing_value,
    editing_field,
    refused_edit,
    paused,
    searching,
    nothing_found,
    read_asked,
    danger,
    helping,
    journal,
    folded,
    filtered,
    filters,
    marked,
    differences,
    snapshots,
    watching,
    documentation,
    copying,
    palette,
    binary,
    about_region,
    columns,
    plotting,
    jumping,
    messages,
    map_source,
    registers,
)

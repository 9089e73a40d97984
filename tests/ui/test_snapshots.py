"""Every screen and state as it looks, at three sizes, in a dark and in a light theme."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from textual.pilot import Pilot

from inspector.maps import load
from inspector.session import Session
from inspector.ui.app import InspectorApp
from inspector.ui.consent import Consents
from inspector.ui.remembered import Remembered
from inspector.ui.screen import MainScreen
from inspector.ui.themes import DARK, LIGHT
from tests.ui.driving import running, select, typed, until
from tests.ui.snapshot import Cell, Clock, cells, compare, picture, stand_still

SIZES = ((120, 40), (80, 24), (200, 60))


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

    async def pass_by(self, seconds: float) -> None:
        """Let time go by, and wait until what is in sight was read after that."""
        start = self.clock.monotonic() + seconds
        self.clock.pass_by(seconds)
        await self.read_after(start)

    async def read_after(self, start: float) -> None:
        screen = self.screen
        nodes = [node for node in screen.table.in_sight() if node.safety.safe and not node.register.const]

        def fresh() -> bool:
            return all((screen.live.sample(node).clock or 0) >= start for node in nodes)

        if not screen.live.paused:
            await until(self.pilot, fresh)


Scene = Callable[[Seat], Awaitable[None]]


async def rest(seat: Seat) -> None:
    """The demonstration board."""
    seat.select("SYS.STATUS")


async def editing_value(seat: Seat) -> None:
    """A value typed in its cell."""
    seat.select("UART0.CONTROL")
    await seat.press("e")
    await seat.type("|0x10")


async def editing_field(seat: Seat) -> None:
    """A field's names to choose from."""
    seat.select("UART0.CONTROL")
    await seat.press("e", "tab", "tab", "tab")


async def refused_edit(seat: Seat) -> None:
    """A value that does not fit."""
    seat.select("UART0.CONTROL")
    await seat.press("e")
    await seat.type("0x1_0000_0000")


async def paused(seat: Seat) -> None:
    """Values that grow old."""
    seat.select("SYS.STATUS")
    await seat.press("space")
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
    seat.select("SYS.SOFT_RESET")
    await seat.press("e")
    await seat.type("0x8")
    await seat.press("enter")


async def helping(seat: Seat) -> None:
    """The help."""
    await seat.press("question_mark")


async def journal(seat: Seat) -> None:
    """What was done."""
    seat.select("GPIO.MODE")
    await seat.press("e")
    await seat.type("1")
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


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
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
    )
}


async def settled(pilot: Pilot[None], screen: MainScreen) -> list[list[Cell]]:
    """What is on the screen once nothing moves there any more."""
    seen: list[list[list[Cell]]] = []
    while len(seen) < 3 or any(each != seen[-1] for each in seen[-3:]):
        seen.append(cells(screen.app))
        await asyncio.sleep(0.05)
        screen._beat()
        screen.repaint()
        await pilot.pause()
    return seen[-1]


@pytest.fixture
def clock() -> Iterator[Clock]:
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        yield stand_still(patch)


@pytest.mark.parametrize("name", SCENES)
async def test_scene(name: str, clock: Clock) -> None:
    register_map = load("demo")
    app = InspectorApp(
        register_map,
        lambda: Session(register_map),
        consents=Consents(Path("/dev/null/consents")),
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
    )
    async with running(app, SIZES[0]) as (pilot, screen):
        seat = Seat(pilot, screen, clock)
        await seat.read_after(0)
        await SCENES[name](seat)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await seat.read_after(0)
            themed = {}
            for theme in (DARK, LIGHT):
                app.theme = theme
                themed[theme] = await settled(pilot, screen)
            compare(f"{name}-{size[0]}x{size[1]}", picture(themed))

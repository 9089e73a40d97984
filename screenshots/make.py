"""Takes the pictures in this folder from the running app: ``python screenshots/make.py``.

They are SVG files: sharp at every size, and a terminal's text stays text.
"""

from __future__ import annotations

import asyncio
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from textual.pilot import Pilot

from inspector.maps import load
from inspector.model.registermap import OpenMode
from inspector.session import Session
from inspector.ui.app import InspectorApp
from inspector.ui.board import Board
from inspector.ui.remembered import Remembered
from inspector.ui.themes import DARK, LIGHT

FOLDER = Path(__file__).resolve().parent

Scene = Callable[[Pilot[None], InspectorApp], Awaitable[None]]


async def take(
    name: str,
    map_name: str,
    scene: Scene,
    *,
    backend: str = "sim",
    mode: OpenMode | None = None,
    size: tuple[int, int] = (120, 40),
    theme: str = DARK,
    beside: str = "",
) -> None:
    """Run the app on a bundled map, play a scene, and save what is on the screen."""
    register_map = load(map_name)
    app = InspectorApp(
        register_map,
        lambda: Session(register_map, [backend], mode=mode),
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
        theme=theme,
        name=backend,
        others=[Board(register_map, lambda: Session(register_map, [beside]), name=beside)] if beside else (),
        compared=bool(beside),
    )
    async with app.run_test(size=size) as pilot:
        await asyncio.sleep(2.5)  # the hardware moves meanwhile, and the first marks of change fade
        await scene(pilot, app)
        await pilot.pause(0.4)
        (FOLDER / f"{name}.svg").write_text(_aligned(app.export_screenshot()), encoding="utf-8")
    print(f"{name}.svg")


def _aligned(svg: str) -> str:
    """The picture with the dots of a plot below one another in whatever font it is looked at.

    Few fonts of fixed width have Braille patterns: those of another one have another width than spaces, so
    that a line of both is aligned only where its spaces are patterns without dots.
    """
    return re.sub(">[^<]*[\u2801-\u28ff][^<]*<", lambda text: text[0].replace("&#160;", "\u2800"), svg)


def select(app: InspectorApp, path: str) -> None:
    """Move the cursor to a register."""
    app.main.table.select(app.map.by_path[path])


async def demo(pilot: Pilot[None], app: InspectorApp) -> None:
    """The demonstration board, alive."""
    select(app, "SYS.STATUS")
    await asyncio.sleep(2.0)


async def edit(pilot: Pilot[None], app: InspectorApp) -> None:
    """A field edited by name, with the bus operations that Enter would run."""
    select(app, "UART0.CONTROL")
    await pilot.press("e", *["tab"] * 3)
    await pilot.press(*"odd")


async def search(pilot: Pilot[None], app: InspectorApp) -> None:
    """A word that is a part of names, of fields, of the names of values, and of texts."""
    await pilot.press("slash", *"lock")


async def differences(pilot: Pilot[None], app: InspectorApp) -> None:
    """What differs from a mark."""
    select(app, "SYS.STATUS")
    await pilot.press("m")
    await asyncio.sleep(7.0)
    await pilot.press("M")
    await asyncio.sleep(0.6)


async def watch(pilot: Pilot[None], app: InspectorApp) -> None:
    """A register and two fields that are watched."""
    select(app, "SYS.STATUS")
    await pilot.press("tab", "down", "down", "p", "down", "p", "escape")
    select(app, "SENSE.ACCELERATION_X")
    await pilot.press("p")
    await asyncio.sleep(8.0)


async def plot(pilot: Pilot[None], app: InspectorApp) -> None:
    """A field over half a minute: a FIFO that fills up, and is read twice meanwhile."""
    select(app, "UART0.STATUS")
    await pilot.press("tab", "p", "escape")
    select(app, "UART0.RXDATA")
    for characters in (6, 9):
        await asyncio.sleep(10.0)
        for _ in range(characters):
            await pilot.press("r", "r")
            await asyncio.sleep(0.3)
    await asyncio.sleep(8.0)
    select(app, "UART0.STATUS")
    await pilot.press("tab", "P", "plus")
    await asyncio.sleep(1.0)


async def folded(pilot: Pilot[None], app: InspectorApp) -> None:
    """An array that is folded away."""
    select(app, "DMA.CHANNEL[1].LENGTH")
    await pilot.press("z", "left")


async def filtered(pilot: Pilot[None], app: InspectorApp) -> None:
    """What somebody has set up: only what can be written and differs from its reset value."""
    for path, text in (
        ("SENSE.TEMPERATURE_LIMIT", "70"),
        ("DMA.CHANNEL[1].LENGTH", "512"),
        ("UART0.BAUD", "0x1a0"),
        ("TIMER1.COMPARE", "250000"),
    ):
        select(app, path)
        await pilot.press("e", *text, "enter")
        await asyncio.sleep(0.4)
    await pilot.press("home")
    for _ in range(6):
        await pilot.press("pagedown")
        await asyncio.sleep(0.4)
    await pilot.press("home", "F", "down", "space", *["down"] * 3, "space", "enter")
    await pilot.press("escape")
    await asyncio.sleep(1.2)
    select(app, "UART0.BAUD")


async def compare(pilot: Pilot[None], app: InspectorApp) -> None:
    """One map on two targets."""
    select(app, "UART0.CR")
    await asyncio.sleep(1.0)


async def documentation(pilot: Pilot[None], app: InspectorApp) -> None:
    """What the map says of a register."""
    select(app, "UART0.CONTROL")
    await pilot.press("d")


async def refusal(pilot: Pilot[None], app: InspectorApp) -> None:
    """A region that is refused: by whom, why, and what to do."""
    select(app, "UART0.FR")


async def danger(pilot: Pilot[None], app: InspectorApp) -> None:
    """A write that the map calls dangerous, before its word is typed."""
    select(app, "SYS.SOFT_RESET")
    await pilot.press("e", *"0x8", "enter", *"SOFT_RES")


async def claims(pilot: Pilot[None], app: InspectorApp) -> None:
    """All about a region that another program holds, and the refusal of a claim."""
    select(app, "UART0.FR")
    await pilot.press("x")
    await asyncio.sleep(1.0)
    await pilot.press("i")


@contextmanager
def held_by_another() -> Iterator[str]:
    """The word of a backend that another program claims exclusively: an image of a PL011."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("uart.bin").write_bytes(struct.pack("<I", 0x90) * 1024)
        word = "devmem:uart.bin@0x09000000"
        inspector = Path(sys.executable).with_name("inspector")
        arguments = ["watch", "pl011", "UART0.FR", "-b", word, "--exclusive"]
        with subprocess.Popen([inspector, *arguments], stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            try:
                yield word
            finally:
                other.terminate()


@contextmanager
def two_images() -> Iterator[tuple[str, str]]:
    """The words of two backends: images of two PL011 that are set up otherwise."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for name, control, baud in (("works.img", 0x301, 0x10), ("silent.img", 0x300, 0)):
            words = {0x18: 0x90, 0x24: baud, 0x28: baud and 0x3B, 0x2C: 0x70, 0x30: control}
            data = bytearray(4096)
            for offset, word in words.items():
                struct.pack_into("<I", data, offset, word)
            Path(name).write_bytes(data)
        yield "devmem:works.img@0x09000000", "devmem:silent.img@0x09000000"


async def main() -> None:
    """Take every picture."""
    await take("demo", "demo", demo)
    await take("edit", "demo", edit)
    await take("search", "demo", search)
    await take("danger", "demo", danger)
    with held_by_another() as word:
        await take("claims", "pl011", claims, backend=word)
        await take("refusal", "pl011", refusal, backend=word, mode=OpenMode.EXCLUSIVE)
    await take("differences", "demo", differences)
    await take("watch", "demo", watch)
    await take("plot", "demo", plot)
    await take("folded", "demo", folded)
    await take("filtered", "demo", filtered)
    await take("documentation", "demo", documentation)
    with two_images() as (one, other):
        await take("compare", "pl011", compare, backend=one, beside=other)
    await take("light", "demo", demo, theme=LIGHT)
    await take("small", "demo", demo, size=(80, 24))
    await take("large", "demo", demo, size=(200, 60))


if __name__ == "__main__":
    asyncio.run(main())

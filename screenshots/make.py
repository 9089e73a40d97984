"""Takes the pictures in this folder from the running app: ``python screenshots/make.py``.

They are SVG files: sharp at every size, and a terminal's text stays text.
"""

from __future__ import annotations

import asyncio
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
) -> None:
    """Run the app on a bundled map, play a scene, and save what is on the screen."""
    register_map = load(map_name)
    app = InspectorApp(register_map, lambda: Session(register_map, [backend], mode=mode))
    async with app.run_test(size=size) as pilot:
        await asyncio.sleep(2.5)  # the hardware moves meanwhile, and the first marks of change fade
        await scene(pilot, app)
        await pilot.pause(0.4)
        app.save_screenshot(f"{name}.svg", path=str(FOLDER))
    print(f"{name}.svg")


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
    """A search over names and texts."""
    await pilot.press("slash", *"fifo")


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


async def main() -> None:
    """Take every picture."""
    await take("demo", "demo", demo)
    await take("edit", "demo", edit)
    await take("search", "demo", search)
    await take("danger", "demo", danger)
    with held_by_another() as word:
        await take("claims", "pl011", claims, backend=word)
        await take("refusal", "pl011", refusal, backend=word, mode=OpenMode.EXCLUSIVE)
    await take("small", "demo", demo, size=(80, 24))
    await take("large", "demo", demo, size=(200, 60))


if __name__ == "__main__":
    asyncio.run(main())

"""Takes the pictures in this folder from the running app: ``python screenshots/make.py``.

They are SVG files: sharp at every size, and a terminal's text stays text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from inspector.maps import load
from inspector.session import Session
from inspector.ui.app import InspectorApp

FOLDER = Path(__file__).parent

Scene = Callable[[Pilot[None], InspectorApp], Awaitable[None]]


async def take(
    name: str, map_name: str, scene: Scene, *, backend: str = "sim", size: tuple[int, int] = (120, 40)
) -> None:
    """Run the app on a bundled map, play a scene, and save what is on the screen."""
    register_map = load(map_name)
    app = InspectorApp(register_map, lambda: Session(register_map, [backend]))
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
    """A region that the system refuses, with the way out."""
    select(app, "UART0.FR")


async def main() -> None:
    """Take every picture."""
    await take("demo", "demo", demo)
    await take("edit", "demo", edit)
    await take("search", "demo", search)
    await take("refusal", "pl011", refusal, backend="devmem")
    await take("small", "demo", demo, size=(80, 24))
    await take("large", "demo", demo, size=(200, 60))


if __name__ == "__main__":
    asyncio.run(main())

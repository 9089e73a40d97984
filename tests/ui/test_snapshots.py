"""Every screen and state as it looks, at three sizes, in a dark and in a light theme."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.pilot import Pilot

from inspector.ui.ask import Sheet
from inspector.ui.screen import MainScreen
from tests.ui.driving import running
from tests.ui.scenes import Seat
from tests.ui.snapshot import Cell, Clock, cells, compare, painted, picture, stand_still
from tests.ui.stages import SIZES, STAGES


async def settled(pilot: Pilot[None], screen: MainScreen) -> list[list[Cell]]:
    """What is on the screen once nothing moves there any more."""
    seen: list[list[list[Segment]]] = []
    while len(seen) < 3 or any(each != seen[-1] for each in seen[-3:]):
        seen.append(painted(screen.app))
        # What a timer does now and then is done at once, so that none of it is left for later; what is
        # watched is looked at once in half a second by the clock, which stands still.
        screen.watching._looked = -1.0
        screen._beat()
        screen.repaint()
        if isinstance(screen.app.screen, Sheet):
            screen.app.screen._write()
        # A moment for the bus's thread; waiting until the process is idle would take three times as long.
        await pilot.pause(0.01)
    return cells(seen[-1])


@pytest.fixture
def clock() -> Iterator[Clock]:
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        yield stand_still(patch)


@pytest.mark.parametrize("name", STAGES)
async def test_scene(name: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stage = STAGES[name]
    app = stage.make()
    async with running(app, SIZES[0], wait=stage.opens) as (pilot, screen):
        seat = Seat(pilot, screen, clock)
        await seat.read_after(0)
        await stage.scene(seat)
        for size in stage.sizes:
            if app.size != size:
                await pilot.resize_terminal(*size)
                await seat.read_after(0)
            themed = {}
            for theme in stage.themes:
                app.theme = theme
                themed[theme] = await settled(pilot, screen)
            compare(f"{name}-{size[0]}x{size[1]}", picture(themed))

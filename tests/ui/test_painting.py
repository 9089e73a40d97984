"""What is painted in a tick: only what differs, and never more for a larger map."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from inspector.model.register import Block
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.session import Sample, Session
from inspector.ui.app import InspectorApp
from inspector.ui.consent import Consents
from inspector.ui.lines import LinesMixin
from inspector.ui.screen import MainScreen
from inspector.ui.table import RegisterTable
from tests.ui.driving import make_app, register, running, small_map, until


def rendered(screen: MainScreen) -> int:
    return sum(view.rendered for view in screen.query(LinesMixin))


async def settle(pilot: Pilot[None], screen: MainScreen) -> None:
    """Wait until every value in sight was read, and then until nothing is painted any more."""
    nodes = [node for node in screen.table.in_sight() if node.safety.safe]
    await until(pilot, lambda: all(node.index in screen.live.samples for node in nodes))
    last = -1
    while last != rendered(screen):
        last = rendered(screen)
        await repaints(pilot, screen, 3)


async def repaints(pilot: Pilot[None], screen: MainScreen, count: int) -> None:
    """Wait for ``count`` arrivals from the poller."""
    seen: list[bool] = []
    take = screen.live.take

    def counted() -> bool:
        seen.append(True)
        return take()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen.live, "take", counted)
        await until(pilot, lambda: len(seen) >= count)


async def test_a_quiet_map_paints_nothing() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await settle(pilot, screen)
        before = rendered(screen)
        await repaints(pilot, screen, 5)
        assert rendered(screen) == before


def many(count: int) -> RegisterMap:
    block = Block(
        "b", count * 4, tuple(register(f"R{i}", offset=4 * i, reset=i & 0xFF) for i in range(count))
    )
    return RegisterMap("many", (Region("r", 0, count * 4, (Instance("X", block),)),), (block,))


@pytest.mark.parametrize("count", [100, 20_000])
async def test_one_change_paints_one_row_whatever_the_size(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(make_app(many(count))) as (pilot, screen):
        await settle(pilot, screen)
        await pilot.press("space")
        await settle_paused(pilot, screen)
        table = screen.table
        row = table.row + 3
        node = table.rows.node(row)
        assert node is not None
        now = time.monotonic()
        looked: list[int] = []
        state = RegisterTable._state

        def counted(self: RegisterTable, at: int, top: int) -> object:
            looked.append(at)
            return state(self, at, top)

        monkeypatch.setattr(RegisterTable, "_state", counted)
        fresh = {
            index: sample._replace(clock=now + 1, time=0.0) for index, sample in screen.live.samples.items()
        }
        screen.live.keep(fresh)
        screen.live.keep({node.index: fresh[node.index]._replace(value=0xAB, changed=now + 1)})
        before = table.rendered
        table.tick(now + 1)
        assert len(looked) == table.height
        await pilot.pause()
        assert table.rendered == before + 1


async def settle_paused(pilot: Pilot[None], screen: MainScreen) -> None:
    await until(pilot, lambda: screen.live.paused)
    await pilot.pause()


async def test_only_what_is_in_sight_and_what_is_watched_is_read() -> None:
    asked: set[str] = set()

    class CountingSession(Session):
        def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
            asked.update(node.path for node in nodes)
            return super().read(nodes)

    register_map = many(500)
    app = InspectorApp(
        register_map,
        lambda: CountingSession(register_map, ["sim"]),
        consents=Consents(Path("/nonexistent/consents")),
    )
    async with running(app, (80, 24)) as (pilot, screen):
        await settle(pilot, screen)
        asked.clear()
        await repaints(pilot, screen, 3)
        assert asked == {node.path for node in screen.table.in_sight()}
        await pilot.press("p", "G")
        await settle(pilot, screen)
        asked.clear()
        await repaints(pilot, screen, 3)
        assert asked == {"X.R0"} | {node.path for node in screen.table.in_sight()}


@pytest.mark.parametrize(("given", "expected"), [(None, "500"), ("30", "30")])
def test_the_pace_of_painting_is_raised_before_textual_is_imported(given: str | None, expected: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "TEXTUAL_FPS"}
    if given is not None:
        environment["TEXTUAL_FPS"] = given
    code = (
        "import sys, inspector.ui; assert 'textual' not in sys.modules; "
        "import inspector.ui.app, textual.constants; print(textual.constants.MAX_FPS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == expected

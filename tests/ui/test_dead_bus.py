"""A bus that hangs, a slow opening, a job that breaks: the screen lives on, and the exit is at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session import Sample, Session
from inspector.ui.app import InspectorApp
from inspector.ui.consent import Consents
from tests.ui.driving import make_app, running, small_map, text_of, typed, until

NO_CONSENTS = Path("/nonexistent/consents")


class HangingSession(Session):
    """A session whose reads do not come back until the gate opens."""

    def __init__(self, register_map: RegisterMap, gate: threading.Event) -> None:
        super().__init__(register_map, ["sim"])
        self.gate = gate

    def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
        self.gate.wait()
        return super().read(nodes)


async def test_a_bus_that_hangs_stops_neither_keys_nor_exit() -> None:
    gate = threading.Event()
    register_map = small_map()
    app = InspectorApp(
        register_map, lambda: HangingSession(register_map, gate), consents=Consents(NO_CONSENTS)
    )
    try:
        async with running(app, wait=False) as (pilot, screen):
            await until(pilot, lambda: screen.live.session is not None)
            await pilot.press("j", "j")
            assert screen.table.selected is register_map.by_path["DEV.DATA"]
            await until(pilot, lambda: "… no answer for 1 s" in text_of(screen))
            await pilot.press("k", "e")
            await typed(pilot, "3")
            assert "writing 1 clears" in text_of(screen)
            assert "write 0x0000_0003 to" in text_of(screen)
            await pilot.press("enter")
            assert "writing DEV.FLAGS …" in text_of(screen)
            assert not gate.is_set()
        # The app has ended with the access still under way.
        assert not gate.is_set()
    finally:
        gate.set()


async def test_a_slow_opening_leaves_the_table_alive() -> None:
    gate = threading.Event()
    opened: list[Session] = []
    register_map = small_map()

    def slow() -> Session:
        gate.wait()
        opened.append(Session(register_map, ["sim"]))
        return opened[0]

    app = InspectorApp(register_map, slow, consents=Consents(NO_CONSENTS))
    try:
        async with running(app, wait=False) as (pilot, screen):
            assert "opening …" in text_of(screen)
            assert "FLAGS" in text_of(screen)
            await pilot.press("j", "e", "r", "a")
            assert screen.table.selected is register_map.by_path["DEV.FLAGS"]
    finally:
        gate.set()
    opener = next((thread for thread in threading.enumerate() if thread.name == "opener"), None)
    if opener is not None:
        opener.join(10)
    # What was opened after everyone left is closed again.
    assert all(region.state.value == "closed" for region in opened[0].regions.values())


async def test_a_job_that_breaks_is_a_message() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        outcomes: list[object] = []

        def job(session: Session) -> int:
            raise ZeroDivisionError("oh")

        assert screen.live.submit(job, outcomes.append)
        await until(pilot, lambda: bool(outcomes))
        assert "ZeroDivisionError: oh" in str(outcomes[0])
        await pilot.press("r")
        await until(pilot, lambda: "read once" in text_of(screen))


async def test_an_opening_that_breaks_is_a_message() -> None:
    def broken() -> Session:
        raise ZeroDivisionError("oh")

    app = InspectorApp(small_map(), broken, consents=Consents(NO_CONSENTS))
    async with running(app) as (pilot, screen):
        await until(pilot, lambda: "ZeroDivisionError: oh" in text_of(screen))
        assert "cannot be opened" in text_of(screen)
        await pilot.press("j", "e", "a")
        assert screen.edits.editing is None


async def test_polling_that_breaks_says_so() -> None:
    register_map = small_map()

    class BreakingSession(Session):
        def polled(self, node: RegisterNode) -> bool:
            raise ZeroDivisionError("oh")

    app = InspectorApp(
        register_map, lambda: BreakingSession(register_map, ["sim"]), consents=Consents(NO_CONSENTS)
    )
    async with running(app, wait=False) as (pilot, screen):
        await until(pilot, lambda: "stopped" in text_of(screen))
        assert "ZeroDivisionError: oh" in text_of(screen)
        await pilot.press("j")
        assert screen.table.selected is register_map.by_path["DEV.FLAGS"]

"""Driving the app in tests: a small map, a running app, and waiting for what must come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.field import Field
from inspector.model.register import Block, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.session import Session
from inspector.ui.app import InspectorApp
from inspector.ui.ask import Pane
from inspector.ui.consent import Consents
from inspector.ui.lines import plain
from inspector.ui.remembered import Remembered
from inspector.ui.screen import MainScreen
from inspector.ui.settings import Settings
from tests.unit.model import build
from tests.unit.model.build import field


def register(name: str, *fields: Field, width: int = 32, **rest: Any) -> Register:
    """Make a register whose reset is defined in all its bits."""
    return build.register(name, *fields, width=width, reset_mask=(1 << width) - 1, **rest)


LEVELS = Enumeration((EnumEntry(0, 0, "off"), EnumEntry(1, 1, "slow"), EnumEntry(2, 2, "fast")))


def small_map(*, base: int | None = 0x1000, source: str | None = None, digest: str = "") -> RegisterMap:
    """Two blocks in two regions: a store, a flag to clear, a FIFO, a write-only register, an enumeration."""
    device = Block(
        "device",
        0x100,
        (
            register(
                "CTRL",
                field("MODE", "5:4", enum=LEVELS, desc="How it runs."),
                field("EN", "0", desc="Turns it on."),
                offset=0x0,
                reset=0x10,
                title="Control",
                desc="What the device does.",
            ),
            register(
                "FLAGS",
                field("DONE", "0", "w1c", reset=1, desc="It has finished."),
                field("LATE", "1", "w1c", reset=1),
                offset=0x4,
                reset=0x3,
            ),
            register("DATA", offset=0x8, access="rc", reset=0x5A),
            register("KICK", offset=0xC, access="wo"),
            register("ID", offset=0x10, access="ro", const=True, reset=0xC0FFEE),
            register("WIDE", offset=0x18, width=64, reset=0x1_0000_0002),
            register("OWN", field("A", "7:0"), field("B", "15:8", "rwclr"), offset=0x20, reset=0x0102),
        ),
        title="Device",
    )
    other = Block(
        "other", 0x100, tuple(register(f"R{i}", offset=i * 4, reset=i, width=32) for i in range(40))
    )
    return RegisterMap(
        "small",
        (
            Region("main", base, 0x100, (Instance("DEV", device),), source=source),
            Region("rest", None if base is None else 0x2000, 0x100, (Instance("MORE", other),)),
        ),
        (device, other),
        title="Small board",
        digest=digest,
        file="small.yaml",
    )


def make_app(
    register_map: RegisterMap, backends: Sequence[str] = ("sim",), *, write: bool = False, **rest: Any
) -> InspectorApp:
    """An app that remembers nothing of the person."""
    rest.setdefault("settings", Settings(Path("/dev/null/settings")))
    return InspectorApp(
        register_map,
        lambda: Session(register_map, backends, write=write),
        consents=Consents(Path("/dev/null/consents")),
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
        **rest,
    )


@asynccontextmanager
async def running(
    app: InspectorApp, size: tuple[int, int] = (120, 40), *, wait: bool = True
) -> AsyncIterator[tuple[Pilot[None], MainScreen]]:
    """Run ``app`` until its first values are there."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = app.main
        if wait:
            await until(pilot, lambda: bool(screen.live.samples) or screen.live.error is not None)
        yield pilot, screen


async def until(pilot: Pilot[None], condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for what must come; fails only where it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)
        await pilot.pause()


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type ``text`` in one go, which is quicker than waiting for each key."""
    for c in text:
        pilot.app.post_message(events.Key("underscore" if c == "_" else c, c))
    await pilot.pause()


def text_of(screen: MainScreen) -> str:
    """All that the screen shows."""
    width, height = screen.size
    strips = screen._compositor.render_strips()
    assert len(strips) == height or not height
    return "\n".join(strip.text[:width].rstrip() for strip in strips)


def sheet_text(screen: MainScreen) -> str:
    """All that the sheet over the screen says, scrolled out of sight or not, its lines joined."""
    return " ".join(" ".join(plain(line) for line in screen.app.screen.query_one(Pane).lines).split())


def select(screen: MainScreen, path: str) -> None:
    """Select a register."""
    screen.table.select(screen.map.by_path[path])

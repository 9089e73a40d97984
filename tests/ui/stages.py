"""Stages: other boards, and what goes wrong on them, each with the scene that is played there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspector.errors import Asleep, BusFault, Busy, NotPermitted, Revoked, TimedOut
from inspector.maps import load
from inspector.model.registermap import OpenMode, RegisterMap, RegisterNode
from inspector.session import OpenRegion, RegionState, Sample, Session
from inspector.ui.app import InspectorApp
from inspector.ui.board import Board
from inspector.ui.consent import Consents
from inspector.ui.remembered import Remembered
from inspector.ui.settings import Settings
from inspector.ui.themes import DARK, LIGHT, THEMES
from tests.ui.driving import make_app, small_map, text_of, until
from tests.ui.scenes import SCENES, Scene, Seat, rest
from tests.ui.test_memory import memory_map


@dataclass(frozen=True)
class Stage:
    """An app, and what is played on it.

    Attributes:
        make: Makes the app.
        scene: Plays it.
        opens: Whether the map is opened without further ado.
        themes: What it is looked at in, where those are not the dark and the light one.
    """

    make: Callable[[], InspectorApp]
    scene: Scene
    opens: bool = True
    themes: tuple[str, ...] = (DARK, LIGHT)


def demonstration() -> InspectorApp:
    return make_app(load("demo"))


def small(session: Callable[[RegisterMap], Session]) -> InspectorApp:
    """The small map on a session of its own."""
    register_map = small_map()
    return InspectorApp(
        register_map,
        lambda: session(register_map),
        consents=Consents(Path("/dev/null/consents")),
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
        settings=Settings(Path("/dev/null/settings")),
    )


# --- what goes wrong -----------------------------------------------------------------------------


class TroubledSession(Session):
    """A register faults and another one does not answer; the other region is lost, once it was read."""

    def read_safe(self, nodes: Iterable[RegisterNode], *, destructive: bool = False) -> list[Sample]:
        samples = super().read_safe(nodes, destructive=destructive)
        if self.samples and not hasattr(self, "done"):
            self.done = True
            knowledge, nodes_at = self._knowledge, self.map.by_path
            knowledge.fail(nodes_at["DEV.CTRL"], BusFault("the bus answered with an error"))
            knowledge.wait(nodes_at["DEV.WIDE"], TimedOut("the read did not come back within 1 s"))
            self.regions["rest"].lose(Revoked("0000:00:04.0 is gone"))
        return samples

    def _revive(self) -> None:
        """Nothing comes back."""


class RefusingSession(Session):
    """A session of which no region can be claimed."""

    def switch(self, opened: OpenRegion, mode: OpenMode) -> None:
        raise Busy("cannot claim main (0x1000-0x10ff): held by inspector 4242 (root) since 14:02:11")


class AsleepSession(Session):
    """A session whose first region sleeps."""

    def __init__(self, register_map: RegisterMap) -> None:
        super().__init__(register_map, ["sim"])
        opened = self.regions["main"]
        opened.close()
        opened.state, opened.error = RegionState.REFUSED, Asleep("0000:00:04.0 sleeps (D3hot)")

    def _revive(self) -> None:
        """Nothing wakes up."""


def unopened(register_map: RegisterMap) -> Session:
    """A session that cannot be had."""
    raise NotPermitted("/dev/mem: permission denied", errno_name="EACCES", advice="run it as root")


# --- what is done --------------------------------------------------------------------------------


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
    await seat.press("escape", "space", "P")


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


# --- other boards, and what goes wrong ------------------------------------------------------------


async def nothing(seat: Seat) -> None:
    """It is as it comes up."""


async def a_window_of_memory(seat: Seat) -> None:
    """A stretch of memory among registers."""
    await seat.press("home", "down", "down", "down")


async def released(seat: Seat) -> None:
    """A region that is given back."""
    await seat.press("c")
    await until(seat.pilot, lambda: "released" in text_of(seat.screen))


async def refused_claim(seat: Seat) -> None:
    """A region that somebody else has claimed."""
    await seat.press("x")
    await until(seat.pilot, lambda: "EBUSY" in text_of(seat.screen))


async def refused_write(seat: Seat) -> None:
    """What a screen that only shows says to a write."""
    seat.select("GPIO.MODE")
    await seat.press("e")


async def troubled(seat: Seat) -> None:
    """A register that faulted, one that waits, and a region that is gone."""
    await until(seat.pilot, lambda: "bus error" in text_of(seat.screen))


async def second_tab(seat: Seat) -> None:
    """The other board in front."""
    await seat.press("right_curly_bracket")


def _tabs() -> InspectorApp:
    other = load("pl011")
    board = Board(other, lambda: Session(other, ["sim"]), name="pl011")
    return make_app(load("demo"), name="demo", others=[board])


STAGES: dict[str, Stage] = {
    **{scene.__name__: Stage(demonstration, scene) for scene in SCENES},
    "greeting": Stage(partial(make_app, load("demo"), greet=True), nothing),
    "view_only": Stage(partial(make_app, load("demo"), view_only=True), refused_write),
    "every_theme": Stage(demonstration, rest, themes=tuple(THEMES)),
    "consent": Stage(partial(make_app, small_map(), hardware={"main": "devmem"}), nothing, opens=False),
    "memory": Stage(partial(make_app, memory_map()), a_window_of_memory),
    "tabs": Stage(_tabs, second_tab),
    "released": Stage(partial(make_app, small_map()), released),
    "refused_claim": Stage(partial(small, RefusingSession), refused_claim),
    "troubled": Stage(partial(small, TroubledSession), troubled),
    "asleep": Stage(partial(small, AsleepSession), nothing),
    "unopened": Stage(partial(small, unopened), nothing),
}

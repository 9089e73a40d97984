"""Stages: other boards, and what goes wrong on them, each with the scene that is played there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from inspector.errors import Asleep, BusFault, Busy, NotPermitted, Revoked, TimedOut
from inspector.maps import load
from inspector.model.compose import Composition
from inspector.model.edit import Edit, Operator
from inspector.model.registermap import OpenMode, RegisterMap, RegisterNode
from inspector.session import OpenRegion, RegionState, Sample, Session
from inspector.session.writing import WriteResult
from inspector.ui.app import InspectorApp
from inspector.ui.board import Board
from inspector.ui.consent import Consents
from inspector.ui.remembered import Remembered
from inspector.ui.settings import Settings
from inspector.ui.themes import DARK, LIGHT, THEMES
from tests.ui.driving import make_app, register, small_map, text_of, until
from tests.ui.edit_scenes import EDIT_SCENES
from tests.ui.scenes import SCENES, Scene, Seat, rest
from tests.ui.test_claims import Stalled
from tests.ui.test_memory import memory_map
from tests.unit.model.build import field, one_block

SIZES = ((120, 40), (80, 24), (200, 60))

STRANGER = (
    register("ID", offset=0x0, access="ro", expect=0xED, const=True, reset=0x11),
    register("CTRL", field("EN", "0"), offset=0x4),
)
"""Registers of which the first one says that another device is there."""

LONG = """The **main** control register, see `STATUS`.

- first, set EN
- then wait
  1. a while
  2. longer

## Rates

> The rate counts only once EN was 0 for as long as two periods of the clock that it divides last.

| value | rate |
|---|---|
| 0 | off |
| 1 | a period of the clock divided by sixteen, or by as much as PRESCALER says |

```
write RATE
wait  2 periods
```

More in [the manual](https://example.com/rates).
"""


@dataclass(frozen=True)
class Stage:
    """An app, and what is played on it.

    Attributes:
        make: Makes the app.
        scene: Plays it.
        opens: Whether the map is opened without further ado.
        themes: What it is looked at in, where those are not the dark and the light one.
        sizes: The windows that it is looked at in, likewise.
    """

    make: Callable[[], InspectorApp]
    scene: Scene
    opens: bool = True
    themes: tuple[str, ...] = (DARK, LIGHT)
    sizes: tuple[tuple[int, int], ...] = SIZES


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


def hardware() -> InspectorApp:
    """The small map on a file that stands for hardware, in the folder where the test runs."""
    Path("image.bin").write_bytes(bytes(0x3000))
    return make_app(small_map(), ["devmem:image.bin"])


def wordy_map() -> RegisterMap:
    """A register and a field of which much is said."""
    return one_block(
        register("CTRL", field("RATE", "7:4", desc=LONG), field("EN", "0", desc="Turns it on."), desc=LONG)
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


class StalledSession(Stalled):
    """A session whose first register does not answer once."""

    def __init__(self, register_map: RegisterMap) -> None:
        super().__init__(register_map, ["sim"])


class FailingSession(Session):
    """A session where reading back what was written ends in a bus error."""

    def __init__(self, register_map: RegisterMap) -> None:
        super().__init__(register_map, ["sim"])

    def write(self, composition: Composition) -> WriteResult:
        error = BusFault("the bus answered with an error")
        return replace(super().write(composition), value=None, error=error)


class UnlikeSession(Session):
    """A session whose writes do not store one of their bits."""

    def __init__(self, register_map: RegisterMap) -> None:
        super().__init__(register_map, ["sim"])

    def write(self, composition: Composition) -> WriteResult:
        stored = self.compose(composition.node, [Edit(None, Operator.ASSIGN, 0x01)])
        return replace(super().write(stored), composition=composition, written=0x21, mismatch=0x20)


def opens_never(register_map: RegisterMap) -> Session:
    """A session that keeps one waiting."""
    threading.Event().wait()
    raise AssertionError


def unopened(register_map: RegisterMap) -> Session:
    """A session that cannot be had."""
    raise NotPermitted("/dev/mem: permission denied", errno_name="EACCES", advice="run it as root")


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


async def stalled(seat: Seat) -> None:
    """A register that has not answered for a while, in a region that is waited for."""
    await until(seat.pilot, lambda: "no answer from DEV.CTRL" in text_of(seat.screen))
    await seat.pass_by(12)


async def opening(seat: Seat) -> None:
    """A board that takes its time to open."""
    await until(seat.pilot, lambda: seat.screen.live.opening)
    seat.clock.pass_by(3)


async def failed_write(seat: Seat) -> None:
    """A write of which nobody knows whether it was stored."""
    await seat.edit("DEV.CTRL", "0x21")
    await seat.press("enter")
    await until(seat.pilot, lambda: "SIGBUS" in text_of(seat.screen))


async def unlike(seat: Seat) -> None:
    """A write after which something else is read back."""
    await seat.edit("DEV.CTRL", "0x21")
    await seat.press("enter")
    await until(seat.pilot, lambda: ":=" in text_of(seat.screen))


async def to_be_armed(seat: Seat) -> None:
    """The question before hardware may be written."""
    await seat.press("a")


async def armed(seat: Seat) -> None:
    """Hardware that may be written."""
    await seat.press("a", "enter")
    await until(seat.pilot, lambda: seat.screen.live.armed("main"))


async def skipped(seat: Seat) -> None:
    """A register that is not read by itself."""
    seat.select("DEV.DATA")


async def explained(seat: Seat) -> None:
    """A long text of a map, with lists, a table and code."""
    seat.select("X.CTRL")
    await seat.press("d")


async def in_the_list(seat: Seat) -> None:
    """The list of regions has the keys."""
    await seat.press("shift+tab", "down", "down")


async def all_folded(seat: Seat) -> None:
    """Every region folded, so that nothing is read."""
    await seat.press("Z")


async def watched_trouble(seat: Seat) -> None:
    """What is watched, one of which failed."""
    await troubled(seat)
    for path in ("DEV.WIDE", "DEV.CTRL"):
        seat.select(path)
        await seat.press("p")
    await seat.pass_by(3)


async def second_tab(seat: Seat) -> None:
    """The other board in front."""
    await seat.press("right_curly_bracket")


def _tabs() -> InspectorApp:
    other = load("pl011")
    board = Board(other, lambda: Session(other, ["sim"]), name="pl011")
    return make_app(load("demo"), name="demo", others=[board])


STAGES: dict[str, Stage] = {
    **{scene.__name__: Stage(demonstration, scene) for scene in (*SCENES, *EDIT_SCENES)},
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
    "opening": Stage(partial(small, opens_never), opening, opens=False),
    "stalled": Stage(partial(small, StalledSession), stalled),
    "failed_write": Stage(partial(small, FailingSession), failed_write),
    "unlike": Stage(partial(small, UnlikeSession), unlike),
    "to_be_armed": Stage(hardware, to_be_armed),
    "armed": Stage(hardware, armed),
    "skipped": Stage(partial(make_app, small_map()), skipped),
    "explained": Stage(partial(make_app, wordy_map()), explained),
    "all_folded": Stage(demonstration, all_folded),
    "watched_trouble": Stage(partial(small, TroubledSession), watched_trouble),
    "unidentified": Stage(partial(make_app, one_block(*STRANGER)), nothing),
    "in_the_list": Stage(demonstration, in_the_list),
    "tiny": Stage(demonstration, rest, sizes=((20, 5), (40, 12))),
}

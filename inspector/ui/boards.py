"""Several boards in one app, each on a screen of its own: which is in front, and a line that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from inspector.ui.board import FIRST
from inspector.ui.condition import FAULT, Condition, overview
from inspector.ui.lines import Line, Span, clean, cut
from inspector.ui.marks import Moment

if TYPE_CHECKING:
    from inspector.ui.app import InspectorApp
    from inspector.ui.screen import MainScreen


class Boards:
    """The screens of all boards, where there are several.

    Attributes:
        screens: In the order of their tabs.
        names: What their tabs say.
        compared: Whether the first two are one map on two targets, each shown beside the other.
    """

    def __init__(self, app: InspectorApp, *, compared: bool = False) -> None:
        self._app = app
        self.screens: list[MainScreen] = []
        self.names: list[str] = []
        self.compared = compared

    def add(self, screen: MainScreen, name: str) -> None:
        """Take a screen in."""
        self.screens.append(screen)
        self.names.append(name)
        screen.boards = self

    @property
    def current(self) -> int:
        """Which one is in front."""
        front = self._app.main
        return next((i for i, screen in enumerate(self.screens) if screen is front), 0)

    def mode(self, number: int) -> str:
        """The mode of a board's screen."""
        return FIRST if number == 0 else f"{FIRST}-{number}"

    async def begin(self, make: Callable[[int], MainScreen], names: list[str]) -> None:
        """Make the screens of the other boards, and put the first one in front again.

        Nothing of that is painted.
        """
        with self._app.batch_update():
            for number, name in enumerate(names, 1):
                screen = make(number)
                self.add(screen, name)
                self._app.add_mode(self.mode(number), partial(_itself, screen))
                await self._app.switch_mode(self.mode(number))
            await self._app.switch_mode(FIRST)
        if self.compared:
            self._compare(*self.screens[:2])
        self.show(0)

    def _compare(self, one: MainScreen, other: MainScreen) -> None:
        """Show each one's live values beside the other's."""
        for screen, partner, number in ((one, other, 1), (other, one, 0)):
            name = self.names[number]
            samples = partner.live.samples
            moment = Moment(name, f"TAB {number + 1}", 0.0, samples, len(screen.map.nodes), file=name)
            screen.moments.kept.append(moment)
            screen.moments.compare_with(moment)

    def partner(self, screen: MainScreen) -> MainScreen | None:
        """The screen of the board that one is compared with, or None."""
        if not self.compared or screen not in self.screens[:2]:
            return None
        return self.screens[1 - self.screens.index(screen)]

    def step(self, step: int) -> None:
        """Bring the next board to the front."""
        self.show((self.current + step) % len(self.screens))

    def show(self, number: int) -> None:
        """Bring a board to the front; of the others only what is watched is read."""
        before = self._app.main
        selected = before.table.selected
        self._app.switch_mode(self.mode(number))
        front = self.screens[number]
        if self.compared and selected is not None and front is not before:
            front.table.select(selected)
        for screen in self.screens:
            if screen is not front:
                screen.live.watch(())
        front.watch_visible()
        front.repaint()

    # --- the line ----------------------------------------------------------------------------

    def line(self, width: int) -> Line:
        """The boards' names, each with how it is."""
        spans: list[Span] = []
        for number, name in enumerate(self.names):
            spans += self._tab(number, name)
        return cut(spans, width)

    def _tab(self, number: int, name: str) -> Iterator[Span]:
        live = self.screens[number].live
        here = number == self.current
        yield "▌" if here else " ", "focus"
        yield f"{number + 1} {clean(name)}", "strong" if here else "text"
        armed = any(live.real(region) and live.armed(region) for region in live.regions)
        if armed:
            yield " ARMED", "wrong"
        closed = [each for each in _AMISS if overview(live).counts[each]]
        if live.error is not None or closed:
            yield f" {closed[0].short if closed else Condition.REFUSED.short}", "wrong"
        elif live.failing:
            yield f" {FAULT} {len(live.failing)}", "wrong"
        yield "   ", "text"

    def at(self, column: int) -> int | None:
        """The board whose tab is at a cell of the line, or None."""
        end = 0
        for number, name in enumerate(self.names):
            end += sum(len(text) for text, _ in self._tab(number, name))
            if column < end:
                return number
        return None


def _itself(screen: MainScreen) -> MainScreen:
    return screen


_AMISS = (Condition.REFUSED, Condition.REVOKED, Condition.ASLEEP, Condition.STALLED)

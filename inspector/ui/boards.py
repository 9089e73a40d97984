"""Several boards in one app, each on a screen of its own: which is in front, and a line that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inspector.ui.board import FIRST
from inspector.ui.compare import Comparing
from inspector.ui.condition import FAULT, Condition, overview
from inspector.ui.lines import Line, Span, clean, cut, length, squeeze

if TYPE_CHECKING:
    from inspector.ui.app import InspectorApp
    from inspector.ui.screen import MainScreen


@dataclass(frozen=True, slots=True)
class Tab:
    """A board in front of which there may be others.

    Attributes:
        screen: Its screen.
        name: What it is called.
        mode: The app's mode that shows it.
    """

    screen: MainScreen
    name: str
    mode: str


class Boards:
    """The screens of all boards, where there are several.

    Attributes:
        tabs: In their order.
        front: The screen in front, whatever stands over it; known also while the app ends.
    """

    def __init__(self, app: InspectorApp, screen: MainScreen, name: str) -> None:
        """Begin with the board that is open."""
        self._app = app
        self.tabs = [Tab(screen, name, FIRST)]
        self.front = screen
        self._made = 0
        self._compared: tuple[MainScreen, ...] = ()
        screen.boards = self
        # Known as a mode, it can be closed.
        app.add_mode(FIRST, partial(_itself, screen))

    @property
    def screens(self) -> list[MainScreen]:
        """Their screens, in the order of their tabs."""
        return [tab.screen for tab in self.tabs]

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self.tabs) > 1

    @property
    def current(self) -> int:
        """Which one is in front."""
        return self.screens.index(self.front)

    # --- opening and closing -----------------------------------------------------------------

    async def open(self, make: Callable[[], MainScreen], name: str) -> MainScreen:
        """Show another board in a tab of its own, behind all others."""
        self._made += 1
        mode = f"{FIRST}-{self._made}"
        screen = make()
        screen.boards = self
        self.tabs.append(Tab(screen, name, mode))
        self._app.add_mode(mode, partial(_itself, screen))
        self.front = screen
        await self._app.switch_mode(mode)
        return screen

    async def close(self, number: int) -> str:
        """Close a board with its session, and tell its name; there must be several.

        Where it is in front, the one before it comes there.
        """
        closed = self.tabs[number]
        if closed.screen in self._compared:
            for screen in self._compared:
                assert screen.comparing is not None
                screen.comparing.end()
                screen.comparing = None
            self._compared = ()
        if number == self.current:
            self.show(number - 1 if number else 1)
        self.tabs.remove(closed)
        await self._app.remove_mode(closed.mode)
        self.front.repaint()
        return closed.name

    def compare(self) -> None:
        """Show the first two beside each other: they are one map on two targets."""
        one, other = self.tabs[:2]
        for tab, partner in ((one, other), (other, one)):
            names = tab.name, partner.name
            tab.screen.comparing = Comparing(tab.screen, partner.screen, names, first=tab is one)
        self._compared = one.screen, other.screen
        for screen in self._compared:
            assert screen.comparing is not None
            screen.comparing.begin()

    # --- which is in front -------------------------------------------------------------------

    def step(self, step: int) -> None:
        """Bring the next board to the front."""
        self.show((self.current + step) % len(self.tabs))

    def show(self, number: int) -> None:
        """Bring a board to the front; of the others only what is watched is read."""
        before, front = self.front, self.tabs[number].screen
        selected = before.table.selected
        self.front = front
        self._app.switch_mode(self.tabs[number].mode)
        if front is not before and front.partner is before:
            assert front.comparing is not None
            assert before.comparing is not None
            front.comparing.filter_as(before.comparing)
            if selected is not None:
                front.table.select(selected)
        for screen in self.screens:
            if screen is not front:
                screen.live.watch(())
        front.watch_visible()
        front.repaint()

    def show_compared(self, number: int) -> None:
        """Bring one of the two to the front that are compared."""
        self.show(self.screens.index(self._compared[number]))

    def follow(self, screen: MainScreen) -> None:
        """Show on the board in front what is new on another one, as far as it stands there."""
        front = self.front
        if front is screen:
            return
        if front.partner is screen:
            front.repaint()
        else:
            front.present_tabs()

    # --- the line ----------------------------------------------------------------------------

    def line(self, width: int) -> Line:
        """The boards' names, each with how it is; as much of each as there is room for."""
        return cut((span for tab in self._drawn(width) for span in tab), width)

    def _drawn(self, width: int) -> list[Line]:
        current, most = self.current, max(len(tab.name) for tab in self.tabs)
        while True:
            numbers = range(len(self.tabs))
            drawn = [tuple(self._tab(number, most, here=number == current)) for number in numbers]
            if most <= _LEAST_NAME or sum(map(length, drawn)) <= width:
                break
            most -= 1
        # Where even short names are too many, those before the one in front make room.
        first = 0
        while first < current and sum(map(length, drawn[first : current + 1])) > width:
            drawn[first] = ()
            first += 1
        return drawn

    def _tab(self, number: int, most: int, *, here: bool) -> Iterator[Span]:
        tab = self.tabs[number]
        live = tab.screen.live
        yield "▌" if here else " ", "focus"
        yield f"{number + 1} {squeeze(clean(tab.name), most)}", "strong" if here else "text"
        if any(live.real(region) and live.armed(region) for region in live.regions):
            yield " ARMED", "wrong"
        counts = overview(live).counts
        amiss = next((each for each in _AMISS if counts[each]), None)
        if live.error is not None:
            amiss = Condition.REFUSED
        if amiss is not None:
            yield f" {amiss.short}", amiss.look
        elif live.failing:
            yield f" {FAULT} {len(live.failing)} failed", "wrong"
        elif live.opening:
            yield " …", "faint"
        yield "  ", "text"

    def at(self, column: int, width: int) -> int | None:
        """The board whose tab is at a cell of the line, or None."""
        end = 0
        for number, drawn in enumerate(self._drawn(width)):
            end += length(drawn)
            if column < end:
                return number
        return None


def _itself(screen: MainScreen) -> MainScreen:
    return screen


_LEAST_NAME = 6
"""Cells that a tab's name has at least."""

_AMISS = (Condition.REFUSED, Condition.REVOKED, Condition.ASLEEP, Condition.STALLED)
"""What a tab says of a board's regions, the worst first."""

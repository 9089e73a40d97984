"""The screen: a register map, live, in a terminal.

``TEXTUAL_FPS`` is raised here, before Textual is imported anywhere: at its default pace a key waits
for up to two frames of a sixtieth of a second. Who is on a slow line can set it lower.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.ui.board import Board, FindBoard

if TYPE_CHECKING:
    from inspector.session import Session

    SessionFactory = Callable[[], Session]

_NONE: Mapping[str, str] = MappingProxyType({})

os.environ.setdefault("TEXTUAL_FPS", "500")


def run(
    register_map: RegisterMap,
    open_session: SessionFactory,
    simulate: SessionFactory,
    *,
    hardware: Mapping[str, str] = _NONE,
    folded: bool = False,
    theme: str | None = None,
    view_only: bool = False,
    name: str = "",
    others: Sequence[Board] = (),
    compared: bool = False,
    find_board: FindBoard | None = None,
) -> None:
    """Show a map on its backends until the person quits.

    Args:
        register_map: The map.
        open_session: Opens it on its backends; called on another thread, and again to try again.
        simulate: Opens it in simulation instead.
        hardware: The regions that the map itself opens on hardware, with the backend's word: a person is
            asked first.
        folded: Fold every region, so that no register is read until a person unfolds one.
        theme: The colours, by a theme's name; the person's own where left out.
        view_only: Whether all that changes or disturbs the hardware is refused.
        name: What its tab says, where there are others.
        others: More boards, each in a tab of its own.
        compared: Whether the first of them is this map on another target, shown beside this one.
        find_board: Gives the board that a person types, to be opened in another tab.

    Raises:
        UsageError: A backend's word is not known, or names no region.
        SystemExit: A signal ended it, with 128 and the signal's number; or something in it broke, with 1.
    """
    # What is imported and built up to the first paint stays: looking for garbage in it only delays.
    gc.disable()
    try:
        first = Board(register_map, open_session, simulate, name, hardware)
        _run(first, others, folded, theme, view_only, compared, find_board)
    finally:
        gc.enable()


def _run(
    first: Board,
    others: Sequence[Board],
    folded: bool,
    theme: str | None,
    view_only: bool,
    compared: bool,
    find_board: FindBoard | None,
) -> None:
    from inspector.ui import themes
    from inspector.ui.app import InspectorApp
    from inspector.ui.ending import orderly
    from inspector.ui.guard import Guard
    from inspector.ui.keysfile import load_keyboard
    from inspector.ui.settings import Settings

    if theme is not None and theme not in themes.names():
        raise UsageError(f"there is no theme {theme!r}; there are {', '.join(themes.names())}")
    settings = Settings(keep=not view_only)
    keyboard, mistakes = load_keyboard()

    guard = Guard()

    def settled() -> None:
        # Looking for garbage in what was built for good would hold up the screen for tens of milliseconds.
        gc.collect()
        gc.freeze()
        gc.enable()
        guard.start()

    app = InspectorApp(
        first.map,
        first.open_session,
        simulate=first.simulate,
        hardware=first.hardware,
        folded=folded,
        keyboard=keyboard,
        mistakes=[f"{each.position}: {each.message}" for each in mistakes],
        settings=settings,
        theme=themes.fitting(theme or settings.get("theme")),
        greet=True,
        view_only=view_only,
        settled=settled,
        name=first.name,
        others=others,
        compared=compared,
        find_board=find_board,
    )
    try:
        with orderly(app.end, app.report):
            app.run()
    finally:
        guard.stand_down()
    if app.failure is not None:
        raise app.failure
    if app.ended_by or app.return_code:
        raise SystemExit(128 + app.ended_by if app.ended_by else app.return_code)

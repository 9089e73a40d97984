"""Opening another map from the screen, in a tab of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from inspector import maps
from inspector.errors import InspectorError
from inspector.ui.palette import Choice, matching, offer
from inspector.ui.words import error_text

if TYPE_CHECKING:
    from inspector.ui.app import InspectorApp
    from inspector.ui.board import Board, FindBoard


def ask_for_map(app: InspectorApp) -> None:
    """Offer the bundled maps, and take what is typed as a map's file or as ``MAP -b BACKEND``."""
    bundled = [
        Choice(name, "bundled, in simulation", "", partial(app.open_board, name)) for name in maps.names()
    ]

    def source(text: str) -> Sequence[Choice]:
        typed = text.strip()
        found = matching(bundled, typed)
        if not typed or any(each.title == typed for each in found):
            return found
        literal = Choice(f"Open {typed}", "", "", partial(app.open_board, typed))
        return [literal, *found] if _is_more(typed) else [*found, literal]

    offer(app, "a map, or MAP -b BACKEND", source, "open-map", "opens it")


def _is_more(typed: str) -> bool:
    """Whether it is more than a part of a bundled map's name."""
    return any(character in typed for character in " /.~")


def find(app: InspectorApp, find_board: FindBoard, text: str) -> None:
    """Load what was typed on a thread of its own, and show it."""
    live, main = app.main.live, app.main

    def run() -> None:
        try:
            found = find_board(text)
        except InspectorError as error:
            live.hand(failed, error)
        else:
            live.hand(loaded, found)

    def loaded(board: Board) -> None:
        main.notices.unsay()
        app.call_later(app.add_board, board)

    def failed(error: InspectorError) -> None:
        main.say(error_text(error), "wrong")

    main.say(f"loading {text} …", "dim")
    threading.Thread(target=run, name="loader", daemon=True).start()

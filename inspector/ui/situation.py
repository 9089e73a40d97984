"""The situation: which keys matter now, by what has the keys and what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.keys import (
    CLOSED_KEYS,
    COMPARE_KEYS,
    COPY_KEYS,
    DETAIL_KEYS,
    FIND_KEYS,
    FOLDED_KEYS,
    MEMORY_KEYS,
    SIDEBAR_KEYS,
    TABLE_KEYS,
    WATCH_KEYS,
    Hints,
)

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen


def situation(screen: MainScreen) -> Hints:
    """The keys that matter now."""
    if screen.finding.open:
        return FIND_KEYS
    if screen.edits.editing is not None:
        return screen.edits.keys()
    if screen.copying.open:
        return COPY_KEYS
    if screen.detail.has_focus:
        return DETAIL_KEYS
    if screen.sidebar.has_focus:
        return SIDEBAR_KEYS
    if screen.watching.has_keys:
        return WATCH_KEYS
    if screen.table.window is not None:
        return MEMORY_KEYS
    region = screen.table.within
    if region is not None and screen.table.selected is None:
        return FOLDED_KEYS
    if region is not None and screen.place_status(region.name).closed:
        return CLOSED_KEYS
    return TABLE_KEYS if screen.comparing is None else COMPARE_KEYS

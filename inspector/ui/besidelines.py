"""How the other target is drawn beside the registers of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.lines import Line, cut, fit, join, length
from inspector.ui.rowstate import FADE_LOOKS, RowState

if TYPE_CHECKING:
    from inspector.ui.beside import Beside


def beside_value(beside: Beside, text: str, width: int) -> Line:
    """The other target's value in its column.

    Args:
        beside: The register there.
        text: Its value as it is written, or what stands in its place.
        width: The cells of the column.
    """
    gap = min(2, width)
    look = "faint"
    if beside.value is not None:
        look = FADE_LOOKS.get(beside.fade) or ("dim" if beside.old or beside.wrong else "text")
    return ((fit(text, width - gap, right=True) + " " * gap, look),)


def beside_words(own: Line, state: RowState, beside: Beside, width: int) -> Line:
    """What differs, in words; where nothing does what the value means, and why the other one is not known.

    Args:
        own: What the row would say without the other target.
        state: What the row depends on.
        beside: The register there.
        width: The cells of the column.
    """
    said: Line = own if state.note else tuple((text.rstrip(), "dim") for text, _ in own if text.strip())
    if beside.words:
        said = beside.words
    elif beside.note and beside.note != state.note:
        # What a key does is done to the screen's own target, so of the other one the reason alone is said.
        there: Line = ((f"{beside.name}: {beside.note}", "wrong" if beside.wrong else "faint"),)
        mine: Line = ((state.said, own[0][1]),) if state.note else said
        said = join((mine, there) if state.note else (there, mine), (" · ", "faint"))
    glyph, look = beside.trouble
    line = cut(((f"{glyph} ", look), *said) if glyph else said, width)
    return (*line, (" " * (width - length(line)), "text"))
